"""Runs the terraform binary: found on PATH, in a cleaned environment, with a limit of time, away from the network."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from costopt.errors import TerraformError

BINARIES = ("terraform", "tofu")
"""Looked for in this order."""
TIMEOUT_SECONDS = 300.0
"""For one command; a plan of 1,000 resources takes about 10 s."""

_KEPT = re.compile(
    r"PATH|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|LD_LIBRARY_PATH|GOMAXPROCS|"
    r"SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|NUMBER_OF_PROCESSORS",
    re.I,
)
"""Names of variables that a program needs to start. No list of what carries credentials would ever be complete."""
_NOWHERE = "http://127.0.0.1:9"
"""A proxy that refuses: port 9 is the discard service, which nothing runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A command that ended."""

    code: int
    """Its exit code."""
    stdout: str
    """What it printed."""
    stderr: str
    """What it complained of."""

    def first_error(self) -> str:
        """The first complaint in one line, for messages."""
        text = _diagnosed(self.stdout) or self.stderr or self.stdout
        start = text.find("Error:")
        lines = (line.strip(" \t│╷╵") for line in text[max(start, 0) :].splitlines())
        said = " ".join(line for line in lines if line)
        return said[:500] or f"exit code {self.code}"


def _diagnosed(stdout: str) -> str:
    """The first error among the lines of JSON that `terraform plan -json` prints, "" where there is none."""
    for line in stdout.splitlines():
        if '"@level":"error"' not in line:
            continue
        try:
            found = json.loads(line).get("diagnostic", {})
        except ValueError:
            continue
        place = found.get("range") or {}
        where = f"{place['filename']}:{place['start']['line']}: " if place.get("filename") else ""
        return f"Error: {where}{found.get('summary', '')} {found.get('detail', '')}"
    return ""


def find_binary() -> Path | None:
    """The terraform or tofu on PATH, None where there is none."""
    for name in BINARIES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


def clean_environment(private: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of every terraform process: without credentials, without settings, without a way to the network.

    Args:
        private: a private folder that stands in for the home, so that no credentials file is found.
        extra: variables to set on top.
    """
    return _kept() | {
        "GOGC": "400",  # collects garbage less often: a plan of 1,000 resources takes a quarter less time
        "HOME": str(private),
        "TF_CLI_CONFIG_FILE": str(_cli_config(private)),
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "AWS_EC2_METADATA_DISABLED": "true",
        "HTTP_PROXY": _NOWHERE,
        "HTTPS_PROXY": _NOWHERE,
        "GIT_ALLOW_PROTOCOL": "none",
        **(extra or {}),
    }


def _kept() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if _KEPT.fullmatch(name)}


def _cli_config(private: Path) -> Path:
    path = private / "costopt.tfrc"
    if not path.is_file():
        path.write_text("disable_checkpoint = true\n")
    return path


def run_terraform(
    arguments: list[str],
    *,
    binary: Path,
    folder: Path,
    environment: Mapping[str, str],
    timeout_seconds: float = TIMEOUT_SECONDS,
    stdin: str | None = None,
) -> Ended:
    """Run one command of terraform.

    Raises:
        TerraformError: it cannot be started, or does not end in time.
    """
    command = [str(binary), *arguments]
    try:
        ended = subprocess.run(  # noqa: S603 - a list, no shell
            command,
            cwd=folder,
            env=dict(environment),
            input=stdin or "",
            capture_output=True,
            timeout=timeout_seconds,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
    except subprocess.TimeoutExpired as error:
        raise TerraformError(
            f"`terraform {arguments[0]}` did not end within {timeout_seconds:g} s", hint="try a smaller directory"
        ) from error
    except OSError as error:
        raise TerraformError(f"{binary} cannot be started: {error.strerror}", hint="install terraform again") from error
    return Ended(code=ended.returncode, stdout=ended.stdout, stderr=ended.stderr)


@cache
def binary_version(binary: Path) -> str:
    """Version of a binary, "unknown" where it does not say.

    Raises:
        TerraformError: it cannot be started.
    """
    environment = _kept() | {"CHECKPOINT_DISABLE": "1"}
    ended = run_terraform(["version"], binary=binary, folder=Path("/"), environment=environment, timeout_seconds=30)
    found = re.search(r"v(\d+\.\d+\.\d+\S*)", ended.stdout)
    return found[1] if found else "unknown"
