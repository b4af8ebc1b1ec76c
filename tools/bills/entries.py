"""What is to be summed of a bill: sums of events, booked in Python and apart from the SQL that writes files.

Money is in whole units of 1e-10 here, so a total is exact however it is added up.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tools.bills.aws_fees import DISCOUNT, UNUSED, Used
from tools.bills.aws_usage import COVERED
from tools.bills.request import Edp, Form, Request

_CATEGORIES = {
    "Tax": "Tax",
    "Credit": "Credit",
    DISCOUNT: "Adjustment",
    "Fee": "Purchase",
    "RIFee": "Purchase",
    "SavingsPlanRecurringFee": "Purchase",
    "SavingsPlanUpfrontFee": "Purchase",
}
"""FOCUS ChargeCategory of AWS's kinds of line; of all others Usage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Lines of one sort, summed. Money in units."""

    category: str
    """FOCUS ChargeCategory."""
    service: str
    """Name of the service."""
    account: str
    """Account or project; empty where there is none."""
    file_rows: int
    """Lines in the files."""
    rows: int
    """Rows of the canonical table."""
    source: int
    """Sum of the files' own total column."""
    billed: int
    """BilledCost."""
    effective: int
    """EffectiveCost."""
    listed: int
    """ListCost."""


def aws_usage_entries(request: Request, used: Iterable[Used]) -> Iterator[Entry]:
    """Usage. What a plan covers has its negation beside it in a report, and its fee pays for it."""
    net, focus = request.edp is Edp.NET, request.form is Form.FOCUS
    for one in used:
        covered = one.kind == COVERED
        billed = 0 if covered else one.net if net else one.cash
        yield Entry(
            category="Usage",
            service=one.product_name,
            account=one.account,
            file_rows=one.lines * (2 if covered and not focus else 1),
            rows=one.lines,
            source=billed if focus else 0 if covered else one.cash,
            billed=billed,
            effective=one.net_effective if net else one.effective,
            listed=one.list_cost,
        )


def aws_fee_entries(request: Request, rows: Iterable[dict[str, Any]]) -> Iterator[Entry]:
    """All else. Unused commitment is a row of FOCUS only; a discount line is one unless the net costs hold it."""
    net, focus = request.edp is Edp.NET, request.form is Form.FOCUS
    for row in rows:
        kind = row["kind"]
        booked = not (net and kind == DISCOUNT)
        listed_in_file = booked if focus else kind != UNUSED
        billed = row["net"] if net else row["cash"]
        refunded = kind == "Refund" and row.get("commitment") is not None
        yield Entry(
            category="Purchase" if refunded else _CATEGORIES.get(kind, "Usage"),
            service=row["product_name"],
            account=row["account"],
            file_rows=int(listed_in_file),
            rows=int(booked),
            source=billed if focus else row["cash"],
            billed=billed,
            effective=row["net_effective"] if net else row["effective"],
            listed=row["list_cost"] if booked else 0,
        )


def gcp_usage_entries(
    request: Request,
    service: str,
    project: str,
    lines: int,
    gifts: int,
    cost: int,
    listed: int,
    reduction: int,
    gift: int,
) -> Iterator[Entry]:
    """Usage with the credits that lower its price, and promotions. A file of the export has both in one line."""
    focus = request.form is Form.FOCUS
    paid = cost + reduction
    where = {"service": service, "account": project}
    yield Entry(
        category="Usage",
        file_rows=lines,
        rows=lines,
        source=paid if focus else cost,
        billed=paid,
        effective=paid,
        listed=listed,
        **where,
    )
    yield Entry(
        category="Credit",
        file_rows=gifts if focus else 0,
        rows=gifts,
        source=gift if focus else 0,
        billed=gift,
        effective=gift,
        listed=gift,
        **where,
    )


def gcp_fee_entries(rows: Iterable[dict[str, Any]]) -> Iterator[Entry]:
    """All else of Google's."""
    categories = {"tax": "Tax", "regular": "Purchase"}
    for row in rows:
        yield Entry(
            category=categories.get(row["cost_type"], "Adjustment"),
            service=row["service"],
            account=row.get("project") or "",
            file_rows=1,
            rows=1,
            source=row["cost"],
            billed=row["cost"],
            effective=row["cost"],
            listed=row["cost"],
        )
