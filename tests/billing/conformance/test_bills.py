"""What bills hold, counted from the store's files."""

from decimal import Decimal
from pathlib import Path

import pytest

from costopt.billing.conformance.bills import assess_bills
from costopt.billing.lake import Lake
from costopt.errors import EngineError, StoreError
from tests.oracles.bill_rows import at, bill_row, publish


def test_each_month_is_counted_for_itself(tmp_path: Path) -> None:
    rows = [bill_row("0.1"), bill_row("0.2", ResourceId="i-1"), bill_row(7, ChargePeriodStart=at(9, 2))]
    lake = publish(tmp_path / "s", rows)
    september, october = assess_bills(lake, lake.catalog())
    assert (september.bill.billing_period, september.quality.rows) == ("2026-09", 1)
    assert (october.bill.billing_period, october.quality.rows) == ("2026-10", 2)
    assert october.totals["USD"]["BilledCost"] == Decimal("0.3")
    assert october.totals["USD"]["x_SplitCost"] is None
    (resources,) = [column for column in october.quality.columns if column.column == "ResourceId"]
    assert resources.nulls == 1
    assert "ResourceId" in september.quality.empty_columns


def test_currencies_are_not_added(tmp_path: Path) -> None:
    lake = publish(tmp_path / "s", [bill_row(1), bill_row(2, BillingCurrency="EUR"), bill_row(4)])
    (one,) = assess_bills(lake, lake.catalog())
    assert {currency: sums["BilledCost"] for currency, sums in one.totals.items()} == {"EUR": 2, "USD": 5}


def test_a_file_with_other_rows_than_the_catalog_says_is_refused(tmp_path: Path) -> None:
    lake = publish(tmp_path / "s", [bill_row(1), bill_row(2)])
    shorter = publish(tmp_path / "t", [bill_row(1)])
    (there,), (other,) = lake.files(lake.catalog().bills[0]), shorter.files(shorter.catalog().bills[0])
    there.write_bytes(other.read_bytes())
    with pytest.raises(StoreError, match="made 2026-10 has 1 rows, the catalog says 2"):
        assess_bills(lake, lake.catalog())


@pytest.mark.parametrize("content", [b"", b"no parquet"])
def test_a_damaged_file_is_named_by_its_bill(content: bytes, tmp_path: Path) -> None:
    lake: Lake = publish(tmp_path / "s", [bill_row(1)])
    (file,) = lake.files(lake.catalog().bills[0])
    file.write_bytes(content)
    with pytest.raises(EngineError, match="made 2026-10 cannot be read"):
        assess_bills(lake, lake.catalog())
