"""`costopt budget watch` as a process: what it says, and how signals end it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PATIENCE = 60


@pytest.fixture
def started(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A watch whose first run has ended; there is no bill, so that it failed."""
    (tmp_path / "costopt.toml").write_text('[[budgets]]\nname = "all"\namount = 100\n')
    command = [sys.executable, "-m", "costopt", "budget", "watch", "--at", "00:00", "--", "--config", "costopt.toml"]
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_failed_run_does_not_end_it_and_a_signal_does(
    started: "subprocess.Popen[str]", number: signal.Signals
) -> None:
    assert started.stderr
    for line in started.stderr:
        if line.startswith("watch: the check ended with 1"):
            break
    assert started.poll() is None
    started.send_signal(number)
    _, said = started.communicate(timeout=PATIENCE)
    assert started.returncode == 0
    assert said.endswith("watch: ended\n")


def test_settings_that_cannot_be_used_end_it_at_once_with_their_exit_code(tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text("[[budgets]]\nnmae = 1\n")
    command = [sys.executable, "-m", "costopt", "budget", "watch", "--", "--config", "costopt.toml"]
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert ended.returncode == 2
    assert "Did you mean" in ended.stderr
