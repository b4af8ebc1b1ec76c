"""What the types of block volume can do: operations a second and throughput that a change of type must keep.

Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html.
"""

import math

from costopt.economics.ebs_cost import GP3_INCLUDED_IOPS, GP3_INCLUDED_MIBPS

GP2_IOPS_PER_GIB = 3
"""Baseline operations a second of gp2 for each GiB."""
GP2_LEAST_IOPS = 100
"""Baseline of the smallest gp2 volumes."""
GP2_MOST_IOPS = 16_000
"""Baseline of gp2 volumes of 5,334 GiB and more."""
GP2_MOST_MIBPS = 250
"""Throughput of gp2 volumes of 334 GiB and more, in MiB/s."""
_IO_SIZE_MIB = 0.25
"""Size of an operation that the throughput limits of gp2, gp3 and io1 count with: 256 KiB."""

GP3_MOST_GIB = 16_384
"""Largest gp3 volume that every region offers."""
GP3_IOPS_PER_GIB = 500
"""Most operations a second of gp3 for each GiB."""
GP3_MOST_MIBPS = 1_000
"""Most throughput of gp3 that every region offers, in MiB/s."""

_IO1_MOST_MIBPS = 500
"""Most throughput of io1 at up to 32,000 operations a second, in MiB/s."""
_IO2_MIBPS_PER_IOPS = 0.256
"""Throughput of io2 Block Express for each provisioned operation a second, in MiB/s."""
_IO2_MOST_MIBPS = 4_000
"""Most throughput of io2 Block Express, in MiB/s."""


def gp2_baseline_iops(size_gib: int) -> int:
    """Operations a second that a gp2 volume always has (below 1,000 GiB it bursts to 3,000, which gp3 always has)."""
    return min(GP2_MOST_IOPS, max(GP2_LEAST_IOPS, GP2_IOPS_PER_GIB * size_gib))


def gp2_baseline_mibps(size_gib: int) -> int:
    """Throughput in MiB/s that a gp2 volume sustains: its baseline operations of 256 KiB, at most 250.

    Between 170 and 334 GiB that is 128 to 250. Smaller volumes reach 128 for moments only, on credits.
    """
    return min(GP2_MOST_MIBPS, math.ceil(gp2_baseline_iops(size_gib) * _IO_SIZE_MIB))


def gp3_equal_to_gp2(size_gib: int) -> tuple[int, int]:
    """Operations a second and MiB/s that a gp3 volume needs to do all that a gp2 volume of that size sustains."""
    iops = max(GP3_INCLUDED_IOPS, gp2_baseline_iops(size_gib))
    return iops, max(GP3_INCLUDED_MIBPS, gp2_baseline_mibps(size_gib))


def provisioned_mibps(volume_type: str, iops: int) -> int:
    """Most throughput in MiB/s of an io1 or io2 volume with that many provisioned operations a second."""
    if volume_type == "io1":
        return min(_IO1_MOST_MIBPS, math.ceil(iops * _IO_SIZE_MIB))
    return min(_IO2_MOST_MIBPS, math.ceil(iops * _IO2_MIBPS_PER_IOPS))


def gp3_mibps_allowed(iops: int) -> int:
    """Most throughput in MiB/s that a gp3 volume with that many provisioned operations a second may be given."""
    return min(GP3_MOST_MIBPS, int(iops * _IO_SIZE_MIB))
