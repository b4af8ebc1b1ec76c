"""What a policy sees when it decides, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import Dollars, HourlyDemand
from costopt.economics.instruments import Instrument
from costopt.errors import DemandError

HOURS_IN_DAY = 24

Quantities = NDArray[np.float64]
"""Units an hour of each offer, [offers]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Situation:
    """What is known when a month begins. It holds nothing of the time after."""

    past: HourlyDemand
    """Demand up to now."""
    offers: tuple[Instrument, ...]
    """What can be bought."""
    active: Quantities
    """Units that were bought earlier and still run in the month that begins, [offers]."""
    bought: NDArray[np.float64]
    """Units bought at each earlier decision, [decisions, offers]."""
    bought_at: tuple[int, ...]
    """Hour of `past` at which each earlier decision was taken."""
    decision: int
    """Number of this decision, from 0."""

    def recent(self, days: int) -> Dollars:
        """The last days of demand, or all where there are fewer, [hours, items]."""
        return self.past.dollars[-days * HOURS_IN_DAY :]

    @property
    def nothing(self) -> Quantities:
        """Buying nothing."""
        return np.zeros(len(self.offers))

    def only(self, offer: int, quantity: float) -> Quantities:
        """Buying of one offer, nothing where the quantity is negative."""
        answer = self.nothing
        answer[offer] = max(quantity, 0.0)
        return answer


class Policy(Protocol):
    """A rule of buying."""

    @property
    def id(self) -> str:
        """Short name, such as `aws_like_30d`."""

    @property
    def title(self) -> str:
        """For readers."""

    def decide(self, situation: Situation) -> Quantities:
        """Units to buy now of each offer, [offers], none negative. The same situation gives the same answer."""


def has_wide_plan(offers: Sequence[Instrument]) -> bool:
    """Whether some offer pays for several families."""
    return any(not offer.kind.family_bound for offer in offers)


def wide_plan(offers: Sequence[Instrument]) -> int:
    """Index of the offer that pays for most items, and of those the cheapest: the plan that a migration cannot strand.

    Raises:
        DemandError: every offer is bound to a family.
    """
    wide = [index for index, offer in enumerate(offers) if not offer.kind.family_bound]
    if not wide:
        raise DemandError(
            "no plan on offer pays for several families, and the rules to compare with buy only such plans",
            hint="Offer a Compute Savings Plan, or on Google a flexible commitment.",
        )
    return min(wide, key=lambda index: _breadth_and_price(offers[index]))


def _breadth_and_price(offer: Instrument) -> tuple[int, float]:
    covered = offer.covers
    return -int(covered.sum()), float(offer.price_ratio[covered].mean()) if covered.any() else np.inf
