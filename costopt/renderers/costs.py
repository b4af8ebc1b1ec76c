"""Rows of costs as a table for people, JSON, CSV or Parquet. Texts in them are strangers' until escaped."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from costopt.renderers.clean import clean, shorten, without_formula, without_surrogates

FORMATS = ("table", "json", "csv", "parquet")
_LONGEST_CELL = 60
_CURRENCY = "BillingCurrency"


def render_costs(table: pa.Table, headings: Sequence[str], form: str, *, width: int = 100) -> str | bytes:
    """Render rows.

    Args:
        table: columns of text, time, decimals and counts.
        headings: what to call the columns.
        form: one of `FORMATS`.
        width: columns of the terminal; for the table.

    Returns:
        Text, or bytes for Parquet.
    """
    renamed = table.rename_columns(list(headings))
    return _FORMS[form](renamed, width)


def _parquet(table: pa.Table, _: int) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def _json(table: pa.Table, _: int) -> str:
    """A list of objects; money is a string, so that no reader makes a binary fraction of it."""
    rows = [{name: _plain(value) for name, value in row.items()} for row in table.to_pylist()]
    return msgspec.json.format(msgspec.json.encode(rows), indent=2).decode()


def _csv(table: pa.Table, _: int) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([without_formula(clean(name)) for name in table.column_names])
    for row in table.to_pylist():
        writer.writerow(["" if value is None else _cell(value) for value in row.values()])
    return out.getvalue()


def _cell(value: Any) -> str:
    return without_formula(clean(value)) if isinstance(value, str) else str(_plain(value))


def exact_text(amount: Decimal) -> str:
    """An amount with all its digits and no more: 5, 0.1, -12.345."""
    text = f"{amount:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-", "-0") else text


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return exact_text(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    return without_surrogates(value) if isinstance(value, str) else value


def _table(table: pa.Table, width: int) -> str:
    """A table with a total for each currency; two currencies are never added."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    numeric = {name for name in table.column_names if _is_number(table.schema.field(name).type)}
    for name in table.column_names:
        shown.add_column(Text(clean(name)), justify="right" if name in numeric else "left", no_wrap=name in numeric)
    for row in table.to_pylist():
        shown.add_row(*(Text(_shown(value)) for value in row.values()))
    for currency, sums in sorted(_totals(table).items()):
        labels = [name for name in table.column_names if name not in numeric]
        cells = {labels[0]: "Total", _CURRENCY: currency} if labels else {}
        shown.add_row(
            *(
                Text(_shown(sums[name]) if name in numeric else cells.get(name, ""), style="bold")
                for name in table.column_names
            )
        )
    out = Console(width=width, file=io.StringIO(), force_terminal=False, color_system=None, highlight=False)
    out.print(shown)
    assert isinstance(out.file, io.StringIO)  # noqa: S101 - given above; tells the type
    return "\n".join(line.rstrip() for line in out.file.getvalue().splitlines()) + "\n"


def _totals(table: pa.Table) -> dict[str, dict[str, Any]]:
    """Sums of the numeric columns by currency; empty where there is one row or none, or no currency."""
    totals: dict[str, dict[str, Any]] = {}
    if table.num_rows < 2 or _CURRENCY not in table.column_names:
        return totals
    numeric = [name for name in table.column_names if _is_number(table.schema.field(name).type)]
    for row in table.to_pylist():
        sums = totals.setdefault(clean(row[_CURRENCY] or ""), dict.fromkeys(numeric))
        for name in numeric:
            if row[name] is not None:
                sums[name] = row[name] if sums[name] is None else sums[name] + row[name]
    return totals


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_decimal(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, int):
        return f"{value:,}"
    return shorten(clean(str(_plain(value))), _LONGEST_CELL)


_FORMS: dict[str, Callable[[pa.Table, int], str | bytes]] = {
    "table": _table,
    "json": _json,
    "csv": _csv,
    "parquet": _parquet,
}
