from dataclasses import replace
from datetime import date

import pytest

from costopt.model.plan import FrontierPoint, LoadCurve
from costopt.renderers.plan_charts import calendar, columns, frontier, load_chart
from tests.oracles.made_plan import made_plan, plan_that_changes_nothing, usd


def test_the_parts_of_a_column_stand_on_each_other_and_end_at_its_total():
    plan = made_plan()
    for column, variant in zip(columns(plan), plan.variants, strict=True):
        bottom = 100.0
        for segment in column.segments:
            bottom -= float(segment.height)
            assert float(segment.y) == pytest.approx(bottom, abs=0.02)
        scale = 98204.33 * 1.02  # the dearest worst case, and a little air
        assert 100 - bottom == pytest.approx(float(variant.total.amount) / scale * 100, abs=0.05)
        assert float(column.worst) == pytest.approx(100 - float(variant.worst_case.amount) / scale * 100, abs=0.05)


def test_an_estate_that_costs_nothing_is_drawn_without_a_division_by_zero():
    plan = plan_that_changes_nothing()
    free = replace(plan.variants[0], total=usd(0), commitments=usd(0), on_demand=usd(0), spot=usd(0), worst_case=None)
    (column,) = columns(replace(plan, variants=(free,)))
    assert {segment.height for segment in column.segments} == {"0"}
    assert column.worst is None


def test_a_purchase_is_drawn_from_its_day_to_the_end_of_its_term_or_the_horizon():
    plan = made_plan()
    first = plan.variant("recommended").purchases[0]
    half = replace(first, buy_on=date(2027, 5, 21), term_months=3)
    drawn = calendar(plan, (first, half))
    assert drawn.ticks == ("Nov 2026", "Mar 2027", "Jul 2027", "Nov 2027")
    whole = 365
    assert float(drawn.bars[0].start) == pytest.approx(11 / whole * 100, abs=0.01)
    assert float(drawn.bars[0].start) + float(drawn.bars[0].width) == pytest.approx(100, abs=0.01)
    assert float(drawn.bars[1].start) == pytest.approx(182 / whole * 100, abs=0.01)
    assert float(drawn.bars[1].width) == pytest.approx(92 / whole * 100, abs=0.01)


@pytest.mark.parametrize("day", [date(2020, 1, 31), date(2040, 2, 29)])
def test_a_purchase_outside_of_the_horizon_stays_inside_of_the_chart(day):
    plan = made_plan()
    (bar,) = calendar(plan, (replace(plan.variant("recommended").purchases[0], buy_on=day),)).bars
    assert 0 <= float(bar.start) <= 99
    assert float(bar.width) >= 1


def test_a_load_curve_says_how_much_is_covered_and_used():
    # loads 4, 2, 0 and 2 committed: covered 2 + 2 + 0 of 6, used 4 of 6
    chart = load_chart(LoadCurve(subject="pool", dollars_per_hour=(4.0, 2.0, 0.0), committed=2.0))
    assert chart.heading == "Commitments cover 67% of the load; 67% of them is used"
    assert chart.level == "50"
    assert chart.covered == "0,50 50,50 100,100 100,100 50,100 0,100"
    assert chart.on_demand == "0,0 50,50 100,50 100,50 50,50 0,50"
    assert chart.unused == "0,50 50,50 100,50 100,100 50,50 0,50"
    assert chart.quantiles[0] == ("the busiest hour", "$4.00")
    assert chart.quantiles[-1] == ("every hour", "$0.00")


def test_a_load_that_nothing_covers_says_so():
    chart = load_chart(LoadCurve(subject="pool", dollars_per_hour=(3.0,), committed=0.0))
    assert chart.heading == "No commitment covers it"
    assert chart.level == "100"


@pytest.mark.parametrize("loads", [(), (0.0, 0.0)])
def test_no_load_is_no_chart(loads):
    assert load_chart(LoadCurve(subject="pool", dollars_per_hour=loads, committed=1.0)) is None


def test_the_frontier_puts_the_dearest_on_top_and_the_riskiest_at_the_right():
    points = made_plan().frontier
    chart = frontier(points)
    by_cost = sorted(range(len(points)), key=lambda at: points[at].expected.amount)
    by_risk = sorted(range(len(points)), key=lambda at: points[at].worst.amount)
    assert sorted(range(len(points)), key=lambda at: -float(chart.dots[at].y)) == by_cost
    assert sorted(range(len(points)), key=lambda at: float(chart.dots[at].x)) == by_risk
    assert [dot.chosen for dot in chart.dots] == [point.variant is not None for point in points]


def test_points_that_agree_are_drawn_in_the_middle():
    one = FrontierPoint(label="a", expected=usd(10), worst=usd(10), commitment_months=0)
    assert {(dot.x, dot.y) for dot in frontier((one, one)).dots} == {("50", "50")}
    assert frontier((one,)) is None
