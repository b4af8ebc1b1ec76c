"""io1 and io2 volumes whose performance gp3 offers for less.

Signal: an io1 or io2 volume with at most 16,000 provisioned IOPS that gp3 offers too, at a lower price.

gp3 is priced with the same IOPS and with the throughput that the io volume can reach. Where that is beyond gp3, the
measured throughput of the busiest hour must be below 40 % of gp3's limit (an hour's mean hides shorter peaks);
without that measurement the check says `no data`. io2 is more durable (99.999 % against 99.8 to 99.9 %) and answers
faster: that is for its owner to weigh, so the confidence is medium. gp3 cannot be attached to several machines at
once.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured, usable
from costopt.economics.ebs_cost import GP3_INCLUDED_IOPS, GP3_INCLUDED_MIBPS, paid_instead, volume_terms
from costopt.economics.ebs_limits import (
    GP3_IOPS_PER_GIB,
    GP3_MOST_GIB,
    gp3_mibps_allowed,
    provisioned_mibps,
)
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Evidence,
    Outcome,
    Saving,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsVolume
from costopt.model.utilization import Facts

_MIB = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ebs_io_to_gp3`."""

    days: int = 14
    """Look-back in days of the throughput, where it is asked."""
    max_iops: int = 16_000
    """Most operations a second that gp3 is trusted with."""
    max_used_fraction: float = 0.4
    """Most of gp3's throughput limit that the busiest hour may use, where the io volume could do more than gp3."""
    min_saving_usd: Decimal = Decimal(1)
    """Least saving a month."""


def _excludes(volume: Resource, spec: EbsVolume) -> str | None:
    if spec.volume_type not in {"io1", "io2"}:
        return "not a provisioned IOPS volume"
    return "attached to several instances" if len(spec.instance_ids) > 1 else None


def _measured_mibps(facts: Facts) -> float | None:
    """Throughput of the busiest hour in MiB/s, at most; None where not measured."""
    total = 0.0
    for metric in ("volume_read_bytes", "volume_write_bytes"):
        utilization = facts.get(metric)
        if utilization is None or utilization.maximum is None or not usable(utilization):
            return None
        total += utilization.maximum / utilization.step_seconds
    return total / _MIB


def _run(volume: Resource, spec: EbsVolume, facts: Facts, context: Context, params: Params) -> Verdict:
    if spec.iops is None:
        return no_data("provisioned IOPS unknown")
    iops = max(GP3_INCLUDED_IOPS, spec.iops)
    most = max(GP3_INCLUDED_IOPS, min(params.max_iops, GP3_IOPS_PER_GIB * spec.size_gib))
    if iops > most or spec.size_gib > GP3_MOST_GIB:
        return CLEAR
    offered, limit = provisioned_mibps(spec.volume_type, spec.iops), gp3_mibps_allowed(iops)
    evidence = [_provisioned(spec, params)]
    if offered > limit:
        busiest = _measured_mibps(facts)
        if busiest is None:
            return no_data("throughput not measured")
        if busiest >= limit * params.max_used_fraction:
            return CLEAR
        evidence.append(_throughput(facts, busiest, limit, params))
    mibps = max(GP3_INCLUDED_MIBPS, min(offered, limit))
    gp3 = replace(spec, volume_type="gp3", iops=iops, throughput_mibps=mibps)
    return _flagged_if_cheaper(volume, spec, gp3, tuple(evidence), context, params)


def _provisioned(spec: EbsVolume, params: Params) -> Evidence:
    return Evidence(
        statement=f"{spec.volume_type} provisions {spec.iops or 0:,} IOPS, within gp3's {params.max_iops:,}",
        observed=spec.iops,
        threshold=params.max_iops,
    )


def _throughput(facts: Facts, busiest: float, limit: int, params: Params) -> Evidence:
    reads = facts["volume_read_bytes"]
    statement = (
        f"the busiest hour of {params.days} days moved {busiest:,.1f} MiB/s,"
        f" below {params.max_used_fraction:.0%} of gp3's {limit:,}"
    )
    return measured(reads, statement, observed=busiest, threshold=limit * params.max_used_fraction)


def _flagged_if_cheaper(
    volume: Resource, spec: EbsVolume, gp3: EbsVolume, evidence: tuple[Evidence, ...], context: Context, params: Params
) -> Verdict:
    prices = context.prices
    saving = Saving(terms=volume_terms(volume, spec, prices) + paid_instead(volume_terms(volume, gp3, prices)))
    if saving.monthly.amount < params.min_saving_usd:
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=evidence,
        action=Action(
            kind=ActionKind.MIGRATE,
            summary=f"Change the volume to gp3 with {gp3.iops:,} IOPS and {gp3.throughput_mibps:,} MiB/s, if it can do"
            " with gp3's latency and durability",
            target="gp3",
        ),
        saving=saving,
        confidence=Confidence.MEDIUM,
    )


CHECK = Check(
    id="ebs_io_to_gp3",
    title="Provisioned IOPS volume would cost less as gp3",
    category=Category.OPTIMISATION,
    lever="Storage tiers",
    applies_to=EbsVolume,
    params=Params,
    source="https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html; https://aws.amazon.com/ebs/pricing/",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="volume_read_bytes", required=False), Need(metric="volume_write_bytes", required=False)),
    grace_days=0,
)
