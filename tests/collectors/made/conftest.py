"""One made company for all tests of this folder: making it is the slow part."""

from datetime import UTC, datetime

import pytest

from costopt.collectors.made.company import make
from costopt.collectors.made.estate import MadeEstate

NOW = datetime(2026, 11, 23, 9, 17, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def now():
    return NOW


@pytest.fixture(scope="session")
def companies() -> list[MadeEstate]:
    """One company for each of 20 seeds."""
    return [make(seed, NOW) for seed in range(20)]


@pytest.fixture(scope="session")
def company(companies) -> MadeEstate:
    return companies[7]
