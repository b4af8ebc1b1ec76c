"""Rules without an optimiser: buy nothing, a percentile of recent need, a share of recent spend."""

from dataclasses import dataclass

import numpy as np

from costopt.optimizer.backtest.plan_curve import PlanCurve
from costopt.optimizer.backtest.policy import Quantities, Situation, wide_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOnDemand:
    """Buy nothing."""

    id: str = "on_demand"
    title: str = "All on demand"

    def decide(self, situation: Situation) -> Quantities:
        """Nothing."""
        return situation.nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentile:
    """Hold the wide plan at a percentile of what it would take to cover each of the last hours in full."""

    percentile: float
    """0..100; 0 is the lowest hour."""
    days: int = 30
    """How far it looks back."""

    @property
    def id(self) -> str:
        """Such as `p10_30d`."""
        return f"p{self.percentile:g}_{self.days}d"

    @property
    def title(self) -> str:
        """For readers."""
        name = {0.0: "Lowest hour", 50.0: "Median"}.get(self.percentile, f"{self.percentile:g}th percentile")
        return f"{name}, {self.days} d"

    def decide(self, situation: Situation) -> Quantities:
        """Fill up to the percentile."""
        plan = wide_plan(situation.offers)
        needs = PlanCurve(situation.recent(self.days), situation.offers[plan].take).needs
        return situation.only(plan, float(np.percentile(needs, self.percentile)) - situation.active[plan])


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageTarget:
    """Hold as much of the wide plan as would have covered a share of the last days' spend."""

    share: float
    """Share of on-demand dollars to cover, 0..1."""
    days: int = 30
    """How far it looks back."""

    @property
    def id(self) -> str:
        """Such as `coverage_80`."""
        return f"coverage_{self.share * 100:g}"

    @property
    def title(self) -> str:
        """For readers."""
        return f"Coverage {self.share:.0%}, {self.days} d"

    def decide(self, situation: Situation) -> Quantities:
        """Fill up to the share."""
        plan = wide_plan(situation.offers)
        recent = situation.recent(self.days)
        curve = PlanCurve(recent, situation.offers[plan].take)
        target = curve.quantity_covering(self.share * float(recent.sum()))
        return situation.only(plan, target - situation.active[plan])
