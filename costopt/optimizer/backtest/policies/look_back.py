"""The recommendation that cloud providers give: what would have paid most on the last days."""

from dataclasses import dataclass

import numpy as np

from costopt.optimizer.backtest.plan_curve import PlanCurve
from costopt.optimizer.backtest.policy import Quantities, Situation, wide_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack:
    """Take each recent hour's ideal commitment as a candidate, replay the days with it, choose the largest saving.

    It knows neither growth nor risk. AWS documents the look-backs and that usage is not forecast; that each hour's
    ideal commitment is a candidate is what Azure documents of its savings plans.
    Source: https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-purchase-analysis-calculations.html and
    https://learn.microsoft.com/azure/cost-management-billing/savings-plan/purchase-recommendations.
    """

    days: int = 30
    """How far it looks back: 7, 30 or 60 at AWS."""
    share: float = 1.0
    """Part of the recommendation that is bought: below 1 it is a ladder that fills up over the months."""
    every: int = 1
    """Months between two purchases."""

    @property
    def id(self) -> str:
        """Such as `aws_like_30d`, or `ladder_33_60d` of a third a month."""
        base = f"aws_like_{self.days}d" if self.share == 1 else f"ladder_{self.share * 100:.0f}_{self.days}d"
        return base if self.every == 1 else f"{base}_every_{self.every}"

    @property
    def title(self) -> str:
        """For readers."""
        base = f"AWS-like, {self.days} d"
        if self.share != 1:
            base += f", {self.share:.0%} a month"
        return base if self.every == 1 else f"{base}, every {self.every} months"

    def decide(self, situation: Situation) -> Quantities:
        """The candidate with the largest saving, on top of what is active."""
        if situation.decision % self.every:
            return situation.nothing
        plan = wide_plan(situation.offers)
        offer = situation.offers[plan]
        recent = situation.recent(self.days)
        curve = PlanCurve(recent, offer.take)
        active = float(situation.active[plan])
        candidates = np.concatenate([[active], curve.needs[curve.needs > active]])
        cost = len(recent) * float(offer.hourly_cost) * candidates
        best = candidates[int(np.argmax(curve.covered(candidates) - cost))]
        return situation.only(plan, self.share * (float(best) - active))
