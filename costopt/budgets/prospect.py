"""How a period is expected to go on: day by day, with what is known of days that are not complete yet."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Self

import numpy as np

from costopt.budgets.forecast import Forecaster, Outlook, forecast_days
from costopt.budgets.periods import Window
from costopt.budgets.scoped_costs import ScopedCosts
from costopt.model.budget_status import SpendForecast

CENTS = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """A period to its end."""

    daily: tuple[Decimal, ...]
    """Cost of each day of the period: known where complete, else the greater of what is known and expected."""
    outlook: Outlook
    """The days of the period that are not complete."""
    never_falls: bool
    """Whether no day of the past was negative, so that what is spent stays spent."""

    @classmethod
    def of_known(cls, daily: tuple[Decimal, ...]) -> Self:
        """A period of which nothing more is expected than is known."""
        settled = Outlook(daily=np.zeros(0), deviation=0.0, history_days=len(daily), trials=0)
        return cls(daily=daily, outlook=settled, never_falls=min(daily, default=Decimal(0)) >= 0)

    @property
    def expected(self) -> Decimal:
        """Cost of the whole period."""
        return sum(self.daily, Decimal(0))

    def probability_above(self, amount: Decimal, spent: Decimal) -> float:
        """That the period ends above an amount, 0..1.

        Args:
            amount: of the budget.
            spent: what is known to be spent.
        """
        if spent > amount and self.never_falls:
            return 1.0
        return self.outlook.probability_above(self.outlook.expected + float(amount - self.expected))

    def day_above(self, amount: Decimal, start: date) -> date | None:
        """First day of the period, which begins at `start`, by whose end more than an amount is spent."""
        for number, total in enumerate(accumulate(self.daily)):
            if total > amount:
                return start + timedelta(days=number)
        return None

    def summary(self, spent: Decimal) -> SpendForecast:
        """Expected cost with its interval, which does not reach below what is spent where nothing is ever given back.

        Args:
            spent: what is known to be spent.
        """
        margin = Decimal(repr(self.outlook.margin))
        low = max(spent, self.expected - margin) if self.never_falls else self.expected - margin
        return SpendForecast(
            expected=self.expected.quantize(CENTS),
            low=min(low, self.expected).quantize(CENTS),
            high=(self.expected + margin).quantize(CENTS),
            history_days=self.outlook.history_days,
            trials=self.outlook.trials,
        )


def prospect_of(costs: ScopedCosts, window: Window, forecast: Forecaster = forecast_days) -> Prospect | None:
    """How a period goes on; None where its future has to be told from a past without any cost."""
    known = costs.of(window)
    complete = costs.complete_days(window)
    history = costs.history
    if complete == window.days:
        return Prospect.of_known(known)
    ahead = forecast(history, (window.end - history.next_day).days)
    if ahead is None:
        return None
    outlook = _last_days(ahead, window.days - complete)
    expected = (Decimal(repr(float(cost))) for cost in outlook.daily)
    fees = costs.fees_of(window)[complete:]
    rest = tuple(_whole(day, fee, hope) for day, fee, hope in zip(known[complete:], fees, expected, strict=True))
    return Prospect(daily=known[:complete] + rest, outlook=outlook, never_falls=bool(history.costs.min() >= 0))


def _whole(day: Decimal, fee: Decimal, hope: Decimal) -> Decimal:
    """A day that is not complete: a fee does not stand for the usage that is still to come."""
    used = day - fee
    return fee + (max(used, hope) if used else hope)


def _last_days(outlook: Outlook, days: int) -> Outlook:
    """The last days of an outlook: of a bill that stopped before the period began, the others are past."""
    daily = outlook.daily[-days:]
    whole = float(np.abs(outlook.daily).sum())
    share = float(np.abs(daily).sum()) / whole if whole else 1.0
    return Outlook(
        daily=daily,
        deviation=outlook.deviation * share,
        history_days=outlook.history_days,
        trials=outlook.trials,
    )
