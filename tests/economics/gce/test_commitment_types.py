"""Which machines a type of commitment pays for, held against the list in Google's own library."""

import pytest
from google.cloud import compute_v1

from costopt.economics.gce.commitment_types import COMMITTED_SERIES, covered_series
from costopt.economics.gce.series import PREDEFINED

UNDOCUMENTED = {
    "NETWORK_OPTIMIZED_U4C",
    "NETWORK_OPTIMIZED_U4P",
    "NETWORK_OPTIMIZED_U4S",
    "STORAGE_OPTIMIZED_Z4D4T",
    "STORAGE_OPTIMIZED_Z4DH",
    "STORAGE_OPTIMIZED_Z4DS",
    "STORAGE_OPTIMIZED_Z4M",
}
"""Types that are published and whose machines are not."""


@pytest.mark.parametrize(
    ("kind", "series"),
    [
        ("GENERAL_PURPOSE", ("n1",)),
        ("GENERAL_PURPOSE_N2D", ("n2d",)),
        ("COMPUTE_OPTIMIZED", ("c2",)),
        ("COMPUTE_OPTIMIZED_C3D", ("c3d",)),
        ("COMPUTE_OPTIMIZED_H4D_3TB", ("h4d",)),
        ("MEMORY_OPTIMIZED", ("m1", "m2")),
        ("MEMORY_OPTIMIZED_M3", ("m3",)),
        ("MEMORY_OPTIMIZED_M4_6TB", ("m4",)),
        ("MEMORY_OPTIMIZED_X4_1920_32T", ("x4",)),
        ("ACCELERATOR_OPTIMIZED", ("a2",)),
        ("ACCELERATOR_OPTIMIZED_A3_MEGA", ("a3",)),
        ("GRAPHICS_OPTIMIZED", ("g2",)),
        ("GRAPHICS_OPTIMIZED_G4_VGPU", ("g4",)),
        ("STORAGE_OPTIMIZED_Z3", ("z3",)),
    ],
)
def test_a_type_of_commitment_pays_for_its_series(kind: str, series: tuple[str, ...]) -> None:
    assert covered_series(kind) == series


@pytest.mark.parametrize("kind", ["GENERAL_PURPOSE_Q9", "TYPE_UNSPECIFIED", "", "general_purpose"])
def test_a_type_that_is_not_known_pays_for_nothing_known(kind: str) -> None:
    assert covered_series(kind) == ()


def test_every_published_type_is_known_but_those_whose_machines_are_documented_nowhere() -> None:
    published = {one.name for one in compute_v1.Commitment.Type} - {"UNDEFINED_TYPE", "TYPE_UNSPECIFIED"}
    assert {name for name in published if not covered_series(name)} == UNDOCUMENTED


def test_every_series_that_is_sold_with_commitments_has_a_type() -> None:
    """T2A has none; F1 and G1 are billed by the machine."""
    assert {size.series for size in PREDEFINED.values()} - COMMITTED_SERIES == {"t2a"}
