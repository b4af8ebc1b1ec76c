"""What a plan is asked for, beside the data that it is made from."""

from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from pathlib import Path

from costopt.config.plan_settings import LARGEST_DISCOUNT_RATE, LONGEST_HORIZON_MONTHS
from costopt.errors import UsageError
from costopt.model.plan import Goal

LARGEST_GROWTH = 10.0
"""Eleven times the demand after a year: more is a percentage where a share is wanted, or a slip of the pen."""
LARGEST_BUDGET = Decimal(10**12)
"""Dollars; more than all providers together sell in a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """How far to look, how demand changes, what may be risked and spent, and what for.

    Raises:
        UsageError: a figure that cannot be meant.
    """

    horizon_months: int = 12
    """Months ahead, 1 to 60."""
    growth: float = 0.0
    """Of demand, a year: 0.2 is a fifth more; above -1, at most 10."""
    max_risk: float | None = None
    """Most that may be lost in the worst scenario, as a share of what is saved, 0..1; None asks for no limit."""
    upfront_budget: Decimal | None = None
    """Most to pay at purchases within the horizon, in the currency of the prices; None buys only what is paid by the
    hour."""
    discount_rate: float = 0.0
    """Yearly cost of capital, 0.08 for 8 %, 0..1: fees that are paid upfront count with it."""
    goal: Goal = Goal.BALANCED
    """What the recommended variant is chosen for."""
    what_if: Path | None = None
    """File of scenarios of the user's own."""
    time_limit: float | None = None
    """Seconds after which the search ends with what it has; None for its own limits."""

    def __post_init__(self) -> None:
        if not 1 <= self.horizon_months <= LONGEST_HORIZON_MONTHS:
            raise _refused("horizon", self.horizon_months, f"1 to {LONGEST_HORIZON_MONTHS} months")
        if not -1 < self.growth <= LARGEST_GROWTH:
            wanted = f"a share a year above -1, at most {LARGEST_GROWTH:g}, such as 0.2 for a fifth more"
            raise _refused("growth", self.growth, wanted)
        if self.max_risk is not None and not 0 <= self.max_risk <= 1:
            raise _refused("max-risk", self.max_risk, "a share from 0 to 1, such as 0.1")
        budget = self.upfront_budget
        if budget is not None and not (budget.is_finite() and 0 <= budget <= LARGEST_BUDGET):
            raise _refused("upfront-budget", budget, f"an amount of money, 0 to {LARGEST_BUDGET:,}")
        if not 0 <= self.discount_rate <= LARGEST_DISCOUNT_RATE:
            raise _refused("discount-rate", self.discount_rate, "a share a year from 0 to 1, such as 0.08")
        if self.time_limit is not None and not (isfinite(self.time_limit) and self.time_limit > 0):
            raise _refused("time-limit", self.time_limit, "seconds above 0")

    @property
    def upfront_words(self) -> str:
        """What is paid upfront, and what that is taken to cost, as plans say it."""
        if self.upfront_budget is None:
            return "nothing is paid upfront"
        paid = f"at most ${self.upfront_budget:,.2f} are paid upfront"
        if not self.discount_rate:
            return f"{paid}, spread over the term without interest"
        return f"{paid}, spread over the term at {self.discount_rate:.4g} a year for capital, which all costs hold"


def _refused(what: str, given: object, wanted: str) -> UsageError:
    return UsageError(f"{what} {given} cannot be meant", hint=f"Give {wanted}.")
