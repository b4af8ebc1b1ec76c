"""What other engines answer, in the types that DuckDB gives; and whether the user's table is a table of costs."""

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.types as kinds

from costopt.errors import EngineError
from costopt.model.focus import COLUMNS, TYPES, ColumnType

MONEY: Final = pa.decimal128(38, 10)
"""A sum of DECIMAL(28,10), in DuckDB and Spark alike."""
_MOST_SHOWN: Final = 8
_EXPECTED: Final = {
    ColumnType.TEXT: "text",
    ColumnType.MONEY: "decimal with 10 places",
    ColumnType.NUMBER: "double",
    ColumnType.TIME: "timestamp in UTC",
}


def canonical(answer: pa.Table, names: Sequence[str]) -> pa.Table:
    """An answer with DuckDB's types: decimal128(38, 10), double, int64, string, date32, timestamp[us] without a zone.

    Args:
        answer: what the engine gave; its times are UTC.
        names: of the columns, as the question spells them.

    Raises:
        EngineError: a value does not fit, such as a cost with more than 10 places.
    """
    if len(names) != answer.num_columns:
        raise EngineError(f"the engine gave {answer.num_columns} columns, not {len(names)}", hint="Report this query.")
    try:
        columns = [column.cast(_type(column.type)) for column in answer.columns]
    except pa.ArrowInvalid as error:
        raise EngineError(
            f"the engine's answer does not fit: {error}", hint="Round costs to 10 places in the view over your table."
        ) from error
    return pa.table(columns, names=list(names))


def check_columns(table: str, found: Mapping[str, str], kinds_of: Mapping[str, ColumnType], tags: str) -> None:
    """Refuse a table that is not one of costs, before a total of it is wrong.

    Args:
        table: its name, for messages.
        found: type, in the engine's words and without parameters, by name of column.
        kinds_of: what the engine's types can hold.
        tags: `json` or `map`, what Tags is said to be.

    Raises:
        EngineError: a mandatory column is missing, or one has a type that gives other answers.
    """
    present = {name.casefold(): kind.casefold() for name, kind in found.items()}
    missing = [column.name for column in COLUMNS if column.mandatory and column.name.casefold() not in present]
    if missing:
        raise _no_costs(table, f"has no column {', '.join(missing[:_MOST_SHOWN])}")
    wrong = []
    for name, wanted in TYPES.items():
        kind = present.get(name.casefold())
        fits = kind == "map" if name == "Tags" and tags == "map" else kind is None or kinds_of.get(kind) is wanted
        if not fits:
            expected = "map" if name == "Tags" and tags == "map" else _EXPECTED[wanted]
            wrong.append(f"{name} is {kind or 'missing'}, not {expected}")
    if wrong:
        raise _no_costs(table, "; ".join(wrong[:_MOST_SHOWN]))


def brief(error: BaseException) -> str:
    """First line of a message, bounded: engines add stack traces and the whole query."""
    lines = str(error).strip().splitlines()
    return lines[0][:500] if lines else type(error).__name__


def _type(kind: pa.DataType) -> pa.DataType:
    tests = (
        (kinds.is_integer, pa.int64()),
        (kinds.is_floating, pa.float64()),
        (kinds.is_decimal, MONEY),
        (kinds.is_timestamp, pa.timestamp("us")),
        (kinds.is_large_string, pa.string()),
    )
    return next((wanted for test, wanted in tests if test(kind)), kind)


def _no_costs(table: str, why: str) -> EngineError:
    return EngineError(
        f"{table} is no table of FOCUS costs: it {why}",
        hint="Set engine.table to a view that gives each column its type, costs as DECIMAL(28,10).",
    )
