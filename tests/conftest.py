"""Fixtures that several folders of tests share."""

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real data that others published; skips where it is not beside the checkout."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder of real data (../shared/data) is not beside this checkout")
    return SHARED_DATA
