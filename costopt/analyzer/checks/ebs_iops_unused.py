"""Volumes that pay for operations a second that they do not use.

Signal: reads and writes of the busiest hour of 14 days, by the second, below 40 % of what is provisioned.

The busiest hours of reads and of writes are added as if they were the same, which is never too little. An hour's mean
hides shorter peaks; therefore the recommendation leaves the busiest hour at 40 % of the new figure. Absence of data
means that the volume's machine was off or not read, never that nothing was done. gp3 is flagged above its included
3,000 only. Throughput above gp3's included 125 MiB/s is not judged here.
"""

import math
from dataclasses import dataclass, replace
from decimal import Decimal

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.economics.ebs_cost import GP3_INCLUDED_IOPS, paid_instead, volume_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Evidence,
    Outcome,
    Term,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsVolume
from costopt.model.utilization import Facts

_LEAST = {"gp3": GP3_INCLUDED_IOPS, "io1": 100, "io2": 100}
"""Fewest operations a second that each type can have.
Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html."""

_ROUND_TO = 100
"""Recommended figures are rounded up to full hundreds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ebs_iops_unused`."""

    days: int = 14
    """Look-back in days."""
    max_used_fraction: float = 0.4
    """Volumes whose busiest hour uses less than this share of the provisioned operations are flagged; also the share
    that the busiest hour uses of what is recommended."""
    min_saving_usd: Decimal = Decimal(1)
    """Least saving a month."""


def _excludes(volume: Resource, spec: EbsVolume) -> str | None:
    if spec.volume_type not in _LEAST:
        return "IOPS are not provisioned apart"
    if spec.state != "in-use":
        return "not attached"
    return None if spec.iops is None or spec.iops > _LEAST[spec.volume_type] else "least IOPS already"


def _for_throughput(spec: EbsVolume) -> int:
    """Operations a second that gp3's provisioned throughput demands: one for each 0.25 MiB/s."""
    return 4 * (spec.throughput_mibps or 0) if spec.volume_type == "gp3" else 0


def _run(volume: Resource, spec: EbsVolume, facts: Facts, context: Context, params: Params) -> Verdict:
    if spec.iops is None:
        return no_data("provisioned IOPS unknown")
    reads, writes = facts["volume_read_ops"], facts["volume_write_ops"]
    peak = (reads.maximum or 0.0) / reads.step_seconds + (writes.maximum or 0.0) / writes.step_seconds
    if peak >= spec.iops * params.max_used_fraction:
        return CLEAR
    enough = math.ceil(peak / params.max_used_fraction / _ROUND_TO) * _ROUND_TO
    target = max(_LEAST[spec.volume_type], enough, _for_throughput(spec))
    if target >= spec.iops:
        return CLEAR
    # Less of the same never costs more, so that it is worth saying without a price as well.
    saving, price_gap = priced(lambda: _saved_terms(volume, spec, target, context))
    if saving is not None and saving.monthly.amount < params.min_saving_usd:
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"the busiest hour of {params.days} days used {peak:,.0f} of {spec.iops:,} provisioned IOPS,"
                f" below {params.max_used_fraction:.0%}",
                metric="volume_read_ops",
                observed=peak,
                threshold=spec.iops * params.max_used_fraction,
                period=reads.period,
                coverage_fraction=min(reads.coverage_fraction, writes.coverage_fraction),
            ),
        ),
        action=Action(kind=ActionKind.RESIZE, summary=f"Reduce the volume to {target:,} IOPS", target=f"{target} IOPS"),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM,
    )


def _saved_terms(volume: Resource, spec: EbsVolume, iops: int, context: Context) -> tuple[Term, ...]:
    less = replace(spec, iops=iops)
    before = volume_terms(volume, spec, context.prices)
    after = paid_instead(volume_terms(volume, less, context.prices))
    # The storage itself is in both and says nothing.
    return before[1:] + after[1:]


CHECK = Check(
    id="ebs_iops_unused",
    title="Provisioned IOPS are not used",
    category=Category.OPTIMISATION,
    lever="Right-sizing",
    applies_to=EbsVolume,
    params=Params,
    source="https://docs.aws.amazon.com/ebs/latest/userguide/using_cloudwatch_ebs.html; https://aws.amazon.com/ebs/pricing/;"
    " Flexera policy templates: AWS Rightsize EBS Volumes (40 % of provisioned IOPS)",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="volume_read_ops"), Need(metric="volume_write_ops")),
)
