"""Costs by anything, filters, tags, movers and top resources on small bills, computed by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.billing.dimensions import EVERY_ROW, parse_grouping
from costopt.billing.duckdb_engine import DuckDbEngine, open_duckdb
from costopt.billing.query import load_costs
from costopt.model.focus import TYPES
from tests.billing.conftest import OCTOBER, Ask
from tests.oracles.bill_rows import CREDIT, REFUND, TAX, UNUSED, Row, at, bill_row, publish

D = Decimal

HOSTILE_KEYS = (
    "team",
    "a.b",
    "aws:createdBy",
    "a/b",
    "a~1b",
    "it's",
    'say "hi"',
    "back\\slash",
    "ключ",
    "😀",
    "$",
    "*",
    "0",
    "-",
    "a=b",
    "[1]",
    "x') FROM cost; DROP VIEW cost; --",
)


def test_costs_are_four_sums_and_a_count(ask: Ask) -> None:
    rows = [
        bill_row("1.10", EffectiveCost="1.00", ListCost="2.00", ContractedCost="1.50"),
        bill_row("0.0000000001"),
        bill_row(-3, **CREDIT),
        bill_row(5, ServiceName="Tax", ChargeCategory="Tax"),
        bill_row(None, ServiceName="Tax", EffectiveCost=1),
    ]
    assert ask(rows, "costs", by=["ServiceName"]) == [
        {
            "ServiceName": "Amazon EC2",
            "BillingCurrency": "USD",
            "billed_cost": D("-1.8999999999"),  # 1.10 + 1E-10 - 3
            "effective_cost": D("-1.9999999999"),
            "list_cost": D("2.0000000001"),
            "contracted_cost": D("1.5000000001"),
            "line_items": 3,
        },
        {
            "ServiceName": "Tax",
            "BillingCurrency": "USD",
            "billed_cost": D(5),
            "effective_cost": D(6),
            "list_cost": None,  # the second row has an effective cost and no other
            "contracted_cost": None,
            "line_items": 2,
        },
    ]


def test_a_sum_of_what_is_unknown_is_unknown(ask: Ask) -> None:
    assert ask([bill_row(None)], "costs", wanted="billed_cost line_items") == [{"billed_cost": None, "line_items": 1}]


PLAIN, DERIVED = ("ServiceName",), ("tag:team",)


@pytest.mark.parametrize("by", [PLAIN, DERIVED], ids=["plain", "derived"])
def test_a_list_total_is_unknown_where_a_row_that_costs_something_has_none(by: tuple[str, ...], ask: Ask) -> None:
    """$7 of list cost is known, but what the second row lists at is not: 7 would look like a loss."""
    rows = [bill_row(5, ListCost=7), bill_row(4, ListCost=None, ContractedCost=3, tags={"x": "1"})]
    wanted = "billed_cost list_cost contracted_cost line_items"
    assert [tuple(row.values()) for row in ask(rows, "costs", by=by, wanted=wanted)] == [(D(9), None, D(8), 2)]


@pytest.mark.parametrize("by", [PLAIN, DERIVED], ids=["plain", "derived"])
@pytest.mark.parametrize(
    ("cells", "listed"),
    [
        ({"BilledCost": 0, "EffectiveCost": 0}, D(7)),
        ({"BilledCost": 0, "EffectiveCost": -1}, None),
        ({"BilledCost": 1, "EffectiveCost": 0}, None),
        ({"BilledCost": None, "EffectiveCost": 0}, None),
    ],
)
def test_a_row_that_costs_nothing_needs_no_list_cost(
    by: tuple[str, ...], cells: Row, listed: Decimal | None, ask: Ask
) -> None:
    rows = [bill_row(5, ListCost=7), bill_row(0, ListCost=None, **cells)]
    (row,) = ask(rows, "costs", by=by, wanted="list_cost contracted_cost")
    assert row == {"list_cost": listed, "contracted_cost": D(5)}


@pytest.mark.parametrize("by", [PLAIN, DERIVED], ids=["plain", "derived"])
def test_parts_that_cancel_do_not_hide_what_is_unknown(by: tuple[str, ...], ask: Ask) -> None:
    """A charge and its refund cost nothing together; what they list at is as unknown as before."""
    rows = [bill_row(5, ListCost=None), bill_row(-5, ListCost=None, **REFUND), bill_row(1, tags={"x": "1"})]
    (row,) = ask(rows, "costs", by=by, wanted="billed_cost list_cost contracted_cost")
    assert row == {"billed_cost": D(1), "list_cost": None, "contracted_cost": D(1)}


def test_an_empty_time_has_no_rows(ask: Ask) -> None:
    assert ask([bill_row(1, ChargePeriodStart=at(9, 30, 23))], "costs") == []


def test_a_charge_belongs_to_the_time_in_which_it_starts(ask: Ask) -> None:
    starts = [at(9, 30, 23, 59, 59, 999999), at(10, 1), at(10, 31, 23)]
    rows = [bill_row(2**n, ChargePeriodStart=start, hours=744) for n, start in enumerate([*starts, at(11, 1)])]
    assert ask(rows, "costs", wanted="billed_cost") == [{"billed_cost": D(2 + 4)}]


def test_currencies_never_meet(ask: Ask) -> None:
    rows = [bill_row(1), bill_row(100, BillingCurrency="JPY")]
    assert ask(rows, "costs", wanted="BillingCurrency billed_cost") == [
        {"BillingCurrency": "JPY", "billed_cost": D(100)},
        {"BillingCurrency": "USD", "billed_cost": D(1)},
    ]


def test_times_as_dimensions(ask: Ask) -> None:
    rows = [
        bill_row(1, ChargePeriodStart=at(10, 1)),
        bill_row(2, ChargePeriodStart=at(10, 1, 23)),
        # Google's billing month of October holds hours that are 1 November in UTC.
        bill_row(4, ChargePeriodStart=at(11, 1, 3), BillingPeriodStart=at(10, 1)),
    ]
    window = {"end": datetime(2027, 1, 1, tzinfo=UTC)}
    day = ask(rows, "costs", by=["day"], wanted="day billed_cost", **window)
    assert [tuple(row.values()) for row in day] == [(date(2026, 10, 1), D(3)), (date(2026, 11, 1), D(4))]
    hour = ask(rows, "costs", by=["hour"], wanted="hour", **window)
    assert [row["hour"].hour for row in hour] == [0, 23, 3]
    month = ask(rows, "costs", by=["month,period"], wanted="month period billed_cost", **window)
    assert [tuple(row.values()) for row in month] == [("2026-10", "2026-10", D(3)), ("2026-11", "2026-10", D(4))]


@pytest.mark.parametrize("key", HOSTILE_KEYS)
def test_cost_by_a_tag_whatever_its_key_is(key: str, ask: Ask) -> None:
    value = f"v'{key}\""
    rows = [
        bill_row(1, tags={key: value, "zz": "1"}),
        bill_row(2, tags={key: value, "zz": "2"}),
        bill_row(4, tags={key + "x": "other"}),
        bill_row(8),
        bill_row(16, tags={key: ""}),
    ]
    answer = ask(rows, "costs", by=[f"tag:{key}"])
    found = {row[f"tag:{key}"]: row["billed_cost"] for row in answer}
    assert found == {value: D(3), None: D(12), "": D(16)}


@pytest.mark.parametrize("key", [key for key in HOSTILE_KEYS if "=" not in key])
def test_filter_by_a_tag_whatever_key_and_value_are(key: str, ask: Ask) -> None:
    value = "' OR TRUE OR '' = '\\"
    rows = [bill_row(1, tags={key: value}), bill_row(2, tags={key: "b"}), bill_row(4), bill_row(8, tags={key: ""})]

    def total(*where: str) -> Decimal:
        (row,) = ask(rows, "costs", where=where, wanted="billed_cost")
        return row["billed_cost"]

    assert total(f"tag:{key}={value}") == 1
    assert total(f"tag:{key}={value}", f"tag:{key}=b") == 3
    assert total(f"tag:{key}!={value}") == 14
    assert total(f"tag:{key}=") == 12
    assert total(f"tag:{key}!=") == 3
    assert total(f"tag:{key}!=", f"tag:{key}!=b") == 1


def test_filters_of_several_dimensions_all_hold(ask: Ask) -> None:
    rows = [
        bill_row(1, RegionId="a", x_Own="1"),
        bill_row(2, RegionId="a", x_Own="2"),
        bill_row(4, RegionId="b", x_Own="1"),
        bill_row(8, RegionId=None, x_Own="1"),
    ]

    def total(*where: str) -> Decimal:
        return sum((row["billed_cost"] for row in ask(rows, "costs", where=where)), D(0))

    assert total("RegionId=a", "x_Own=1") == 1
    assert total("RegionId!=a", "x_Own=1") == 12
    assert total("RegionId=") == 8
    assert total("day=2026-10-05", "month=2026-10", "period=2026-10") == 15
    assert total("day=2026-10-06") == 0


def test_top_resources_of_each_currency(ask: Ask) -> None:
    rows = [
        bill_row(3, ResourceId="i-1", ResourceName="web", ServiceName="B"),
        bill_row(2, ResourceId="i-1", ServiceName="A", RegionId=None),
        bill_row(5, ResourceId="i-0"),
        bill_row(4, ResourceId="i-2"),
        bill_row(900, ResourceId="i-9", BillingCurrency="JPY"),
        bill_row(99, ResourceId="sp", **UNUSED),
        bill_row(98, ResourceId="i-7", **REFUND),
        bill_row(97, ResourceId="i-7", ChargeCategory="Purchase"),
        bill_row(96),
    ]
    wanted = "BillingCurrency place ResourceId service resource_name region effective_cost line_items"
    answer = [tuple(row.values()) for row in ask(rows, "top_resources", count=2, wanted=wanted)]
    assert answer == [
        ("JPY", 1, "i-9", "Amazon EC2", None, "us-east-1", D(900), 1),
        ("USD", 1, "i-0", "Amazon EC2", None, "us-east-1", D(5), 1),
        ("USD", 2, "i-1", "A", "web", "us-east-1", D(5), 2),
    ]


SEPTEMBER = {"previous_start": datetime(2026, 9, 1, tzinfo=UTC), "previous_end": datetime(2026, 10, 1, tzinfo=UTC)}


def test_movers(ask: Ask) -> None:
    september, october = at(9, 30, 23), at(10, 1)
    rows = [
        bill_row(10, ServiceName="up", ChargePeriodStart=october),
        bill_row(4, ServiceName="up", ChargePeriodStart=september),
        bill_row(1, ServiceName="down", ChargePeriodStart=october),
        bill_row(8, ServiceName="down", ChargePeriodStart=september),
        bill_row(6, ServiceName="new", ChargePeriodStart=october),
        bill_row(5, ServiceName="same", ChargePeriodStart=october),
        bill_row(5, ServiceName="same", ChargePeriodStart=september),
        bill_row(-2, ServiceName="credit", ChargePeriodStart=september),
        bill_row(99, ServiceName="older", ChargePeriodStart=at(8, 31, 23)),
    ]
    wanted = "ServiceName place current_cost previous_cost change change_fraction"
    answer = ask(rows, "movers", by=["ServiceName"], **SEPTEMBER, billed=False, count=4, wanted=wanted)
    assert [tuple(row.values()) for row in answer] == [
        ("down", 1, D(1), D(8), D(-7), -0.875),
        ("new", 2, D(6), D(0), D(6), None),
        ("up", 3, D(10), D(4), D(6), 1.5),
        ("credit", 4, D(0), D(-2), D(2), 1.0),
    ]


@pytest.mark.parametrize(("billed", "change"), [(True, D(6)), (False, D(60))])
def test_movers_between_two_times_leave_out_what_lies_between_them(ask: Ask, billed: bool, change: Decimal) -> None:
    rows = [
        bill_row(10, EffectiveCost=100, ChargePeriodStart=at(10, 5)),
        bill_row(4, EffectiveCost=40, ChargePeriodStart=at(9, 5)),
        bill_row(7, EffectiveCost=70, ChargePeriodStart=at(9, 20)),
        bill_row(9, EffectiveCost=90, ChargePeriodStart=at(8, 31, 23)),
    ]
    times = {"previous_start": datetime(2026, 9, 1, tzinfo=UTC), "previous_end": datetime(2026, 9, 20, tzinfo=UTC)}
    (row,) = ask(rows, "movers", by=["ServiceName"], billed=billed, count=3, **times)
    assert (row["change"], row["current_cost"] - row["previous_cost"], row["place"]) == (change, change, 1)


def test_movers_by_a_tag(ask: Ask) -> None:
    rows = [bill_row(3, tags={"t": "a", "u": "1"}), bill_row(4, tags={"t": "a"}), bill_row(1)]
    answer = ask(rows, "movers", by=["tag:t"], **SEPTEMBER, billed=False, count=9, wanted="tag:t change")
    assert [tuple(row.values()) for row in answer] == [("a", D(7)), (None, D(1))]


def test_tag_coverage(ask: Ask) -> None:
    rows = [
        bill_row(6, tags={"team": "ml"}),
        bill_row(1, tags={"team": ""}),
        bill_row(1, tags={"Team": "ml"}),
        bill_row(4),
        bill_row(50, **UNUSED),
        bill_row(60, **TAX),
        bill_row(-70, **REFUND),
        bill_row(0, ServiceName="free"),
    ]
    answer = ask(rows, "tag_coverage", by=["ServiceName"], tag="team")
    assert answer == [
        {
            "ServiceName": "Amazon EC2",
            "BillingCurrency": "USD",
            "effective_cost": D(12),
            "tagged_cost": D(6),
            "untagged_cost": D(6),
            "coverage": 0.5,
            "line_items": 4,
            "tagged_line_items": 1,
        },
        {
            "ServiceName": "free",
            "BillingCurrency": "USD",
            "effective_cost": D(0),
            "tagged_cost": D(0),
            "untagged_cost": D(0),
            "coverage": None,
            "line_items": 1,
            "tagged_line_items": 0,
        },
    ]


def test_tag_sets_keep_their_text(ask: Ask) -> None:
    rows = [
        bill_row(1, tags={"a": "1"}),
        bill_row(2, tags={"a": "1"}),
        bill_row(4, tags={"a": "2"}),
        bill_row(8, **TAX),
    ]
    answer = ask(rows, "tag_sets", wanted="Tags effective_cost line_items")
    assert [tuple(row.values()) for row in answer] == [
        ('{"a": "1"}', D(3), 2),
        ('{"a": "2"}', D(4), 1),
        (None, D(8), 1),
    ]


def test_shared_cost_basis_adds_up_to_the_bill(ask: Ask) -> None:
    rows = [
        bill_row(1, tags={"team": "a", "x": "1"}),
        bill_row(2, tags={"team": "a"}),
        bill_row(4, tags={"team": "b"}, EffectiveCost=3),
        bill_row(8, tags={"team": ""}),
        bill_row(16),
        bill_row(32, **TAX),
    ]
    answer = ask(rows, "shared_cost_basis", tag="team")
    assert [tuple(row.values()) for row in answer] == [
        ("a", "USD", D(3), D(3), 2),
        ("b", "USD", D(4), D(3), 1),
        (None, "USD", D(56), D(56), 3),
    ]


DIMENSIONS = ("day", "hour", "month", "period", "ServiceName", "RegionId", "ResourceId", "Tags", "x_Own", "BilledCost")
COSTS = {
    "billed_cost": "BilledCost",
    "effective_cost": "EffectiveCost",
    "list_cost": "ListCost",
    "contracted_cost": "ContractedCost",
}
TAG_DIMENSIONS = tuple(f"tag:{key}" for key in HOSTILE_KEYS)


def random_rows(seed: int) -> list[Row]:
    """Rows of every kind, with gaps and hostile tags."""
    random = Random(seed)

    def amount() -> Decimal:
        return D(random.randint(-(10**12), 10**14)).scaleb(-10)

    kinds: tuple[Row, ...] = ({}, {}, {}, CREDIT, REFUND, TAX, UNUSED, {"BillingCurrency": "EUR"})
    return [
        bill_row(
            amount(),
            **{"EffectiveCost": amount(), "ListCost": amount(), "ContractedCost": amount(), **random.choice(kinds)},
            tags=random.choice((None, {}, {random.choice(HOSTILE_KEYS): random.choice(("", "a", "'\"\\"))})),
            ChargePeriodStart=at(10, random.randint(1, 31), random.randint(0, 23)),
            RegionId=random.choice((None, "", "us-east-1")),
            ResourceId=random.choice((None, "i-1", "i'2")),
            x_Own=random.choice((None, "1")),
        )
        for _ in range(200)
    ]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Any:
    rows = random_rows(1)
    with open_duckdb(publish(tmp_path_factory.mktemp("many") / "s", rows)) as engine:
        yield rows, engine


@given(texts=st.lists(st.sampled_from(DIMENSIONS + TAG_DIMENSIONS), max_size=6))
def test_costs_sum_to_the_total_whatever_the_dimensions(many: tuple[list[Row], DuckDbEngine], texts: list[str]) -> None:
    rows, engine = many
    by = parse_grouping(texts, {*TYPES, "x_Own"})
    answer = engine.query(load_costs(by).bind(by=by.fragment, where=EVERY_ROW, **OCTOBER)).to_pylist()
    for currency in ("USD", "EUR"):
        expected = [row for row in rows if row["BillingCurrency"] == currency]
        found = [row for row in answer if row["BillingCurrency"] == currency]
        for name, column in COSTS.items():
            assert sum(row[name] for row in found) == sum(D(row[column]) for row in expected)
        assert sum(row["line_items"] for row in found) == len(expected)
    keys = [tuple(row[name] for name in by.names) for row in answer]
    assert len(set(keys)) == len(keys)


def test_the_store_is_read_whatever_its_path(tmp_path: Path) -> None:
    with open_duckdb(publish(tmp_path / "it's [a] *", [bill_row(1)])) as engine:
        assert engine.query("SELECT COUNT(*) AS n FROM cost").to_pylist() == [{"n": 1}]
