"""Columns of a file and how each sort of file writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from costopt.model.bill import FileForm
from tools.bills.exact import decimal_sql, double_sql


class Sort(StrEnum):
    """What is in a column."""

    TEXT = "text"
    UNITS = "units"
    """Money or a rate, BIGINT in units of 1e-10."""
    THOUSANDTHS = "thousandths"
    """A quantity, BIGINT."""
    NUMBER = "number"
    """A DOUBLE."""
    TIME = "time"
    """A TIMESTAMP in UTC without a zone."""
    NESTED = "nested"
    """A MAP, STRUCT or LIST; JSON text in a CSV."""


@dataclass(frozen=True, slots=True)
class Written:
    """One column of a file."""

    name: str
    """Name in it."""
    sql: str
    """Expression over the events."""
    sort: Sort = Sort.TEXT
    """What it gives."""
    flat: str | None = None
    """Another expression for CSV, where the nested one does not become JSON by itself."""


def select_sql(columns: Sequence[Written], events: str, file: FileForm) -> str:
    """SELECT of a file's columns over its events."""
    listed = ",\n".join(f"{_value(column, file)} AS " + '"' + column.name + '"' for column in columns)
    return f"SELECT {listed}\nFROM ({events}) AS event"


def _value(column: Written, file: FileForm) -> str:
    nested = file not in (FileForm.CSV, FileForm.CSV_GZ)
    sql = column.sql
    if column.sort is Sort.UNITS:
        return double_sql(sql) if nested else decimal_sql(sql)
    if column.sort is Sort.THOUSANDTHS:
        return f"(({sql}) / 1e3)" if nested else f"CAST(({sql}) / 1e3 AS DECIMAL(18, 3))"
    if column.sort is Sort.TIME and not nested:
        return f"strftime({sql}, '%Y-%m-%dT%H:%M:%SZ')"
    if column.sort is Sort.NESTED and not nested:
        return f"CAST({column.flat or f'to_json({sql})'} AS VARCHAR)"
    return f"({sql})"
