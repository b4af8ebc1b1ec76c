"""Which rule of buying a plan follows: the one that did best on the estate's own history."""

from collections.abc import Sequence
from dataclasses import dataclass

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Instrument
from costopt.model.plan import PolicyChoice
from costopt.optimizer.backtest.choose import LEAST_DECISIONS, choose_policy
from costopt.optimizer.backtest.policies.mix import Mix
from costopt.optimizer.backtest.policies.registry import DEFAULT_POLICY, MIXES
from costopt.optimizer.commitments.terms import FAMILY_BOUND_SHARE

LEAST_MONTHS = LEAST_DECISIONS + 1
"""Months of history from which rules are compared: the first one only shows what to decide on."""
_HOURS_IN_MONTH = 730


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A rule and its record."""

    share: float | None
    """Cap on what is bound to a family, as a share of what the family rarely falls below; None for no cap."""
    choice: PolicyChoice | None
    """How it did on the history; None where that is too short."""
    words: str
    """For readers."""


def follow_policy(history: HourlyDemand, offers: Sequence[Instrument]) -> Followed:
    """Replay the rules that a plan can follow and take the best.

    Args:
        history: what happened, up to now.
        offers: what can be bought.
    """
    months = history.hours // _HOURS_IN_MONTH
    if months < LEAST_MONTHS or not offers:
        words = (
            f"the history of {months} months is too short to choose a rule of buying by (it takes {LEAST_MONTHS}): the"
            f" usual one is followed, which binds at most {FAMILY_BOUND_SHARE:.0%} of what a family rarely falls below"
        )
        return Followed(share=FAMILY_BOUND_SHARE, choice=None, words=words)
    # None of these rules draws anything: one seed is all there is.
    chosen = choose_policy(history, offers, seeds=(0,), among=MIXES)
    policy = chosen.policy if isinstance(chosen.policy, Mix) else DEFAULT_POLICY
    words = f"of the rules of buying {policy.title} is followed: {chosen.choice.note}"
    return Followed(share=None if policy.cap is None else policy.cap.share, choice=chosen.choice, words=words)
