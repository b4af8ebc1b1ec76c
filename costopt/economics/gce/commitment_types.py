"""Which series of machines a type of resource-based commitment pays for."""

_SERIES = {
    "GENERAL_PURPOSE": ("n1",),
    "COMPUTE_OPTIMIZED": ("c2",),
    "MEMORY_OPTIMIZED": ("m1", "m2"),
}
"""Types that do not name their series; all others end in its name, as `GENERAL_PURPOSE_N2` does.
Source: https://cloud.google.com/compute/docs/reference/rest/v1/regionCommitments (type)."""


def covered_series(commitment_type: str) -> tuple[str, ...]:
    """Series that a type of commitment covers, such as (`n2`,)."""
    return _SERIES.get(commitment_type) or (commitment_type.rpartition("_")[2].lower(),)
