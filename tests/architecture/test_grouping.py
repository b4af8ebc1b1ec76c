"""Tests that share a costly fixture run on one worker, or each worker pays for it."""

import os

import pytest


@pytest.mark.xdist_group("grouping")
def test_the_runner_that_spreads_tests_sees_their_group(request: pytest.FixtureRequest) -> None:
    """It reads the group from the test's id; releases of pytest that fix the id leave every test on its own."""
    spread = os.environ.get("PYTEST_XDIST_WORKER")
    assert request.node.nodeid.endswith("@grouping") is bool(spread)
