"""The made company's bill: last month and this one up to yesterday, as AWS would send it in FOCUS 1.2.

Nothing in it is drawn: it follows from the company's resources, their prices and what it owns, so that the same company
at the same prices gives the same bill. It charges what a snapshot shows: what ran before and is gone is not in it. One
anomaly is planted in its last days (`surge`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from costopt.collectors.made.billing_lines import cells, fees
from costopt.collectors.made.billing_lines.charges import Charge, charges
from costopt.collectors.made.billing_lines.coverage import HOURS_PER_DAY, PLACES, Bought, Share, buy, cover, unused
from costopt.collectors.made.billing_lines.lines import Cells, Line, billed_months, month_after, table_of
from costopt.collectors.made.billing_lines.surge import surge
from costopt.economics.commitments import RateRatio
from costopt.economics.estate import RegionalUsage
from costopt.economics.lookups import PriceBook
from costopt.model.resource import Resource

if TYPE_CHECKING:
    import pyarrow as pa

_DAY = timedelta(days=1)
_HOUR = 3600


def make_bill(
    resources: Sequence[Resource],
    now: datetime,
    prices: PriceBook,
    *,
    on_demand: Callable[[RegionalUsage], Decimal | None],
    ratio: RateRatio,
) -> "Mapping[str, pa.Table]":
    """The bill by billing period, `YYYY-MM`: a row for each charge and day, then tax, support, credit and refund.

    Days are of UTC; the last one is the day before `now`. The month before is complete and has its fees; of the current
    one only tax and a refund of the month before are there.

    Args:
        resources: the company's, sorted.
        now: when it is as if the bill was fetched, UTC.
        prices: list prices, without discounts.
        on_demand: dollars an hour of a usage, None where unknown.
        ratio: Savings Plan rate over on-demand rate, None where unknown.
    """
    months = billed_months(now)
    charged = (*charges(resources, prices, now), *surge(resources, now))
    bought = buy(resources, charged, prices, on_demand, ratio)
    days = _Days(charged, bought)
    lines: dict[datetime, list[Line]] = {}
    for month, last in months:
        lines[month] = list(days.between(month, last))
        lines[month] += fees.monthly(month, lines[month], complete=last == month_after(month))
    if len(months) > 1:
        (before, _), (current, _) = months
        lines[current] += fees.refund(current, lines[before])
    return {
        f"{month:%Y-%m}": table_of(lines[month], invoiced=last == month_after(month))
        for month, last in months
        if lines[month]
    }


class _Days:
    """Lines of single days; the cells that days have in common are made once."""

    def __init__(self, charged: Sequence[Charge], bought: Sequence[Bought]) -> None:
        self._charged = charged
        self._bought = bought
        self._cells = [cells.usage_cells(charge) for charge in charged]
        self._number = {id(charge): number for number, charge in enumerate(charged)}
        self._covered: dict[tuple[int, str], Cells] = {}
        self._fees = {one.owned.id: (cells.purchase_cells(one), cells.unused_cells(one)) for one in bought}

    def between(self, start: datetime, end: datetime) -> Iterator[Line]:
        """Lines of every day of a month from `start` to before `end`."""
        hours = Decimal((month_after(start) - start).days * HOURS_PER_DAY)
        day = start
        while day < end:
            yield from self._of(day, start, hours)
            day += _DAY

    def _of(self, day: datetime, month: datetime, hours_of_month: Decimal) -> Iterator[Line]:
        used = {
            number: quantity
            for number, charge in enumerate(self._charged)
            if (quantity := _quantity(charge, day, hours_of_month)) > 0
        }
        active = [one for one in self._bought if one.active(day, day + _DAY)]
        shares = cover(used, self._charged, active)
        covered: dict[int, Decimal] = defaultdict(Decimal)
        for share in shares:
            covered[self._number[id(share.charge)]] += share.quantity
        for number, quantity in used.items():
            if quantity > covered[number]:
                yield self._standard(number, quantity - covered[number], day, month)
        yield from (self._share(share, day, month) for share in shares)
        for one in active:
            yield from self._commitment(one, unused(one, shares), day, month)

    def _standard(self, number: int, quantity: Decimal, day: datetime, month: datetime) -> Line:
        listed, contracted = _costs(self._charged[number], quantity)
        return Line(
            cells=self._cells[number], month=month, begins=day, ends=day + _DAY, quantity=quantity, consumed=True,
            billed=contracted, effective=contracted, listed=listed, contracted=contracted,
        )  # fmt: skip

    def _share(self, share: Share, day: datetime, month: datetime) -> Line:
        listed, contracted = _costs(share.charge, share.quantity)
        key = (self._number[id(share.charge)], share.bought.owned.id)
        if key not in self._covered:
            self._covered[key] = cells.covered_cells(share.charge, share.bought)
        return Line(
            cells=self._covered[key], month=month, begins=day, ends=day + _DAY, quantity=share.quantity, consumed=True,
            billed=Decimal(0), effective=share.effective, listed=listed, contracted=contracted, committed=share.taken,
        )  # fmt: skip

    def _commitment(self, one: Bought, wasted: Decimal, day: datetime, month: datetime) -> Iterator[Line]:
        """Fee of the day, and the part that was not used."""
        fee, rest = self._fees[one.owned.id]
        quantity = one.daily if one.is_plan else Decimal(HOURS_PER_DAY)
        yield Line(
            cells=fee, month=month, begins=day, ends=day + _DAY, quantity=quantity, committed=one.daily_budget,
            billed=one.daily, effective=Decimal(0), listed=one.daily, contracted=one.daily,
        )  # fmt: skip
        if wasted:
            part = wasted / one.daily
            yield Line(
                cells=rest, month=month, begins=day, ends=day + _DAY, billed=Decimal(0), effective=wasted,
                quantity=(quantity * part).quantize(PLACES), committed=(one.daily_budget * part).quantize(PLACES),
                listed=Decimal(0), contracted=Decimal(0),
            )  # fmt: skip


def _quantity(charge: Charge, day: datetime, hours_of_month: Decimal) -> Decimal:
    """Quantity of a charge on a day: for the time that the resource was there, to the second."""
    seconds = (min(charge.ends, day + _DAY) - max(charge.begins, day)) // timedelta(seconds=1)
    if seconds <= 0:
        return Decimal(0)
    hours = Decimal(seconds) / _HOUR
    quantity = charge.hourly * hours if charge.by_time else charge.hourly * hours / hours_of_month
    return quantity.quantize(PLACES)


def _costs(charge: Charge, quantity: Decimal) -> tuple[Decimal, Decimal]:
    """At the list price, and at the negotiated one."""
    listed = quantity * charge.term.price.amount
    return listed.quantize(PLACES), (listed * (1 - charge.discount)).quantize(PLACES)
