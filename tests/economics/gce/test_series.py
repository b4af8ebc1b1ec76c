"""What series have in common."""

import pytest

from costopt.economics.gce.series import takes_hyperdisks_alone


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        ("n4-standard-4", True),
        ("c4a-highmem-8", True),
        ("n4-custom-4-16384", True),
        ("n2-standard-4", False),
        ("c3d-standard-8", False),
        ("e2-custom-4-8192", False),
        ("custom-6-20480", False),
        ("g1-small", False),
    ],
)
def test_machines_take_no_persistent_disk_from_the_fourth_generation_on(machine: str, expected: bool) -> None:
    assert takes_hyperdisks_alone(machine) is expected
