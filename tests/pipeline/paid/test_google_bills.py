"""Negotiated discounts that Google's own export shows, by hand, and an export that has no list prices."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.billing.intake.ingest import ingest
from costopt.config.settings import PriceSettings, Settings
from costopt.model.bill import BillKind
from costopt.model.report import DiscountOrigin, Report
from costopt.pipeline.audit import audit
from tests.oracles.bill_files import csv_file, delivery
from tests.oracles.google_estate import disk
from tests.oracles.judging import NOW, ago
from tests.pipeline.test_audit_google import write

PROJECT = "acme-web"
LINE = {
    "billing_account_id": "0A-1",
    "service.id": "6F81-5844-456A",
    "service.description": "Compute Engine",
    "sku.id": "1-2-3",
    "project.id": PROJECT,
    "location.region": "us-central1",
    "currency": "USD",
    "usage.amount_in_pricing_units": "10",
    "usage.pricing_unit": "gibibyte month",
    "credits": "[]",
}
DISKS = {"sku.description": "SSD backed PD Capacity in Iowa"}
MACHINES = {"sku.description": "N2 Instance Core running in Americas", "usage.pricing_unit": "hour"}


def line(*, cost: str, listed: str | None, **cells: str) -> dict[str, str]:
    """What a SKU costs a day; without a list price the column is empty, as in exports that began before it."""
    return {"cost": cost, "cost_at_list": listed or "", **cells}


def during(day: date) -> dict[str, str]:
    """Times of a line of one day."""
    start, end = (f"{one} 08:00:00 UTC" for one in (day, day + timedelta(days=1)))
    return {"usage_start_time": start, "usage_end_time": end, "invoice.month": f"{day:%Y%m}"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings without anybody's refreshed prices."""
    return Settings(prices=PriceSettings(directory=str(tmp_path / "prices")))


def audited(tmp_path: Path, settings: Settings, *lines: dict[str, str]) -> Report:
    """A loose SSD of 100 GiB, and a bill with these lines on each of 30 days."""
    days = [NOW.date() - timedelta(days=count) for count in range(3, 33)]
    rows = [{**one, **during(day)} for one in lines for day in days]
    file = csv_file(tmp_path / "export.csv", rows, base=LINE)
    ingest(delivery(BillKind.GCP_EXPORT, file), tmp_path / "bills", now=NOW)
    loose = disk("loose", disk_type="pd-ssd", instance_ids=(), last_detached_at=ago(30))
    return audit(write(tmp_path / "snap", [loose], []), settings, store=tmp_path / "bills")


def counted(report: Report) -> Decimal:
    (finding,) = (one for one in report.findings if one.check_id == "pd_unattached")
    return finding.counted.amount


def test_the_discount_of_an_export_lowers_the_price(tmp_path: Path, settings: Settings) -> None:
    """Disks at 9.50 for 10.00 and vCPUs at 28.50 for 30.00: 5 % of both; 100 GiB x 0.17 x 0.95 = 16.15."""
    disks, machines = line(cost="9.50", listed="10", **DISKS), line(cost="28.50", listed="30", **MACHINES)
    report = audited(tmp_path, settings, disks, machines)
    assert [(one.service, one.fraction, one.origin) for one in report.provenance.money.discounts] == [
        ("gce", Decimal("0.05"), DiscountOrigin.BILL)
    ]
    assert counted(report) == Decimal("16.15")


def test_credits_for_sustained_use_are_no_negotiated_discount(tmp_path: Path, settings: Settings) -> None:
    credit = "[{'name': 'Sustained', 'amount': -9.0, 'type': 'SUSTAINED_USAGE_DISCOUNT'}]".replace("'", '"')
    used = line(cost="28.50", listed="30", credits=credit, **MACHINES)
    report = audited(tmp_path, settings, used)
    assert [one.fraction for one in report.provenance.money.discounts] == [Decimal("0.05")]


@pytest.mark.parametrize(
    ("cost", "listed", "cells"),
    [
        ("9.50", None, DISKS),  # an export without list prices
        ("10", "10", DISKS),  # which looks like this
        ("6", "10", {"sku.description": "Network Internet Data Transfer Out from Americas to EMEA"}),
        ("3", "10", {"sku.description": "Spot Preemptible N2 Instance Core running in Americas"}),
        ("3", "10", {"sku.description": "Nvidia L4 GPU attached to Spot Preemptible VMs running in Americas"}),
        ("7.2", "10", {**MACHINES, "consumption_model.description": "Compute Flexible CUDs 1 Year"}),
    ],
)
def test_what_shows_no_discount_of_what_is_priced_changes_no_price(
    tmp_path: Path, settings: Settings, cost: str, listed: str | None, cells: dict[str, str]
) -> None:
    report = audited(tmp_path, settings, line(cost=cost, listed=listed, **cells))
    assert report.provenance.money.discounts == ()
    assert counted(report) == 17


def test_what_a_flexible_commitment_takes_off_is_no_negotiated_discount(tmp_path: Path, settings: Settings) -> None:
    """The rest of the usage stands in a line of the default model, whose 5 % are all that is negotiated."""
    covered = {"consumption_model.description": "Compute Flexible CUDs 1 Year"}
    lines = [
        line(cost="20.52", listed="30", cost_at_effective_price_default="28.50", **covered, **MACHINES),
        line(cost="28.50", listed="30", **{"consumption_model.description": "Default"}, **MACHINES),
    ]
    report = audited(tmp_path, settings, *lines)
    assert [one.fraction for one in report.provenance.money.discounts] == [Decimal("0.05")]
    assert counted(report) == Decimal("16.15")


def test_spot_machines_do_not_thin_the_discount(tmp_path: Path, settings: Settings) -> None:
    """Spot prices are not negotiated: 400 at list beside 300 at 5 % off leave the 5 %."""
    spot = {"sku.description": "SSD backed Local Storage attached to Spot Preemptible VMs"}
    report = audited(
        tmp_path, settings, line(cost="400", listed="400", **spot), line(cost="285", listed="300", **MACHINES)
    )
    assert [one.fraction for one in report.provenance.money.discounts] == [Decimal("0.05")]
