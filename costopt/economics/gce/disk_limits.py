"""What persistent disks of Compute Engine can do, by type and size.

Source: https://cloud.google.com/compute/docs/disks/performance.
"""

_TYPE_LIMITS = {
    "pd-standard": (0, 0.75, 0, 0.12),
    "pd-balanced": (3_000, 6, 140, 0.28),
    "pd-ssd": (6_000, 30, 240, 0.48),
}
"""Operations a second of any disk and of each GiB, and the same of MiB a second; of pd-standard those of reading,
half of those of writing."""
_MOST_OPERATIONS = {"pd-standard": 7_500, "pd-balanced": 80_000, "pd-ssd": 100_000}
_MOST_MIBPS = 1_200

LEAST_OF_ANY_MACHINE = (10_000, 200)
"""Operations and MiB a second of an SSD disk that a machine of one vCPU, or of a shared core (e2-medium), gets."""


def disk_limits(disk_type: str, size_gib: int) -> tuple[float, float] | None:
    """Operations and MiB a second that a disk itself offers; None of types whose performance is provisioned."""
    if disk_type not in _TYPE_LIMITS:
        return None
    iops, iops_per_gib, mibps, mibps_per_gib = _TYPE_LIMITS[disk_type]
    return (
        min(_MOST_OPERATIONS[disk_type], iops + iops_per_gib * size_gib),
        min(_MOST_MIBPS, mibps + mibps_per_gib * size_gib),
    )
