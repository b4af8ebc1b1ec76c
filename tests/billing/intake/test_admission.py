"""What may come in beside what the store has: nothing twice, and no month lost to a part of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.intake.ingest import ingest
from costopt.billing.lake import Lake
from costopt.errors import BillError
from costopt.model.bill import BillKind
from costopt.model.bill_quality import Ingested
from tests.oracles.bill_files import FOCUS_LINE, Row, csv_file, delivery

NOW = datetime(2026, 11, 3, tzinfo=UTC)
NOVEMBER: Row = {
    "BillingPeriodStart": "2026-11-01T00:00:00Z", "BillingPeriodEnd": "2026-12-01T00:00:00Z",
    "ChargePeriodStart": "2026-11-02T00:00:00Z", "ChargePeriodEnd": "2026-11-02T01:00:00Z",
}  # fmt: skip


class Store:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = iter(range(1000))

    def take(self, rows: Sequence[Row], *, source: str = "made", **more: object) -> Ingested:
        file = csv_file(self.folder / f"{next(self.numbers)}.csv", rows, base=FOCUS_LINE)
        named = {name: more.pop(name) for name in ("periods",) if name in more}
        return ingest(delivery(BillKind.FOCUS, file, source=source, **named), self.folder / "s", now=NOW, **more)  # type: ignore[arg-type]

    @property
    def total(self) -> Decimal:
        with open_duckdb(Lake(self.folder / "s")) as engine:
            return engine.query("SELECT SUM(BilledCost) AS t FROM cost").to_pylist()[0]["t"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def day(number: int, cost: str = "10", **more: str) -> Row:
    return {"BilledCost": cost, "ChargePeriodStart": f"2026-10-{number:02d}T00:00:00Z",
            "ChargePeriodEnd": f"2026-10-{number:02d}T01:00:00Z", **more}  # fmt: skip


def test_late_lines_in_the_next_months_file_do_not_replace_the_month(store: Store) -> None:
    store.take([day(number) for number in range(1, 11)])
    with pytest.raises(BillError, match=r"ends earlier: 10 rows of 100\.00 USD by 1 of 2\.00 USD") as refused:
        store.take([day(3, "2"), NOVEMBER])
    assert "--replace" in refused.value.hint
    assert store.total == 100
    store.take([day(3, "2"), NOVEMBER], replace=True)
    assert store.total == 3


def test_a_second_part_does_not_replace_the_first(store: Store) -> None:
    store.take([day(number) for number in range(1, 11)])
    with pytest.raises(BillError, match="has far fewer rows"):
        store.take([day(number) for number in range(8, 12)])
    accounts = [day(1, BillingAccountId="1"), day(2, BillingAccountId="2")]
    store.take(accounts, source="two")
    with pytest.raises(BillError, match="lacks account 2"):
        store.take([*accounts[:1], day(3, BillingAccountId="1")], source="two")


def test_a_manifest_says_that_less_is_the_whole(store: Store) -> None:
    store.take([day(number) for number in range(1, 11)], periods=("2026-10",))
    store.take([day(1)], periods=("2026-10",))
    assert store.total == 10


def test_the_same_bill_under_another_name_is_refused(store: Store, tmp_path: Path) -> None:
    file = csv_file(tmp_path / "b.csv", [{"BillingAccountId": ""}], base=FOCUS_LINE)
    ingest(delivery(BillKind.FOCUS, file, source="one"), tmp_path / "s", now=NOW)
    with pytest.raises(BillError, match="in the store as 'one'"):
        ingest(delivery(BillKind.FOCUS, file, source="two"), tmp_path / "s", now=NOW)


def test_bills_without_a_billing_account_overlap(store: Store) -> None:
    store.take([{"BillingAccountId": "", "BilledCost": "7"}], source="one")
    with pytest.raises(BillError, match="account none"):
        store.take([{"BillingAccountId": "", "BilledCost": "8"}], source="two")


def test_a_members_own_bill_overlaps_its_payers(store: Store) -> None:
    store.take([{"SubAccountId": "222222222222"}], source="payer")
    with pytest.raises(BillError, match="account 222222222222 from 'payer'"):
        store.take([{"BillingAccountId": "222222222222"}], source="member")


def test_a_bill_that_was_replaced_in_part_comes_in_again(store: Store, tmp_path: Path) -> None:
    both = csv_file(tmp_path / "both.csv", [day(1, "1"), {**NOVEMBER, "BilledCost": "2"}], base=FOCUS_LINE)
    first = delivery(BillKind.FOCUS, both)
    ingest(first, tmp_path / "s", now=NOW)
    store.take([{**NOVEMBER, "BilledCost": "90"}])
    assert store.total == 91
    assert not ingest(first, tmp_path / "s", now=NOW).unchanged
    assert store.total == 3
    assert ingest(first, tmp_path / "s", now=NOW).unchanged
