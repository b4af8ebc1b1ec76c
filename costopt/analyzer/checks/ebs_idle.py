"""Data volumes of running machines that nobody reads or writes.

Signal: an attached volume, not the boot volume, with fewer than one read or write a day for 7 days.

Absence of data is not idleness. CloudWatch sends the metric only while the volume is attached to a running machine;
for a stopped one there is none (`ebs_on_stopped` asks about those). Machines of the old Xen generation send nothing
either for a period without any operation, so an idle volume there stays `no data`.
Source: https://docs.aws.amazon.com/ebs/latest/userguide/using_cloudwatch_ebs.html.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.economics.ebs_cost import volume_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Risk, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsVolume
from costopt.model.utilization import Facts, Utilization

_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ebs_idle`."""

    days: int = 7
    """Look-back in days."""
    max_operations_per_day: float = 1.0
    """Volumes with fewer reads and writes a day are flagged."""


def _excludes(volume: Resource, spec: EbsVolume) -> str | None:
    if spec.state != "in-use":
        return "not attached"
    return "boot volume" if spec.root else None


def _per_day(utilization: Utilization) -> float:
    """Operations a day over the steps that were measured."""
    return (utilization.total or 0.0) / utilization.points / utilization.step_seconds * _DAY_SECONDS


def _run(volume: Resource, spec: EbsVolume, facts: Facts, context: Context, params: Params) -> Verdict:
    reads, writes = facts["volume_read_ops"], facts["volume_write_ops"]
    per_day = _per_day(reads) + _per_day(writes)
    if per_day >= params.max_operations_per_day:
        return CLEAR
    saving, price_gap = priced(lambda: volume_terms(volume, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"{per_day:.2g} reads and writes a day over {params.days} days,"
                f" below {params.max_operations_per_day:g}",
                metric="volume_read_ops",
                observed=per_day,
                threshold=params.max_operations_per_day,
                period=reads.period,
                coverage_fraction=min(reads.coverage_fraction, writes.coverage_fraction),
            ),
        ),
        action=Action(kind=ActionKind.DELETE, summary="Detach the volume, and delete it after a snapshot"),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="ebs_idle",
    title="Attached volume is not used",
    category=Category.WASTE,
    lever="Unused storage",
    applies_to=EbsVolume,
    params=Params,
    source="https://docs.aws.amazon.com/awssupport/latest/user/cost-optimization-checks.html"
    " (Underutilized Amazon EBS Volumes: less than 1 IOPS per day for 7 days)",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="volume_read_ops"), Need(metric="volume_write_ops")),
)
