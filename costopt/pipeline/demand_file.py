"""Hourly demand from a CSV file: long (a row an hour and group) or wide (a row an hour, a column a group)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from costopt.errors import DemandError
from costopt.pipeline.demand_clock import UTC_HINT, refuse_local_times
from costopt.pipeline.demand_holes import HOUR, Fill, fill_holes

_VALUE = re.compile(r"usage|cost|value|amount|demand|dollar|usd|quantity|load", re.IGNORECASE)
_GROUP = re.compile(r"region|account|project|zone|family|type|year|month|day", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
"""How a time begins: no column is called so."""
LARGEST = 1e12
"""Demand of an hour; more than all providers together sell in a year, and squares of it are still numbers."""
MOST_CELLS = 60_000_000
"""Hours times groups; half a gigabyte."""

Hours = NDArray[np.datetime64]
"""Moments at full hours, UTC, [rows]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns of a file mean what; None is found out."""

    time: str | None = None
    """Beginning of each hour; without a zone it is UTC."""
    value: str | None = None
    """Demand of the hour; in a wide file there is none."""
    groups: tuple[str, ...] | None = None
    """What tells items apart; in a wide file the columns of demand."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemandTable:
    """What a file says, made whole."""

    start: np.datetime64
    """First hour, UTC."""
    keys: tuple[tuple[str, ...], ...]
    """Values of the group columns of each item, sorted; of a wide file the column's name. Hostile until escaped."""
    group_names: tuple[str, ...]
    """Names of the group columns; `column` for a wide file. Hostile until escaped."""
    values: NDArray[np.float64]
    """Demand, [hours, items]."""
    notes: tuple[str, ...]
    """What was found out, filled or summed, in sentences."""


def read_demand(path: Path, *, columns: Columns | None = None, fill: Fill = Fill.REFUSE) -> DemandTable:
    """Read a CSV file, compressed or not.

    A group without a row in an hour that has rows of others has no demand in it. An hour without any row, and an empty
    cell of a wide file, is a hole.

    Args:
        path: the file.
        columns: what its columns mean, where that cannot be found out.
        fill: what to do about holes.

    Raises:
        DemandError: no such file, no table, columns that are not there or ambiguous, times that are no full hours,
            holes that may not be filled, more than fits.
    """
    table = _table(path)
    wanted = columns or Columns()
    time = wanted.time or _time_column(table)
    _present(table, [time, *([wanted.value] if wanted.value else []), *(wanted.groups or ())])
    hours = _hours(table.column(time), time)
    rest = [name for name in table.column_names if name != time]
    value = wanted.value or _value_column(table, rest, wanted.groups)
    if value is None:
        found = _wide(table, hours, wanted.groups or tuple(rest), fill)
    else:
        groups = wanted.groups if wanted.groups is not None else tuple(name for name in rest if name != value)
        found = _long(table, hours, value, groups, fill)
    zoned = getattr(table.schema.field(time).type, "tz", None) is not None
    return found if zoned else replace(found, notes=(*found.notes, "Times name no zone and are taken as UTC."))


def _table(path: Path) -> pa.Table:
    try:
        table = pyarrow.csv.read_csv(path)
    except FileNotFoundError as error:
        raise DemandError(f"there is no file {path}") from error
    except (OSError, pa.ArrowInvalid) as error:
        raise DemandError(
            f"{path} is no CSV table: {error}", hint="Give a CSV file with a header, .gz or not."
        ) from error
    _refuse_header(_names(table, path), path)
    if not table.num_rows:
        raise DemandError(f"{path} has no rows", hint="Give a row for every hour below the header.")
    return table


def _names(table: pa.Table, path: Path) -> list[str]:
    try:
        return [str(name) for name in table.column_names]
    except UnicodeDecodeError:
        raise DemandError(f"{path} is no text in UTF-8", hint="Save the file as UTF-8.") from None


