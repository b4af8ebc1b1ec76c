"""The estate whose values are owned in every way."""

from pathlib import Path

import pytest

from tests.oracles.terraform_owners import copy_estate


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return copy_estate(tmp_path)
