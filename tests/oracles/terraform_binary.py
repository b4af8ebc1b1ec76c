"""The real terraform, as an oracle: with stand-ins for the providers, in a folder of a test."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.evaluate.stand_ins import stand_ins

BINARY = shutil.which("terraform")
needs_terraform = pytest.mark.skipif(BINARY is None, reason="no terraform binary is on PATH")


def terraform(
    folder: Path, *arguments: str, extra: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run terraform itself, without anything of costopt between."""
    assert BINARY
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "AWS_", "GOOGLE_"))}
    environment = {**kept, "CHECKPOINT_DISABLE": "1", "TF_INPUT": "0", "TF_IN_AUTOMATION": "1", **(extra or {})}
    return subprocess.run(
        [BINARY, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def validated(folder: Path) -> dict[str, Any]:
    """What `terraform validate -json` says."""
    with stand_ins(read_configuration(folder)).serving() as reattach:
        started = terraform(folder, "init", "-no-color", extra=reattach)
        assert started.returncode == 0, started.stderr
        return dict(json.loads(terraform(folder, "validate", "-json", extra=reattach).stdout))


def applied_state(folder: Path) -> Path:
    """Apply with stand-ins that answer, and return the state that terraform writes."""
    with stand_ins(read_configuration(folder)).serving(applies=True) as reattach:
        for arguments in (["init", "-no-color"], ["apply", "-auto-approve", "-no-color"]):
            ended = terraform(folder, *arguments, extra=reattach)
            assert ended.returncode == 0, ended.stderr
    return folder / "terraform.tfstate"
