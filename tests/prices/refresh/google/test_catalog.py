"""Google's price catalog over real gRPC: what becomes of SKUs, pages, quotas and refusals."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import grpc
import pytest

from costopt.economics.gce.costs import machine_costs
from costopt.economics.gce.machines import machine_type
from costopt.errors import CatalogError
from costopt.prices.catalog import open_user_catalog
from costopt.prices.refresh.google.catalog import CloudCatalog, default_client
from costopt.prices.refresh.google.prices import GooglePrices
from costopt.prices.refresh.refresh import refresh_google
from tests.prices.refresh.google.sku_server import COMPUTE_ENGINE, Serve, SkuServer, sku

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
AMERICAS = ("us-central1", "us-east1", "us-west1")
N2 = (
    sku("N2 Instance Core running in Americas", "0.031611", *AMERICAS),
    sku("N2 Instance Ram running in Americas", "0.004237", *AMERICAS, unit="GiBy.h"),
    sku("N2 Custom Instance Core running in Americas", "0.033174", *AMERICAS),
    sku("Spot Preemptible N2 Instance Core running in Americas", "0.01", *AMERICAS, usage="Preemptible"),
    sku("Commitment v1: N2 Cpu in Americas for 1 Year", "0.019915", *AMERICAS, usage="Commit1Yr"),
)


@pytest.fixture
def serve() -> Iterator[Serve]:
    running: list[SkuServer] = []

    def start(*skus: object, **more: object) -> SkuServer:
        running.append(SkuServer(skus, **more))  # type: ignore[arg-type]
        return running[-1]

    yield start
    for server in running:
        server.close()


def read(server: SkuServer, waits: list[float] | None = None) -> GooglePrices:
    client = partial(default_client, server.url)
    return CloudCatalog(now=NOW, client=client, sleep=([] if waits is None else waits).append).read()


def units(prices: GooglePrices, region: str = "us-central1") -> dict[str, Decimal]:
    return {row.item: row.usd for row in prices.rows[region].units}


def rejected(prices: GooglePrices, region: str = "us-central1") -> list[str]:
    return [entry.reason for entry in prices.rows[region].rejected]


def test_a_sku_is_a_price_in_each_of_its_regions_to_the_nano(serve: Serve) -> None:
    prices = read(serve(*N2, sku("E2 Instance Core running in Iowa", "0.021811591")))
    assert set(prices.rows) == set(AMERICAS)
    assert units(prices, "us-west1") == {
        "n2_vcpu": Decimal("0.031611"),
        "n2_memory": Decimal("0.004237"),
        "n2_custom_vcpu": Decimal("0.033174"),
        "n2_vcpu_spot": Decimal("0.01"),
        "n2_vcpu_cud_1y": Decimal("0.019915"),
    }
    assert units(prices)["e2_vcpu"] == Decimal("0.021811591")
    assert {row.as_of for row in prices.rows["us-east1"].units} == {date(2026, 11, 30)}


def test_all_pages_are_read_and_asked_for_in_dollars(serve: Serve) -> None:
    many = [sku("N2 Instance Core running in X", "0.03", f"test-region{number}") for number in range(25)]
    server = serve(*many, page=10)
    assert len(read(server).rows) == 25
    compute = [one for one in server.requests if one.parent == COMPUTE_ENGINE]
    assert [request.page_token for request in compute] == ["", "10", "20"]
    assert {request.currency_code for request in server.requests} == {"USD"}


def test_a_page_larger_than_grpcs_four_megabytes_is_read(serve: Serve) -> None:
    server = serve(*[sku("N2 Instance Core running in " + "X" * 2000, "0.03")] * 2500)
    assert units(read(server)) == {"n2_vcpu": Decimal("0.03")}
    assert [one.parent for one in server.requests].count(COMPUTE_ENGINE) == 1


def test_unknown_skus_are_counted_and_never_guessed(serve: Serve) -> None:
    others = [
        sku("N2 Sole Tenancy Instance Core running in Americas", "0.03"),
        sku("Z9 Quantum Core running in Americas", "9"),
        sku("Storage Machine Image in Americas", "0.05", unit="GiBy.mo"),
    ]
    prices = read(serve(*N2, *others))
    assert prices.passed_over == {"Compute Engine: Compute, OnDemand": 2, "Compute Engine: Storage, OnDemand": 1}
    assert units(prices) == units(read(serve(*N2)))


@pytest.mark.parametrize("region", ["us1", "eu-multi", "../../../home", "europe-west4/..", "EUROPE-WEST4", ""])
def test_what_is_no_region_is_counted_and_names_no_folder(serve: Serve, region: str) -> None:
    prices = read(serve(*N2, sku("Storage PD Snapshot in EU", "0.06", region, unit="GiBy.mo")))
    assert set(prices.rows) == set(AMERICAS)
    assert prices.passed_over == {"of no region": 1}


@pytest.mark.parametrize(
    ("region", "place"), [("us", "us"), ("europe", "eu"), ("asia-multi", "asia"), ("nam4", "nam4")]
)
def test_several_regions_together_hold_snapshots(serve: Serve, region: str, place: str) -> None:
    prices = read(serve(*N2, sku("Storage PD Snapshot in EU", "0.06", region, unit="GiBy.mo")))
    assert units(prices, place) == {"snapshot": Decimal("0.06")}


def test_a_sku_that_is_not_what_it_is_called_is_rejected(serve: Serve) -> None:
    odd = [
        sku("E2 Instance Core running in Americas", "0.02", usage="Preemptible"),
        sku("E2 Instance Ram running in Americas", "0.003", unit="GiBy.mo"),
        sku("N1 Predefined Instance Core running in Americas", "0.03", currency="EUR"),
    ]
    prices = read(serve(*N2, *odd))
    assert rejected(prices) == [
        "it is Preemptible, not OnDemand as it is called",
        "its price is for 'GiBy.mo', not 'GiBy.h'",
        "its price has steps or no dollars",
    ]
    assert not {"e2_vcpu", "e2_memory", "n1_vcpu"} & set(units(prices))


def test_two_prices_of_one_thing_reject_both(serve: Serve) -> None:
    """As Google's catalog has "Tokyo" and "Japan" for one region."""
    tokyo = sku("Memory-optimized Instance Ram running in Tokyo", "0.0062", "asia-northeast1", unit="GiBy.h")
    japan = sku("Memory-optimized Instance Ram running in Japan", "0.0062307", "asia-northeast1", unit="GiBy.h")
    prices = read(serve(tokyo, japan, sku("N2 Instance Core running in Japan", "0.04", "asia-northeast1")))
    assert set(units(prices, "asia-northeast1")) == {"n2_vcpu"}
    assert rejected(prices, "asia-northeast1") == ["stands twice, once at 0.0062, once at 0.0062307"]


