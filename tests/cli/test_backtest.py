"""`costopt backtest` as a user runs it."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def demand(tmp_path: Path) -> Path:
    """Three months of one family, growing."""
    lines = ["hour,usage"]
    for hour in range(24 * 92):
        day, of_day = divmod(hour, 24)
        month, rest = (1, day) if day < 31 else (2, day - 31) if day < 59 else (3, day - 59)
        if rest < 31:
            lines.append(f"2026-{month:02}-{rest + 1:02}T{of_day:02}:00:00,{10 + month}")
    path = tmp_path / "hourly.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_it_prints_a_table_and_says_on_the_other_stream_what_it_does(run: Run, demand: Path) -> None:
    ended = run("backtest", "--demand", demand, "--seed", 0, "--policy", "aws_like_30d")
    assert ended.code == 0
    assert ended.out.startswith("Chosen: ")
    assert "Proven bound" in ended.out
    assert "reading" in ended.err
    assert "2 policies replayed; chosen: mix_capped_50_30d" in ended.err


def test_each_format_goes_to_its_file(run: Run, demand: Path, tmp_path: Path) -> None:
    ended = run(
        "backtest", "--demand", demand, "--seed", 0, "--policy", "on_demand", "-o", "b.md", "-o", "b.csv", "-f", "json"
    )
    assert ended.code == 0
    assert json.loads(ended.out)["default_policy"] == "mix_capped_50_30d"
    assert (tmp_path / "b.md").read_text().startswith("# Policies replayed on")
    assert (tmp_path / "b.csv").read_text().startswith("policy,estate,seed")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--demand", "none.csv"), "no file none.csv"),
        (("--demand", "hourly.csv", "--policy", "best"), "no policy 'best'"),
        (("--demand", "hourly.csv", "--value", "load"), "no column 'load'"),
        (("--demand", "hourly.csv", "--months", "1"), "not in the range"),
        ((), "either --demand or --snapshot"),
        (("--demand", "hourly.csv", "--snapshot", "snap"), "either --demand or --snapshot"),
        (("--snapshot", "snap", "--fill", "zero"), "--fill is about a file"),
        (("--demand", "hourly.csv", "--store", "bills"), "--store is about a snapshot"),
        (("--demand", "hourly.csv", "--together", "--apart", "region"), "--apart tells them apart"),
    ],
)
def test_what_cannot_be_meant_ends_with_two_and_prints_nothing(
    arguments: tuple[str, ...], said: str, run: Run, demand: Path
) -> None:
    ended = run("backtest", *arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert said in ended.err


def test_names_of_a_file_cannot_steer_the_terminal(run: Run, demand: Path) -> None:
    header, *rows = demand.read_text().splitlines()
    demand.write_text("\n".join([f"{header},region", *(f"{row},\x1b]0;owned\x07\x9b31m" for row in rows)]) + "\n")
    ended = run("backtest", "--demand", demand, "--seed", 0, "--policy", "on_demand", "--value", "usage")
    assert ended.code == 0
    assert "owned" in ended.err
    assert not {"\x1b", "\x07", "\x9b"} & {*ended.out, *ended.err}


def test_a_seed_that_is_given_twice_is_drawn_once(run: Run, demand: Path) -> None:
    asked = ("backtest", "--demand", demand, "--policy", "on_demand", "-f", "csv")
    assert run(*asked, "--seed", 0, "--seed", 0).out == run(*asked, "--seed", 0).out


def test_missing_hours_are_refused_until_they_are_filled(run: Run, demand: Path) -> None:
    lines = demand.read_text().splitlines()
    demand.write_text("\n".join(lines[:100] + lines[103:]) + "\n")
    refused = run("backtest", "--demand", demand, "--seed", 0, "--policy", "on_demand")
    assert refused.code == 2
    assert "3 hours are missing" in refused.err
    assert "--fill" in refused.err
    filled = run("backtest", "--demand", demand, "--seed", 0, "--policy", "on_demand", "--fill", "forward")
    assert filled.code == 0
    assert "3 hours are missing" in filled.out.replace("\n", " ")
