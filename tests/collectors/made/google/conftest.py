"""The made projects of a few seeds; making them is the slow part."""

import pytest

from costopt.collectors.made.estate import MadeEstate
from costopt.collectors.made.google.company import make


@pytest.fixture(scope="session")
def estates(now) -> list[MadeEstate]:
    """The projects of one company for each of 6 seeds."""
    return [make(seed, now) for seed in range(6)]


@pytest.fixture(scope="session")
def estate(estates) -> MadeEstate:
    return estates[5]
