"""One made company for all tests of this folder: making it is the slow part."""

from datetime import UTC, datetime

import pytest

from costopt.collectors.made.company import MadeCompany, make

NOW = datetime(2026, 11, 23, 9, 17, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def now():
    return NOW


@pytest.fixture(scope="session")
def companies() -> list[MadeCompany]:
    """One company for each of 20 seeds."""
    return [make(seed, NOW) for seed in range(20)]


@pytest.fixture(scope="session")
def company(companies) -> MadeCompany:
    return companies[7]
