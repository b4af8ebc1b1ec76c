"""The image: its statements, since no registry is at hand to build it from where the tests run."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from costopt.model.schedule import DailyRun
from costopt.renderers.schedule.kubernetes import STATE, USER
from costopt.terraform.render.scheduled_run import WORK, render_scheduled_run

ROOT = Path(__file__).resolve().parents[2]


def statements() -> list[tuple[str, str]]:
    """Instruction and the rest of each statement, continued lines joined."""
    lines = [line for line in (ROOT / "Containerfile").read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    pairs = [line.split(maxsplit=1) for line in joined.splitlines() if line.strip()]
    return [(name, rest) for name, rest in pairs]


def all_of(instruction: str) -> list[str]:
    return [rest for name, rest in statements() if name == instruction]


def test_every_statement_is_known() -> None:
    known = {"ARG", "FROM", "COPY", "RUN", "ENV", "USER", "WORKDIR", "VOLUME", "ENTRYPOINT", "CMD"}
    assert {name for name, _ in statements()} == known


def test_the_image_runs_as_the_user_and_in_the_folder_that_schedules_expect() -> None:
    last_stage = statements()[[name for name, _ in statements()].index("FROM", 2) :]
    assert ("USER", f"{USER}:{USER}") in last_stage
    assert [rest for name, rest in last_stage if name == "VOLUME"] == [f'["{WORK}"]']
    assert WORK == STATE
    assert f'user                   = "{USER}"' in render_scheduled_run(DailyRun(), "1").text
    assert any(f"-o {USER} -g {USER} {WORK}" in rest for name, rest in last_stage if name == "RUN")


def test_what_is_installed_is_checked_against_hashes() -> None:
    (installs,) = [rest for rest in all_of("RUN") if "pip install" in rest]
    assert "--require-hashes" in installs
    assert "--only-binary :all:" in installs
    assert all_of("ADD") == []


def test_the_command_is_the_program_without_a_shell_between() -> None:
    assert all_of("ENTRYPOINT") == ['["costopt"]']
    (launcher,) = [rest for rest in all_of("RUN") if "/usr/local/bin/costopt" in rest]
    assert 'exec /opt/packages/bin/python -m costopt "$@"' in launcher


def test_everything_that_is_copied_is_there_and_not_ignored() -> None:
    kept = {line[1:] for line in (ROOT / ".containerignore").read_text().splitlines() if line.startswith("!")}
    for rest in all_of("COPY"):
        words = shlex.split(rest)
        if words[0].startswith("--from="):
            continue
        for source in words[:-1]:
            assert (ROOT / source).exists(), source
            assert source in kept


@pytest.mark.parametrize("extra", ["dependencies", "notify", "postgres"])
def test_the_lock_has_what_the_program_and_telling_need(extra: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] if extra == "dependencies" else project["optional-dependencies"][extra]
    locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements/container.lock").read_text(), re.M))
    names = {re.split(r"[\[<>=!~ ]", one)[0].lower() for one in wanted}
    assert names <= locked
    assert "pytest" not in locked
