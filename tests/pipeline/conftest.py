"""An audit of one volume, for tests of what a bill says of it."""

from pathlib import Path

import pytest

from costopt.config.settings import PriceSettings, Settings
from tests.oracles.paid_estate import volume, write_snapshot


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Nobody's refreshed prices."""
    return Settings(prices=PriceSettings(directory=str(tmp_path / "none")))


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """One volume that nobody uses, 100.00 a month at list prices."""
    return write_snapshot(tmp_path / "snap", volume())
