"""`costopt budget terraform` from the command line."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run

CONFIG = """
[[budgets]]
name = "all"
amount = 1000
growth = 0.1
growth_from = 2026-11-01

[[budgets]]
name = "weekly"
amount = 10
period = "week"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "costopt.toml"
    path.write_text(CONFIG)
    return path


def test_files_are_named_and_what_cannot_be_said_is_listed(run: Run, config: Path, tmp_path: Path) -> None:
    ended = run("budget", "terraform", "--out", "native", "--now", "2026-12-24")
    assert ended.code == 0, ended.err
    assert {Path(line) for line in ended.out.splitlines()} == {
        path.relative_to(tmp_path) for path in (tmp_path / "native").rglob("*") if path.suffix not in (".json", "")
    }
    assert "weekly: not written: AWS Budgets has no period like week" in ended.err
    assert "1 budgets written, 1 left out" in ended.err
    assert "weekly" in (tmp_path / "native/README.md").read_text()


def test_limits_begin_with_the_period_of_now_and_grow_to_the_cent(run: Run, config: Path, tmp_path: Path) -> None:
    """December is the first month after November: 1,100.00; two later 1,331.00."""
    run("budget", "terraform", "--out", "native", "--now", "2026-12-24")
    text = (tmp_path / "native/main.tf").read_text()
    assert '"2026-12-01_00:00" = 1100.00' in text
    assert '"2027-02-01_00:00" = 1331.00' in text
    assert "2026-11-01" not in text


def test_google_gets_one_file(run: Run, config: Path) -> None:
    ended = run("budget", "terraform", "--cloud", "gcp", "--out", "native", "--now", "2026-11-20")
    assert ended.code == 0, ended.err
    assert ended.out.splitlines() == ["native/budgets.tf"]


def test_files_that_were_changed_by_hand_are_kept(run: Run, config: Path, tmp_path: Path) -> None:
    run("budget", "terraform", "--out", "native")
    (tmp_path / "native/main.tf").write_text("# mine")
    assert run("budget", "terraform", "--out", "native").code == 1
    assert (tmp_path / "native/main.tf").read_text() == "# mine"


def test_settings_without_budgets_are_an_error(run: Run) -> None:
    ended = run("budget", "terraform", "--out", "native")
    assert ended.code == 2
    assert "there are no budgets" in ended.err