def _refuse_header(names: Sequence[str], path: Path) -> None:
    """A header that is none, or tells too little."""
    if len(set(names)) != len(names):
        raise DemandError(f"{path} has two columns of one name", hint="Give each column a name of its own.")
    if len(names) == 1:
        raise DemandError(
            f"{path} has the one column {names[0]!r}", hint="Separate the time and the demand of an hour by commas."
        )
    if any(_DAY.match(name) for name in names):
        raise DemandError(f"{path} begins with a time, not with a header", hint="Put names of the columns above it.")


def _present(table: pa.Table, names: Sequence[str]) -> None:
    missing = [name for name in names if name not in table.column_names]
    if missing:
        raise DemandError(f"no column {missing[0]!r}; there are {', '.join(map(repr, table.column_names[:20]))}")


def _time_column(table: pa.Table) -> str:
    times = [field.name for field in table.schema if pa.types.is_timestamp(field.type) or pa.types.is_date(field.type)]
    if len(times) != 1:
        found = ", ".join(map(repr, times)) or "none"
        hint = "Name it with --time COLUMN." if times else "Write times as 2026-11-01T00:00:00Z."
        raise DemandError(f"which column is the time? Found {found}", hint=hint)
    return str(times[0])


def _value_column(table: pa.Table, names: Sequence[str], groups: Sequence[str] | None) -> str | None:
    """The column of demand; None where all columns are demand."""
    numeric = [name for name in names if _is_number(table, name)]
    if groups is None and len(numeric) == len(names) and not any(_GROUP.search(name) for name in names):
        return None if len(names) > 1 else names[0]
    left = [name for name in numeric if name not in (groups or ())]
    named = [name for name in left if _VALUE.search(name) and not _GROUP.search(name)] or left
    if groups is not None and not left:
        return None
    if len(named) != 1:
        found = ", ".join(map(repr, named)) or "none"
        raise DemandError(f"which column is the demand? Found {found}", hint="Name it with --value COLUMN.")
    return named[0]


def _is_number(table: pa.Table, name: str) -> bool:
    kind = table.schema.field(name).type
    # A column without any value is one of holes, not of names.
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind))


def _hours(column: Any, name: str) -> Hours:
    """Moments of the rows, UTC."""
    if pa.types.is_string(column.type):
        column = _parsed(column, name)
    if not (pa.types.is_timestamp(column.type) or pa.types.is_date(column.type)) or column.null_count:
        raise DemandError(f"column {name!r} does not hold a time in every row, such as 2026-11-01T00:00:00Z")
    # Arrow keeps moments with a zone as UTC already; those without one are taken as UTC.
    try:
        moments = column.cast(pa.timestamp("ns", getattr(column.type, "tz", None))).cast(pa.int64()).to_numpy()
    except pa.ArrowInvalid as error:
        raise DemandError(f"column {name!r} holds times of another age: {error}") from error
    times = moments.astype("datetime64[ns]")
    hours = times.astype("datetime64[h]")
    if (hours != times).any():
        odd = times[hours != times][0]
        raise DemandError(f"{odd} is within an hour", hint="Sum the demand to full hours first, in UTC.")
    return np.asarray(hours)


def _parsed(column: Any, name: str) -> Any:
    try:
        return column.cast(pa.timestamp("ns"))
    except pa.ArrowInvalid as error:
        raise DemandError(f"column {name!r} holds {column[0].as_py()!r}, which is no time") from error


def _numbers(table: pa.Table, name: str) -> NDArray[np.float64]:
    if not _is_number(table, name):
        raise DemandError(f"column {name!r} is not a number in every row")
    found = np.asarray(table.column(name).cast(pa.float64()).to_numpy(), dtype=np.float64)
    if (np.abs(found) > LARGEST).any():
        first = int(np.argmax(np.abs(found) > LARGEST))
        raise DemandError(
            f"column {name!r} holds {found[first]:g} in row {first + 1:,}",
            hint=f"An hour's demand is at most {LARGEST:g}, in dollars or in a unit of yours.",
        )
    return found


