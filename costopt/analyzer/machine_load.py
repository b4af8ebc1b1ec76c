"""The load of a machine as another one would have to carry it: what was measured, with headroom."""

from costopt.analyzer.context import Context
from costopt.analyzer.evidence import usable
from costopt.economics.feasibility import Load
from costopt.economics.measured_load import Headroom, Measurement, measured_load
from costopt.model.resource import Resource
from costopt.model.shape import Shape
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.utilization import Facts


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
    measured = Measurement(
        machine=current,
        machines=1,
        cpu_peak_fraction=peak / 100,
        cpu_mean_fraction=(mean or 0.0) / 100,
        memory_peak_fraction=None if memory is None else memory / 100,
        network_peak_hour_bytes=network_peak(facts),
    )
    return measured_load(measured, _volumes(instance, spec, context), headroom)


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
