"""Plans of files: sums, bounds, what holds commitments back, and what is refused."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from costopt.config.settings import PriceSettings, Settings
from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.model.money import Money
from costopt.model.plan import Plan, SolveStatus
from costopt.pipeline.plan_request import PlanRequest
from costopt.pipeline.plan_workloads import plan_workloads

NOW = datetime(2026, 11, 30, tzinfo=UTC)
DATABASE = """
region: eu-west-1
workloads:
  - name: db
    kind: machines
    count: 2
    requirements: {vcpu: 7, memory_gib: 60, families: [r5]}
"""


def plan(tmp_path: Path, text: str, **asked: object) -> Plan:
    path = tmp_path / "workloads.yaml"
    path.write_text(text)
    settings = Settings(prices=PriceSettings(directory=str(tmp_path / "none")))
    return plan_workloads(path, settings, PlanRequest(**asked), now=NOW)  # type: ignore[arg-type]


def test_one_steady_family_costs_what_its_reservation_does(tmp_path: Path) -> None:
    """2 r5.2xlarge in Ireland at 0.564 an hour on demand, 0.63 of it for a year's reservation, by list."""
    made = plan(tmp_path, DATABASE)
    assert made.variant("as_is").total == Money(amount=Decimal("823.44"))
    cheapest = made.variant("cheapest")
    assert cheapest.total.amount == pytest.approx(Decimal("823.44") * Decimal("0.630"), rel=Decimal("0.002"))
    assert cheapest.on_demand.amount == 0
    assert cheapest.certificate is not None
    assert cheapest.certificate.status is SolveStatus.OPTIMAL


def test_half_of_a_family_is_bound_by_default(tmp_path: Path) -> None:
    recommended = plan(tmp_path, DATABASE).variant("recommended")
    assert recommended.on_demand.amount == pytest.approx(Decimal("823.44") / 2, rel=Decimal("0.001"))
    assert recommended.worst_case is not None


def test_the_parts_of_a_variant_are_its_total_and_no_bound_is_above_it(tmp_path: Path) -> None:
    for one in plan(tmp_path, DATABASE).variants:
        assert one.total == one.commitments + one.on_demand + one.spot
        if one.certificate is not None:
            assert one.certificate.cost == one.total
            assert one.certificate.bound is not None
            assert one.certificate.bound <= one.total


def test_nothing_is_bought_for_longer_than_the_horizon(tmp_path: Path) -> None:
    made = plan(tmp_path, DATABASE, horizon_months=6)
    assert all(not one.purchases for one in made.variants)
    assert made.variant("cheapest").total == made.variant("as_is").total


def test_upfront_payments_keep_their_budget(tmp_path: Path) -> None:
    """A year of both machines upfront is some 6,100 dollars: they are bought as far as the money goes."""
    assert all(one.upfront.amount == 0 for one in plan(tmp_path, DATABASE).variants)
    made = plan(tmp_path, DATABASE, upfront_budget=Decimal(2000))
    assert 0 < made.variant("cheapest").upfront.amount <= 2000


def test_capital_that_costs_something_makes_what_is_paid_upfront_dearer(tmp_path: Path) -> None:
    """By list a year upfront is some 5 % cheaper than without: at 50 % a year for capital nobody pays it."""
    asked = {"upfront_budget": Decimal(20_000)}
    free, dear = (plan(tmp_path, DATABASE, discount_rate=rate, **asked) for rate in (0.0, 0.5))
    assert free.variant("cheapest").upfront.amount > 0
    assert dear.variant("cheapest").upfront.amount == 0
    assert free.variant("cheapest").total < dear.variant("cheapest").total
    assert any("at 0.5 a year for capital" in one for one in dear.assumptions)


def test_growth_raises_what_is_paid_on_average(tmp_path: Path) -> None:
    """At 21 % a year the mean of 12 months is 0.21 / ln 1.21 = 1.1017 of today."""
    grown = plan(tmp_path, DATABASE, growth=0.21).variant("as_is")
    assert grown.total.amount == pytest.approx(Decimal("823.44") * Decimal("1.1017"), rel=Decimal("0.0002"))


def test_what_runs_today_is_what_the_plan_is_compared_with(tmp_path: Path) -> None:
    made = plan(tmp_path, DATABASE + "    current: {r5.4xlarge: 2}\n")
    (moved,) = made.variant("recommended").assignments
    assert [(one.instance_type, one.count) for one in moved.before] == [("r5.4xlarge", 2)]
    assert made.variant("as_is").total == moved.monthly_before == Money(amount=Decimal("1646.88"))


