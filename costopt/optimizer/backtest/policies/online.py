"""A rule that needs no forecast and bounds what can be regretted."""

from dataclasses import dataclass

import numpy as np

from costopt.optimizer.backtest.calendar import HOURS_IN_MONTH
from costopt.optimizer.backtest.plan_curve import PlanCurve
from costopt.optimizer.backtest.policy import Quantities, Situation, wide_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Online:
    """Commit to a level of need once the hours that it ran on demand within a term have cost as much as the term.

    The deterministic rule of Wang, Li and Liang, level by level of the need for the wide plan: no rule without a
    forecast has a better worst case, which is (2 - a) times the optimum at a price ratio of a.
    Source: https://arxiv.org/abs/1305.5608.
    """

    levels: int = 60
    """Levels between nothing and the highest need of the trailing term."""
    id: str = "online"
    title: str = "Online, Wang et al."

    def decide(self, situation: Situation) -> Quantities:
        """Buy up to the highest level that has reached its break-even."""
        plan = wide_plan(situation.offers)
        offer = situation.offers[plan]
        term = offer.term_months * HOURS_IN_MONTH
        dollars = situation.past.dollars[-term:]
        needs = PlanCurve(dollars, offer.take).needs
        if not needs.any():
            return situation.nothing
        held = self._held(situation, plan, term)
        ratio = float(offer.hourly_cost) * needs.sum() / dollars[:, offer.covers].sum()
        active = situation.active[plan]
        width = needs.max() / self.levels
        middles = (np.arange(self.levels) + 0.5) * width
        ran = ((needs > middles[:, None]) & (held <= middles[:, None])).sum(axis=1)
        due = middles[(ran >= ratio * term) & (middles >= active)]
        return situation.only(plan, float(due.max()) + width / 2 - active) if due.size else situation.nothing

    @staticmethod
    def _held(situation: Situation, plan: int, term: int) -> Quantities:
        """Units that were active in each hour of the trailing term, [hours]."""
        held = np.zeros(situation.past.hours)
        for at, units in zip(situation.bought_at, situation.bought[:, plan], strict=True):
            held[at : at + term] += units
        return held[-term:]
