"""The Google Cloud that a developer starts by hand prints a command that works."""

import shlex
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_printed_command_collects_a_snapshot_that_an_audit_reads(tmp_path: Path) -> None:
    served = subprocess.Popen(
        [sys.executable, ROOT / "tools/google_on_loopback.py"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert served.stdout is not None
    try:
        command = shlex.split(served.stdout.readline())
        assert command[0] == "costopt"
        run = [sys.executable, "-m", "costopt"]
        environment = {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "PATH": ""}
        subprocess.run([*run, *command[1:], "--strict"], cwd=tmp_path, env=environment, check=True)
    finally:
        served.send_signal(signal.SIGINT)
        served.stdout.close()
        assert served.wait(timeout=30) == 0
    audit = [*run, "audit", "--snapshot", "snap/", "-f", "jsonl"]
    found = subprocess.run(audit, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True)
    assert '"acme-shop"' in found.stdout
