"""The estate whose values are owned in every way, opened once for all tests that do not change it."""

from pathlib import Path

import pytest

from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.evaluate.request import Request
from costopt.terraform.patch.evaluator import PROOF_ENGINES
from costopt.terraform.patch.patch import Workplace, open_workplace
from tests.oracles.terraform_binary import BINARY
from tests.oracles.terraform_owners import copy_estate


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return copy_estate(tmp_path)


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """The estate, read and planned."""
    return opened(copy_estate(tmp_path_factory.mktemp("patch")))


def opened(folder: Path) -> Workplace:
    """A configuration, read and planned with the real terraform."""
    if BINARY is None:
        pytest.skip("no terraform binary is on PATH")
    return open_workplace(Request(folder=folder, engines=PROOF_ENGINES), read_configuration(folder.resolve()))
