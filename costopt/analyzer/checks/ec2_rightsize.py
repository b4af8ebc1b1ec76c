"""Running machines that a cheaper type could carry.

Signal: a cheaper type of the region carries the load of 14 days: the 99.5th percentile of hourly peak CPU and the
peak of memory each leave 20 % free; network and EBS bandwidth are kept. The cheapest such type is named, of any general
family of the same or a newer generation, at the same operating system and the same way of buying (spot on spot prices).
It has fewer vCPUs or less memory; types of equal size that are cheaper are the business of `ec2_previous_generation`.

What is not known is never taken as unused. Without the agent's memory metric the new type has at least today's memory;
without network metrics, or with a volume that is not in the snapshot, at least today's baseline. CPU capacity is
counted in vCPUs, because relative speeds of families are not published; hence never an older generation. Burstable and
flex types must sustain the mean load. A window in which the type was changed is `no data`: it measures two machines,
and an advice that follows itself shrinks a machine for ever.

Not judged: members of auto scaling groups and of clusters (a smaller member makes the group grow), bare metal,
dedicated hardware.
"""

from dataclasses import dataclass
from decimal import Decimal

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.analyzer.machine_load import machine_load, memory_peak, network_peak
from costopt.economics.ec2_cost import LEAST_FRACTION, LEAST_MONTHLY, replacement_terms
from costopt.economics.feasibility import Load, carries
from costopt.economics.measured_load import Headroom
from costopt.economics.replacements import Replacement, architecture_of, cheaper, same_hypervisor, same_kind
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Effort,
    Evidence,
    Outcome,
    Risk,
    Saving,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.shape import Shape
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ec2_rightsize`."""

    days: int = 14
    """Look-back in days."""
    cpu_headroom_fraction: float = 0.2
    """Part of the new machine's vCPUs that stays free at the 99.5th percentile, 0..1."""
    memory_headroom_fraction: float = 0.2
    """Part of the new machine's memory that stays free at the peak, 0..1."""
    network_headroom_fraction: float = 0.2
    """Part of the new machine's network baseline that stays free at the peak, 0..1."""
    network_peak_to_mean: float = 3.0
    """Peak inside the busiest hour over that hour's mean; only hourly sums are measured."""
    included_ebs_fraction: float = 0.3
    """Part of a gp2 or gp3 volume's first 3,000 operations and 125 MiB/s that the new machine must sustain, 0..1.
    All volumes come with them, used or not; 0.3 leaves a volume as it comes 900 operations and 37.5 MiB/s at all times,
    and the machine's burst beyond."""
    allow_arm: bool = False
    """Also offer Arm types to Linux machines on x86-64 (`ec2_graviton` asks for an equal shape)."""
    allow_xen_to_nitro: bool = False
    """Also offer Nitro types to machines on Xen, which need ENA and NVMe drivers."""
    min_saving_monthly: Decimal = LEAST_MONTHLY
    """Least saving a month."""
    min_saving_fraction: Decimal = LEAST_FRACTION
    """Least saving as a share of today's price, 0..1."""

    def __post_init__(self) -> None:
        """Refuse a headroom that leaves nothing.

        Raises:
            ValueError: a headroom below 0, or 1 and more.
        """
        for name in ("cpu_headroom_fraction", "memory_headroom_fraction", "network_headroom_fraction"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 0 and below 1, not {getattr(self, name)}")

    @property
    def headroom(self) -> Headroom:
        """What stays free, and how hourly figures are read."""
        return Headroom(
            cpu_fraction=self.cpu_headroom_fraction,
            memory_fraction=self.memory_headroom_fraction,
            network_fraction=self.network_headroom_fraction,
            network_peak_to_mean=self.network_peak_to_mean,
            included_ebs_fraction=self.included_ebs_fraction,
        )


def _excludes(_: Resource, spec: Ec2Instance) -> str | None:
    if spec.state != "running":
        return "not running"
    if spec.auto_scaling_group is not None:
        return "member of an auto scaling group; its template decides"
    if spec.managed_by is not None:
        return "managed by a cluster"
    if spec.instance_type.partition(".")[2].startswith("metal"):
        return "bare metal"
    if spec.tenancy != "default":
        return "dedicated hardware"
    return "paid in advance" if spec.lifecycle == "capacity_block" else None


def _run(instance: Resource, spec: Ec2Instance, facts: Facts, context: Context, params: Params) -> Verdict:
    cpu = facts["cpu_max_percent"]
    if spec.launched_at is not None and spec.launched_at > cpu.period.start:
        # A change of the type needs a stop and a start, so that the look-back may have seen two machines.
        return no_data("started within the look-back, perhaps as another type")
    current = context.prices.shape(spec.instance_type)
    candidates = _candidates(instance, spec, current, context, params)
    if not candidates:
        return CLEAR
    load = machine_load(instance, spec, current, facts, context, params.headroom)
    chosen = next((one for one in candidates if carries(one.shape, load)), None)
    if chosen is None:
        return CLEAR
    return _flagged(instance, spec, current, chosen, load, facts, context)


def _candidates(
    instance: Resource, spec: Ec2Instance, current: Shape, context: Context, params: Params
) -> tuple[Replacement, ...]:
    """Cheaper types that could take the place, cheapest first; worked out once for all instances of a sort."""
    architecture = architecture_of(spec, current)
    sort = (instance.region, spec.instance_type, spec.platform, spec.lifecycle, architecture, params)
    place = ("ec2_rightsize", *sort)
    if place not in context.memo:
        arm_too = params.allow_arm and spec.platform == "linux"

        def accepts(shape: Shape) -> bool:
            return (
                (architecture in shape.architectures or (arm_too and "arm64" in shape.architectures))
                and (shape.vcpu < current.vcpu or shape.memory_gib < current.memory_gib)
                and same_kind(current, shape)
                and (params.allow_xen_to_nitro or same_hypervisor(current, shape))
                and (current.burstable or not shape.burstable)
            )

        least = params.min_saving_monthly, params.min_saving_fraction
        context.memo[place] = cheaper(instance, spec, context.prices, accepts, *least)
    found: tuple[Replacement, ...] = context.memo[place]
    return found


def _flagged(
    instance: Resource,
    spec: Ec2Instance,
    current: Shape,
    chosen: Replacement,
    load: Load,
    facts: Facts,
    context: Context,
) -> Verdict:
    target = chosen.shape
    memory_known = memory_peak(facts) is not None
    same_system = target.hypervisor == current.hypervisor and set(target.architectures) & set(current.architectures)
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=_evidence(current, target, load, facts),
        action=Action(
            kind=ActionKind.RESIZE,
            summary=f"Stop the instance, change its type to {target.instance_type}, start it",
            target=target.instance_type,
            restart=True,
        ),
        saving=Saving(terms=replacement_terms(instance, spec, context.prices, target.instance_type)),
        confidence=Confidence.HIGH if memory_known and network_peak(facts) is not None else Confidence.MEDIUM,
        risk=Risk.DESTRUCTIVE if current.local_disk_gib else Risk.REVERSIBLE,
        effort=Effort.MEDIUM if same_system else Effort.HIGH,
    )


def _evidence(current: Shape, target: Shape, load: Load, facts: Facts) -> tuple[Evidence, ...]:
    cpu = facts["cpu_max_percent"]
    peak = cpu.p99_5 or 0.0
    found = [
        measured(
            cpu,
            f"99.5th percentile of hourly peak CPU is {peak:.1f} % of {current.vcpu} vCPUs; with headroom"
            f" {load.peak_vcpu:.2f} of the {target.vcpu} vCPUs of {target.instance_type}",
            observed=load.peak_vcpu,
            threshold=float(target.vcpu),
        )
    ]
    memory = facts.get("memory_used_percent")
    if memory is not None and memory_peak(facts) is not None:
        statement = (
            f"peak memory is {memory.maximum:.1f} % of {current.memory_gib:g} GiB; with headroom"
            f" {load.memory_gib:.1f} of {target.memory_gib:g} GiB"
        )
        found.append(measured(memory, statement, observed=load.memory_gib, threshold=target.memory_gib))
    else:
        found.append(Evidence(statement=f"memory use is unknown, so memory stays at {target.memory_gib:g} GiB or more"))
    found.append(Evidence(statement=_bandwidth(load, target)))
    if current.local_disk_gib:
        found.append(Evidence(statement="stopping the instance erases its instance store"))
    return tuple(found)


def _bandwidth(load: Load, target: Shape) -> str:
    """The sustained bandwidths that are asked for and offered."""
    lines = (
        ("network", load.network_gbps, target.network_gbps, "Gbit/s", 3),
        ("EBS", load.ebs_mibps, target.ebs_baseline_mibps, "MiB/s", 1),
        ("EBS", load.ebs_iops, target.ebs_baseline_iops, "operations/s", 0),
    )
    known = [
        f"{what} {need:,.{digits}f} of {offer:,.{digits}f} {unit}"
        for what, need, offer, unit, digits in lines
        if need is not None and offer is not None
    ]
    return "needed of offered: " + "; ".join(known) if known else "no bandwidth is known of today's type"


CHECK = Check(
    id="ec2_rightsize",
    title="Instance is larger than its load",
    category=Category.OPTIMISATION,
    lever="Right-sizing",
    applies_to=Ec2Instance,
    params=Params,
    source="https://docs.aws.amazon.com/compute-optimizer/latest/ug/rightsizing-preferences.html"
    " (99.5th percentile of CPU, 20 % headroom for CPU and memory)",
    run=_run,
    excludes=_excludes,
    needs=(
        Need(metric="cpu_max_percent"),
        Need(metric="cpu_mean_percent", required=False),
        Need(metric="memory_used_percent", required=False),
        Need(metric="network_in_bytes", required=False),
        Need(metric="network_out_bytes", required=False),
    ),
    relies_on=(EbsVolume,),
)
