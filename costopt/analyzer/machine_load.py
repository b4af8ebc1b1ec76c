"""The load of a machine as another one would have to carry it: what was measured, with headroom."""

from dataclasses import dataclass

from costopt.analyzer.context import Context
from costopt.analyzer.evidence import usable
from costopt.economics.feasibility import Load, ebs_need, network_need
from costopt.model.resource import Resource
from costopt.model.shape import Shape
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Headroom:
    """What stays free, and how hourly figures are read. The usual values are those of `ec2_rightsize`."""

    cpu_fraction: float = 0.2
    """Part of the new machine's vCPUs that stays free at the 99.5th percentile, 0..1."""
    memory_fraction: float = 0.2
    """Part of the new machine's memory that stays free at the peak, 0..1."""
    network_fraction: float = 0.2
    """Part of the new machine's network baseline that stays free at the peak, 0..1."""
    network_peak_to_mean: float = 3.0
    """Peak inside the busiest hour over that hour's mean; only hourly sums are measured."""
    included_ebs_fraction: float = 0.3
    """Part of a gp2 or gp3 volume's first 3,000 operations and 125 MiB/s that the new machine must sustain, 0..1."""


def machine_load(
    instance: Resource, spec: Ec2Instance, current: Shape, facts: Facts, context: Context, headroom: Headroom
) -> Load:
    """What the new machine must offer. What is not known is never taken as unused.

    Args:
        instance: the machine.
        spec: its specification.
        current: its size.
        facts: needs `cpu_max_percent`; uses `cpu_mean_percent`, `memory_used_percent` and network bytes where usable.
        context: gives its volumes.
        headroom: what must stay free.
    """
    peak = facts["cpu_max_percent"].p99_5 or 0.0
    mean = facts["cpu_mean_percent"].mean if usable(facts.get("cpu_mean_percent")) else peak
    memory = memory_peak(facts)
    mibps, iops = ebs_need(current, _volumes(instance, spec, context), included_fraction=headroom.included_ebs_fraction)
    used_gib = current.memory_gib * (100.0 if memory is None else memory) / 100
    return Load(
        peak_vcpu=current.vcpu * peak / 100 / (1 - headroom.cpu_fraction),
        mean_vcpu=current.vcpu * (mean or 0.0) / 100,
        memory_gib=used_gib if memory is None else used_gib / (1 - headroom.memory_fraction),
        network_gbps=network_need(
            current,
            network_peak(facts),
            peak_to_mean=headroom.network_peak_to_mean,
            headroom_fraction=headroom.network_fraction,
        ),
        ebs_mibps=mibps,
        ebs_iops=iops,
    )


def memory_peak(facts: Facts) -> float | None:
    """Peak memory in percent, None where the agent does not report it."""
    memory = facts.get("memory_used_percent")
    return memory.maximum if memory is not None and usable(memory) else None


def network_peak(facts: Facts) -> float | None:
    """Bytes in and out in the busiest hours of either direction, None where unknown."""
    received, sent = facts.get("network_in_bytes"), facts.get("network_out_bytes")
    if received is None or sent is None or not (usable(received) and usable(sent)):
        return None
    return ((received.maximum or 0.0) + (sent.maximum or 0.0)) * 3600 / received.step_seconds


def _volumes(instance: Resource, spec: Ec2Instance, context: Context) -> list[EbsVolume] | None:
    """The attached volumes, None where one of them is not in the snapshot."""
    volumes = []
    for volume_id in spec.volume_ids:
        found = context.find(instance, EbsVolume, volume_id)
        if found is None:
            return None
        volumes.append(found[1])
    return volumes
