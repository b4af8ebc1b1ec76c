"""Lines of Google's bill as events: usage as a query over a range of numbers, all else as a small table.

An invoice month is of days in California. The first day of a month also brings usage of the day before it, which came
too late for its own month.
"""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pyarrow as pa

from tools.bills.entries import Entry, gcp_fee_entries, gcp_usage_entries
from tools.bills.exact import THOUSANDTHS, UNITS, draw_sql, units
from tools.bills.gcp_offers import (
    COMMITMENT_ID,
    COMMITMENT_RATE,
    COMMITTED,
    COMPUTE,
    CORES,
    INVOICE,
    OFFERS,
    PROJECTS,
    PROMOTION,
    SLOTS,
)
from tools.bills.people import tag_sql, tags_map_sql
from tools.bills.request import Form, Period, Request

SHORTEST_MONTH = 671
"""Hours of a February or, the clocks put forward, less than any month."""
CENT = UNITS // 100

_TEXTS = """
    cost_type service_id service category sku_id sku project region location zone machine pricing_unit usage_unit
    reduction_type resource tags subscription adjustment
"""
_WHOLE = "quantity rate cost list_cost reduction gift"
LINE: dict[str, str] = {
    **dict.fromkeys(("starts", "ends", "exported"), "TIMESTAMP"),
    **dict.fromkeys(_TEXTS.split(), "VARCHAR"),
    "labels": "MAP(VARCHAR, VARCHAR)",
    "usage_factor": "DOUBLE",
    **dict.fromkeys(_WHOLE.split(), "BIGINT"),
}
"""Columns of an event and their types. `quantity` is of the pricing unit, thousandths; `reduction` and `gift` are
credits, 0 or below, in units: the first lowers the price of the line, the second is a promotion."""
_TYPES = {
    "VARCHAR": pa.string(),
    "TIMESTAMP": pa.timestamp("us"),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "MAP(VARCHAR, VARCHAR)": pa.map_(pa.string(), pa.string()),
}


