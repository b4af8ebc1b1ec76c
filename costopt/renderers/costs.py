"""Rows of costs as a table for people, JSON, CSV or Parquet. Texts in them are strangers' until escaped."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from costopt.renderers.clean import clean, shorten, without_formula, without_surrogates
from costopt.renderers.console import plain_text
from costopt.renderers.document import escape_unseen

FORMATS = ("table", "json", "csv", "parquet")
_LONGEST_CELL = 60
_NARROWEST = 12
"""Columns of the terminal that a column of text keeps, however many others there are."""
_GAP = 2
"""At most so many stand between two columns."""
_LARGE = 1000
"""A quantity from here on has two digits after the point; ratios and unit prices have six that count."""
_CURRENCY = "BillingCurrency"
_RANK = "place"
_ORDERED = {_RANK, "month", "period"}
"""Columns by which rows stand in an order of their own; days and times are known by their types."""


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
    return msgspec.json.format(escape_unseen(msgspec.json.encode(rows).decode()), indent=2)


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
    """The dearest first, with a total for each currency; two currencies are never added.

    Where all is in one currency, it stands in the headings of the money. Amounts are never cut short: a table of many
    columns is wider than the terminal.
    """
    currency = _one_currency(table)
    names = [name for name in table.column_names if currency is None or name != _CURRENCY]
    kinds = {name: table.schema.field(name).type for name in names}
    rows = [[_shown(row[name]) for name in names] for row in _dearest_first(table)]
    last = _total_lines(table, kinds)
    shown = Table(box=None, pad_edge=False, header_style="bold")
    needed = 0
    for index, (name, kind) in enumerate(kinds.items()):
        number = _is_number(kind)
        unit = f"\n{currency}" if currency and pa.types.is_decimal(kind) else ""
        shown.add_column(Text(clean(name) + unit), justify="right" if number else "left", no_wrap=number)
        longest = max([cell_len(clean(name)), *(cell_len(row[index]) for row in (*rows, *last))])
        needed += (longest if number else min(longest, _NARROWEST)) + _GAP
    for row in rows:
        shown.add_row(*map(Text, row))
    for row in last:
        shown.add_row(*(Text(cell, style="bold") for cell in row))
    return plain_text(shown, width=max(width, needed))


def _total_lines(table: pa.Table, kinds: Mapping[str, Any]) -> list[list[str]]:
    """Cells of the totals, a line for each currency."""
    label = next((name for name, kind in kinds.items() if not _is_number(kind)), None)
    lines = []
    for currency, sums in sorted(_totals(table).items()):
        words = {_CURRENCY: currency} | ({label: "Total"} if label else {})
        lines.append([_shown(sums[name]) if name in sums else words.get(name, "") for name in kinds])
    return lines


def _one_currency(table: pa.Table) -> str | None:
    """The currency of all rows; None where there are several, none, or no other column."""
    if _CURRENCY not in table.column_names or not any(map(pa.types.is_decimal, table.schema.types)):
        return None
    found = table.column(_CURRENCY).unique().to_pylist()
    return clean(found[0]) if len(found) == 1 and found[0] else None


def _dearest_first(table: pa.Table) -> list[dict[str, Any]]:
    """Rows by the first column of money, largest first and unknown last, each currency for itself.

    Rows that stand in the order of time or of a rank keep it.
    """
    rows: list[dict[str, Any]] = table.to_pylist()
    ordered = any(map(pa.types.is_temporal, table.schema.types)) or bool(_ORDERED & set(table.column_names))
    money = next((field.name for field in table.schema if pa.types.is_decimal(field.type)), None)
    if ordered or money is None:
        return rows
    return sorted(rows, key=lambda row: (row.get(_CURRENCY) or "", row[money] is None, -(row[money] or 0)))


def _totals(table: pa.Table) -> dict[str, dict[str, Any]]:
    """Sums of money and counts by currency; a sum of which a part is unknown is None.

    Ratios, prices and quantities, which are doubles, have no sum, nor have ranks. Empty where there is one row or none,
    or no currency.
    """
    totals: dict[str, dict[str, Any]] = {}
    if table.num_rows < 2 or _CURRENCY not in table.column_names:
        return totals
    summed = [field.name for field in table.schema if _is_summed(field)]
    for row in table.to_pylist():
        sums = totals.setdefault(clean(row[_CURRENCY] or ""), dict.fromkeys(summed, 0))
        for name in summed:
            sums[name] = None if sums[name] is None or row[name] is None else sums[name] + row[name]
    return totals


def _is_summed(field: Any) -> bool:
    kind = field.type
    return field.name != _RANK and bool(pa.types.is_decimal(kind) or pa.types.is_integer(kind))


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_decimal(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) >= _LARGE else f"{value:.6g}"
    return shorten(clean(str(_plain(value))), _LONGEST_CELL)


_FORMS: dict[str, Callable[[pa.Table, int], str | bytes]] = {
    "table": _table,
    "json": _json,
    "csv": _csv,
    "parquet": _parquet,
}
