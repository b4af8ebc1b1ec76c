"""One virtual machine: its specification, its volumes and what is measured of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from costopt.collectors.made import metrics
from costopt.collectors.made.plan import DAY, HOUR, Identity, Place, Plan
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.ec2 import Ec2Instance

_ARM = re.compile(r"(a1|[a-z]+\d+g[a-z]*)\.")
_GPU = re.compile(r"(p\d|g\d)")
_BURSTABLE = re.compile(r"t\d")
_EBS_METRICS = ("volume_read_ops", "volume_write_ops", "volume_read_bytes", "volume_write_bytes")
_MIB = 1024 * 1024

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Hourly series of one machine."""

    cpu: Values
    """Peak CPU in percent."""
    network: Values
    """Bytes received an hour."""
    memory: Values | None = None
    """Used memory in percent; None without the agent."""
    gpu: Values | None = None
    """Used GPU in percent; None without the agent."""
    mean_share: float = 0.6
    """Mean CPU as a share of its peak within the hour."""
    surplus: Values | None = None
    """Daily charged surplus credits of burstable types; none are charged where None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What is fixed of a machine before it gets its id."""

    instance_type: str
    """Such as `m6g.large`."""
    age_days: float
    """Days since it was made."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of its specification."""
    root_gib: int = 30
    """Size of the boot volume."""
    volume_flags: tuple[str, ...] = ()
    """Checks that must flag its boot volume."""


def zone(plan: Plan, place: Place) -> str:
    """An availability zone of the place."""
    return place.region + plan.rng.choice("abc")


def start(plan: Plan, place: Place, who: Identity, machine: Machine, load: Load, flags: Sequence[str] = ()) -> Resource:
    """Add a running machine with its boot volume and its series.

    Args:
        plan: the plan.
        place: account and region.
        who: name and tags.
        machine: what it is.
        load: what is measured of it.
        flags: checks that must flag it.
    """
    instance = _place(plan, place, who, machine, "running", flags)
    _measure(plan, instance, machine.instance_type, load)
    return instance


def park(
    plan: Plan, place: Place, who: Identity, machine: Machine, stopped_days: float, flags: Sequence[str] = ()
) -> Resource:
    """Add a stopped machine with its boot volume; nothing was measured of it since it was stopped."""
    stopped = Machine(
        instance_type=machine.instance_type,
        age_days=machine.age_days,
        fields={**machine.fields, "stopped_at": plan.ago(stopped_days)},
        root_gib=machine.root_gib,
        volume_flags=machine.volume_flags,
    )
    instance = _place(plan, place, who, stopped, "stopped", flags)
    _measure(plan, instance, machine.instance_type, _until(busy(plan), stopped_days))
    return instance


def _until(load: Load, stopped_days: float) -> Load:
    """The same load up to a stop so many days ago, and nothing since."""
    hours = int(stopped_days * 24) + 1
    return Load(cpu=_cut(load.cpu, hours), network=_cut(load.network, hours))


def _cut(values: Values, hours: int) -> Values:
    gone = min(hours, len(values))
    return [*values[: len(values) - gone], *[None] * gone]


def _place(plan: Plan, place: Place, who: Identity, machine: Machine, state: str, flags: Sequence[str]) -> Resource:
    instance_id, volume_id = plan.hex_id("i"), plan.hex_id("vol")
    where = zone(plan, place)
    fields = {"launched_at": plan.ago(machine.age_days), "architecture": architecture(machine.instance_type)}
    spec = Ec2Instance(
        **{
            "instance_type": machine.instance_type,
            "state": state,
            "platform": "linux",
            "availability_zone": where,
            "volume_ids": (volume_id,),
            "image_id": plan.hex_id("ami"),
            **fields,
            **machine.fields,
        }
    )
    instance = plan.add(place, instance_id, spec, who, age_days=machine.age_days, flags=flags)
    volume = EbsVolume(
        volume_type="gp3",
        size_gib=machine.root_gib,
        state="in-use",
        availability_zone=where,
        iops=3000,
        throughput_mibps=125,
        instance_ids=(instance_id,),
        root=True,
    )
    boot = plan.add(
        place,
        volume_id,
        volume,
        Identity(name=None, tags=who.tags),
        age_days=machine.age_days,
        flags=machine.volume_flags,
    )
    operate(plan, boot, (200.0, 9_000.0) if state == "running" else None)
    return instance


def architecture(instance_type: str) -> str:
    """Architecture of an instance type, by its name."""
    return "arm64" if _ARM.match(instance_type) else "x86_64"


def operate(plan: Plan, volume: Resource, operations: tuple[float, float] | None) -> None:
    """Add a volume's series: between so many operations an hour, or none where the machine is off."""
    if operations is None:
        for metric in _EBS_METRICS:
            plan.measure(volume, metric, HOUR, metrics.silent(plan))
        return
    reads = metrics.counts(plan, *operations, HOUR)
    writes = metrics.counts(plan, *operations, HOUR)
    size = plan.between(12_000, 40_000)
    for metric, values in zip(
        _EBS_METRICS, (reads, writes, metrics.share(reads, size), metrics.share(writes, size)), strict=True
    ):
        plan.measure(volume, metric, HOUR, values)


def _measure(plan: Plan, instance: Resource, instance_type: str, load: Load) -> None:
    mean = [None if value is None else round(value * load.mean_share, 2) for value in load.cpu]
    sent = [None if value is None else round(value * 1.7, 1) for value in load.network]
    hourly: dict[str, Values | None] = {
        "cpu_max_percent": load.cpu,
        "cpu_mean_percent": mean,
        "network_in_bytes": load.network,
        "network_out_bytes": sent,
        "memory_used_percent": load.memory,
    }
    if _GPU.match(instance_type):
        hourly["gpu_used_percent"] = load.gpu
        hourly["gpu_memory_used_percent"] = load.gpu
    for metric, values in hourly.items():
        if values is not None:
            plan.measure(instance, metric, HOUR, values)
    if _BURSTABLE.match(instance_type):
        plan.measure(instance, "surplus_credits_charged", DAY, load.surplus or metrics.flat(plan, 0.0, DAY))


def busy(plan: Plan, *, memory: bool = True) -> Load:
    """A machine of the right size: high peaks by day, memory well used, awake at night."""
    return Load(
        cpu=plan.holes(metrics.working_week(plan, plan.between(22, 34), plan.between(80, 92)), 0.004),
        network=metrics.working_week(plan, 40 * _MIB, plan.between(300, 900) * _MIB),
        memory=metrics.steady(plan, 66, plan.between(82, 88)) if memory else None,
    )


def idle(plan: Plan, cpu_threshold: float, megabytes_a_day: float) -> Load:
    """A machine that nobody uses: a peak a little below the threshold, and a trickle of traffic."""
    an_hour = megabytes_a_day * 1_000_000 / 24 / 2.7
    return Load(
        cpu=metrics.peaking(plan, 0.1, plan.under(cpu_threshold)),
        network=metrics.steady(plan, 0.9 * an_hour, an_hour),
        memory=metrics.steady(plan, 66, 86),
        mean_share=0.4,
    )
