"""Lines of an AWS bill that are not usage: fees of commitments, support, purchases, credits, refunds, tax, discounts.

They follow from what was used, so they are worked out from its sums, in whole units.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tools.bills.aws_commitments import PAYER, PLANS, RESERVATIONS, TERM_HOURS, Plan, Reservation
from tools.bills.aws_offers import AWS_INC, LOCATIONS, OFFERS, SELLER, SLOTS
from tools.bills.aws_usage import COVERED, SHORTEST_MONTH, rounds
from tools.bills.exact import THOUSANDTHS, UNITS, units
from tools.bills.request import Edp, Period, Request

UNUSED = "Unused"
"""Kind of the events that are what nobody used of a commitment; only FOCUS has them as rows."""
DISCOUNT = "EdpDiscount"
CENT = UNITS // 100
_EC2 = ("AmazonEC2", "Amazon Elastic Compute Cloud", "Compute")
_S3 = ("AmazonS3", "Amazon Simple Storage Service", "Storage")
_PLAN_NAMES = {"ComputeSavingsPlans": "Savings Plans for AWS Compute usage"}
_SP = ("ComputeSavingsPlans", _PLAN_NAMES["ComputeSavingsPlans"], "Compute")

Row = dict[str, Any]
"""One event, in the columns of `LINE`; absent is NULL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """Usage of one day, summed. All money in units."""

    day: datetime
    """Start of the day, UTC."""
    account: str
    """Account that used it."""
    service: str
    """Product code."""
    product_name: str
    """Name of the service."""
    category: str
    """FOCUS ServiceCategory."""
    seller: str
    """Legal entity."""
    kind: str
    """AWS's kind of line."""
    commitment: str | None
    """Reservation or plan that covered it."""
    lines: int
    """How many."""
    quantity: int
    """Thousandths."""
    list_cost: int
    """At public rates."""
    cash: int
    """Before a negotiated discount."""
    net: int
    """After it."""
    effective: int
    """Amortised, before a negotiated discount."""
    net_effective: int
    """After it."""


