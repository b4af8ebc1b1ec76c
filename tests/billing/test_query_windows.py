"""Every question keeps to its time, half-open, and to its filter."""

from datetime import UTC, datetime
from typing import Any

import pytest

from costopt.billing.query import load, names
from tests.billing.conftest import Ask
from tests.oracles.bill_rows import Row, at, bill_row

WINDOWED = [name for name in names() if name != "costs" and "start" in load(name).parameters]


def charges(start: datetime, **cells: Any) -> list[Row]:
    """Usage that every question counts: one charge at standard prices, one that a commitment paid for."""
    usage = {
        "ChargePeriodStart": start,
        "ResourceId": "i-1",
        "SkuId": "S",
        "PricingUnit": "Hrs",
        "PricingQuantity": 1.0,
        "x_UsageType": "DataTransfer-Out-Bytes",
        "Tags": '{"team": "a"}',
    }
    plan = {"CommitmentDiscountId": "sp-1", "PricingCategory": "Committed", "CommitmentDiscountStatus": "Used"}
    return [bill_row(2, **(usage | cells)), bill_row(1, **(usage | plan | cells))]


def ask_all(ask: Ask, rows: list[Row], name: str, **values: Any) -> list[dict[str, Any]]:
    takes = load(name).parameters
    before = {"previous_start": datetime(2026, 9, 1, tzinfo=UTC), "previous_end": datetime(2026, 10, 1, tzinfo=UTC)}
    given = {"by": ["month"], "tag": "team", "count": 9, "billed": True, **before, **values}
    return ask(rows, name, **{key: value for key, value in given.items() if key in (*takes, "where")})


@pytest.mark.parametrize("name", WINDOWED)
def test_the_first_instant_is_in_and_the_last_is_not(name: str, ask: Ask) -> None:
    early = at(8, 31, 23) if name == "movers" else at(9, 30, 23)
    inside, first = charges(at(10, 31, 23)), charges(at(10, 1))
    without_first = ask_all(ask, inside, name)
    answer = ask_all(ask, [*first, *inside], name)
    assert answer != without_first
    assert ask_all(ask, [*charges(early), *first, *inside, *charges(at(11, 1))], name) == answer


@pytest.mark.parametrize("name", WINDOWED)
def test_only_rows_that_meet_the_filter_count(name: str, ask: Ask) -> None:
    east, west = charges(at(10, 5)), charges(at(10, 5), RegionId="us-west-2", SubAccountId="333333333333")
    answer = ask_all(ask, east, name)
    assert answer
    assert ask_all(ask, [*east, *west], name) != answer
    assert ask_all(ask, [*east, *west], name, where=["RegionId=us-east-1"]) == answer


EXPECTED = {"billed_cost": 1, "effective_cost": 2, "contracted_cost": 3, "list_cost": 4, "source_cost": 5}
PRICED = [name for name in names() if name != "costs" and EXPECTED.keys() & load(name).columns.keys()]


@pytest.mark.parametrize("name", PRICED)
def test_each_cost_is_of_its_own_column(name: str, ask: Ask) -> None:
    costs = {"BilledCost": 1, "EffectiveCost": 2, "ContractedCost": 3, "ListCost": 4, "x_SourceCost": 5}
    (row,) = ask_all(ask, charges(at(10, 5), **costs)[:1], name)
    found = {column: amount for column, amount in row.items() if column in EXPECTED}
    assert found == {column: EXPECTED[column] for column in found}