def rounds(request: Request) -> int:
    """How many times over all offers' resources are there."""
    at_once = -(-request.month_lines * request.step_hours // SHORTEST_MONTH)
    return max(1, -(-at_once // SLOTS))


def create_resources(connection: Any, request: Request) -> None:
    """Make the table `resource`. The same in every month."""
    rows: list[dict[str, Any]] = []
    for offer in OFFERS:
        offer.check()
        row = asdict(offer) | dict(zip(("service_id", "service", "category"), offer.service, strict=True))
        first = len(rows)
        rows.extend(row | {"slot": first + copy} for copy in range(offer.weight))
    connection.register("offers", pa.Table.from_pylist(rows))
    projects = "[" + ", ".join(f"'{project}'" for project, _, _ in PROJECTS) + "]"
    tags = tag_sql("s")
    connection.execute(f"""
        CREATE TABLE resource AS
        SELECT s, offers.* EXCLUDE (slot, weight), {projects}[1 + (s // 2 + s // {SLOTS}) % 3] AS project,
               'hl-' || substr(md5('{request.seed}/' || s), 1, 12) AS name,
               upper(concat_ws('-', md5(sku)[1:4], md5(sku)[5:8], md5(sku)[9:12])) AS sku_id,
               {tags_map_sql(tags)} AS tag_map
        FROM range(0, {rounds(request) * SLOTS}) AS numbers(s) JOIN offers ON offers.slot = s % {SLOTS} ORDER BY s""")


def usage_sql(request: Request, period: Period, low: int, high: int) -> str:
    """SELECT of the lines `low` up to but not including `high` of a month, in the columns of `LINE`."""
    count, step = request.month_lines, request.step_hours
    steps = -(-period.hours // step)
    end = f"TIMESTAMP '{period.start + timedelta(hours=period.hours)}'"
    draw = draw_sql(f"i + {period.number * 7919}", request.seed)
    first = request.edition == 1
    late = "draw // 97 % 211 = 0"
    quantity = f"low + step * CASE WHEN {first} AND draw // 131 % 89 = 1 THEN 0 ELSE draw % count END"
    columns = ", ".join(f'{_EXPRESSIONS.get(name, name)} AS "{name}"' for name in LINE)
    return f"""
        SELECT {columns} FROM (
            SELECT *, ({quantity}) * {step} AS amount,
                   moment - CASE WHEN moved THEN INTERVAL 1 DAY ELSE INTERVAL 0 DAY END AS begun,
                   least(begun + to_hours({step}), {end}) AS done,
                   done + CASE WHEN {late} THEN INTERVAL 76 HOUR ELSE INTERVAL 4 HOUR END AS seen
            FROM (
                SELECT i, TIMESTAMP '{period.start}' + to_hours((i * {steps} // {count}) * {step}) AS moment,
                       {draw} AS draw, i % {rounds(request) * SLOTS} AS s,
                       i * {steps} // {count} < {24 // step} AND draw % 5 = 3 AS moved
                FROM range({low}, {high}) AS numbers(i)
            ) AS drawn JOIN resource USING (s) WHERE true {f"AND NOT ({late})" if first else ""}
        ) AS used"""


_COST = "(amount * rate // 1000)"
_REDUCTION = f"({_COST} // 100 * -reduction_percent)"
_EXPRESSIONS = {
    "starts": "begun",
    "ends": "done",
    "exported": "seen",
    "cost_type": "'regular'",
    "location": "region",
    "zone": "CASE WHEN machine IS NOT NULL THEN region || '-a' END",
    "reduction_type": "reduction",
    "resource": "name",
    "tags": "CASE WHEN cardinality(tag_map) > 0 THEN CAST(to_json(tag_map) AS VARCHAR) END",
    "subscription": "CAST(NULL AS VARCHAR)",
    "adjustment": "CAST(NULL AS VARCHAR)",
    "labels": "tag_map",
    "quantity": "amount",
    "cost": _COST,
    "list_cost": "(amount * list_rate // 1000)",
    "reduction": f"CASE WHEN reduction IS NOT NULL THEN {_REDUCTION} END",
    # A promotion pays a tenth of what is left to pay of some resources.
    "gift": f"CASE WHEN s % 5 = 2 AND rate > 0 THEN -(({_COST} + COALESCE({_REDUCTION}, 0)) // 10) END",
}


def create_fees(connection: Any, request: Request, period: Period) -> list[Entry]:
    """Make the table `fee` of a month: commitment, tax, adjustment, rounding. Returns what is to be summed."""
    usage = usage_sql(request, period, 0, request.month_lines)
    used = connection.execute(f"""
        SELECT service, project, count(*), count(gift), sum(cost)::HUGEINT, sum(list_cost)::HUGEINT,
               COALESCE(sum(reduction), 0)::HUGEINT, COALESCE(sum(gift), 0)::HUGEINT
        FROM ({usage}) AS usage GROUP BY ALL ORDER BY ALL""").fetchall()
    rows = _fees(request, period, sum(one[4] + one[6] + one[7] for one in used))
    schema = pa.schema([(name, _TYPES[kind]) for name, kind in LINE.items()])
    connection.register("fee_rows", pa.Table.from_pylist(rows, schema=schema))
    connection.execute("CREATE OR REPLACE TABLE fee AS SELECT * FROM fee_rows")
    connection.unregister("fee_rows")
    return [*(entry for one in used for entry in gcp_usage_entries(request, *one)), *gcp_fee_entries(rows)]


def _fees(request: Request, period: Period, due: int) -> list[dict[str, Any]]:
    start, end = period.start, period.start + timedelta(hours=period.hours)
    weight = sum(offer.weight for offer in OFFERS if offer.reduction == COMMITTED)
    cores = CORES * weight * rounds(request) // THOUSANDTHS + 4
    rows = []
    for day in range(0, period.hours, 24):
        hours = min(24, period.hours - day)
        amount = cores * hours
        when = {"starts": start + timedelta(hours=day), "ends": start + timedelta(hours=day + hours)}
        price = {"quantity": amount * THOUSANDTHS, "rate": COMMITMENT_RATE, "usage_factor": 3600.0}
        name = {"sku": "Commitment v1: N2 Cpu in Americas for 1 Year", "subscription": COMMITMENT_ID}
        place = {"region": "us-central1", "location": "us-central1", "project": PROJECTS[0][0]}
        unit = {"pricing_unit": "hour", "usage_unit": "seconds"}
        rows.append(_line(COMPUTE, "regular", amount * COMMITMENT_RATE) | when | price | name | place | unit)
    paid = due + sum(row["cost"] for row in rows)
    tax = (paid * 8 + 50 * CENT) // (100 * CENT) * CENT
    before = {"starts": start - timedelta(days=3), "ends": start - timedelta(days=2)}
    last = {"starts": end - timedelta(hours=1), "ends": end}
    correction = units("-7.77") if request.edition == 1 else units("-9.13")
    rows.append(_line(INVOICE, "tax", tax) | last | {"sku": "Tax"})
    fixed = {"sku": "E2 Instance Core running in Americas", "adjustment": "adj-4711", "project": PROJECTS[2][0]}
    rows.append(_line(COMPUTE, "adjustment", correction) | before | fixed)
    rows.append(_line(INVOICE, "rounding_error", units("-0.004321")) | last | {"sku": "Rounding error"})
    return [row | {"exported": row["ends"] + timedelta(hours=9)} for row in rows]


def _line(service: tuple[str, str, str], cost_type: str, cost: int) -> dict[str, Any]:
    names = dict(zip(("service_id", "service", "category"), service, strict=True))
    return names | {"cost_type": cost_type, "cost": cost, "list_cost": cost, "sku_id": f"FEE0-{cost_type.upper()[:4]}"}


def parts_of(request: Request, period: Period) -> list[str]:
    """SELECTs of the events of each file of a month. For FOCUS a promotion is an event of its own."""
    parts = []
    for low, high in request.file_bounds:
        usage = usage_sql(request, period, low, high)
        selects = [f"SELECT *, false AS is_gift FROM ({usage}) AS own"]
        if request.form is Form.FOCUS:
            selects.append(f"SELECT *, true AS is_gift FROM ({usage}) AS own WHERE gift IS NOT NULL")
        parts.append(selects)
    parts[-1].append("SELECT *, false AS is_gift FROM fee")
    return ["\nUNION ALL\n".join(f"({select})" for select in part) for part in parts]


def credits_sql() -> str:
    """LIST of the credits of a line, as the export has them."""
    reduction = f"""{{'name': CASE reduction_type WHEN '{COMMITTED}' THEN 'Committed Usage Discount: CPU'
        ELSE 'Sustained Usage Discount' END, 'amount': reduction / 1e10,
        'full_name': CAST(NULL AS VARCHAR), 'id': reduction_type, 'type': reduction_type}}"""
    gift = f"""{{'name': 'Promotion: Harbour Lights', 'amount': gift / 1e10, 'full_name': CAST(NULL AS VARCHAR),
        'id': '{PROMOTION}:1', 'type': '{PROMOTION}'}}"""
    return f"list_filter([{reduction}, {gift}], lambda one: one.amount IS NOT NULL)"
