"""SSD disks of Compute Engine that work far below what their type offers.

Signal: over 14 days the most operations and the most bytes a second, reads and writes together, stay below 30 % of what
the disk's type and size offer, and a cheaper type of the same size does the same work with 20 % free.

A pd-ssd becomes pd-balanced, which answers as fast and does less at once. pd-standard, a spinning disk, is offered only
where `allow_standard` says so: it answers in milliseconds. The cheaper type is not counted on for more than a machine
of one vCPU would get of it. The metrics are sent only while the disk is attached to a running machine, so holes are
unknown: below 80 % of the points, and for disks that several machines share, the answer is `no data`. Not concerned are
regional disks, whose limits differ, and types whose performance is provisioned. The type is changed by a snapshot.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.economics.ebs_cost import paid_instead
from costopt.economics.ec2_cost import LEAST_FRACTION, LEAST_MONTHLY
from costopt.economics.gce.disk_cost import disk_terms
from costopt.economics.gce.disk_limits import LEAST_OF_ANY_MACHINE, disk_limits
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Effort,
    Evidence,
    Outcome,
    Saving,
    Verdict,
)
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance
from costopt.model.specs.persistent_disks import PersistentDisk
from costopt.model.utilization import Facts

_CHEAPER = {"pd-ssd": ("pd-balanced", "pd-standard"), "pd-balanced": ("pd-standard",)}
_MIB = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `pd_tier`."""

    days: int = 14
    """Look-back in days."""
    max_used_fraction: float = 0.3
    """Share of the type's operations and throughput below which a disk is flagged, 0..1."""
    headroom_fraction: float = 0.2
    """Part of the cheaper type's limits that stays free at the peak, 0..1."""
    allow_standard: bool = False
    """Also offer pd-standard, a spinning disk."""
    min_saving_monthly: Decimal = LEAST_MONTHLY
    """Least saving a month."""
    min_saving_fraction: Decimal = LEAST_FRACTION
    """Least saving as a share of today's price, 0..1."""


def _excludes(_: Resource, spec: PersistentDisk) -> str | None:
    if spec.disk_type not in _CHEAPER:
        return "no cheaper type"
    if spec.regional:
        return "kept in two zones"
    return None if spec.instance_ids else "attached to no instance"


def _run(disk: Resource, spec: PersistentDisk, facts: Facts, context: Context, params: Params) -> Verdict:
    limits = disk_limits(spec.disk_type, spec.size_gib)
    peak = _peak(facts, "ops"), _peak(facts, "bytes") / _MIB
    if limits is None or any(
        used >= limit * params.max_used_fraction for used, limit in zip(peak, limits, strict=True)
    ):
        return CLEAR
    savings = [(target, _saving(disk, spec, target, context)) for target in _carrying(spec, peak, params)]
    if not savings:
        return CLEAR
    target, saving = max(savings, key=lambda one: one[1].monthly.amount)
    now = sum((term.amount for term in saving.terms if term.quantity > 0), Decimal(0))
    if saving.monthly.amount < max(params.min_saving_monthly, now * params.min_saving_fraction):
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=_evidence(facts, peak, limits, params),
        action=Action(
            kind=ActionKind.MIGRATE,
            summary=_advice(disk, spec, target, context),
            target=target,
            restart=True,
        ),
        saving=saving,
        confidence=Confidence.MEDIUM,
        effort=Effort.MEDIUM,
    )


def _advice(disk: Resource, spec: PersistentDisk, target: str, context: Context) -> str:
    """How the type is changed: what a cluster or a group made is changed there, or would come back as it was."""
    if spec.managed_by is not None:
        return f"Give its data a new volume, of a storage class of {target}, in its {spec.managed_by} cluster"
    found = context.find(disk, GceInstance, spec.instance_ids[0])
    group = None if found is None else found[1].instance_group
    if found is not None and found[1].managed_by == "gke":
        return f"Make a node pool with {target} disks, and delete the one of this node"
    if group is not None:
        return f"Give {group} a template with {target} disks, if all of its members allow it"
    return f"Make a {target} disk from a snapshot and put it in the place of this one"


def _carrying(spec: PersistentDisk, peak: tuple[float, float], params: Params) -> Iterator[str]:
    """Cheaper types that do the work of the peak with headroom."""
    for target in _CHEAPER[spec.disk_type]:
        limits = disk_limits(target, spec.size_gib)
        if limits is None or (target == "pd-standard" and not params.allow_standard):
            continue
        offered = [
            min(pair) * (1 - params.headroom_fraction) for pair in zip(limits, LEAST_OF_ANY_MACHINE, strict=True)
        ]
        if all(used <= room for used, room in zip(peak, offered, strict=True)):
            yield target


def _saving(disk: Resource, spec: PersistentDisk, target: str, context: Context) -> Saving:
    now = disk_terms(disk, spec, context.prices)
    then = disk_terms(disk, replace(spec, disk_type=target), context.prices)
    return Saving(terms=(*now, *paid_instead(then)))


def _peak(facts: Facts, unit: str) -> float:
    """The most that was read and the most that was written a second, as if at once."""
    return sum(facts[f"disk_{verb}_{unit}_per_second_max"].maximum or 0.0 for verb in ("read", "write"))


def _evidence(
    facts: Facts, peak: tuple[float, float], limits: tuple[float, float], params: Params
) -> tuple[Evidence, ...]:
    share = f"below {params.max_used_fraction:.0%} of the"
    return tuple(
        measured(
            facts[f"disk_read_{unit}_per_second_max"],
            f"at most {used:,.0f} {what} a second in {params.days} days, {share} {limit:,.0f} that the disk offers",
            observed=used,
            threshold=limit * params.max_used_fraction,
        )
        for unit, what, used, limit in zip(("ops", "bytes"), ("operations", "MiB"), peak, limits, strict=True)
    )


CHECK = Check(
    id="pd_tier",
    title="Disk is faster than its load",
    category=Category.OPTIMISATION,
    lever="Storage tiers",
    applies_to=PersistentDisk,
    params=Params,
    source="https://cloud.google.com/compute/docs/disks/performance;"
    " Flexera policy templates: Google rightsize persistent disks (30 % of operations and throughput)",
    run=_run,
    excludes=_excludes,
    needs=tuple(
        Need(metric=f"disk_{verb}_{unit}_per_second_max") for verb in ("read", "write") for unit in ("ops", "bytes")
    ),
)
