"""The made projects' bill: last month and this one up to yesterday, in FOCUS 1.2, as Google's export would say it.

Nothing in it is drawn: it follows from the projects' resources, their prices and what they have committed to. Sustained
use discounts are credits that grow through the month, so that the first days of one are dearer than the last. Google's
own invoice months are of days in California; these are of UTC, so that both bills of the company have the same.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from costopt.collectors.made.billing_lines.coverage import PLACES
from costopt.collectors.made.billing_lines.lines import Cells, Line, billed_months, month_after, table_of
from costopt.collectors.made.google.billing_lines import cells, skus
from costopt.collectors.made.google.billing_lines.charges import Charge, charges
from costopt.collectors.made.google.billing_lines.commitments import Committed, Share, commitments, cover
from costopt.economics.lookups import PriceBook
from costopt.economics.sustained_rates import series_rates, slot_price
from costopt.model.focus import ChargeCategory
from costopt.model.resource import Resource

if TYPE_CHECKING:
    import pyarrow as pa

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_CENT = Decimal("0.01")
_TAX = Decimal("0.07")
"""Made: nobody's rate."""


def make_bill(resources: Sequence[Resource], now: datetime, prices: PriceBook) -> "Mapping[str, pa.Table]":
    """The bill by billing period, `YYYY-MM`: a row for each charge and day, then tax.

    Args:
        resources: of the projects, sorted.
        now: when it is as if the bill was fetched, UTC.
        prices: list prices, without discounts.
    """
    days = _Days(charges(resources, prices), commitments(resources, prices))
    bill = {}
    for month, last in billed_months(now):
        lines = list(days.between(month, last))
        if lines:
            lines += _taxes(month, lines)
            bill[f"{month:%Y-%m}"] = table_of(lines, invoiced=last == month_after(month))
    return bill


def _taxes(month: datetime, lines: Sequence[Line]) -> Iterator[Line]:
    """By project."""
    by_account: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        by_account[str(line.cells["SubAccountId"])] += line.billed
    for account, billed in sorted(by_account.items()):
        tax = {
            **cells.account_cells(account),
            **cells.service_cells(skus.COMPUTE),
            "ChargeCategory": ChargeCategory.TAX.value,
            "ChargeDescription": f"Tax of {_TAX:.0%}",
            "ChargeFrequency": "One-Time",
        }
        amount = (billed * _TAX).quantize(_CENT)
        yield Line(
            cells=tax, month=month, begins=month, ends=month_after(month), billed=amount, effective=amount,
            listed=amount, contracted=amount,
        )  # fmt: skip


class _Days:
    """Lines of single days; the cells that days have in common are made once."""

    def __init__(self, charged: Sequence[Charge], committed: Sequence[Committed]) -> None:
        self._charged = charged
        self._committed = committed
        self._cells = [cells.usage_cells(charge) for charge in charged]
        self._covered: dict[tuple[int, int], Cells] = {}
        self._fees = [(cells.fee_cells(one), cells.unused_cells(one)) for one in committed]

    def between(self, start: datetime, end: datetime) -> Iterator[Line]:
        """Lines of every day of a month from `start` to before `end`."""
        day = start
        while day < end:
            yield from self._of(day, start)
            day += _DAY

    def _of(self, day: datetime, month: datetime) -> Iterator[Line]:
        used = {
            number: quantity
            for number, charge in enumerate(self._charged)
            if (quantity := _quantity(charge, day, month)) > 0
        }
        active = [one for one in self._committed if one.active(day, day + _DAY)]
        shares = cover(used, self._charged, active)
        covered: dict[int, Decimal] = defaultdict(Decimal)
        for share in shares:
            covered[share.number] += share.quantity
        for number, quantity in used.items():
            if quantity > covered[number]:
                yield self._on_demand(number, quantity - covered[number], day, month)
        yield from (self._share(share, day, month) for share in shares)
        for one in active:
            yield from self._commitment(one, shares, day, month)

    def _on_demand(self, number: int, quantity: Decimal, day: datetime, month: datetime) -> Line:
        charge = self._charged[number]
        listed = quantity * charge.metered.price.amount
        paid = (listed * _sustained(charge, day, month)).quantize(PLACES)
        return Line(
            cells=self._cells[number], month=month, begins=day, ends=day + _DAY, quantity=quantity, consumed=True,
            billed=paid, effective=paid, listed=listed.quantize(PLACES), contracted=listed.quantize(PLACES),
        )  # fmt: skip

    def _share(self, share: Share, day: datetime, month: datetime) -> Line:
        charge = self._charged[share.number]
        listed = (share.quantity * charge.metered.price.amount).quantize(PLACES)
        key = share.number, id(share.committed)
        if key not in self._covered:
            self._covered[key] = cells.covered_cells(charge, share.committed)
        return Line(
            cells=self._covered[key], month=month, begins=day, ends=day + _DAY, quantity=share.quantity, consumed=True,
            billed=Decimal(0), effective=(share.quantity * share.committed.price).quantize(PLACES), listed=listed,
            contracted=listed, committed=share.quantity,
        )  # fmt: skip

    def _commitment(self, one: Committed, shares: Sequence[Share], day: datetime, month: datetime) -> Iterator[Line]:
        """Fee of the day, and the part that was not used."""
        fee, rest = self._fees[self._committed.index(one)]
        cost = (one.daily * one.price).quantize(PLACES)
        yield Line(
            cells=fee, month=month, begins=day, ends=day + _DAY, quantity=one.daily, committed=one.daily, billed=cost,
            effective=Decimal(0), listed=cost, contracted=cost,
        )  # fmt: skip
        unused = one.daily - sum((share.quantity for share in shares if share.committed is one), Decimal(0))
        if unused > 0:
            yield Line(
                cells=rest, month=month, begins=day, ends=day + _DAY, quantity=unused, committed=unused,
                billed=Decimal(0), effective=(unused * one.price).quantize(PLACES), listed=Decimal(0),
                contracted=Decimal(0),
            )  # fmt: skip


def _hours(charge: Charge, start: datetime, end: datetime) -> Decimal:
    """Hours that the resource was there, to the second."""
    seconds = (min(charge.ends, end) - max(charge.begins, start)) // timedelta(seconds=1)
    return Decimal(max(seconds, 0)) / 3600


def _quantity(charge: Charge, day: datetime, month: datetime) -> Decimal:
    hours = _hours(charge, day, day + _DAY)
    if charge.metered.by_month:
        hours /= (month_after(month) - month) // _HOUR
    return (charge.metered.count * hours).quantize(PLACES)


def _sustained(charge: Charge, day: datetime, month: datetime) -> Decimal:
    """Share of the price that a day's usage pays, by how much of the month the machine has run before and after it."""
    rates = None if charge.metered.series is None else series_rates(charge.metered.series)
    if rates is None:
        return Decimal(1)
    whole = float((month_after(month) - month) // _HOUR)
    before, after = (float(_hours(charge, month, until)) / whole for until in (day, day + _DAY))
    share = (slot_price(after, rates) - slot_price(before, rates)) / (after - before)
    return Decimal(str(round(share, 9)))
