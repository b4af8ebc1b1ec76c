"""Ctrl-C in the middle of a collection: the exit code, what is kept, and that it can be continued."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from costopt.store.open import open_snapshot
from tests.oracles.fakeaws import FakeAws
from tests.oracles.fakeaws_estate import VOLUMES, furnish

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
INTERRUPTIBLE = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("costopt", run_name="__main__")
"""
"""Whatever runs the tests in the background has a child ignore Ctrl-C, and so its child."""


class Gate:
    """Holds every answer of one operation back until it is opened."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()
        self._answer = answer

    def __call__(self, params: Any, call: Any) -> dict[str, Any]:
        self.reached.set()
        self.opened.wait(PATIENCE)
        return self._answer


@pytest.fixture
def aws() -> Iterator[FakeAws]:
    with FakeAws() as running:
        furnish(running)
        running.on("sts", "GetCallerIdentity", {"Account": "111111111111", "Arn": "arn:aws:iam::111111111111:user/u"})
        yield running


def start(aws: FakeAws, folder: Path, *more: str) -> "subprocess.Popen[str]":
    command = [
        sys.executable,
        "-c",
        INTERRUPTIBLE,
        "collect",
        "aws",
        "--endpoint-url",
        aws.url,
        "--region",
        "us-east-1",
    ]
    command += ["--only", "ebs_volumes", "--only", "elastic_ips", "--no-metrics", "--out", str(folder / "snap"), *more]
    credentials = {"AWS_ACCESS_KEY_ID": "AKIAFIRST", "AWS_SECRET_ACCESS_KEY": "x", "PYTHONPATH": str(ROOT)}
    environment = {**os.environ, **credentials, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    return subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)


def test_an_interrupted_collection_exits_with_130_and_is_continued(aws: FakeAws, tmp_path: Path) -> None:
    gate = Gate({"Addresses": [{"PublicIp": "192.0.2.4", "AllocationId": "eipalloc-1"}]})
    aws.on("ec2", "DescribeAddresses", gate)
    running = start(aws, tmp_path)
    assert gate.reached.wait(PATIENCE)
    running.send_signal(signal.SIGINT)
    gate.opened.set()
    _, said = running.communicate(timeout=PATIENCE)
    assert running.returncode == 130
    assert "interrupted" in said
    assert "--resume" in said
    assert not (tmp_path / "snap/manifest.json").exists()
    continued = start(aws, tmp_path, "--resume")
    _, said = continued.communicate(timeout=PATIENCE)
    assert continued.returncode == 0, said
    resources = open_snapshot(tmp_path / "snap").resources
    assert sorted(resource.spec.KIND for resource in resources) == ["ebs_volume"] * VOLUMES + ["elastic_ip"]
