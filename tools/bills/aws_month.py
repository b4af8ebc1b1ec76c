"""One month of an AWS bill as events: usage as a query, all that follows from it as a small table."""

from datetime import datetime
from typing import Any

import pyarrow as pa

from tools.bills.aws_fees import DISCOUNT, UNUSED, Used, fee_lines
from tools.bills.aws_usage import COVERED, LINE, negation_sql, usage_sql
from tools.bills.entries import Entry, aws_fee_entries, aws_usage_entries
from tools.bills.request import Edp, Form, Period, Request

_ARROW = {
    "VARCHAR": pa.string(),
    "TIMESTAMP": pa.timestamp("us"),
    "BIGINT": pa.int64(),
    "MAP(VARCHAR, VARCHAR)": pa.map_(pa.string(), pa.string()),
}


def create_fees(connection: Any, request: Request, period: Period) -> list[Entry]:
    """Make the table `fee` of a month, and return what is to be summed of it. Two passes over its usage."""
    usage = usage_sql(request, period, 0, request.month_lines)
    used = _used(connection, usage)
    rows = fee_lines(request, period, used, _plan_used(connection, usage))
    schema = pa.schema([(name, _ARROW[kind]) for name, kind in LINE.items()])
    connection.register("fee_rows", pa.Table.from_pylist(rows, schema=schema))
    connection.execute("CREATE OR REPLACE TABLE fee AS SELECT * FROM fee_rows")
    connection.unregister("fee_rows")
    return [*aws_usage_entries(request, used), *aws_fee_entries(request, rows)]


_KEYS = ("account", "service", "product_name", "category", "seller", "kind", "commitment")
_SUMS = ("quantity", "list_cost", "cash", "net", "effective", "net_effective")


def _used(connection: Any, usage: str) -> list[Used]:
    sums = ", ".join(f"sum({name})::HUGEINT" for name in _SUMS)
    rows = connection.execute(f"""
        SELECT {", ".join(_KEYS)}, date_trunc('day', starts)::TIMESTAMP, count(*), {sums}
        FROM ({usage}) AS usage GROUP BY ALL ORDER BY ALL""").fetchall()
    names = (*_KEYS, "day", "lines", *_SUMS)
    return [Used(**dict(zip(names, row, strict=True))) for row in rows]


def _plan_used(connection: Any, usage: str) -> dict[tuple[str, datetime], int]:
    rows = connection.execute(f"""
        SELECT commitment, starts, sum(effective)::HUGEINT FROM ({usage}) AS usage
        WHERE kind = '{COVERED}' GROUP BY ALL""").fetchall()
    return {(plan, starts): int(effective) for plan, starts, effective in rows}


def parts_of(request: Request, period: Period) -> list[str]:
    """SELECTs of the events of each file of a month: usage by ranges, and all fees in the last file."""
    parts = []
    for low, high in request.file_bounds:
        usage = usage_sql(request, period, low, high)
        parts.append([usage] if request.form is Form.FOCUS else [usage, negation_sql(usage)])
    parts[-1].append(f"SELECT * FROM fee WHERE {_kept(request)}")
    return ["\nUNION ALL\n".join(f"({select})" for select in part) for part in parts]


def _kept(request: Request) -> str:
    """Which fees a form has: reports do not list unused commitment, FOCUS no discount that its costs hold."""
    if request.form is not Form.FOCUS:
        return f"kind <> '{UNUSED}'"
    return f"kind <> '{DISCOUNT}'" if request.edp is Edp.NET else "true"
