"""Portfolios against scenarios, on a demand of two families that is easy to reckon."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from costopt.config.scenario_file import WrittenScenario
from costopt.economics.demand import HourlyDemand, UsageItem
from costopt.economics.instruments import Holding, Instrument, InstrumentKind
from costopt.errors import InfeasiblePlan, UsageError
from costopt.model.plan import Goal
from costopt.pipeline.plan_request import PlanRequest
from costopt.pipeline.planning.portfolios import BALANCED, CHEAPEST, SAFE, Portfolios, build_portfolios
from costopt.pipeline.planning.stress import StressTest, scenarios_of

HOURS = 8760
START = datetime(2026, 11, 20, tzinfo=UTC)
RATIO = 0.6


def item(family: str) -> UsageItem:
    return UsageItem(provider="aws", account="1", region="us-east-1", service="ec2", family=family, variant="linux")


def flat(*dollars: float) -> HourlyDemand:
    """Families a, b, ... at so many dollars in every hour."""
    items = tuple(item(chr(ord("a") + number)) for number in range(len(dollars)))
    return HourlyDemand(items=items, dollars=np.tile(np.array(dollars), (HOURS, 1)), start=START)


def plan(kind: InstrumentKind, name: str, *take: float) -> Instrument:
    return Instrument(
        id=name,
        kind=kind,
        scope=f"{name} in us-east-1",
        term_months=12,
        payment="no_upfront",
        hourly_cost=Decimal(1),
        upfront=Decimal(0),
        take=np.array(take),
    )


def family_plans() -> list[Instrument]:
    return [
        plan(InstrumentKind.EC2_INSTANCE_SP, "a", RATIO, np.inf),
        plan(InstrumentKind.EC2_INSTANCE_SP, "b", np.inf, RATIO),
    ]


@pytest.fixture(scope="module")
def portfolios() -> Portfolios:
    return build_portfolios(flat(10, 4), family_plans(), (), PlanRequest())


def test_the_cheapest_commits_all_of_a_flat_load(portfolios: Portfolios) -> None:
    cheapest = portfolios.found[CHEAPEST]
    assert float(cheapest.settlement.bill.total) == pytest.approx(14 * RATIO * HOURS, rel=1e-4)
    assert cheapest.optimal


def test_the_safe_one_buys_what_every_scenario_uses_and_loses_in_none(portfolios: Portfolios) -> None:
    safe = portfolios.found[SAFE]
    assert all(saving >= 0 for saving in safe.savings)
    # Family a may be gone from mid-term on: no more than half of its hours are sure, and 60 % would have to be used.
    bought = {one.instrument.id: float(one.quantity) for one in safe.purchases}
    assert "a" not in bought
    # Of b two dollars are left in the cliff, and a share of them for 60 % of the time in no scenario less.
    assert bought["b"] == pytest.approx(2 * RATIO, abs=0.02)


def test_the_balanced_one_binds_half_of_what_a_family_rarely_falls_below(portfolios: Portfolios) -> None:
    bought = {one.instrument.id: float(one.quantity) for one in portfolios.found[BALANCED].purchases}
    assert bought == pytest.approx({"a": 5 * RATIO, "b": 2 * RATIO}, abs=0.002)


def test_no_portfolio_is_dearer_than_buying_nothing_nor_below_its_bound(portfolios: Portfolios) -> None:
    for one in portfolios.found.values():
        assert float(one.settlement.bill.total) <= 14 * HOURS
        assert one.bound <= one.settlement.bill.total


def test_savings_of_the_planned_demand_are_what_the_bill_falls_by(portfolios: Portfolios) -> None:
    for one in portfolios.found.values():
        assert float(one.savings[0]) == pytest.approx(14 * HOURS - float(one.settlement.bill.total), abs=0.02)


def test_a_goal_chooses_and_a_limit_of_risk_overrules_it(portfolios: Portfolios) -> None:
    assert portfolios.chosen(PlanRequest(goal=Goal.COST)).name == CHEAPEST
    assert portfolios.chosen(PlanRequest(goal=Goal.BALANCED)).name == BALANCED
    assert portfolios.chosen(PlanRequest(goal=Goal.SAFE)).name == SAFE


def test_a_limit_of_risk_overrules_the_goal() -> None:
    found = build_portfolios(flat(10, 1), family_plans(), (), PlanRequest())
    # Saved as planned: 0.4 x 11 x 8,760. If a moves at mid-term: 4,380 x $4 saved, 4,380 x $6 lost, b saves all year.
    risk = (4380 * 6 - 4380 * 4 - 8760 * 0.4) / (8760 * 4.4)
    assert found.chosen(PlanRequest(goal=Goal.COST, max_risk=risk + 0.01)).name == CHEAPEST
    careful = found.chosen(PlanRequest(goal=Goal.COST, max_risk=risk - 0.01))
    assert careful.name != CHEAPEST
    assert -careful.worst <= Decimal(str(risk)) * careful.savings[0]


def test_a_limit_of_risk_that_nothing_keeps_is_infeasible() -> None:
    found = build_portfolios(flat(10, 1), family_plans(), (), PlanRequest())
    risky = Portfolios(scenarios=(), found={CHEAPEST: found.found[CHEAPEST]})
    with pytest.raises(InfeasiblePlan, match="more than 0%"):
        risky.chosen(PlanRequest(goal=Goal.COST, max_risk=0.0))


def test_scenarios_keep_every_dollar_or_take_it_off_as_they_say() -> None:
    planned = flat(10, 4)
    by_name = {one.name: one.demand.dollars.sum() for one in scenarios_of(planned)}
    total = planned.total
    assert by_name["as planned"] == pytest.approx(total)
    assert by_name["a third less by the end"] == pytest.approx(total * (1 - 1 / 6), rel=1e-3)
    assert by_name["half of it gone from mid-term on"] == pytest.approx(total * 0.75)
    assert by_name["a replaced by a new family from mid-term on"] == pytest.approx(total)


def test_a_scenario_of_the_user_is_held_against_every_portfolio(tmp_path: Path) -> None:
    path = tmp_path / "scenarios.yaml"
    path.write_text("scenarios: [{name: b is shut down, from_month: 6, families: {b: 0}}]")
    found = build_portfolios(flat(10, 4), family_plans(), (), PlanRequest(what_if=path))
    shut = next(n for n, one in enumerate(found.scenarios) if one.name == "b is shut down")
    # Four dollars of b at 0.6, used for six months of twelve: 40 % of 4 saved for half a year, 60 % lost for the rest.
    loss = 4 * 4380 * 0.4 - 4 * 4380 * 0.6
    assert float(found.found[CHEAPEST].savings[shut]) == pytest.approx(10 * 8760 * 0.4 + loss, rel=1e-3)
    assert all(saving >= 0 for saving in found.found[SAFE].savings)


def test_a_scenario_that_changes_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="changes nothing"):
        scenarios_of(flat(10, 4), [WrittenScenario(name="typo", families={"z9": 0.5})])


def test_what_moves_to_a_new_family_is_paid_for_by_wide_plans_alone() -> None:
    wide = plan(InstrumentKind.COMPUTE_SP, "wide", 0.7, 0.7)
    found = build_portfolios(flat(10, 4), [wide], (), PlanRequest())
    # The cliff alone can hurt a wide plan: half of the load is used at all hours.
    cheapest = found.found[CHEAPEST]
    moved = next(n for n, one in enumerate(found.scenarios) if "replaced" in one.name)
    assert float(cheapest.savings[moved]) == pytest.approx(float(cheapest.savings[0]), rel=1e-6)


def test_what_moves_to_a_new_family_in_one_cloud_is_not_paid_for_by_the_other() -> None:
    """Family a has 10 dollars an hour at AWS; a series of Google's 4, with a flexible commitment for all of them."""
    google = replace(item("b"), provider="gcp", service="gce", variant="vcpu")
    demand = replace(flat(10, 4), items=(item("a"), google))
    owned = Holding(
        instrument=plan(InstrumentKind.FLEXIBLE_CUD, "flexible", np.inf, RATIO),
        quantity=Decimal("6.6"),
        start=START,
        end=START + timedelta(hours=HOURS),
    )
    moved = next(one for one in scenarios_of(demand) if "a replaced" in one.name)
    test = StressTest(demand, [moved], (), [owned])
    # It pays for 4 dollars and has room for 7 more. The 10 of a's successor from mid-term on are none of its business.
    assert test.savings() == (Decimal(HOURS) * (Decimal(4) - Decimal("6.6")),)


def test_no_offers_buy_nothing_and_say_it_is_optimal() -> None:
    found = build_portfolios(flat(10, 4), (), (), PlanRequest())
    assert {one.purchases for one in found.found.values()} == {()}
    assert found.found[CHEAPEST].optimal
