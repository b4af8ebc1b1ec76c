"""Values become literals and what users write becomes SQL that holds nothing else."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.billing.dimensions import (
    EVERY_ROW,
    MAX_DIMENSIONS,
    MAX_LETTERS,
    Fragment,
    parse_condition,
    parse_grouping,
    parse_tag,
)
from costopt.billing.query import Query, load, load_costs, names, read_query
from costopt.errors import UsageError
from costopt.model.focus import TYPES
from tests.oracles.bill_rows import at

HEAD = "-- A question.\n--\n-- Grain: one row.\n--\n-- Columns:\n--   x text: words\n--\n-- Parameters:\n"
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def one(kind: str, sql: str = "SELECT :value AS x") -> Query:
    return read_query("one", f"{HEAD}--   value {kind}: words\n{sql}\n")


def answer(kind: str, value: object) -> object:
    row = duckdb.sql(one(kind).bind(value=value)).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("kind", "value", "given_back"),
    [
        ("time", datetime(2026, 10, 1, 2, tzinfo=timezone(timedelta(hours=2))), at(10, 1)),
        ("time", datetime(2026, 10, 1, 0, 0, 0, 5, tzinfo=UTC), at(10, 1, 0, 0, 0, 5)),
        ("date", date(2026, 2, 28), date(2026, 2, 28)),
        ("integer", -(2**63) + 1, -(2**63) + 1),
        ("decimal", Decimal("-0.0000000001"), Decimal("-0.0000000001")),
        ("decimal", Decimal("999999999999999999.9999999999"), Decimal("999999999999999999.9999999999")),
        ("decimal", Decimal("1E+3"), Decimal(1000)),
        ("boolean", True, True),
        ("text", "it's :value -- \\' \\", "it's :value -- \\' \\"),
    ],
)
def test_a_value_comes_back_as_it_was(kind: str, value: object, given_back: object) -> None:
    assert answer(kind, value) == given_back


@given(TEXT)
def test_any_text_comes_back_as_it_was(value: str) -> None:
    assert answer("text", value) == value


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_a_list_of_texts_holds_them_and_nothing_else(values: list[str]) -> None:
    sql = one("texts", "SELECT 'a' IN :value AS x").bind(value=values)
    assert duckdb.sql(sql).fetchall() == [("a" in values,)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("time", at(10, 1)),
        ("time", date(2026, 10, 1)),
        ("date", datetime(2026, 10, 1, tzinfo=UTC)),
        ("integer", True),
        ("integer", 2**63),
        ("integer", "1"),
        ("decimal", 0.1),
        ("decimal", Decimal("NaN")),
        ("decimal", Decimal("1E-11")),
        ("decimal", Decimal("1E18")),
        ("boolean", 1),
        ("text", None),
        ("text", "a\0b"),
        ("text", "\ud800"),
        ("texts", []),
        ("texts", "abc"),
        ("texts", ["a", None]),
        ("condition", "TRUE"),
        ("condition", Fragment(kind="tag", parts={"": "1"})),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(kind: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"is no {kind}"):
        one(kind).bind(value=value)


@pytest.mark.parametrize("values", [{}, {"value": "a", "other": "b"}, {"other": "b"}])
def test_missing_and_unknown_values_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"one takes \['value'\]"):
        one("text").bind(**values)


def test_only_parameters_are_replaced() -> None:
    sql = "SELECT ':value' AS a, \":value\", '''' || :value::VARCHAR -- :value it's\n FROM t"
    bound = one("text", sql).bind(value=":value")
    assert bound == "SELECT ':value' AS a, \":value\", '''' || ':value'::VARCHAR -- :value it's\n FROM t"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "--   value text: words\nSELECT 1", r"lists \['value'\], the SQL has \[\]"),
        (HEAD.replace("Parameters:", "Parameters: none") + "SELECT :value", r"lists \[\], the SQL has \['value'\]"),
        (HEAD + "--   value money: words\nSELECT :value", "known types, not {'money'}"),
        (HEAD.replace("Grain:", "") + "--   value text: words\nSELECT :value", "needs grain"),
        (HEAD + "-- value text\nSELECT :value", "is not `name type: words`"),
        ("SELECT 1", "no 'Columns:'"),
    ],
)
def test_a_file_whose_comment_does_not_fit_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_query("one", text)


@pytest.mark.parametrize("name", ["nothing", "../query", "costs.sql", ""])
def test_no_such_query(name: str) -> None:
    with pytest.raises(ValueError, match="query"):
        load(name)


def test_every_file_can_be_loaded_and_its_comment_says_what_it_answers() -> None:
    assert {"costs", "movers", "hourly_usage", "bill_periods"} <= set(names())
    for name in names():
        assert load(name).doc.partition("\n")[0].endswith("."), name


def test_the_currency_is_part_of_every_grouping_once() -> None:
    assert parse_grouping([], TYPES).names == ("BillingCurrency",)
    assert parse_grouping(["BillingCurrency,RegionId", "RegionId"], TYPES).names == ("BillingCurrency", "RegionId")


def test_names_that_an_engine_may_refuse_are_replaced_and_given_back_as_headings() -> None:
    extra = ["billed_cost", 'we"ird', "DIMENSION_1", "billingcurrency", "Tags"]
    by = parse_grouping(["tag:a/b", *extra, "tag:A/B", "x_Mine"], {*TYPES, *extra, "x_Mine"})
    assert by.names == (*(f"dimension_{number}" for number in range(1, 8)), "x_Mine", "BillingCurrency")
    headings = ["tag:a/b", "column:billed_cost", *extra[1:], "tag:A/B", "x_Mine", "BillingCurrency", "billed_cost"]
    assert by.headings([*by.names, "billed_cost"]) == headings


def test_a_comma_in_a_key_is_written_with_a_backslash() -> None:
    assert [dimension.label for dimension in parse_grouping([r"tag:a\,b, day"], TYPES).dimensions] == [
        "tag:a,b",
        "day",
        "BillingCurrency",
    ]


def test_without_derived_dimensions_one_step_does() -> None:
    assert load_costs(parse_grouping(["day", "hour", "ServiceName"], TYPES)).name == "costs"
    for derived in ("tag:team", "month", "period"):
        by = parse_grouping([derived], TYPES)
        assert load_costs(by).name == "costs_derived"
        window = {"start": datetime(2026, 1, 1, tzinfo=UTC), "end": datetime(2026, 2, 1, tzinfo=UTC)}
        with pytest.raises(ValueError, match="no such part"):
            load("costs").bind(by=by.fragment, where=EVERY_ROW, **window)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("servicename", "ServiceName"),
        ("Service", "ServiceName"),
        ("days", "day"),
        ("qqq", "tag:KEY"),
        ("", "1 to"),
        ("tag:", "tag:team"),
        ("tag:a\0", "NUL"),
        ("tag:\udc80", "NUL"),
        ("tag:" + "k" * MAX_LETTERS, "1 to"),
        ('ServiceName" FROM cost --', "ServiceName"),
    ],
)
def test_a_dimension_that_is_not_there_is_refused_with_the_next_step(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_grouping([text], TYPES)
    assert hint in refused.value.hint


def test_too_many_dimensions() -> None:
    with pytest.raises(UsageError, match="21 dimensions"):
        parse_grouping([f"tag:{number}" for number in range(MAX_DIMENSIONS + 1)], TYPES)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ServiceName", "is no filter"),
        ("=x", "is no filter"),
        ("BilledCost=1", "cannot be filtered by"),
        ("hour=2026-10-01", "cannot be filtered by"),
        ("ChargePeriodStart=2026-10-01", "cannot be filtered by"),
        ("PricingQuantity=1", "cannot be filtered by"),
        ("day=2026-02-30", "no day"),
        ("day=20260228", "no day"),
        ("month=2026-13", "no month"),
        ("period=2026", "no month"),
        ("day=", "no day"),
        ("Nothing=1", "no column"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as refused:
        parse_condition([text], TYPES)
    assert refused.value.hint


def test_too_many_filters() -> None:
    with pytest.raises(UsageError, match="101 filters"):
        parse_condition(["RegionId=x"] * 101, TYPES)


def test_no_filter_is_every_row() -> None:
    assert parse_condition([], TYPES) is EVERY_ROW


@pytest.mark.parametrize("key", ["", "a\0b"])
def test_a_key_that_cannot_be_one_is_refused(key: str) -> None:
    with pytest.raises(UsageError):
        parse_tag(key)


@given(key=TEXT.filter(lambda key: 0 < len(key) < 200), value=TEXT.filter(lambda value: len(value) < 200))
def test_whatever_a_filter_says_it_is_one_condition(key: str, value: str) -> None:
    """The text of key and value stands in literals: without them the condition is always the same."""
    sql = parse_condition([f"RegionId={value}"], TYPES).parts[""] + parse_tag(key).parts[""]
    bare = "".join(part for index, part in enumerate(sql.replace("''", "").split("'")) if index % 2 == 0)
    assert bare.startswith('("RegionId" IS ')
    assert bare.endswith(')TAG("Tags", )')
    assert bare.count("(") == 3