def test_a_type_of_today_without_a_price_is_said(tmp_path: Path) -> None:
    made = plan(tmp_path, DATABASE + "    current: {r5.4xlargest: 2}\n")
    assert [one.subject for one in made.unplanned] == ["db"]
    assert made.variant("as_is").total == Money(amount=Decimal("823.44"))


def test_relaxing_a_requirement_is_priced(tmp_path: Path) -> None:
    made = plan(tmp_path, DATABASE)
    limits = {one.limit: one for one in made.binding if one.subject == "db"}
    assert limits["families r5"].relaxing_saves is not None
    (assigned,) = made.variant("recommended").assignments
    assert any("all families allowed" in words for words in assigned.relaxing_saves)


def test_a_file_of_spot_alone_has_nothing_to_commit_to(tmp_path: Path) -> None:
    text = """
region: us-east-1
spot_prices: {m7i.xlarge: 0.05, m7a.xlarge: 0.06, m6a.xlarge: 0.055}
workloads:
  - name: crawlers
    kind: fleet
    requirements: {vcpu: 32}
    spread: {spot: true, on_demand_fraction: 0, largest_pool_fraction: 0.34}
"""
    cheapest = plan(tmp_path, text).variant("cheapest")
    assert cheapest.spot.amount > 0
    assert (cheapest.on_demand.amount, cheapest.purchases) == (0, ())


def test_a_second_is_enough_for_an_honest_answer(tmp_path: Path) -> None:
    made = plan(tmp_path, DATABASE, time_limit=1.0)
    assert made.variant("cheapest").total <= made.variant("as_is").total


def many_pods() -> str:
    sizes = np.random.default_rng(1).integers(1, 9000, (80, 3)).tolist()
    pods = [
        f"      - {{name: p{number}, vcpu: {cpu / 1000}, memory_gib: {memory / 300:.2f}, count: {count // 30 + 1}}}"
        for number, (cpu, memory, count) in enumerate(sizes)
    ]
    head = "region: eu-west-1\nworkloads:\n  - name: cluster\n    kind: pods\n    profile: {mon-fri 7-19: 1, else: 0.4}"
    return "\n".join([head, "    pods:", *pods])


def many_machines() -> str:
    sizes = np.random.default_rng(2).integers(1, 60, (200, 2)).tolist()
    machines = [
        f"  - {{name: m{number}, kind: machines, requirements: {{vcpu: {cpu // 2 + 1}, memory_gib: {memory}}}}}"
        for number, (cpu, memory) in enumerate(sizes)
    ]
    return "\n".join(["region: eu-west-1", "workloads:", *machines])


@pytest.mark.parametrize(("text", "most"), [(many_pods(), 0.5), (many_machines(), 0.1)], ids=["pods", "machines"])
def test_a_large_file_has_an_honest_gap_after_a_second(tmp_path: Path, text: str, most: float) -> None:
    """Clusters of 10,000 pods and 200 machines, each of them planned, none of them proved cheapest."""
    made = plan(tmp_path, text, time_limit=1.0)
    cheapest = made.variant("cheapest")
    certificate = cheapest.certificate
    assert certificate is not None
    assert certificate.status is SolveStatus.FEASIBLE
    assert certificate.bound is not None
    assert 0 < 1 - certificate.bound.amount / certificate.cost.amount < most
    assert cheapest.total <= made.variant("as_is").total


def test_the_same_file_gives_the_same_plan(tmp_path: Path) -> None:
    assert plan(tmp_path, DATABASE) == plan(tmp_path, DATABASE)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        (DATABASE.replace("families: [r5]", "families: [x99]"), InfeasiblePlan, "'db'.*families x99"),
        (DATABASE.replace("eu-west-1", "eu-nowhere-1"), WorkloadError, "region 'eu-nowhere-1'"),
        (DATABASE.replace("vcpu: 7", "vcpu: 700"), InfeasiblePlan, "'db'.*700 vCPUs"),
    ],
)
def test_what_cannot_be_planned_names_the_workload(
    tmp_path: Path, text: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        plan(tmp_path, text)


def test_a_scenario_of_the_users_own_is_one_that_purchases_are_held_against(tmp_path: Path) -> None:
    path = tmp_path / "if.yaml"
    path.write_text("scenarios: [{name: the database goes, from_month: 2, families: {r5: 0}}]")
    made = plan(tmp_path, DATABASE, what_if=path)
    (use,) = [
        use
        for one in made.variant("cheapest").purchases[:1]
        for use in one.scenarios
        if use.scenario == "the database goes"
    ]
    # Two of twelve months used: 0.37 of them saved, 0.63 of ten lost.
    assert use.utilisation_fraction == pytest.approx(2 / 12, abs=0.01)
    assert use.net_saving.amount < 0
    assert made.variant("safe").purchases == ()
