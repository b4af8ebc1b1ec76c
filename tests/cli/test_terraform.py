"""The group `costopt terraform`."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_private_copies_are_gone_when_the_process_is_told_to_end(tmp_path: Path) -> None:
    for folder in ("infra", "private", "bin"):
        (tmp_path / folder).mkdir()
    (tmp_path / "infra" / "main.tf").write_text('resource "terraform_data" "a" {\n  input = 1\n}\n')
    started = tmp_path / "started"
    os.mkfifo(started)
    binary = tmp_path / "bin" / "terraform"
    binary.write_text(f'#!/bin/sh\n[ "$1" = version ] && exit 0\necho $$ > {started}\nexec tail -f /dev/null\n')
    binary.chmod(0o700)
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen(
        [sys.executable, "-c", "from costopt.cli.main import main; main()", "terraform", "check", "infra"],
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "TMPDIR": str(tmp_path / "private"), "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        child = int(started.read_text())
        assert [one.name for one in (tmp_path / "private").glob("costopt-*/tree")] == ["tree"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 128 + signal.SIGTERM
    finally:
        process.kill()
        process.wait()
    assert list((tmp_path / "private").iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
