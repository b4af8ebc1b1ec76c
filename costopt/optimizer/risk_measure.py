"""How the costs of scenarios become one number: their mean, and the mean of the worst (CVaR) of the net loss.

The loss of a scenario is its cost less what the same demand costs on demand. CVaR of the cost itself would be wrong:
its bad scenarios are those of high demand, so it buys more commitments the more it is feared.
Source: Rockafellar and Uryasev, Optimization of conditional value-at-risk, Journal of Risk 2, 2000.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SUM_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Risk:
    """What is minimised: (1 - weight) x mean cost + weight x CVaR of net loss."""

    scenario: NDArray[np.int64]
    """Scenario of each group of hours, [groups]."""
    probability: NDArray[np.float64]
    """Of each scenario, summing to 1, [scenarios]."""
    on_demand: NDArray[np.float64]
    """Dollars of each scenario without any commitment, over the horizon of the costs, [scenarios]."""
    weight: float
    """0 for the mean only, below 1."""
    tail: float = 0.9
    """CVaR is the mean of the worst `1 - tail` of outcomes, in [0, 1)."""

    def __post_init__(self) -> None:
        """Refuse what is no distribution.

        Raises:
            ValueError: probabilities that are negative or do not sum to 1, weight or tail outside [0, 1), shapes.
        """
        if not (0 <= self.weight < 1 and 0 <= self.tail < 1):
            raise ValueError(f"weight {self.weight} and tail {self.tail} of a risk must be in [0, 1)")
        if (self.probability < 0).any() or abs(self.probability.sum() - 1) > _SUM_TOLERANCE:
            raise ValueError(f"probabilities of scenarios sum to {self.probability.sum()}, not 1")
        scenarios = len(self.probability)
        if len(self.on_demand) != scenarios or not np.isin(self.scenario, np.arange(scenarios)).all():
            raise ValueError(f"groups or on-demand dollars do not belong to the {scenarios} scenarios")

    def cost(self, first: float, groups: NDArray[np.float64]) -> float:
        """The measure, in dollars.

        Args:
            first: Dollars that every scenario pays.
            groups: Dollars of each group of hours, [groups].
        """
        costs = first + np.bincount(self.scenario, weights=groups, minlength=len(self.probability))
        mean = float(self.probability @ costs)
        return (1 - self.weight) * mean + self.weight * cvar(costs - self.on_demand, self.probability, self.tail)


def cvar(losses: NDArray[np.float64], probability: NDArray[np.float64], tail: float) -> float:
    """Mean of the worst `1 - tail` of a discrete distribution, a part of the scenario at its edge included."""
    worst = np.argsort(-losses, kind="stable")
    share = np.diff(np.minimum(np.cumsum(probability[worst]), 1 - tail), prepend=0.0)
    return float(share @ losses[worst] / (1 - tail))
