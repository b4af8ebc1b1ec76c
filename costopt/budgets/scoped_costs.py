"""What the bill says of a budget's scope, day by day."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

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
        numbers = ((day - self.first_day).days for day in window.dates())
        return tuple(self.costs[number] if 0 <= number < len(self.costs) else Decimal(0) for number in numbers)

    def complete_days(self, window: Window) -> int:
        """How many days of a window are complete."""
        return max(0, (min(self.complete_until, window.end) - window.start).days)

    @property
    def history(self) -> DailyCosts:
        """All complete days, for a forecast."""
        days = max((self.complete_until - self.first_day).days, 0)
        costs = np.zeros(days)
        known = self.costs[:days]
        costs[: len(known)] = [float(cost) for cost in known]
        return DailyCosts(first_day=self.first_day, costs=costs)
