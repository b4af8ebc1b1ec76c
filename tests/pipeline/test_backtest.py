"""From a file of demand to a report of policies."""

from pathlib import Path

import numpy as np
import pytest

from costopt.errors import DemandError, UsageError
from costopt.model.backtest import BacktestReport
from costopt.optimizer.backtest.calendar import Rhythm
from costopt.pipeline.backtest import BacktestRequest, Unit, run_backtest
from costopt.pipeline.backtest_history import backtest_history, chosen_policies
from costopt.pipeline.demand_file import Columns
from tests.oracles.made_replays import demand as made_demand
from tests.oracles.made_replays import family_plan, wide_plan


def write(path: Path, days: int = 130) -> Path:
    """Two regions, two families."""
    generator = np.random.default_rng(0)
    lines = ["hour,region,type,usage"]
    for hour in range(24 * days):
        moment = np.datetime64("2026-01-01T00") + hour
        for region in ("1", "2"):
            lines += [f"{moment}:00:00,{region},{kind},{generator.integers(5, 9)}" for kind in ("c5", "m5")]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def demand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("demand") / "hourly.csv")


def request(demand: Path, **changed: object) -> BacktestRequest:
    given = {"demand": demand, "seeds": (0,), "policies": ("aws_like_30d",), **changed}
    return BacktestRequest(**given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def report(demand: Path) -> BacktestReport:
    return run_backtest(request(demand))


def test_each_region_is_a_customer_of_its_own(report: BacktestReport) -> None:
    assert [one.estate for one in report.estates] == ["region 1", "region 2"]
    assert [one.months for one in report.estates] == [3, 3]
    assert any("--together" in note for note in report.notes)


def test_only_the_policies_asked_for_and_the_default_are_replayed(report: BacktestReport) -> None:
    assert {one.id for one in report.policies} == {"aws_like_30d", "mix_capped_50_30d"}
    assert report.chosen_policy == report.default_policy == "mix_capped_50_30d"
    assert "3 months" in report.chosen_because


def test_prices_are_said_to_be_assumed(report: BacktestReport) -> None:
    assert "assumed" in report.assumptions[0]


def test_together_all_is_one_customer_with_plans_for_each_region(demand: Path) -> None:
    (estate,) = run_backtest(request(demand, together=True)).estates
    assert estate.items == 4


def test_dollars_are_not_priced_again(demand: Path) -> None:
    """In dollars the bill without commitments is the sum of the file's settled months."""
    made = run_backtest(request(demand, unit=Unit.DOLLARS, together=True, rhythm=Rhythm.AVERAGE))
    rows = [line.split(",") for line in demand.read_text().splitlines()[1:]]
    by_hour = np.array([float(row[3]) for row in rows]).reshape(-1, 4).sum(axis=1)
    (estate,) = made.estates
    assert float(estate.without) == by_hour[730 : 730 * 4].sum()


def test_seeds_draw_other_prices(demand: Path) -> None:
    made = run_backtest(request(demand, seeds=(0, 1), together=True))
    assert len({one.hindsight_fraction for one in made.estates}) == 2


def test_only_the_last_months_are_taken(demand: Path) -> None:
    made = run_backtest(request(demand, months=3, rhythm=Rhythm.AVERAGE))
    assert {one.months for one in made.estates} == {2}
    assert (made.end - made.start).total_seconds() == 3 * 730 * 3600


def test_the_same_request_gives_the_same_report(demand: Path, report: BacktestReport) -> None:
    assert run_backtest(request(demand)) == report


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"policies": ("aws",)}, "no policy 'aws'"),
        ({"seeds": ()}, "no seed"),
        ({"apart": "zone"}, "no group column"),
    ],
)
def test_a_request_that_cannot_be_meant_is_a_usage_error(changed: dict[str, object], said: str, demand: Path) -> None:
    with pytest.raises(UsageError, match=said):
        run_backtest(request(demand, **changed))


def test_a_history_of_a_month_is_too_short(tmp_path: Path) -> None:
    with pytest.raises(DemandError, match="whole months"):
        run_backtest(request(write(tmp_path / "short.csv", days=40)))


def test_demand_of_nothing_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "zero.csv"
    path.write_text("hour,usage\n2026-01-01T00:00:00,0\n")
    with pytest.raises(DemandError, match="all demand is zero"):
        run_backtest(request(path, columns=Columns(groups=())))


def test_negative_demand_is_an_error_that_names_the_hour(tmp_path: Path) -> None:
    path = write(tmp_path / "negative.csv", days=70)
    text = path.read_text().replace("2026-01-03T05:00:00,1,m5,", "2026-01-03T05:00:00,1,m5,-", 1)
    path.write_text(text)
    with pytest.raises(DemandError, match="negative at 2026-01-03 05:00"):
        run_backtest(request(path))


def test_all_policies_are_known_by_their_ids() -> None:
    assert len(chosen_policies((), seed=0)) > 15
    assert [one.id for one in chosen_policies(("online",), seed=0)] == ["online", "mix_capped_50_30d"]


def test_a_history_with_known_prices_is_replayed_with_its_shortest_terms() -> None:
    past = made_demand(np.random.default_rng(0).uniform(6, 10, (4 * 730, 2)))
    offers = [wide_plan(0.75, 0.75), family_plan(0, 0.6, 2), wide_plan(0.5, 0.5, months=36)]
    made = backtest_history(past, offers, source="the bill", rhythm=Rhythm.AVERAGE, seeds=(0, 1))
    without = backtest_history(past, offers[:2], source="the bill", rhythm=Rhythm.AVERAGE, seeds=(0, 1))
    assert made == without
    assert made.outcome("aws_like_30d").cost_fraction > made.estates[0].hindsight_bound_fraction


def test_without_a_wide_plan_the_rules_that_need_one_are_left_out_and_that_is_said() -> None:
    past = made_demand(np.full((3 * 730, 1), 10.0))
    made = backtest_history(past, [family_plan(0, 0.6, 1)], source="the bill", rhythm=Rhythm.AVERAGE, seeds=(0,))
    assert "aws_like_30d" not in {one.id for one in made.policies}
    assert "left out" in made.notes[0]


def test_a_history_with_nothing_on_offer_is_an_error() -> None:
    with pytest.raises(DemandError, match="nothing is on offer"):
        backtest_history(made_demand(np.ones((3000, 1))), [], source="the bill")
