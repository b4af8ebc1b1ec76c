"""Replays as table, JSON, Markdown and CSV."""

import csv
import io
import json

import pytest

from costopt.renderers.backtest import FORMATS, render_backtest
from tests.oracles.made_backtest import report

HOSTILE = "=evil()\x1b[31m|<b>`*\ud800"


def test_the_table_tells_the_choice_its_promise_and_what_came() -> None:
    text = render_backtest(report(), "table")
    assert text.startswith("Chosen: Title of mix: no policy was cheaper by more than luck.")
    assert "promised 22.2% of on demand and came to -1.5% to 26.2%, mean 15.1%" in text


@pytest.mark.parametrize("width", [20, 80, 100, 200])
def test_no_figure_of_the_table_is_cut_short(width: int) -> None:
    text = render_backtest(report(), "table", width=width)
    assert "…" not in text
    assert all(figure in text for figure in ("0.790", "80%", "10.0%", "90%", "22.2%", "15.1%", "-2% to 26%", "0.25"))


def test_a_policy_that_bought_nothing_has_no_utilisation() -> None:
    (line,) = (
        line for line in render_backtest(report(), "table").splitlines() if line.startswith("Title of on_demand")
    )
    assert " - " in line


def test_the_frontier_is_marked() -> None:
    text = render_backtest(report(), "markdown")
    assert "Title of mix \\*" in text
    assert "demand \\*" not in text


def test_json_has_every_field_and_exact_money() -> None:
    plain = json.loads(render_backtest(report(), "json"))
    assert plain["policies"][0]["replays"][0]["cost"] == "1234.5"
    assert plain["estates"][0]["hindsight_bound_fraction"] == 0.7001
    assert plain["schema_version"] == 1


def test_csv_has_a_row_for_each_replay() -> None:
    rows = list(csv.DictReader(io.StringIO(render_backtest(report(), "csv"))))
    assert [(row["policy"], row["estate"], row["seed"]) for row in rows] == [
        ("mix", "region 1", "0"),
        ("on_demand", "region 1", "0"),
    ]
    assert rows[1]["utilisation_fraction"] == ""


@pytest.mark.parametrize("form", FORMATS)
def test_names_of_strangers_do_no_harm(form: str) -> None:
    text = render_backtest(report(source=HOSTILE, estate=HOSTILE), form)
    text.encode()
    assert "\x1b" not in text
    if form == "markdown":
        assert "<b>" not in text
    if form == "csv":
        assert all(row["estate"].startswith("'=") for row in csv.DictReader(io.StringIO(text)))
