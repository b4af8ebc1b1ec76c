"""The cheapest way to a deadline by walking every branch of a tiny job: no tables, no net, no whole units.

Work is in ticks and exact fractions. A miss costs infinitely much, so that any branch which may end in one is never
taken.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import inf


@dataclass(frozen=True, slots=True, kw_only=True)
class TinyJob:
    """A job on one spot capacity and one on-demand capacity, all in ticks."""

    work: Fraction
    ticks: int
    restart: Fraction
    rework: Fraction
    spot_price: Fraction
    on_demand_price: Fraction
    loss: Fraction
    """Chance that spot which is there is gone in the next tick."""
    back: Fraction
    """Chance that spot which is missing is there in the next tick."""

    def least(self, *, available: bool) -> Fraction | float:
        """Expected cost of the best choices, with spot there or missing in the first tick."""

        @cache
        def best(tick: int, left: Fraction, running: str, run: int, there: bool) -> Fraction | float:
            if left <= 0:
                return Fraction(0)
            if tick == self.ticks:
                return inf
            if running == "spot" and not there:
                return best(tick, min(left + self.rework, self.work), "", 0, there)
            found = [onward(tick, left, "", 0, there)]
            for place, price in (("spot", self.spot_price), ("on demand", self.on_demand_price)):
                if place == "spot" and not there:
                    continue
                age = run if running == place else 0
                warming = min(max(self.restart - age, Fraction(0)), Fraction(1))
                used = min(warming + left, Fraction(1))
                found.append(price * used + onward(tick, left - (1 - warming), place, age + 1, there))
            return min(found)

        def onward(tick: int, left: Fraction, running: str, run: int, there: bool) -> Fraction | float:
            up = 1 - self.loss if there else self.back
            return up * best(tick + 1, left, running, run, True) + (1 - up) * best(tick + 1, left, running, run, False)

        return best(0, self.work, "", 0, available)
