"""Which machine types of Compute Engine could carry a measured load: predefined ones, and the custom ones that fit.

What machine types offer beside vCPUs and memory follows from their vCPUs. Figures here are the least of all series in
`GENERAL_SERIES`, so that a type that is said to carry a load does.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from costopt.economics.gce.machines import MachineType, custom_types, predefined_types

GENERAL_SERIES = {"n1": 1, "e2": 2, "n2": 3, "n2d": 3}
"""Series between which a machine can move with its disks, x86-64 all of them, by the speed of a vCPU: E2's hosts are
those of N1 and newer ones, N2 and N2D are never slower. A machine is not moved to a slower one. All other series stay
among themselves: they differ in the disks that they take.
Source: https://cloud.google.com/compute/docs/general-purpose-machines and
https://cloud.google.com/compute/docs/disks/persistent-disks (machine series support)."""

_GBPS_PER_VCPU, _MOST_GBPS = 2.0, 10.0
"""Egress that all these series offer at least: 2 Gbit/s a vCPU up to 10.
Source: https://cloud.google.com/compute/docs/network-bandwidth."""

_DISK_STEPS = ((32, 50_000, 1_000), (16, 20_000, 1_000), (8, 15_000, 800), (2, 15_000, 240), (1, 10_000, 200))
"""vCPUs, and from so many on the operations and MiB a second that a machine does on its disks at least, by the lower of
pd-balanced and pd-ssd. Source: https://cloud.google.com/compute/docs/disks/performance (limits by machine type)."""


_SLACK = 1e-9
"""A billionth of a machine is no reason for another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineLoad:
    """What a machine type must offer, headroom included."""

    peak_vcpu: float
    """vCPUs busy at the peak."""
    mean_vcpu: float
    """vCPUs busy on average, which a shared core must be able to sustain."""
    memory_gib: float
    """Memory in GiB."""
    network_gbps: float
    """Sent and received, Gbit/s."""
    disk_iops: float
    """Operations a second on its disks."""
    disk_mibps: float
    """MiB a second on its disks."""
    stays_in_series: bool = False
    """Whether it needs something that other series may lack."""

    def times(self, share: float) -> "MachineLoad":
        """The load multiplied: of several machines together, or of one of them."""
        return MachineLoad(
            peak_vcpu=self.peak_vcpu * share,
            mean_vcpu=self.mean_vcpu * share,
            memory_gib=self.memory_gib * share,
            network_gbps=self.network_gbps * share,
            disk_iops=self.disk_iops * share,
            disk_mibps=self.disk_mibps * share,
            stays_in_series=self.stays_in_series,
        )


def carries(size: MachineType, load: MachineLoad) -> bool:
    """Whether a type offers all that the load asks for."""
    iops, mibps = disk_limits_of_machine(size)
    return (
        size.vcpu >= load.peak_vcpu
        and float(size.billed_vcpu) >= load.mean_vcpu
        and float(size.memory_gib) >= load.memory_gib
        and egress_gbps(size) >= load.network_gbps
        and iops >= load.disk_iops
        and mibps >= load.disk_mibps
    )


def candidates(current: MachineType, load: MachineLoad) -> Iterator[MachineType]:
    """Smaller types that carry the load, of the same series or of one whose vCPUs are at least as fast.

    Shared cores take in only who has one, and types with a size of the user's choice are cut to the load.
    """
    series = _reachable(current, load)
    wanted = [size for size in _predefined() if size.series in series]
    for size in [*wanted, *_cut_to(load, series)]:
        smaller = size.vcpu < current.vcpu or size.memory_gib < current.memory_gib
        if smaller and (current.shared_core or not size.shared_core) and carries(size, load):
            yield size


def replacements(
    current: MachineType, load: MachineLoad, *, at_least: int, at_most: int
) -> Iterator[tuple[MachineType, int]]:
    """Types that carry a load together, today's among them, and how many machines of each.

    Larger and equal ones count too: another series may cost less. Of Google's own sizes as many as are needed; custom
    types are cut to the load for the least number of machines and for the most: units cost the same in any size, so
    that numbers in between only round differently.

    Args:
        current: type that runs today.
        load: what all machines together must offer.
        at_least: fewest machines.
        at_most: most machines.
    """
    series = _reachable(current, load)
    own = [size for size in _predefined() if size.series in series and (current.shared_core or not size.shared_core)]
    for size in [*own, current] if current.custom else own:
        needed = max(at_least, _machines_needed(size, load))
        if needed <= at_most:
            yield size, needed
    for count in sorted({at_least, at_most}):
        each = load.times(1 / count)
        for size in _cut_to(each, series):
            if size != current and carries(size, each):
                yield size, count


def _cut_to(load: MachineLoad, series: set[str]) -> Iterator[MachineType]:
    for name in sorted(series):
        yield from custom_types(name, _least_vcpu(load), Decimal(str(load.memory_gib)))


def _machines_needed(size: MachineType, load: MachineLoad) -> int:
    iops, mibps = disk_limits_of_machine(size)
    shares = (
        load.peak_vcpu / size.vcpu,
        load.mean_vcpu / float(size.billed_vcpu),
        load.memory_gib / float(size.memory_gib),
        load.network_gbps / egress_gbps(size),
        load.disk_iops / iops,
        load.disk_mibps / mibps,
    )
    return math.ceil(max(shares) * (1 - _SLACK))


def egress_gbps(size: MachineType) -> float:
    """Gbit/s that a type sends at least."""
    return min(_MOST_GBPS, _GBPS_PER_VCPU * float(size.billed_vcpu))


def disk_limits_of_machine(size: MachineType) -> tuple[int, int]:
    """Operations and MiB a second that a type does on its disks at least; of a shared core those of one vCPU."""
    vcpu = 1 if size.shared_core else size.vcpu
    return next((iops, mibps) for least, iops, mibps in _DISK_STEPS if vcpu >= least)


def _reachable(current: MachineType, load: MachineLoad) -> set[str]:
    rank = GENERAL_SERIES.get(current.series)
    if rank is None or load.stays_in_series:
        return {current.series}
    faster = {series for series, speed in GENERAL_SERIES.items() if speed >= rank}
    return {current.series} | (faster - {"n1"})


def _least_vcpu(load: MachineLoad) -> int:
    """How many vCPUs a type without a shared core needs for the CPU, the network and the disks."""
    egress = math.ceil(min(load.network_gbps, _MOST_GBPS) / _GBPS_PER_VCPU)
    steps = [least for least, iops, mibps in _DISK_STEPS if iops >= load.disk_iops and mibps >= load.disk_mibps]
    return max(1, math.ceil(load.peak_vcpu), egress, min(steps, default=_DISK_STEPS[0][0]))


@cache
def _predefined() -> tuple[MachineType, ...]:
    return tuple(predefined_types())
