"""From what machines were measured to do to what others must offer."""

from collections.abc import Iterable
from dataclasses import dataclass

from costopt.economics.feasibility import Load, ebs_need, network_need
from costopt.errors import WorkloadError
from costopt.model.shape import Shape
from costopt.model.specs.ebs import EbsVolume


@dataclass(frozen=True, slots=True, kw_only=True)
class Headroom:
    """Parts of a new machine that stay free at the measured peak, each 0..1. The usual values are `ec2_rightsize`'s."""

    cpu_fraction: float = 0.2
    """Of the vCPUs, at the percentile measured."""
    memory_fraction: float = 0.2
    """Of the memory, at the peak."""
    network_fraction: float = 0.2
    """Of the sustained bandwidth, at the peak."""
    network_peak_to_mean: float = 3.0
    """Peak inside the busiest hour over that hour's mean; only hourly sums are measured."""
    included_ebs_fraction: float = 0.3
    """Part of a gp2 or gp3 volume's first 3,000 operations and 125 MiB/s that the new machine must sustain, 0..1."""

    def __post_init__(self) -> None:
        """Refuse a headroom that leaves nothing.

        Raises:
            WorkloadError: a headroom below 0, or 1 and more.
        """
        for name in ("cpu_fraction", "memory_fraction", "network_fraction"):
            if not 0 <= getattr(self, name) < 1:
                raise WorkloadError(f"headroom {name} must be at least 0 and below 1, not {getattr(self, name)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What the machines of a workload did. All are of one type."""

    machine: Shape
    """The type."""
    machines: int
    """How many run."""
    cpu_peak_fraction: float
    """High percentile (99 or 99.5) of the hourly peak CPU use of a machine, 0..1."""
    cpu_mean_fraction: float
    """Mean CPU use, 0..1."""
    memory_peak_fraction: float | None = None
    """Peak memory use, 0..1; None where no agent tells."""
    network_peak_hour_bytes: float | None = None
    """Bytes in and out of one machine in its busiest hour, None where unknown."""


def measured_load(measured: Measurement, volumes: Iterable[EbsVolume] | None, headroom: Headroom) -> Load:
    """What other machines must offer together to do what was measured.

    What is unknown is never taken as unused: without memory figures all of today's memory is asked for, without
    network figures all of today's bandwidth.

    Args:
        measured: what was measured.
        volumes: volumes of one machine, None where one of them is unknown.
        headroom: what stays free.
    """
    shape, count = measured.machine, measured.machines
    busy = measured.cpu_peak_fraction / (1 - headroom.cpu_fraction)
    memory = measured.memory_peak_fraction
    used = 1.0 if memory is None else memory / (1 - headroom.memory_fraction)
    network = network_need(
        shape,
        measured.network_peak_hour_bytes,
        peak_to_mean=headroom.network_peak_to_mean,
        headroom_fraction=headroom.network_fraction,
    )
    mibps, iops = ebs_need(shape, volumes, included_fraction=headroom.included_ebs_fraction)
    return Load(
        peak_vcpu=shape.vcpu * count * busy,
        mean_vcpu=shape.vcpu * count * measured.cpu_mean_fraction,
        memory_gib=shape.memory_gib * count * used,
        network_gbps=_times(network, count),
        ebs_mibps=_times(mibps, count),
        ebs_iops=_times(iops, count),
    )


def _times(figure: float | None, count: int) -> float | None:
    return None if figure is None else figure * count