def test_beyond_a_free_allowance_there_is_one_price_and_among_steps_there_is_none(serve: Serve) -> None:
    address = sku("External IP Charge on a Standard VM", "0", "global", tiers=[(0, "0"), (744, "0.005")])
    steps = sku("Static Ip Charge in Americas", "0", tiers=[(0, "0.005"), (1, "0.01")])
    prices = read(serve(*N2, address, steps))
    assert [units(prices, region)["address_in_use"] for region in AMERICAS] == [Decimal("0.005")] * 3
    assert "address_unused" not in units(prices)


def test_a_busy_api_is_asked_again(serve: Serve) -> None:
    server = serve(*N2, page=2)
    busy = (grpc.StatusCode.RESOURCE_EXHAUSTED, "Quota exceeded")
    server.faults = [busy, None, busy, (grpc.StatusCode.UNAVAILABLE, "try again")]
    assert units(read(server)) == units(read(serve(*N2)))
    assert [one.parent for one in server.requests].count(COMPUTE_ENGINE) == 3 + 3


def test_an_api_that_breaks_off_in_the_middle_gives_nothing(serve: Serve, tmp_path: Path) -> None:
    server = serve(*N2, page=2)
    server.faults = [None, *[(grpc.StatusCode.INVALID_ARGUMENT, "no such page")] * 9]
    source = CloudCatalog(now=NOW, client=partial(default_client, server.url))
    with pytest.raises(CatalogError, match="could not be read to its end: no such page"):
        refresh_google(tmp_path / "cache", source=source, now=NOW)
    assert not (tmp_path / "cache").exists()


def test_a_refusal_names_what_to_enable(serve: Serve) -> None:
    server = serve(*N2)
    server.faults = [(grpc.StatusCode.PERMISSION_DENIED, "Cloud Billing API has not been used in project 1")]
    with pytest.raises(CatalogError, match="has not been used in project 1") as refused:
        read(server)
    assert "cloudbilling.googleapis.com" in refused.value.hint


def test_pages_that_go_in_circles_are_noticed(serve: Serve) -> None:
    server = serve(*N2, page=2)
    server.loops = True
    with pytest.raises(CatalogError, match="gave the same page twice"):
        read(server)


def test_words_of_others_are_not_written_to_a_terminal_as_they_are(serve: Serve) -> None:
    odd = sku("\x1b[2J new thing", "1", usage="\x1b]0;owned\x07")
    assert read(serve(*N2, odd)).passed_over == {"Compute Engine: Compute, ?": 1}


def test_an_empty_catalog_is_not_a_catalog(serve: Serve) -> None:
    for skus in ((), (sku("Storage Machine Image in Iowa", "0.05", unit="GiBy.mo"),)):
        with pytest.raises(CatalogError, match="lists no price"):
            read(serve(*skus))


def test_refreshed_prices_are_what_machines_cost(serve: Serve, tmp_path: Path) -> None:
    """4 x 0.033174 for a custom type's vCPUs; its memory, which the catalog here lacks, by the usual premium."""
    source = CloudCatalog(now=NOW, client=partial(default_client, serve(*N2).url))
    lines: list[str] = []
    refresh_google(tmp_path, source=source, regions=["us-east1"], now=NOW, progress=lines.append)
    costs = machine_costs(machine_type("n2-custom-4-8192"), "us-east1", open_user_catalog(tmp_path))
    assert costs.on_demand.amount == 4 * Decimal("0.033174") + 8 * Decimal("0.004237") * Decimal("1.05")
    assert lines == ["gce us-east1: reading", "gce us-east1: new, 5 rows"]
