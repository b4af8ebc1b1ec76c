"""What stands in a bill beside usage and commitments: tax, support, a credit, a refund. All rates of tax are made."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from costopt.collectors.made.billing_lines.cells import PAYER, account_cells, service_cells
from costopt.collectors.made.billing_lines.lines import Line, month_after
from costopt.collectors.made.billing_lines.meters import EC2, RDS, Service
from costopt.model.focus import CHARGE_CLASS_CORRECTION, ChargeCategory

_CENT = Decimal("0.01")
_TAX = Decimal("0.07")
"""Made: nobody's rate."""
_SUPPORT = Service("AWSSupportBusiness", "AWS Support (Business)", "Other")
_SUPPORT_TIERS = ((Decimal(10_000), Decimal("0.10")), (Decimal(80_000), Decimal("0.07")))
"""Upper end of each tier of a month's charges and its rate; the company stays below the next.
Source: https://aws.amazon.com/premiumsupport/pricing/ (Business Support)."""
_SUPPORT_LEAST = Decimal(100)
"""Dollars a month at least. Source: the same page."""
_CREDIT = Decimal(-250)
_REFUNDED_DAY = timedelta(days=11)
"""Of the month before: a day on which a database was down. It is paid back on the first day of the month after."""


def monthly(month: datetime, lines: Sequence[Line], *, complete: bool) -> Iterator[Line]:
    """Tax by account; and where the month is complete the support fee, and a credit.

    Args:
        month: first moment of the billing period, UTC.
        lines: everything else that is billed in it.
        complete: whether it is over.
    """
    by_account: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        by_account[str(line.cells["SubAccountId"])] += line.billed
    fees = [_support(month, sum(by_account.values(), Decimal(0))), _credit(month)] if complete else []
    for fee in fees:
        by_account[PAYER] += fee.billed
    yield from fees
    for account, billed in sorted(by_account.items()):
        cells = {
            "ChargeCategory": ChargeCategory.TAX.value,
            "ChargeDescription": f"Tax of {_TAX:.0%}",
            "ChargeFrequency": "One-Time",
            **service_cells(EC2),
        }
        yield _fee(month, account, cells, (billed * _TAX).quantize(_CENT))


def _fee(month: datetime, account: str, cells: dict[str, object], amount: Decimal) -> Line:
    """A line of the whole month; its four costs are one."""
    priced = "PricingCategory" in cells
    return Line(
        cells={**account_cells(account), **cells}, month=month, begins=month, ends=month_after(month),
        billed=amount, effective=amount, listed=amount, contracted=amount, quantity=Decimal(1) if priced else None,
    )  # fmt: skip


def _support(month: datetime, charged: Decimal) -> Line:
    amount, floor = Decimal(0), Decimal(0)
    for ceiling, rate in _SUPPORT_TIERS:
        amount += max(Decimal(0), min(charged, ceiling) - floor) * rate
        floor = ceiling
    amount = max(amount, _SUPPORT_LEAST).quantize(_CENT)
    cells = {
        "ChargeCategory": ChargeCategory.PURCHASE.value,
        "ChargeDescription": "Business Support, by the month's charges",
        "ChargeFrequency": "Recurring",
        "ContractedUnitPrice": float(amount),
        "ListUnitPrice": float(amount),
        "PricingCategory": "Standard",
        "PricingUnit": "Month",
        "SkuId": "SUPPORTBUSINESS1",
        "SkuMeter": "Dollar",
        "SkuPriceId": f"SUPPORTBUSINESS1.{month:%Y%m}",
        "x_UsageType": "Dollar",
        **service_cells(_SUPPORT),
    }
    return _fee(month, PAYER, cells, amount)


def _credit(month: datetime) -> Line:
    cells = {
        "ChargeCategory": ChargeCategory.CREDIT.value,
        "ChargeDescription": "Migration credit",
        "ChargeFrequency": "One-Time",
        **service_cells(EC2),
    }
    return _fee(month, PAYER, cells, _CREDIT)


def refund(month: datetime, before: Sequence[Line]) -> Iterator[Line]:
    """A day's hours of the costliest database of the month before, paid back in this one; nothing where there is none.

    Args:
        month: first moment of the billing period in which it is paid back, UTC.
        before: lines of the month before.
    """
    day = min((line.month for line in before), default=month) + _REFUNDED_DAY
    paid = [line for line in before if line.begins == day and _database_hours(line)]
    if not paid:
        return
    line = max(paid, key=lambda one: (one.billed, str(one.cells["ResourceId"])))
    kept = {
        name: value
        for name, value in line.cells.items()
        if not name.startswith(("Pricing", "Consumed", "List", "Contracted", "SkuPrice"))
    }
    correction = {"ChargeClass": CHARGE_CLASS_CORRECTION, "ChargeDescription": "Refund: database was not available"}
    yield Line(
        cells={**kept, **correction}, month=month, begins=month, ends=month + timedelta(days=1),
        billed=-line.billed, effective=-line.billed, listed=-line.listed, contracted=-line.contracted,
    )  # fmt: skip


def _database_hours(line: Line) -> bool:
    hours = line.cells.get("PricingUnit") == "Hrs" and line.cells.get("PricingCategory") == "Standard"
    return hours and line.cells["ServiceName"] == RDS.name
