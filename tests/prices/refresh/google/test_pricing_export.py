"""The pricing export as a source: the same prices as the Cloud Catalog's for the same SKUs, and no others."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import pytest

from costopt.collectors.gcp.price_lines import sku_prices
from costopt.errors import CatalogError
from costopt.prices.refresh.google.catalog import CloudCatalog, default_client
from costopt.prices.refresh.google.prices import GooglePrices
from costopt.prices.refresh.google.pricing_export import PricingExport
from tests.oracles.pricing_export import STORAGE, TABLE, Row, line_of, price_row
from tests.prices.refresh.google.sku_server import SkuServer, sku

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
AMERICAS = ("us-central1", "us-east1")


def read(*rows: Row) -> GooglePrices:
    lines = [line_of(row, sku=row["sku"] | {"id": f"{number:04}"}) for number, row in enumerate(rows)]
    return PricingExport(table=TABLE, as_of=date(2026, 11, 29), prices=sku_prices(lines)).read()


def units(prices: GooglePrices) -> Mapping[tuple[str, str, str], tuple[Decimal, str]]:
    return {
        (row.service, row.item, row.region): (row.usd, row.unit) for rows in prices.rows.values() for row in rows.units
    }


@pytest.fixture
def catalog() -> Iterator[GooglePrices]:
    """SKUs as Google's API lists them."""
    server = SkuServer(
        [
            sku("N2 Instance Core running in Americas", "0.031611", *AMERICAS),
            sku("N2 Instance Ram running in Americas", "0.004237", *AMERICAS, unit="GiBy.h"),
            sku("Spot Preemptible N2 Instance Core running in Americas", "0.01", *AMERICAS, usage="Preemptible"),
            sku("Commitment v1: N2 Cpu in Americas for 1 Year", "0.019915", *AMERICAS, usage="Commit1Yr"),
            sku("External IP Charge on a Standard VM", "0", "global", tiers=[(0, "0"), (744, "0.005")]),
            sku("Static Ip Charge in Americas", "0", tiers=[(0, "0.005"), (1, "0.01")]),
            sku("N2 Sole Tenancy Instance Core running in Americas", "0.03", *AMERICAS),
            sku("Storage PD Snapshot in US", "0.065", "us", unit="GiBy.mo"),
        ]
    )
    yield CloudCatalog(now=NOW, client=partial(default_client, server.url), sleep=[].append).read()
    server.close()


def test_the_same_skus_give_the_same_prices_as_from_the_catalog(catalog: GooglePrices) -> None:
    """At list prices, although the account pays less."""
    found = read(
        price_row("N2 Instance Core running in Americas", "0.031611", "0.02", regions=AMERICAS),
        price_row("N2 Instance Ram running in Americas", "0.004237", "0.003", regions=AMERICAS, unit="GiBy.h"),
        price_row("Spot Preemptible N2 Instance Core running in Americas", "0.01", regions=AMERICAS),
        price_row("Commitment v1: N2 Cpu in Americas for 1 Year", "0.019915", "0.01", regions=AMERICAS),
        price_row("External IP Charge on a Standard VM", [(744, "0.005"), (0, "0")], regions=()),
        price_row("Static Ip Charge in Americas", [(0, "0.005"), (1, "0.01")]),
        price_row("N2 Sole Tenancy Instance Core running in Americas", "0.03", regions=AMERICAS),
        price_row("Storage PD Snapshot in US", "0.065", regions=("us",), unit="GiBy.mo"),
    )
    assert units(found) == units(catalog)
    assert len(units(found)) == 11
    reasons = [[entry.reason for rows in one.rows.values() for entry in rows.rejected] for one in (found, catalog)]
    assert reasons == [["its price has steps or no dollars"]] * 2
    assert found.passed_over == {"Compute Engine": 1}


def test_prices_say_which_table_and_which_day_they_are_of() -> None:
    found = read(price_row("N2 Instance Core running in Americas", "0.031611"))
    (row,) = found.rows["us-central1"].units
    assert (row.source, row.as_of) == (f"bigquery://{TABLE}", date(2026, 11, 29))


def test_dollars_are_googles_own_where_the_account_pays_in_another_currency() -> None:
    found = read(price_row("N2 Instance Core running in Americas", "0.031611", currency="EUR", rate="0.9"))
    assert units(found) == {("gce", "n2_vcpu", "us-central1"): (Decimal("0.031611"), "vCPU-hour")}


def test_a_price_of_many_units_is_one_of_each() -> None:
    row = price_row("Standard Storage Iowa", "20", service=STORAGE, unit="GiBy.mo", quantity=1000)
    assert units(read(row)) == {("gcs", "standard_storage", "us-central1"): (Decimal("0.02"), "GiB-month")}


def test_prices_that_cannot_be_right_are_rejected_and_never_guessed() -> None:
    null = price_row("E2 Instance Core running in Americas", "1")
    null["list_price"] = None
    found = read(
        price_row("N2 Instance Core running in Americas", "0.031611"),
        null,
        price_row("E2 Instance Ram running in Americas", "1", unit="\x1b[2J" * 20),
        price_row("N1 Predefined Instance Core running in Americas", "1", unit=""),
        price_row("T2D AMD Instance Core running in Americas", "1"),
        price_row("T2D AMD Instance Core running in Iowa", "2"),
    )
    assert set(units(found)) == {("gce", "n2_vcpu", "us-central1")}
    rejected = [entry.reason for entry in found.rows["us-central1"].rejected]
    assert len(rejected) == 4
    assert not any("\x1b" in reason for reason in rejected)


@pytest.mark.parametrize("regions", [("mars-east1/../..",), ("",), ("us-central1\n",)])
def test_what_is_no_place_is_counted_and_names_no_folder(regions: tuple[str, ...]) -> None:
    odd = price_row("N2 Instance Ram running in Americas", "1", regions=regions, unit="GiBy.h")
    found = read(price_row("N2 Instance Core running in Americas", "0.031611"), odd)
    assert set(found.rows) == {"us-central1"}
    assert found.passed_over == {"of no region": 1}


def test_a_sku_without_a_place_is_counted() -> None:
    nowhere = price_row("N2 Instance Ram running in Americas", "1", unit="GiBy.h") | {"geo_taxonomy": None}
    found = read(price_row("N2 Instance Core running in Americas", "0.031611"), nowhere)
    assert found.passed_over == {"of no region": 1}


def test_an_export_without_a_sku_that_is_known_is_no_price_list() -> None:
    with pytest.raises(CatalogError, match="has no price that this program knows, among 2 SKUs"):
        read(price_row("A Thing of Tomorrow", "1"), price_row("N2 Instance Core", "1", service="0000-0000-0000"))
