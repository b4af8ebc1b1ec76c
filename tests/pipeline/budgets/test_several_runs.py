"""Runs as real processes: two at once, and one that is killed at the worst moment."""

import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

from costopt.store.alert_book.turn import LEASE
from tests.oracles.alerts import NOW
from tests.oracles.http_inbox import HttpInbox, Received

ROOT = Path(__file__).resolve().parents[3]
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def start(folder: Path, server: HttpInbox, now: datetime = NOW) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.pipeline.budgets.telling_run", str(folder), now.isoformat()],
        cwd=ROOT, env={**os.environ, "HOOK": server.url, "KEY": KEY}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    said = process.communicate(timeout=60)[0]
    return process.returncode, said.strip()


def keys(received: Received) -> list[str]:
    return [one["dedupe_key"] for one in json.loads(received.body)["data"]["alerts"]]


def test_of_two_runs_at_once_one_tells_and_the_other_says_so(tmp_path: Path) -> None:
    others: list[tuple[int, str]] = []

    def another(_: Received) -> None:
        """While the first waits for its answer, the second runs from its beginning to its end."""
        if not others:
            others.append(ended(start(tmp_path, server)))

    with HttpInbox(on_request=another) as server:
        assert ended(start(tmp_path, server)) == (0, "sent 1")
        assert len(server.received) == 1
    ((code, said),) = others
    assert code == 0
    assert said.startswith("busy another run is telling, process ")


def test_a_run_that_is_killed_between_sending_and_saving_repeats_once_with_the_same_keys(tmp_path: Path) -> None:
    running: list[subprocess.Popen[str]] = []

    def kill(_: Received) -> None:
        """The message has arrived; the run will never know."""
        os.kill(running[0].pid, signal.SIGKILL)
        running[0].wait()

    with HttpInbox(on_request=lambda one: kill(one) if len(server.received) == 1 else None) as server:
        running.append(start(tmp_path, server))
        assert ended(running[0])[0] == -signal.SIGKILL
        code, said = ended(start(tmp_path, server, NOW + timedelta(minutes=1)))
        assert (code, said.split()[0]) == (0, "busy")  # it may be alive, as far as anybody knows
        assert ended(start(tmp_path, server, NOW + LEASE + timedelta(minutes=1))) == (0, "sent 1")
        assert ended(start(tmp_path, server, NOW + 2 * LEASE)) == (0, "sent 0")
        first, second = server.received
    assert sorted(keys(first)) == sorted(keys(second))
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
