"""Volumes that are attached to nothing and still billed by the GiB.

Signal: the volume's state is `available`, for 7 days since it was detached.

Where the time of detachment is unknown, the age of the volume stands in for it. That is an upper bound of the time
without an attachment, so the finding is then of medium confidence. No metric is read: a volume that is attached to
nothing sends none. A volume in any other state (being created, in use, in error) is not concerned.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.unattached_disks import long_unattached
from costopt.economics.ebs_cost import volume_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import Action, ActionKind, Category, Confidence, Outcome, Risk, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsVolume
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ebs_unattached`."""

    days: int = 7
    """Days without an attachment from which on a volume is flagged."""


def _excludes(volume: Resource, spec: EbsVolume) -> str | None:
    return None if spec.state == "available" else "attached"


def _run(volume: Resource, spec: EbsVolume, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    how = "detached" if spec.detached_at else "created"
    shown = long_unattached(how, spec.detached_at or volume.created_at, context, params.days)
    if isinstance(shown, Verdict):
        return shown
    saving, price_gap = priced(lambda: volume_terms(volume, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(shown,),
        action=Action(
            kind=ActionKind.DELETE, summary="Delete the volume; take a snapshot first if its data may matter"
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.HIGH if spec.detached_at else Confidence.MEDIUM,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="ebs_unattached",
    title="Volume is attached to nothing",
    category=Category.WASTE,
    lever="Unused storage",
    applies_to=EbsVolume,
    params=Params,
    source="https://docs.aws.amazon.com/awssupport/latest/user/cost-optimization-checks.html"
    " (Underutilized Amazon EBS Volumes: unattached); CleanCloud aws.ebs.volume.unattached: 7 days",
    run=_run,
    excludes=_excludes,
)
