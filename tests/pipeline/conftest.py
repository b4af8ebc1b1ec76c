"""An audit of one volume, for tests of what a bill says of it; an emulated BigQuery, for tests of exports there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from costopt.config.settings import PriceSettings, Settings
from tests.oracles.bigquery_emulator import emulated
from tests.oracles.paid_estate import volume, write_snapshot


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Nobody's refreshed prices."""
    return Settings(prices=PriceSettings(directory=str(tmp_path / "none")))


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """One volume that nobody uses, 100.00 a month at list prices."""
    return write_snapshot(tmp_path / "snap", volume())


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A client of one emulator for all, as its start takes seconds; each module has its own tables."""
    with emulated(tmp_path_factory.mktemp("bigquery") / "log") as client:
        yield client
