"""The estate: a configuration with a value of every origin, evaluated once for all tests that only read it."""

import shutil
from pathlib import Path

import pytest

from costopt.model.terraform import Engine, Evaluation
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request
from tests.oracles.terraform_binary import BINARY

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """A copy of the estate that a test may change."""
    return Path(shutil.copytree(FIXTURES / "estate", tmp_path / "estate"))


@pytest.fixture(scope="session")
def estate_plan() -> Evaluation:
    """The estate, evaluated with the real terraform and stand-ins for its providers."""
    if BINARY is None:
        pytest.skip("no terraform binary is on PATH")
    return evaluate(Request(folder=FIXTURES / "estate", engines=(Engine.STUB,)))
