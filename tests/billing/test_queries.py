"""Rules that every question keeps, so that it means the same on every engine."""

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

from costopt.billing.dimensions import EVERY_ROW, RESERVED, parse_condition, parse_grouping, parse_tag
from costopt.billing.functions import FUNCTIONS, TAG
from costopt.billing.query import Query, load, names
from costopt.model.focus import TYPES
from tests.billing.conftest import Store
from tests.oracles.bill_rows import bill_row

ROOT = Path(__file__).resolve().parents[2]
MONEY, NUMBER = pa.decimal128(38, 10), pa.float64()
ARROW = {
    "money": MONEY,
    "ratio": NUMBER,
    "price": NUMBER,
    "quantity": NUMBER,
    "count": pa.int64(),
    "text": pa.string(),
    "time": pa.timestamp("us"),
    "day": pa.date32(),
}
GROUPINGS = (
    [],
    ["day", "ServiceName", "tag:it's a 'key'"],
    ["hour", "month", "period", "tag:a/b", "tag:a\\b", 'we"ird -- column', "Tags"],
    ["SubAccountId", "x_Extra", "hour"],
)
EXTRA = ('we"ird -- column', "x_Extra")
FILTERS = parse_condition(
    ["ServiceName=it's", "tag:a'b!=--", "day=2026-10-05", "x_Extra!=", "month!=2026-01"], [*TYPES, *EXTRA]
)


def sample(query: Query, texts: list[str]) -> str:
    by = parse_grouping([text.replace(",", "\\,") for text in texts], [*TYPES, *EXTRA])
    values = {
        "start": datetime(2026, 10, 1, tzinfo=UTC),
        "end": datetime(2026, 11, 1, tzinfo=UTC),
        "previous_start": datetime(2026, 9, 1, tzinfo=UTC),
        "previous_end": datetime(2026, 9, 20, tzinfo=UTC),
        "billed": True,
        "by": by.fragment,
        "where": FILTERS if texts else EVERY_ROW,
        "tag": parse_tag("it's"),
        "count": 5,
    }
    return query.bind(**{name: values[name] for name in query.parameters})


def samples() -> list[tuple[str, list[str]]]:
    """Name of each query with groupings that it takes."""
    plain = (GROUPINGS[0], GROUPINGS[3])
    takes = {name: plain if name == "costs" else GROUPINGS for name in names()}
    return [(name, texts) for name in names() for texts in takes[name] if texts == [] or "by" in load(name).parameters]


def parsed(name: str, texts: list[str]) -> exp.Select:
    statement = sqlglot.parse_one(sample(load(name), texts), read="duckdb")
    assert isinstance(statement, exp.Select)
    return statement


every_query = pytest.mark.parametrize(("name", "texts"), samples())


@every_query
def test_only_functions_that_all_engines_mean_the_same_by(name: str, texts: list[str]) -> None:
    for call in parsed(name, texts).find_all(exp.Func):
        assert call.name == TAG if isinstance(call, exp.Anonymous) else call.sql_name() in FUNCTIONS, call.sql()


@every_query
def test_every_column_is_named(name: str, texts: list[str]) -> None:
    for star in parsed(name, texts).find_all(exp.Star):
        assert isinstance(star.parent, exp.Count)


@every_query
def test_the_one_table_is_cost(name: str, texts: list[str]) -> None:
    statement = parsed(name, texts)
    steps = {cte.alias for cte in statement.find_all(exp.CTE)}
    assert {table.name for table in statement.find_all(exp.Table)} - steps == {"cost"}


@every_query
def test_decimals_are_never_multiplied_and_divided_only_as_doubles(name: str, texts: list[str]) -> None:
    statement = parsed(name, texts)
    assert statement.find(exp.Mul, exp.IntDiv, exp.Mod) is None
    for division in statement.find_all(exp.Div):
        assert isinstance(division.right, exp.Nullif), "a zero below the line is NULL"
        for side in (division.left, division.right.this):
            assert isinstance(side, exp.Cast)
            assert side.to.this == exp.DataType.Type.DOUBLE


@every_query
def test_sums_are_not_subtracted_from_each_other(name: str, texts: list[str]) -> None:
    """Of two DECIMAL(38,10) Spark makes a DECIMAL(38,9)."""
    statement = parsed(name, texts)
    grouped = {cte.alias for cte in statement.ctes if cte.this.args.get("group")}
    for difference in statement.find_all(exp.Sub):
        if difference.left.sql() == "1":
            continue  # a ratio, in doubles
        assert difference.find_ancestor(exp.Sum)
        select = difference.find_ancestor(exp.Select)
        assert select is not None
        assert not {table.name for table in select.args["from_"].find_all(exp.Table)} & grouped


@every_query
def test_quantities_are_summed_as_decimals(name: str, texts: list[str]) -> None:
    for total in parsed(name, texts).find_all(exp.Sum):
        for column in total.find_all(exp.Column):
            if column.name in ("PricingQuantity", "CommitmentDiscountQuantity", "ConsumedQuantity"):
                cast = column.parent
                assert isinstance(cast, exp.Cast)
                assert cast.to.sql() == "DECIMAL(28, 10)"


@every_query
def test_money_of_two_currencies_is_never_summed(name: str, texts: list[str]) -> None:
    for select in parsed(name, texts).find_all(exp.Select):
        if any(column.find(exp.Sum) for column in select.selects):
            group = select.args["group"]
            assert "BillingCurrency" in {column.name for column in group.find_all(exp.Column)}


@every_query
def test_rows_stand_in_one_order(name: str, texts: list[str]) -> None:
    """The last keys of the order are the keys of the rows, or the place that is unique among those of a currency."""
    statement = parsed(name, texts)
    order = [ordered.this.name for ordered in statement.args["order"].expressions]
    if order == ["BillingCurrency", "place"]:
        return
    steps = [*(cte.this for cte in statement.ctes), statement]
    last = [step for step in steps if step.args.get("group")][-1]
    keys = [select.alias_or_name for select in last.selects if not select.find(exp.Sum, exp.Min, exp.Max, exp.Count)]
    assert keys
    assert set(keys) <= set(order)


@every_query
def test_the_comment_tells_names_and_types_of_the_columns(name: str, texts: list[str], store: Store) -> None:
    extra = dict.fromkeys(EXTRA)
    schema = store([bill_row(**extra)]).query(sample(load(name), texts)).schema
    by = parse_grouping(texts, [*TYPES, *EXTRA])
    documented = load(name).columns
    expected = [part for column in documented for part in (by.names if column == "(by)" else [column])]
    assert schema.names == expected
    for column, kind in documented.items():
        if column != "(by)":
            assert schema.field(column).type == ARROW[kind], column


@pytest.mark.parametrize("name", [name for name in names() if "by" in load(name).parameters])
def test_names_of_a_querys_own_columns_are_kept_from_dimensions(name: str) -> None:
    own = re.findall(r"\bAS ([a-z_]+)\b(?! \()", load(name).sql)
    assert own
    assert set(own) <= RESERVED


def test_hours_mean_the_same_everywhere() -> None:
    lists = [re.findall(r"'Hours'[^)]*?'1 Hour'", load(name).sql) for name in ("hourly_usage", "commitment_coverage")]
    assert lists[0] == lists[1]
    assert len(lists[0]) == 1


def test_the_page_of_questions_is_the_files_own_words() -> None:
    command = [sys.executable, str(ROOT / "tools/build_query_docs.py"), "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
