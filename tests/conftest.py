"""Fixtures that several folders of tests share."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

LONGEST_ID = 200
"""Characters of an example that are still part of a test's id."""
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real data that others published; skips where it is not beside the checkout."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder of real data (../shared/data) is not beside this checkout")
    return SHARED_DATA


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A long example is named by its argument: ids of megabytes make reports that nobody can read."""
    return argname if isinstance(val, str | bytes) and len(val) > LONGEST_ID else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI says so, a skipped test is a failed one: everything that tests need is installed there."""
    report = yield
    if report.skipped and os.environ.get("COSTOPT_SKIP_IS_FAILURE"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"
    return report
