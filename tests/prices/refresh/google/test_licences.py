"""Licences out of gcosts' pricing.yml and out of SKUs."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import pytest

from costopt.economics.gce.machines import machine_type
from costopt.prices.refresh.google.catalog import CloudCatalog, default_client
from costopt.prices.refresh.google.licences import note_licences
from costopt.prices.refresh.google.prices import GooglePrices, GoogleTally
from costopt.prices.refresh.tally import Rows
from tests.prices.refresh.google.sku_server import SkuServer, sku

REGION = "europe-west4"
RHEL = "Licensing Fee for Red Hat Enterprise Linux 9"


def noted(**machines: dict[str, str]) -> Rows:
    """Rows of licences from dollars an hour, by machine type with `_` for `-`."""
    tally = GoogleTally(source="a list", as_of=date(2026, 7, 30))
    hours = [
        (machine_type(name.replace("_", "-")), {system: Decimal(usd) for system, usd in costs.items()})
        for name, costs in machines.items()
    ]
    note_licences(hours, [REGION], tally)
    return tally.rows().get(REGION, Rows(units=(), hourly=(), rejected=(), as_of=date(2026, 7, 30)))


def test_prices_of_vcpus_are_worked_back_from_machines_of_each_size() -> None:
    rows = noted(
        n2_standard_8={"rhel": "0.1152", "windows": "0.368", "sles": "0.11"},
        n2_standard_16={"rhel": "0.1728", "windows": "0.736", "sles": "0.11"},
    )
    assert {row.item: (row.usd, row.unit) for row in rows.units} == {
        "licence_rhel_vcpu_to_8": (Decimal("0.0144"), "vCPU-hour"),
        "licence_rhel_vcpu_9_to_127": (Decimal("0.0108"), "vCPU-hour"),
        "licence_windows_vcpu": (Decimal("0.046"), "vCPU-hour"),
        "licence_sles": (Decimal("0.11"), "hour"),
    }


def test_machines_of_one_size_that_do_not_agree_reject_the_price_and_say_why() -> None:
    rows = noted(n2_standard_4={"rhel": "0.0576"}, n2_standard_8={"rhel": "0.1"})
    assert rows.units == ()
    assert [entry.reason for entry in rows.rejected] == ["machines of one size do not agree on it: 0.0125, 0.0144"]


def test_a_shared_core_whose_licence_the_list_works_out_by_a_part_of_a_vcpu_is_left_out() -> None:
    assert noted(e2_micro={"rhel": "0.0036", "windows": "0.0115"}).units == ()


@pytest.fixture(scope="module")
def prices() -> Iterator[GooglePrices]:
    networking = "services/E505-1604-58F8"
    server = SkuServer(
        [
            sku("N2 Instance Core running in Netherlands", "0.0348", REGION),
            sku(f"{RHEL} on VM with up to 8 VCPU", "0.0144", "global"),
            sku(f"{RHEL} on VM with 128 VCPU or more", "0.0096", "global"),
            sku("Licensing Fee for Red Hat Enterprise Linux 8 on VM with up to 8 VCPU", "0.06", "global"),
            sku("Licensing Fee for SLES 15 For SAP License on VM with 4 VCPU", "0.34", "global"),
            sku("Licensing Fee for Windows Server 2019 Datacenter Edition (CPU cost)", "0.046", "global"),
            sku("Licensing Fee for Windows Server 2019 Datacenter Edition (RAM cost)", "0.006", "global"),
            sku("Licensing Fee for SQL Server 2019 Standard on VM with 18 VCPU", "2.961", "global"),
            sku("Networking Cloud Nat Gateway Uptime", "0.0014", "global", service=networking),
            sku("Networking Cloud Nat Data Processing", "0.045", "global", service=networking, unit="GiBy"),
            sku("Cloud Load Balancer Forwarding Rule Minimum Global", "0.025", "global", service=networking),
            sku("Cloud Load Balancer Forwarding Rule Additional for Netherlands (europe-west4)", "0.011", REGION,
                service=networking),
        ]
    )  # fmt: skip
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    yield CloudCatalog(now=now, client=partial(default_client, server.url)).read()
    server.close()


def test_licences_and_gateways_are_read_from_the_price_catalog_too(prices: GooglePrices) -> None:
    found = {f"{row.service} {row.item}": str(row.usd.normalize()) for row in prices.rows[REGION].units}
    assert found == {
        "gce n2_vcpu": "0.0348",
        "gce licence_rhel_vcpu_to_8": "0.0144",
        "gce licence_rhel_vcpu_from_128": "0.0096",
        "gce licence_sles_sap_4": "0.34",
        "gce licence_windows_vcpu": "0.046",
        "cloud_nat vm_hour": "0.0014",
        "cloud_nat data": "0.045",
        "cloud_lb global_rules_first_five": "0.025",
        "cloud_lb rule_beyond_five": "0.011",
    }


def test_other_releases_and_sql_server_are_counted_as_not_known(prices: GooglePrices) -> None:
    assert sum(prices.passed_over.values()) == 3
