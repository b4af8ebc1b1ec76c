"""Which series of machines a type of resource-based commitment pays for.

Source: https://cloud.google.com/compute/docs/reference/rest/v1/regionCommitments (type); a test compares its list with
that in Google's own library. Types of the list whose machines are documented nowhere are left out, and so is what
Google will add: what they pay for is then unknown, and never nothing.
"""


def _of(purpose: str, *series: str) -> dict[str, tuple[str, ...]]:
    """Types that end in the name of their series."""
    return {f"{purpose}_{name.upper()}": (name,) for name in series}


_SERIES = {
    "GENERAL_PURPOSE": ("n1",),
    **_of("GENERAL_PURPOSE", "c4", "c4a", "c4d", "e2", "n2", "n2d", "n4", "n4a", "n4d", "t2d"),
    "COMPUTE_OPTIMIZED": ("c2",),
    **_of("COMPUTE_OPTIMIZED", "c2d", "c3", "c3d", "h3", "h4d"),
    "COMPUTE_OPTIMIZED_H4D_3TB": ("h4d",),
    "MEMORY_OPTIMIZED": ("m1", "m2"),
    **_of("MEMORY_OPTIMIZED", "m3", "m4", "m4n"),
    "MEMORY_OPTIMIZED_M4_6TB": ("m4",),
    "MEMORY_OPTIMIZED_M4N_6TB": ("m4n",),
    **dict.fromkeys(
        (
            *(f"MEMORY_OPTIMIZED_X4_{size}" for size in ("16TB", "24TB", "32TB", "480_6T", "480_8T", "960_12T")),
            *(f"MEMORY_OPTIMIZED_X4_{size}" for size in ("960_16T", "1440_24T", "1920_32T")),
        ),
        ("x4",),
    ),
    "ACCELERATOR_OPTIMIZED": ("a2",),
    **dict.fromkeys((f"ACCELERATOR_OPTIMIZED_A3{kind}" for kind in ("", "_MEGA", "_ULTRA")), ("a3",)),
    "ACCELERATOR_OPTIMIZED_A4": ("a4",),
    "GRAPHICS_OPTIMIZED": ("g2",),
    "GRAPHICS_OPTIMIZED_G4": ("g4",),
    "GRAPHICS_OPTIMIZED_G4_VGPU": ("g4",),
    "NETWORK_OPTIMIZED_C4N": ("c4n",),
    "STORAGE_OPTIMIZED_Z3": ("z3",),
}
"""Series by type. Types that are for some sizes of a series only (of A3, H4D, M4 and X4) are held to pay for all of it,
so that no saving is overstated."""


COMMITTED_SERIES = frozenset(series for some in _SERIES.values() for series in some)
"""Series that commitments are sold for."""


def covered_series(commitment_type: str) -> tuple[str, ...]:
    """Series that a type of commitment covers, such as (`n2`,); none where the type is not known."""
    return _SERIES.get(commitment_type, ())