def _long(table: pa.Table, hours: Hours, value: str, groups: Sequence[str], fill: Fill) -> DemandTable:
    amounts = _numbers(table, value)
    if np.isnan(amounts).any():
        raise DemandError(
            f"column {value!r} holds no number in {int(np.isnan(amounts).sum()):,} rows",
            hint="Write 0 where there is no demand, and leave out rows of hours that are not known.",
        )
    keys, item = _items(table, groups)
    refuse_local_times(hours, item)
    place, total = _grid(hours, len(keys))
    values = np.zeros((total, len(keys)))
    np.add.at(values, (place, item), amounts)
    rows = np.bincount(place, minlength=total)
    cells = len(np.unique(place.astype(np.int64) * len(keys) + item))
    notes = [f"Demand is column {value}, by {', '.join(groups) or 'nothing'}."]
    if len(amounts) > cells:
        notes.append(f"{len(amounts) - cells:,} rows of the same hour and group as another were added to it.")
    absent = int((rows > 0).sum()) * len(keys) - cells
    if absent:
        notes.append(f"{absent:,} of {values.size:,} values have no row in an hour that has others: no demand.")
    holes = rows == 0
    notes += fill_holes(values, np.repeat(holes[:, None], len(keys), axis=1), hours.min(), fill)
    return DemandTable(start=hours.min(), keys=keys, group_names=tuple(groups), values=values, notes=tuple(notes))


def _items(table: pa.Table, groups: Sequence[str]) -> tuple[tuple[tuple[str, ...], ...], NDArray[np.int64]]:
    """Distinct keys, sorted, and the key of each row."""
    if not groups:
        return (("all",),), np.zeros(table.num_rows, dtype=np.int64)
    codes, levels = zip(*(_coded(table.column(name), name) for name in groups), strict=True)
    flat = np.ravel_multi_index(codes, tuple(len(level) for level in levels))
    used, item = np.unique(flat, return_inverse=True)
    places = np.unravel_index(used, tuple(len(level) for level in levels))
    keys = tuple(
        tuple(str(level[int(code)]) for level, code in zip(levels, row, strict=True))
        for row in zip(*places, strict=True)
    )
    return keys, item


def _coded(column: Any, name: str) -> tuple[NDArray[np.int64], list[str]]:
    """Place of each row's value among the distinct values, and those, sorted."""
    try:
        texts = pc.fill_null(column.cast(pa.string()), "").combine_chunks().dictionary_encode()
    except pa.ArrowInvalid as error:
        raise DemandError(f"column {name!r} is no text", hint="Save the file as UTF-8.") from error
    levels: list[str] = texts.dictionary.to_pylist()
    rank = np.empty(len(levels), dtype=np.int64)
    rank[sorted(range(len(levels)), key=levels.__getitem__)] = np.arange(len(levels))
    return rank[texts.indices.to_numpy()], sorted(levels)


def _wide(table: pa.Table, hours: Hours, names: Sequence[str], fill: Fill) -> DemandTable:
    place, total = _grid(hours, len(names))
    if len(np.unique(place)) != len(place):
        raise DemandError("an hour has two rows in a table whose columns are the groups", hint=UTC_HINT)
    values = np.full((total, len(names)), np.nan)
    values[place] = np.stack([_numbers(table, name) for name in names], axis=1)
    notes = ["Each column is a group."]
    notes += fill_holes(values, np.isnan(values), hours.min(), fill)
    return DemandTable(
        start=hours.min(),
        keys=tuple((name,) for name in names),
        group_names=("column",),
        values=values,
        notes=tuple(notes),
    )


def _grid(hours: Hours, items: int) -> tuple[NDArray[np.int64], int]:
    """Row of each moment on a grid of consecutive hours, and the number of its rows."""
    place = ((hours - hours.min()) // HOUR).astype(np.int64)
    total = int(place.max()) + 1
    if total * items > MOST_CELLS:
        raise DemandError(
            f"{total:,} hours of {items:,} groups are more than fit", hint="Group more coarsely, or give less history."
        )
    return place, total
