"""The canonical table over events, and its files: what each cloud's expressions are put into."""

from collections.abc import Mapping
from dataclasses import dataclass

from costopt.model.bill import FileForm
from costopt.model.focus import COLUMNS, FOCUS_COLUMNS, ColumnType
from tools.bills.columns import Sort, Written
from tools.bills.exact import decimal_sql


@dataclass(frozen=True, slots=True)
class Booked:
    """How one canonical column is booked."""

    sql: str
    """Expression over the events."""
    sort: Sort = Sort.TEXT
    """What it gives."""


Booking = Mapping[str, Booked]
"""Canonical columns that a cloud has; the others are NULL."""


def truth_sql(booking: Booking, events: str) -> str:
    """SELECT of the canonical table, typed, in its order."""
    listed = []
    for column in COLUMNS:
        booked = booking.get(column.name, Booked("NULL"))
        listed.append(f'CAST({_exact(booked)} AS {column.type.value}) AS "{column.name}"')
    return f"SELECT {', '.join(listed)} FROM ({events}) AS event"


def _exact(booked: Booked) -> str:
    if booked.sort is Sort.UNITS:
        return decimal_sql(booked.sql)
    return f"({booked.sql}) / 1e3" if booked.sort is Sort.THOUSANDTHS else booked.sql


def file_columns(booking: Booking, file: FileForm) -> list[Written]:
    """Columns of a FOCUS file: all of 1.2, then the provider's own, which keep what only reports tell.

    Costs are doubles in Parquet, as AWS writes them.
    """
    names = [column.name for column in FOCUS_COLUMNS]
    names += [column.name for column in COLUMNS if column.name.startswith("x_") and column.name not in _NOT_IN_FILES]
    types = {column.name: column.type for column in COLUMNS}
    written = []
    for name in names:
        booked = booking.get(name)
        if booked is None:
            written.append(Written(name, f"CAST(NULL AS {_file_type(types[name], file)})"))
        else:
            written.append(Written(name, booked.sql, booked.sort))
    return written


_NOT_IN_FILES = ("x_SourceType", "x_SourceCost", "x_InstanceType", "x_OperatingSystem")
"""Kind and cost of a report's line, which no FOCUS file has; the others are in SkuPriceDetails there."""


def _file_type(kind: ColumnType, file: FileForm) -> str:
    if file is not FileForm.PARQUET:
        return "VARCHAR"
    return "DOUBLE" if kind is ColumnType.MONEY else kind.value
