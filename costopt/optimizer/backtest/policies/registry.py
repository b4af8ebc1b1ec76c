"""All policies that a replay compares."""

from costopt.optimizer.backtest.policies.look_back import LookBack
from costopt.optimizer.backtest.policies.mix import Hedged, Mix
from costopt.optimizer.backtest.policies.online import Online
from costopt.optimizer.backtest.policies.rules import AllOnDemand, CoverageTarget, Percentile
from costopt.optimizer.backtest.policy import Policy
from costopt.optimizer.risk.purchase import FamilyCap
from costopt.optimizer.risk.scenarios import Outlook

DEFAULT_POLICY = Mix()
"""What a plan follows unless another policy did better on the history at hand."""
MIXES = (Mix(cap=None), Mix(cap=FamilyCap(share=0.25)), DEFAULT_POLICY, Mix(cap=FamilyCap(share=0.75)))
"""Rules that differ in how much may be bound to a family: those that a plan can follow."""
AWS_LIKE = LookBack(days=30)
"""What it is held against: the recommendation that the provider's console shows."""


def policies(seed: int, *, wide: bool = True) -> tuple[Policy, ...]:
    """All policies, by what they are.

    Args:
        seed: of those that draw.
        wide: whether a plan is on offer that pays for several families: most rules know no other.
    """
    return (AllOnDemand(), *(_rules() if wide else ()), *_mixes(seed))


def _rules() -> tuple[Policy, ...]:
    return (
        Percentile(percentile=0),
        Percentile(percentile=10),
        Percentile(percentile=25),
        Percentile(percentile=50),
        CoverageTarget(share=0.7),
        CoverageTarget(share=0.8),
        CoverageTarget(share=0.9),
        LookBack(days=7),
        AWS_LIKE,
        LookBack(days=60),
        LookBack(days=30, every=12),
        LookBack(days=60, share=1 / 3),
        Online(),
    )


def _mixes(seed: int) -> tuple[Policy, ...]:
    return (
        *MIXES,
        Mix(days=60, share=1 / 3),
        Hedged(seed=seed, outlook=Outlook(migration_hazard=0.2)),
        Hedged(seed=seed, outlook=Outlook(migration_hazard=0.2), weight=0.5),
    )
