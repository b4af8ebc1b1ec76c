"""Lines of usage of AWS, as one query over a range of numbers: no table, no loop, constant memory.

Every line is of one resource in one step of time. Numbers run through time and, within it, round through the
resources, so that no resource has two lines in one step.
"""

from dataclasses import asdict
from typing import Any

import pyarrow as pa

from tools.bills.aws_commitments import MEMBERS, PLANS, RESERVATIONS
from tools.bills.aws_offers import LOCATIONS, OFFERS, SLOTS
from tools.bills.exact import draw_sql
from tools.bills.people import tag_sql, tags_map_sql
from tools.bills.request import Edp, Period, Request

SHORTEST_MONTH = 672
"""Hours of 28 days: what is owned of a commitment covers what even such a month can use."""

_TEXTS = """
    account service product_name category family usage_type operation region location zone resource instance system sku
    rate_code unit seller commitment description tax_type tags split_parent
"""
_WHOLE = """
    quantity list_rate rate list_cost cash net effective net_effective plan_rate factor split_cost net_split
    total_commitment used_commitment recurring amortised unused_quantity unused_recurring unused_amortised
    reserved_units upfront_value
"""
LINE: dict[str, str] = {
    **dict.fromkeys(("line_id", "kind"), "VARCHAR"),
    **dict.fromkeys(("starts", "ends"), "TIMESTAMP"),
    **dict.fromkeys(_TEXTS.split(), "VARCHAR"),
    "user_tags": "MAP(VARCHAR, VARCHAR)",
    **dict.fromkeys(_WHOLE.split(), "BIGINT"),
}
"""Columns of an event and their types: money and rates in units of 1e-10, quantities in thousandths; NULL is none.

`list_cost` is at public rates, `cash` what the line charges before and `net` after a negotiated discount; `effective`
and `net_effective` are amortised. From `total_commitment` on, columns are of the fees of commitments only.
"""
COVERED = "SavingsPlanCoveredUsage"
RESERVED = "DiscountedUsage"


def lines_at_once(request: Request) -> int:
    """Most lines in one step of time."""
    return -(-request.month_lines * request.step_hours // SHORTEST_MONTH)


def rounds(request: Request) -> int:
    """How many times over all offers' resources are there."""
    return max(1, -(-lines_at_once(request) // SLOTS))


def offers_table() -> pa.Table:
    """One row a slot, with the columns of its offer; commitments by their ids."""
    ids = {one.key: one.arn for one in RESERVATIONS} | {one.key: one.arn for one in PLANS}
    factors = {one.key: one.factor for one in RESERVATIONS}
    rows: list[dict[str, Any]] = []
    for offer in OFFERS:
        offer.check()
        row = asdict(offer) | {
            "commitment": ids.get(offer.commitment or ""),
            "factor": factors.get(offer.commitment or ""),
            "location": LOCATIONS[offer.region],
            "paid": offer.rate if offer.paid is None else offer.paid,
        }
        first = len(rows)
        rows.extend(row | {"slot": first + copy} for copy in range(offer.weight))
    numbers = {name: pa.int64() for name in ("rate", "paid", "effective", "split", "low", "step", "count", "factor")}
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, _arrow(name, rows[0], numbers)) for name in rows[0]]))


def _arrow(name: str, row: dict[str, Any], numbers: dict[str, pa.DataType]) -> pa.DataType:
    if name in numbers or name in ("slot", "weight"):
        return pa.int64()
    return pa.bool_() if isinstance(row[name], bool) else pa.string()


def create_resources(connection: Any, request: Request) -> None:
    """Make the table `resource`: every resource with its offer, account, ids and tags. The same in every month."""
    connection.register("offers", offers_table())
    tags = tag_sql("s")
    accounts = "[" + ", ".join(f"'{account}'" for account, _ in MEMBERS) + "]"
    hashed = f"md5('{request.seed}/' || s)"
    connection.execute(f"""
        CREATE TABLE resource AS
        SELECT s, offers.* EXCLUDE (slot, weight),
               {accounts}[1 + (s // 2 + s // {SLOTS}) % {len(MEMBERS)}] AS account,
               prefix || substr({hashed}, 1, 17) AS resource_id,
               CASE WHEN prefix IN ('i-', 'vol-', 'nat-') AND seller LIKE 'Amazon%'
                    THEN region || ['a', 'b', 'c'][1 + s % 3] END AS zone,
               CASE WHEN split IS NOT NULL THEN 'i-' || substr(md5('node/{request.seed}/' || s), 1, 17) END AS parent,
               upper(substr(md5(usage || operation || region), 1, 16)) AS sku,
               {tags_map_sql(tags)} AS tag_map,
               {tags_map_sql(tags, "user_")} AS user_tags
        FROM range(0, {rounds(request) * SLOTS}) AS numbers(s) JOIN offers ON offers.slot = s % {SLOTS} ORDER BY s""")


