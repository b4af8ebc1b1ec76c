"""`costopt plan` as a user runs it: what it asks the pipeline for, what it writes where, and how it ends."""

import json
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from costopt.errors import InfeasiblePlan
from tests.cli.conftest import Run
from tests.oracles.made_plan import WORKLOADS, made_plan


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the command asks the pipeline for; the made plan is the answer."""
    calls: list[dict[str, Any]] = []

    def answer(kind: str) -> Any:
        def planned(path: Path, _: object, request: object, **options: Any) -> Any:
            calls.append({"kind": kind, "path": path, "request": request, **options})
            if "impossible" in str(path):
                raise InfeasiblePlan("no type hosts trainer: 2 TB of memory", hint="Ask for less memory.")
            return made_plan()

        return planned

    for module, function in (("plan", "plan_snapshot"), ("plan_workloads", "plan_workloads")):
        stand_in = ModuleType(f"costopt.pipeline.{module}")
        setattr(stand_in, function, answer(module))
        monkeypatch.setitem(sys.modules, stand_in.__name__, stand_in)
    return calls


def test_a_plan_is_a_table_and_one_line_on_standard_error(run: Run, asked: list[dict[str, Any]]) -> None:
    ended = run("plan", "--snapshot", "snap")
    assert ended.code == 0
    assert "Recommended" in ended.out
    assert ended.err.startswith("Buying these 4 commitments")
    assert ended.err.count("\n") == 1
    (call,) = asked
    assert (call["kind"], call["path"], call["now"], call["store"]) == ("plan", Path("snap"), None, None)


def test_every_option_reaches_the_request(run: Run, asked: list[dict[str, Any]]) -> None:
    ended = run(
        "plan", "--snapshot", "snap", "--horizon", 24, "--growth", 0.2, "--max-risk", 0.1, "--upfront-budget",
        "5000.10", "--goal", "safe", "--what-if", "w.yaml", "--time-limit", 1.5, "--now", "2026-11-20", "--no-bill",
        "-f", "json",
    )  # fmt: skip
    assert ended.code == 0
    request = asked[0]["request"]
    assert (request.horizon_months, request.growth, request.max_risk) == (24, 0.2, 0.1)
    assert request.upfront_budget == Decimal("5000.10")
    assert (request.goal, request.what_if, request.time_limit) == ("safe", Path("w.yaml"), 1.5)
    assert asked[0]["now"] == datetime(2026, 11, 20, tzinfo=UTC)


def test_settings_are_what_plans_are_asked_for_where_the_command_does_not_say(
    run: Run, asked: list[dict[str, Any]], tmp_path: Path
) -> None:
    config = tmp_path / "costopt.toml"
    config.write_text('[plan]\nhorizon_months = 36\ndiscount_rate = 0.08\nmax_risk = 0.2\ngoal = "safe"\n')
    assert run("plan", "--snapshot", "snap", "--config", config).code == 0
    given = run("plan", "--snapshot", "snap", "--config", config, "--discount-rate", 0.0, "--horizon", 6)
    assert given.code == 0
    usual, own = (call["request"] for call in asked)
    assert (usual.horizon_months, usual.discount_rate, usual.max_risk, usual.goal) == (36, 0.08, 0.2, "safe")
    assert (own.horizon_months, own.discount_rate, own.max_risk, own.goal) == (6, 0.0, 0.2, "safe")


def test_an_interrupted_plan_has_nothing_to_resume(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    stand_in = ModuleType("costopt.pipeline.plan")
    monkeypatch.setattr(stand_in, "plan_snapshot", interrupted, raising=False)
    monkeypatch.setitem(sys.modules, stand_in.__name__, stand_in)
    ended = run("plan", "--snapshot", "snap")
    assert (ended.code, ended.err.split()) == (130, ["interrupted"])


def test_a_file_of_workloads_is_planned_from_a_moment(run: Run, asked: list[dict[str, Any]]) -> None:
    assert run("plan", "--workloads", "w.yaml", "--now", "2026-11-20T06:00Z").code == 0
    assert run("plan", "--workloads", "w.yaml").code == 0
    assert [call["kind"] for call in asked] == ["plan_workloads"] * 2
    assert asked[0]["now"] == datetime(2026, 11, 20, 6, tzinfo=UTC)
    assert asked[1]["now"].tzinfo is UTC


def test_each_format_goes_to_its_own_file(run: Run, asked: list[dict[str, Any]], tmp_path: Path) -> None:
    assert run("plan", "--snapshot", "s", "-f", "json", "-o", "p.json", "-o", "p.html", "-o", "p.md").code == 0
    assert json.loads((tmp_path / "p.json").read_text())["variants"]
    assert (tmp_path / "p.html").read_text().startswith("<!doctype html>")
    assert (tmp_path / "p.md").read_text().startswith("## Buying")
    assert len(asked) == 1


@pytest.mark.parametrize("form", ["table", "json", "markdown", "html"])
def test_names_are_masked_where_asked(form: str, run: Run, asked: list[dict[str, Any]]) -> None:
    ended = run("plan", "--snapshot", "s", "--redact", "-f", form)
    assert "workload-1" in ended.out
    assert not [name for name in WORKLOADS if name in ended.out + ended.err]


def test_no_feasible_plan_ends_with_five_and_writes_nothing(
    run: Run, asked: list[dict[str, Any]], tmp_path: Path
) -> None:
    ended = run("plan", "--workloads", "impossible.yaml", "-f", "json", "-o", "p.json")
    assert ended.code == 5
    assert "no type hosts trainer" in ended.err
    assert "next: Ask for less memory." in ended.err
    assert not (tmp_path / "p.json").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--workloads", "w.yaml", "--snapshot", "s"), "does not take --snapshot"),
        (("--workloads", "w.yaml", "--store", "b"), "does not take --store"),
        (("--workloads", "w.yaml", "--no-bill"), "does not take --no-bill"),
        (("--snapshot", "s", "--growth", "nan"), "growth nan"),
        (("--snapshot", "s", "--horizon", "0"), "horizon 0"),
        (("--snapshot", "s", "--max-risk", "10"), "max-risk 10.0"),
        (("--snapshot", "s", "--upfront-budget", "a lot"), "no amount of money"),
        (("--snapshot", "s", "--upfront-budget", "-5"), "upfront-budget -5"),
        (("--snapshot", "s", "--goal", "cheap"), "cheap"),
        (("--snapshot", "s", "-o", "p.csv"), "csv is no format of a plan"),
        ((), "no snapshot/ here"),
    ],
)
def test_what_cannot_be_meant_is_said_before_any_work(
    arguments: tuple[str, ...], said: str, run: Run, asked: list[dict[str, Any]]
) -> None:
    ended = run("plan", *arguments)
    assert ended.code == 2
    assert said in " ".join(ended.err.split())
    assert ended.out == ""
    assert asked == []
