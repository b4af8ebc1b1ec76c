"""What the bill says of a budget's scope, day by day."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.budgets.forecast import DailyCosts
from costopt.budgets.periods import Window

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedCosts:
    """Costs in the basis of the budget, credits left out where it says so."""

    first_day: date
    """First day of the whole bill, not only of the scope, in the budget's zone."""
    costs: tuple[Decimal, ...]
    """Cost of each day from then on, 0 for days without a charge, up to the last day with any, complete or not."""
    fees: tuple[Decimal, ...] = ()
    """What of each was a purchase that its provider calls one-time, from the same day on; days beyond have none."""
    charges: int
    """Line items behind it, of any time."""
    currencies: frozenset[str]
    """ISO 4217 codes of them."""
    complete_until: date
    """The day before which all days are complete."""
    estimated_from: date | None = None
    """From this day on the provider may still restate; None where nothing is estimated."""

    def of(self, window: Window) -> tuple[Decimal, ...]:
        """Cost of each day of a window; 0 for days that the bill does not reach."""
        return self._in(window, self.costs)

    def fees_of(self, window: Window) -> tuple[Decimal, ...]:
        """What of each day of a window was paid once."""
        return self._in(window, self.fees)

    def _in(self, window: Window, daily: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
        numbers = ((day - self.first_day).days for day in window.dates())
        return tuple(daily[number] if 0 <= number < len(daily) else Decimal(0) for number in numbers)

    def complete_days(self, window: Window) -> int:
        """How many days of a window are complete."""
        return max(0, (min(self.complete_until, window.end) - window.start).days)

    @property
    def history(self) -> DailyCosts:
        """All complete days, for a forecast."""
        fees = self._complete(self.fees) if any(self.fees) else None
        return DailyCosts(first_day=self.first_day, costs=self._complete(self.costs), fees=fees)

    def _complete(self, daily: tuple[Decimal, ...]) -> NDArray[np.float64]:
        days = max((self.complete_until - self.first_day).days, 0)
        found = np.zeros(days)
        known = daily[:days]
        found[: len(known)] = [float(one) for one in known]
        return found