def usage_sql(request: Request, period: Period, low: int, high: int) -> str:
    """SELECT of the lines `low` up to but not including `high` of a month, in the columns of `LINE`.

    Of the first edition late lines are missing, and some quantities are still provisional, that is too low.
    """
    count, step = request.month_lines, request.step_hours
    steps = period.hours // step
    draw = draw_sql(f"i + {period.number * 7919}", request.seed)
    first = request.edition == 1
    quantity = f"low + step * CASE WHEN {first} AND draw // 131 % 89 = 1 THEN 0 ELSE draw % count END"
    late = "AND draw // 97 % 211 <> 0" if first else ""
    columns = ", ".join(f'{_expression(name, request)} AS "{name}"' for name in LINE)
    return f"""
        SELECT {columns} FROM (
            SELECT *, ({quantity}) * {step} AS amount FROM (
                SELECT i, TIMESTAMP '{period.start}' + to_hours((i * {steps} // {count}) * {step}) AS moment,
                       {draw} AS draw, i % {rounds(request) * SLOTS} AS s
                FROM range({low}, {high}) AS numbers(i)
            ) AS drawn JOIN resource USING (s) WHERE true {late}
        ) AS used"""


def negation_sql(usage: str) -> str:
    """SELECT of the lines that take back what covered usage costs on demand; its mirror, without tags."""
    return f"""
        SELECT * REPLACE (
            'SavingsPlanNegation' AS kind, md5('negation' || line_id) AS line_id, -cash AS cash, -net AS net,
            NULL AS effective, NULL AS net_effective, NULL AS list_cost, NULL AS list_rate, NULL AS plan_rate,
            NULL AS tags, NULL AS user_tags, 'SavingsPlanNegation used by AccountId : ' || account AS description)
        FROM ({usage}) AS covered WHERE kind = '{COVERED}'"""


def after_discount(units: str, request: Request) -> str:
    """Money less the negotiated discount of 10 %, where there is one; exact since it is a multiple of ten units."""
    return units if request.edp is Edp.NONE else f"(CASE WHEN discounted THEN {units} // 10 * 9 ELSE {units} END)"


def _expression(name: str, request: Request) -> str:
    """One column of `LINE` of a line of usage."""
    cash = "(amount * paid // 1000)"
    effective = "(amount * COALESCE(effective, paid) // 1000)"
    shared = "(amount * split // 1000)"
    own = {
        "line_id": f"md5('{request.seed}/' || epoch(moment) || '/' || i)",
        "starts": "moment",
        "ends": f"moment + to_hours({request.step_hours})",
        "product_name": "product",
        "usage_type": "usage",
        "resource": "resource_id",
        "rate_code": "sku || '.JRTCKXETXF.6YS6EN2CT7'",
        "description": """'$' || CAST(rate / 1e10 AS DECIMAL(18, 10)) || ' per ' || unit || ' of ' || usage
            || COALESCE(' (' || system || ')', '')""",
        "tags": "CASE WHEN cardinality(tag_map) > 0 THEN CAST(to_json(tag_map) AS VARCHAR) END",
        "user_tags": "CASE WHEN cardinality(user_tags) > 0 THEN user_tags END",
        "quantity": "amount",
        "list_rate": "rate",
        "rate": "paid",
        "list_cost": "(amount * rate // 1000)",
        "cash": cash,
        "net": after_discount(cash, request),
        "effective": effective,
        "net_effective": after_discount(effective, request),
        "plan_rate": f"CASE WHEN kind = '{COVERED}' THEN effective END",
        "split_parent": "parent",
        "split_cost": shared,
        "net_split": after_discount(shared, request),
    }
    same = (
        "kind service category family operation region location zone instance system sku unit seller account commitment"
    )
    if name in own:
        return own[name]
    return name if name in (*same.split(), "factor") else f"CAST(NULL AS {LINE[name]})"
