"""Answers of other engines in DuckDB's types, and tables that are none of costs."""

from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from costopt.billing.engines.answer import brief, canonical, check_columns
from costopt.errors import EngineError
from costopt.model.focus import COLUMNS, ColumnType

KINDS = {
    "string": ColumnType.TEXT,
    "decimal": ColumnType.MONEY,
    "double": ColumnType.NUMBER,
    "timestamp": ColumnType.TIME,
}
WORD = {kind: word for word, kind in KINDS.items()}
COMPLETE = {column.name: WORD[column.type] for column in COLUMNS}


def one(value: object, kind: pa.DataType) -> pa.Table:
    return pa.table({"x": pa.array([value, None], type=kind)})


@pytest.mark.parametrize(
    ("value", "kind", "wanted"),
    [
        (3, pa.int32(), pa.int64()),
        (3, pa.uint8(), pa.int64()),
        (0.5, pa.float32(), pa.float64()),
        (Decimal("1.50"), pa.decimal128(10, 2), pa.decimal128(38, 10)),
        (Decimal("-1.0000000001"), pa.decimal256(76, 38), pa.decimal128(38, 10)),
        (datetime(2026, 10, 1), pa.timestamp("ns"), pa.timestamp("us")),
        ("ü", pa.large_string(), pa.string()),
        (True, pa.bool_(), pa.bool_()),
        (datetime(2026, 10, 1).date(), pa.date32(), pa.date32()),
    ],
)
def test_types_become_those_of_duckdb(value: object, kind: pa.DataType, wanted: pa.DataType) -> None:
    table = canonical(one(value, kind), ["Cost"])
    assert table.schema == pa.schema([("Cost", wanted)])
    assert table["Cost"].to_pylist() == [value, None]


def test_a_time_with_a_zone_is_given_in_utc() -> None:
    moment = datetime(2026, 10, 1, 5, tzinfo=UTC)
    table = canonical(one(moment, pa.timestamp("us", tz="America/New_York")), ["t"])
    assert table["t"].to_pylist() == [moment.replace(tzinfo=None), None]


@pytest.mark.parametrize("value", ["0.00000000001", "10000000000000000000000000000"])
def test_money_that_does_not_fit_is_an_error_and_not_rounded(value: str) -> None:
    with pytest.raises(EngineError, match="does not fit"):
        canonical(one(Decimal(value), pa.decimal256(76, 38)), ["x"])


def test_columns_are_told_by_their_place() -> None:
    table = pa.table([pa.array([1]), pa.array([2])], names=["servicename", "servicename"])
    assert canonical(table, ["ServiceName", "x"]).to_pylist() == [{"ServiceName": 1, "x": 2}]
    with pytest.raises(EngineError, match="2 columns, not 1"):
        canonical(table, ["x"])


def test_a_table_of_costs_passes_whatever_case_its_columns_have() -> None:
    check_columns("t", {name.lower(): kind.upper() for name, kind in COMPLETE.items()}, KINDS, "json")
    check_columns("t", {column.name: WORD[column.type] for column in COLUMNS if column.mandatory}, KINDS, "json")
    check_columns("t", COMPLETE | {"Tags": "map"}, KINDS, "map")


@pytest.mark.parametrize(
    ("column", "kind", "tags", "message"),
    [
        ("BilledCost", "double", "json", "BilledCost is double, not decimal with 10 places"),
        ("ChargePeriodStart", "string", "json", "ChargePeriodStart is string, not timestamp in UTC"),
        ("PricingQuantity", "decimal", "json", "PricingQuantity is decimal, not double"),
        ("Tags", "map", "json", "Tags is map, not text"),
        ("Tags", "string", "map", "Tags is string, not map"),
        ("x_SourceType", "struct", "json", "x_SourceType is struct, not text"),
    ],
)
def test_a_column_of_another_type_is_named(column: str, kind: str, tags: str, message: str) -> None:
    types = COMPLETE | {"Tags": "map" if tags == "map" else "string", column: kind}
    with pytest.raises(EngineError) as caught:
        check_columns("a.b", types, KINDS, tags)
    assert str(caught.value) == f"a.b is no table of FOCUS costs: it {message}"


def test_a_missing_column_is_named() -> None:
    with pytest.raises(EngineError, match="has no column BilledCost, EffectiveCost"):
        check_columns(
            "t", {n: k for n, k in COMPLETE.items() if n not in ("BilledCost", "EffectiveCost")}, KINDS, "json"
        )
    with pytest.raises(EngineError, match="Tags is missing, not map"):
        check_columns("t", {n: k for n, k in COMPLETE.items() if n != "Tags"}, KINDS, "map")


def test_a_message_is_one_bounded_line() -> None:
    assert brief(ValueError("first\n\tat org.apache...")) == "first"
    assert len(brief(ValueError("x" * 10_000))) == 500
    assert brief(TimeoutError()) == "TimeoutError"
