"""The load of a machine of Compute Engine as another type would have to carry it: what was measured, with headroom."""

from costopt.analyzer.context import Context
from costopt.analyzer.machine_load import memory_peak, network_peak
from costopt.economics.gce.candidates import MachineLoad, disk_limits_of_machine, egress_gbps
from costopt.economics.gce.disk_limits import disk_limits
from costopt.economics.gce.machines import MachineType
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance
from costopt.model.specs.persistent_disks import PersistentDisk
from costopt.model.utilization import Facts

_BITS_PER_GBIT = 1e9


def google_load(
    machine: Resource,
    spec: GceInstance,
    current: MachineType,
    facts: Facts,
    context: Context,
    *,
    headroom_fraction: float,
    network_peak_to_mean: float,
    disk_fraction: float,
) -> MachineLoad:
    """What the new type must offer. What is not known is never taken as unused.

    Args:
        machine: the machine.
        spec: its specification.
        current: its type.
        facts: needs `cpu_max_percent`; uses `cpu_mean_percent`, `memory_used_percent` and network bytes where usable.
        context: gives its disks.
        headroom_fraction: part of vCPUs, memory and network that stays free at the peak, 0..1.
        network_peak_to_mean: peak inside the busiest hour over that hour's mean.
        disk_fraction: part of what its disks could do that must be sustained at all times, 0..1.
    """
    room = 1 - headroom_fraction
    peak, mean = facts["cpu_max_percent"].p99_5 or 0.0, facts.get("cpu_mean_percent")
    memory, whole = memory_peak(facts), float(current.memory_gib)
    iops, mibps = _disk_need(machine, spec, current, context, disk_fraction)
    return MachineLoad(
        peak_vcpu=current.vcpu * peak / 100 / room,
        mean_vcpu=current.vcpu * (peak if mean is None else mean.mean or 0.0) / 100,
        memory_gib=whole if memory is None else min(whole, whole * memory / 100 / room),
        network_gbps=_network(facts, current, network_peak_to_mean / room),
        disk_iops=iops,
        disk_mibps=mibps,
        stays_in_series=spec.bound_to_series or not _disks_move(machine, spec, context),
    )


def _disks_move(machine: Resource, spec: GceInstance, context: Context) -> bool:
    """Whether all its disks are of types that every general series takes; one that is not in the snapshot may not be.

    Hyperdisks and Extreme disks are for some series only, and of these for some sizes.
    Source: https://cloud.google.com/compute/docs/disks/hyperdisks#machine-type-support.
    """
    found = [context.find(machine, PersistentDisk, disk_id) for disk_id in spec.disk_ids]
    return all(one is not None and disk_limits(one[1].disk_type, one[1].size_gib) is not None for one in found)


def _network(facts: Facts, current: MachineType, times: float) -> float:
    """Gbit/s in and out to keep, never more than today's type sends, and all of that where nothing was measured."""
    busiest_hour = network_peak(facts)
    if busiest_hour is None:
        return egress_gbps(current)
    return min(egress_gbps(current), busiest_hour * 8 / 3600 / _BITS_PER_GBIT * times)


def _disk_need(
    machine: Resource, spec: GceInstance, current: MachineType, context: Context, fraction: float
) -> tuple[float, float]:
    """Operations and MiB a second on disks to keep, never more than today's type does."""
    most = disk_limits_of_machine(current)
    iops = mibps = 0.0
    for disk_id in spec.disk_ids:
        found = context.find(machine, PersistentDisk, disk_id)
        limits = None if found is None else disk_limits(found[1].disk_type, found[1].size_gib)
        if limits is None:
            return most
        iops, mibps = iops + limits[0] * fraction, mibps + limits[1] * fraction
    return min(iops, most[0]), min(mibps, most[1])