def reserved_units(request: Request, reservation: Reservation) -> int:
    """How many instances are reserved: what is used at most, and up to one that nobody uses."""
    copies = rounds(request)
    each = -(-request.month_lines // (copies * SLOTS)) * request.step_hours
    weight = sum(offer.weight for offer in OFFERS if offer.commitment == reservation.key)
    return weight * copies * each // SHORTEST_MONTH + 1


def hourly_commitment(request: Request, plan: Plan) -> int:
    """Commitment of an hour, units: 8 % above what can be used of it, in whole cents."""
    most = sum(
        (offer.effective or 0) * offer.weight * rounds(request) for offer in OFFERS if offer.commitment == plan.key
    )
    return -(-most * 108 // (100 * CENT)) * CENT


def fee_lines(
    request: Request, period: Period, used: Sequence[Used], plan_used: Mapping[tuple[str, datetime], int]
) -> list[Row]:
    """All lines of a month beside its usage, with the rows of unused commitment.

    Args:
        request: the bill.
        period: the month.
        used: its usage.
        plan_used: by plan and start of a step of time, the effective cost of what the plan covered, units.
    """
    start = period.start
    whole = {"starts": start, "ends": start + timedelta(hours=period.hours)}
    hours = _reserved_quantities(used)
    rows = [row for one in RESERVATIONS for row in _reservation_rows(request, period, one, hours[one.arn], whole)]
    rows += [row for one in PLANS for row in _plan_rows(request, period, one, plan_used)]
    rows += _purchases(used, whole)
    rows = [_finished(request, row) for row in rows]
    paid = _payable(used, rows)
    rows += [_finished(request, row) for row in _corrections(request, period, whole)]
    if request.edp is not Edp.NONE:
        rows += _discount_rows(request, period, paid, whole)
    rows += _tax_rows(paid, whole)
    return [row | {"line_id": f"{period.label}-fee-{number:05d}"} for number, row in enumerate(rows)]


def _reserved_quantities(used: Iterable[Used]) -> defaultdict[str, int]:
    hours: defaultdict[str, int] = defaultdict(int)
    for one in used:
        if one.commitment:
            hours[one.commitment] += one.quantity
    return hours


def _line(kind: str, service: tuple[str, str, str], account: str, cash: int, **more: Any) -> Row:
    code, name, category = service
    line = {"kind": kind, "service": code, "product_name": name, "category": category, "account": account}
    return line | {"cash": cash, "effective": cash, "list_cost": cash, "seller": AWS_INC} | more


def _finished(request: Request, row: Row) -> Row:
    """With net money: commitments and what is left of them are discounted, all else of a bill's fees is not."""
    tenths = 9 if request.edp is not Edp.NONE and row["kind"] != "Refund" and row.get("commitment") else 10
    return row | {"net": row["cash"] * tenths // 10, "net_effective": row["effective"] * tenths // 10}


def _unused(fee: Row, cost: int, quantity: int | None) -> Iterator[Row]:
    """The row of what nobody used: an effective cost without a bill."""
    if cost:
        name = {"kind": UNUSED, "description": "Unused part of " + fee["commitment"], "resource": fee["commitment"]}
        yield fee | name | {"cash": 0, "effective": cost, "list_cost": 0, "unused_quantity": quantity}


def _reservation_rows(request: Request, period: Period, one: Reservation, used: int, whole: Row) -> Iterator[Row]:
    owned = reserved_units(request, one)
    hours = owned * period.hours
    idle = hours * THOUSANDTHS - used
    parts = {"unused_recurring": idle * one.recurring, "unused_amortised": idle * one.upfront_hour}
    parts = {name: amount // THOUSANDTHS for name, amount in parts.items()}
    facts = {
        "family": "Compute Instance" if one.service == "AmazonEC2" else "Database Instance",
        "usage_type": f"HeavyUsage:{one.instance_type}",
        "region": one.region,
        "location": LOCATIONS[one.region],
        "instance": one.instance_type,
        "commitment": one.arn,
        "factor": one.factor,
        "reserved_units": owned,
        "unit": "Hrs",
    }
    service = (one.service, one.product, "Compute" if one.service == "AmazonEC2" else "Databases")
    upfront = owned * one.upfront_hour * TERM_HOURS
    fee = _line("RIFee", service, one.owner, hours * one.recurring, **facts, **whole, **parts)
    fee |= {"quantity": hours * THOUSANDTHS, "rate": one.recurring, "unused_quantity": idle, "effective": 0}
    fee |= {"amortised": hours * one.upfront_hour, "upfront_value": upfront, "resource": one.arn}
    yield fee | {"description": f"USD {one.recurring / UNITS} hourly fee per {one.instance_type}, {one.payment}"}
    yield from _unused(fee, sum(parts.values()), idle)
    if one.bought_in_bill and period.number == 0:
        first = {"starts": whole["starts"], "ends": whole["starts"] + timedelta(hours=1), "effective": 0}
        bought = {"quantity": owned * THOUSANDTHS, "resource": one.arn, "description": "Sign up charge for reservation"}
        yield _line("Fee", service, one.owner, upfront, **facts) | first | bought | {"upfront_value": upfront}


def _plan_rows(
    request: Request, period: Period, plan: Plan, plan_used: Mapping[tuple[str, datetime], int]
) -> Iterator[Row]:
    hour = hourly_commitment(request, plan)
    advance = hour * plan.upfront_percent // 100
    step = request.step_hours
    service = (plan.offering, _PLAN_NAMES.get(plan.offering, "Savings Plans for EC2 Instances"), "Compute")
    facts = {"commitment": plan.arn, "usage_type": plan.usage_type, "resource": plan.arn, "unit": "Hrs"}
    for number in range(period.hours // step):
        at = period.start + timedelta(hours=number * step)
        used = plan_used.get((plan.arn, at), 0)
        total, recurring = hour * step, (hour - advance) * step
        fee = _line("SavingsPlanRecurringFee", service, plan.owner, recurring, **facts)
        fee |= {"starts": at, "ends": at + timedelta(hours=step), "quantity": step * THOUSANDTHS, "effective": 0}
        fee |= {"total_commitment": total, "used_commitment": used, "recurring": recurring}
        fee |= {"amortised": advance * step, "rate": hour - advance}
        yield fee | {"description": f"1 year {plan.payment} {plan.offering}"}
        yield from _unused(fee, total - used, None)
    if plan.bought_in_bill and period.number == 0:
        first = {"starts": period.start, "ends": period.start + timedelta(hours=1), "quantity": THOUSANDTHS}
        text = {"description": f"Upfront fee of 1 year {plan.offering}"}
        upfront = _line("SavingsPlanUpfrontFee", service, plan.owner, advance * TERM_HOURS, **facts)
        yield upfront | first | text | {"effective": 0}


def _purchases(used: Iterable[Used], whole: Row) -> list[Row]:
    """Support, a domain, and a contract of the marketplace."""
    usage = sum(one.net for one in used if one.kind != COVERED)
    support = max(100 * UNITS, usage * 3 // (100 * CENT) * CENT)
    support_service = ("AWSSupportBusiness", "AWS Support (Business)", "Management and Governance")
    domain = ("AmazonRegistrar", "Amazon Registrar", "Networking")
    contract = ("5wz8tidewater0marketplace", "Tidewater Manifest Scanner", "Other")
    one = {"quantity": THOUSANDTHS, **whole}
    return [
        _line("Fee", support_service, PAYER, support, description="Support (Business)", usage_type="Dollar", **one),
        _line("Fee", domain, PAYER, units("12"), description="Renewal of harbourline.example", **one),
        _line("Fee", contract, PAYER, units("1200"), description="Annual contract", **one) | {"seller": SELLER},
    ]


def _corrections(request: Request, period: Period, whole: Row) -> list[Row]:
    """Credits of this month, and refunds of charges of the one before."""
    before = {"starts": period.start - timedelta(days=2), "ends": period.start - timedelta(days=1)}
    plan = PLANS[0]
    rows = [
        _line("Credit", _EC2, PAYER, units("-250"), description="AWS Activate credit", **whole),
        _line("Credit", _S3, "100000000003", units("-15.5"), description="Credit for storage", **whole),
        _line("Refund", _S3, "100000000002", units("-3.21"), description="Refund: requests counted twice", **before),
        # As of the fee that is given back, nothing of it is used, so nothing of it is effective.
        _line("Refund", _SP, plan.owner, units("-12.5"), commitment=plan.arn, description="Refund of a plan", **before)
        | {"effective": 0, "net_effective": 0},
    ]
    if request.edition == 2:
        rows.append(_line("Credit", _EC2, PAYER, units("-41.07"), description="Credit for an outage", **whole))
    return rows


@dataclass(frozen=True, slots=True)
class _Paid:
    """One sum that is paid, before and after the discount."""

    day: datetime
    account: str
    service: tuple[str, str, str]
    cash: int
    net: int


def _taxed(code: str, name: str, category: str) -> tuple[str, str, str]:
    """The service that tax and discounts are charged by: block storage is EC2's, whatever its usage is."""
    return _EC2 if code == _EC2[0] else (code, name, category)


def _payable(used: Iterable[Used], rows: Iterable[Row]) -> list[_Paid]:
    """What is invoiced, without the usage that a plan's fee pays for and without mere amortisation."""
    paid = [
        _Paid(one.day, one.account, _taxed(one.service, one.product_name, one.category), one.cash, one.net)
        for one in used
        if one.kind != COVERED
    ]
    for row in rows:
        day = row["starts"].replace(hour=0)
        service = (row["service"], row["product_name"], row["category"])
        paid.append(_Paid(day, row["account"], service, row["cash"], row["net"]))
    return paid


def _discount_rows(request: Request, period: Period, paid: Iterable[_Paid], whole: Row) -> list[Row]:
    """One line a service, account and day; in a small bill a month."""
    saved: defaultdict[tuple[datetime, str, tuple[str, str, str]], int] = defaultdict(int)
    for one in paid:
        day = one.day if request.step_hours == 1 else period.start
        saved[day, one.account, one.service] += one.cash - one.net
    rows = []
    for (day, account, service), amount in sorted(saved.items()):
        if amount:
            when = {"starts": day, "ends": day + timedelta(days=1)} if request.step_hours == 1 else whole
            row = _line(DISCOUNT, service, account, -amount, description="Enterprise Discount Program", **when)
            # In the net columns the discount stands on the discounted lines themselves, so here it is 0.
            # List prices know no negotiated discount.
            rows.append(row | {"net": 0, "net_effective": 0, "list_cost": 0})
    return rows


def _tax_rows(paid: Iterable[_Paid], whole: Row) -> list[Row]:
    """8 % of what each account pays for each service, in whole cents, half a cent up."""
    due: defaultdict[tuple[str, tuple[str, str, str]], int] = defaultdict(int)
    for one in paid:
        due[one.account, one.service] += one.net
    rows = []
    for (account, service), amount in sorted(due.items()):
        tax = (amount * 8 + 50 * CENT) // (100 * CENT) * CENT
        text = {"tax_type": "USSalesTax", "description": f"Tax for product code {service[0]}", "quantity": THOUSANDTHS}
        if tax:
            row = _line("Tax", service, account, tax, **text, **whole)
            rows.append(row | {"net": tax, "net_effective": tax})
    return rows
