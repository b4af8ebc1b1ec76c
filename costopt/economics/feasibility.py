"""Whether a size of machine can carry a measured load."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from costopt.economics.ebs_cost import GP3_INCLUDED_IOPS, GP3_INCLUDED_MIBPS
from costopt.economics.ebs_limits import gp2_baseline_iops, gp2_baseline_mibps, provisioned_mibps
from costopt.economics.instance_families import sustained_cpu_fraction
from costopt.model.shape import Shape
from costopt.model.specs.ebs import EbsVolume

_FIXED_IOPS = {"st1": 500, "sc1": 250, "standard": 200}
_FIXED_MIBPS = {"st1": 500, "sc1": 250, "standard": 90}
"""The most that hard disks give. Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html."""

EQUAL_BANDWIDTH_FRACTION = 0.9
"""Share of today's bandwidth from which on a type of equal size counts as equal. AWS's own generations differ by that
much: m6g.large sustains 97 % of the EBS throughput of m5.large, c6i.large 90 % of the operations of c5.large, while
c5a.large sustains a third. Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-type-specifications.html."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a machine must offer. Figures that are unknown for today's machine cannot be asked of another: None."""

    peak_vcpu: float
    """vCPUs busy at the peak, headroom included."""
    mean_vcpu: float
    """vCPUs busy on average, which a metered CPU must be able to sustain."""
    memory_gib: float
    """Memory in GiB, headroom included."""
    network_gbps: float | None
    """Sustained network bandwidth in Gbit/s."""
    ebs_mibps: float | None
    """Sustained throughput to EBS in MiB/s."""
    ebs_iops: float | None
    """Sustained operations a second to EBS."""


def carries(shape: Shape, load: Load) -> bool:
    """Whether `shape` offers all that `load` asks for.

    CPU capacity is counted in vCPUs: how much faster one family's vCPU is than another's is not published. A figure
    that the shape does not state fails every demand for it.
    """
    if shape.memory_gib < load.memory_gib or shape.vcpu < load.peak_vcpu:
        return False
    sustained = sustained_cpu_fraction(shape)
    return (
        sustained is not None
        and load.mean_vcpu <= shape.vcpu * sustained
        and _offers(shape.network_gbps, load.network_gbps)
        and _offers(shape.ebs_baseline_mibps, load.ebs_mibps)
        and _offers(shape.ebs_baseline_iops, load.ebs_iops)
    )


def equal_or_larger(shape: Shape, current: Shape) -> bool:
    """Whether `shape` has the vCPUs, memory and local disk of `current`, and about its network and EBS bandwidth."""
    return (
        shape.vcpu >= current.vcpu
        and shape.memory_gib >= current.memory_gib
        and shape.local_disk_gib >= current.local_disk_gib
        and _offers(shape.network_gbps, _nearly(current.network_gbps))
        and _offers(shape.ebs_baseline_mibps, _nearly(current.ebs_baseline_mibps))
        and _offers(shape.ebs_baseline_iops, _nearly(current.ebs_baseline_iops))
    )


def takes_over(shape: Shape, current: Shape) -> bool:
    """Whether `shape` is in nothing less than `current`, the CPU that it may use for ever included."""
    sustained = sustained_cpu_fraction(shape)
    needed = sustained_cpu_fraction(current)
    return (
        sustained is not None and sustained >= (1.0 if needed is None else needed) and equal_or_larger(shape, current)
    )


def network_need(
    current: Shape, peak_hour_bytes: float | None, *, peak_to_mean: float, headroom_fraction: float
) -> float | None:
    """Network bandwidth to keep, in Gbit/s.

    Only sums over an hour are measured, so the peak inside the busiest hour is taken as a multiple of its mean. More
    than today's baseline is never asked for, and all of it where nothing was measured.

    Args:
        current: today's machine.
        peak_hour_bytes: bytes in and out in the busiest hour, None where unknown.
        peak_to_mean: peak inside an hour over the hour's mean, at least 1.
        headroom_fraction: part of the bandwidth that stays free, 0..1.
    """
    if peak_hour_bytes is None or current.network_gbps is None:
        return current.network_gbps
    mean_gbps = peak_hour_bytes * 8 / 3600 / 1e9
    return min(current.network_gbps, mean_gbps * peak_to_mean / (1 - headroom_fraction))


def ebs_need(
    current: Shape, volumes: Iterable[EbsVolume] | None, *, included_fraction: float
) -> tuple[float | None, float | None]:
    """EBS throughput in MiB/s and operations a second to keep.

    What the volumes were provisioned with is needed, but never more than today's machine sustains. The performance
    that comes with every gp2 and gp3 volume is counted in part only: all volumes have it, whatever they do.

    Args:
        current: today's machine.
        volumes: its volumes, None where one of them is unknown (then today's baselines are kept).
        included_fraction: part of a gp2 or gp3 volume's first 125 MiB/s and 3,000 operations that is needed, 0..1.
    """
    if volumes is None:
        return current.ebs_baseline_mibps, current.ebs_baseline_iops
    mibps = iops = 0.0
    for volume in volumes:
        part = included_fraction if volume.volume_type in ("gp2", "gp3") else 1.0
        provisioned = _iops(volume)
        mibps += _counted(_mibps(volume, provisioned), GP3_INCLUDED_MIBPS, part)
        iops += _counted(provisioned, GP3_INCLUDED_IOPS, part)
    return _capped(mibps, current.ebs_baseline_mibps), _capped(iops, current.ebs_baseline_iops)


def _offers(offered: float | None, asked: float | None) -> bool:
    return asked is None or (offered is not None and offered >= asked)


def _nearly(baseline: float | None) -> float | None:
    return None if baseline is None else baseline * EQUAL_BANDWIDTH_FRACTION


def _capped(need: float, baseline: float | None) -> float | None:
    return None if baseline is None else min(need, baseline)


def _counted(provisioned: float, included: float, part: float) -> float:
    """Provisioned performance with its included share taken in part."""
    return min(provisioned, included) * part + max(provisioned - included, 0.0)


def _iops(volume: EbsVolume) -> float:
    """Operations a second that a volume offers; infinite where a provisioned figure was not told."""
    if volume.iops is not None:
        return float(volume.iops)
    if volume.volume_type == "gp2":
        return float(gp2_baseline_iops(volume.size_gib))
    if volume.volume_type == "gp3":
        return float(GP3_INCLUDED_IOPS)
    return float(_FIXED_IOPS.get(volume.volume_type, math.inf))


def _mibps(volume: EbsVolume, iops: float) -> float:
    """Throughput that a volume offers, in MiB/s; infinite where it cannot be told."""
    if volume.throughput_mibps is not None:
        return float(volume.throughput_mibps)
    if volume.volume_type == "gp3":
        return float(GP3_INCLUDED_MIBPS)
    if volume.volume_type == "gp2":
        return float(gp2_baseline_mibps(volume.size_gib))
    if volume.volume_type in ("io1", "io2") and math.isfinite(iops):
        return float(provisioned_mibps(volume.volume_type, int(iops)))
    return float(_FIXED_MIBPS.get(volume.volume_type, math.inf))
