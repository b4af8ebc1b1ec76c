"""The pricing export from an emulated BigQuery: a user's catalog at list prices, and the contract beside it.

Which partitions are read, and how many bytes that is, tests/collectors/gcp/test_price_export.py holds against a server
that answers like Google.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costopt.config.settings import PriceSettings
from costopt.economics.gce.costs import machine_costs
from costopt.economics.gce.machines import machine_type
from costopt.errors import BillError
from costopt.pipeline.price_export import (
    PriceExportRefresh,
    PriceExportRequest,
    estimate_price_export,
    refresh_from_export,
)
from costopt.pipeline.pricing import price_book
from tests.oracles.pricing_export import ACCOUNT, AS_OF, EXPORTED, TABLE, Row, load_prices, price_row

bigquery = pytest.importorskip("google.cloud.bigquery", reason="google-cloud-bigquery is not installed")

pytestmark = pytest.mark.xdist_group("bigquery")
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OTHER = "0F0F0F-0F0F0F-0F0F0F"


def n2(vcpu: str, own: str | None, **more: Any) -> list[Row]:
    """N2 in the Americas, its memory at 0.004237 and 20 % less by contract."""
    names = ("N2 Instance Core running in Americas", "N2 Instance Ram running in Americas")
    return [
        price_row(names[0], vcpu, own, id_="CORE-0000-0000", currency="EUR", rate="0.9", **more),
        price_row(
            names[1], "0.004237", own and "0.0033896", id_="RAM0-0000-0000", unit="GiBy.h", currency="EUR", rate="0.9",
            **more,
        ),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def client(emulator: Any) -> Any:
    """Yesterday's prices, today's of two accounts, and today's once more as they were exported last."""
    yesterday = {"as_of": AS_OF - DAY, "exported": EXPORTED - DAY}
    rows = [
        *n2("0.04", "0.032", **yesterday),
        *n2("0.05", "0.04"),
        *n2("0.031611", "0.0252888", exported=EXPORTED + timedelta(hours=1)),
        *n2("0.031611", None, account=OTHER),
        price_row("Something", "1", service="0000-0000-0000"),
    ]
    load_prices(emulator, rows, partition=bigquery.TimePartitioning())
    return emulator


def request(client: Any, **more: Any) -> PriceExportRequest:
    return PriceExportRequest(table=TABLE, endpoint_url=client._connection.API_BASE_URL, **more)


def refreshed(client: Any, cache: Path, account: str) -> PriceExportRefresh:
    settings = PriceSettings(directory=str(cache))
    return refresh_from_export(settings, request(client, billing_account=account), now=NOW)


def test_list_prices_of_the_newest_day_are_in_use_and_no_discount_is(client: Any, tmp_path: Path) -> None:
    """4 x 0.031611 + 16 x 0.004237 an hour, whatever the contract takes off it."""
    found = refreshed(client, tmp_path, ACCOUNT)
    assert found.report.published
    price = machine_costs(
        machine_type("n2-standard-4"), "us-central1", price_book(PriceSettings(directory=str(tmp_path)))
    )
    assert price.on_demand.amount == 4 * Decimal("0.031611") + 16 * Decimal("0.004237")
    assert price.on_demand.as_of == date(2026, 11, 30)


def test_the_contract_is_told_and_set_by_hand_it_counts_once(client: Any, tmp_path: Path) -> None:
    """1 - 0.0252888 / 0.031611 = 0.2, of euros and of dollars alike."""
    (found,) = refreshed(client, tmp_path, ACCOUNT).discounts
    assert (found.service, found.usual, found.is_uniform, len(found.skus)) == ("gce", Decimal("0.2"), True, 2)
    chosen = PriceSettings(directory=str(tmp_path), discounts={"gce": float(found.usual)})
    vcpu = price_book(chosen).unit("gce", "n2_vcpu", "us-central1")
    assert vcpu.amount == Decimal("0.0252888")


def test_an_account_without_a_contract_pays_the_same_list_prices(client: Any, tmp_path: Path) -> None:
    found = refreshed(client, tmp_path, OTHER)
    assert found.discounts == ()
    vcpu = price_book(PriceSettings(directory=str(tmp_path))).unit("gce", "n2_vcpu", "us-central1")
    assert vcpu.amount == Decimal("0.031611")


def test_which_account_is_asked_for_where_there_are_two(client: Any, tmp_path: Path) -> None:
    with pytest.raises(BillError, match=f"2 billing accounts: {ACCOUNT}, {OTHER}"):
        refresh_from_export(PriceSettings(directory=str(tmp_path)), request(client), now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_an_estimate_takes_the_same_table(client: Any) -> None:
    assert estimate_price_export(request(client), now=NOW).prices_bytes >= 0
