"""gp2 volumes that cost less as gp3 with nothing lost.

Signal: the type and size of the volume; the saving is computed with gp2's own performance kept.

gp3 includes 3,000 IOPS and 125 MiB/s, not 16,000. What a gp2 volume sustains beyond that (from 1,000 GiB on more than
3,000 IOPS, from 167 GiB on more than 125 MiB/s) is provisioned on the gp3 volume and priced. gp2's moments of burst
to 128 MiB/s (below 170 GiB) and 250 MiB/s (up to 334 GiB) last only while credits do and are not reproduced. No
metric is read and age does not matter. A missing price makes it `no data`, never a guess. The change is done while
the volume is in use.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.ebs_cost import paid_instead, volume_terms
from costopt.economics.ebs_limits import gp2_baseline_iops, gp2_baseline_mibps, gp3_equal_to_gp2
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Evidence, Outcome, Saving, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsVolume
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ebs_gp2_to_gp3`."""

    min_saving_usd: Decimal = Decimal("0.10")
    """Least saving a month; the change needs no restart, so that small ones are worth it."""


def _excludes(volume: Resource, spec: EbsVolume) -> str | None:
    return None if spec.volume_type == "gp2" else "not a gp2 volume"


def _run(volume: Resource, spec: EbsVolume, facts: Facts, context: Context, params: Params) -> Verdict:
    iops, mibps = gp3_equal_to_gp2(spec.size_gib)
    gp3 = replace(spec, volume_type="gp3", iops=iops, throughput_mibps=mibps)
    prices = context.prices
    saving = Saving(terms=volume_terms(volume, spec, prices) + paid_instead(volume_terms(volume, gp3, prices)))
    if saving.monthly.amount < params.min_saving_usd:
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"gp2 of {spec.size_gib:,} GiB sustains {gp2_baseline_iops(spec.size_gib):,} IOPS and"
                f" {gp2_baseline_mibps(spec.size_gib)} MiB/s; gp3 with {iops:,} IOPS and {mibps} MiB/s costs less"
            ),
        ),
        action=Action(
            kind=ActionKind.MIGRATE,
            summary=f"Change the volume to gp3 with {iops:,} IOPS and {mibps} MiB/s",
            target="gp3",
        ),
        saving=saving,
    )


CHECK = Check(
    id="ebs_gp2_to_gp3",
    title="gp2 volume would cost less as gp3",
    category=Category.OPTIMISATION,
    lever="Storage tiers",
    applies_to=EbsVolume,
    params=Params,
    source="https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html; https://aws.amazon.com/ebs/pricing/",
    run=_run,
    excludes=_excludes,
    grace_days=0,
)
