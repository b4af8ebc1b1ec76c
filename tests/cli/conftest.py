"""The command line as a user runs it: one process-like call, its streams and its exit code."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from costopt.cli.exit import guarded
from costopt.cli.main import costopt
from costopt.pipeline.demo import write_made_company
from tests.oracles.paid_estate import OTHER, volume, write_snapshot


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs `costopt` with arguments in an empty folder, without anybody's settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def call(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["costopt", *map(str, arguments)])
        code = guarded(costopt)
        streams = capsys.readouterr()
        return Ended(code=code, out=streams.out, err=streams.err)

    return call


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made company's snapshot: seconds to write, and to audit. Tests that take it are of one group, `company`."""
    path = tmp_path_factory.mktemp("company") / "snapshot"
    write_made_company(path)
    return path


@pytest.fixture(scope="session")
def volumes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of two volumes that nobody uses, 100.00 a month each: enough for what any snapshot shows."""
    return write_snapshot(tmp_path_factory.mktemp("volumes") / "snapshot", volume(), volume(OTHER))
