"""The plan of a snapshot: ten machines that nobody measured, and what may be bought for them, by hand."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.config.settings import Settings
from costopt.errors import DemandError
from costopt.model.plan import Goal, Plan, SolveStatus
from costopt.model.resource import Resource
from costopt.model.series import Series
from costopt.model.specs.commitment import Commitment, CommitmentKind
from costopt.model.specs.ec2 import Ec2Instance
from costopt.pipeline.plan import plan_snapshot
from costopt.pipeline.plan_request import PlanRequest
from tests.oracles.paid_estate import ACCOUNT, volume, write_snapshot

HOURLY = Decimal("0.096")
"""m5.large, Linux, us-east-1, on demand: https://aws.amazon.com/ec2/pricing/on-demand/."""
RATIO = Decimal("0.639")
"""One year without upfront over on demand, the family's median in the catalog's table."""
MONTH = Decimal(730)
TEN = 10 * HOURLY * MONTH


def machine(number: int, **fields: object) -> Resource:
    spec = Ec2Instance(
        instance_type="m5.large",
        state="running",
        platform="linux",
        availability_zone="us-east-1a",
        launched_at=datetime(2026, 1, 1, tzinfo=UTC),
        **fields,  # type: ignore[arg-type]
    )
    return Resource(
        provider="aws",
        account=ACCOUNT,
        region="us-east-1",
        id=f"i-{number:017x}",
        spec=spec,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        tags={},
    )


def reservation(count: int, end: datetime) -> Resource:
    spec = Commitment(
        commitment_kind=CommitmentKind.STANDARD_RI,
        service="ec2",
        state="active",
        start=datetime(2026, 1, 1, tzinfo=UTC),
        end=end,
        payment_option="no_upfront",
        instance_type="m5.large",
        count=count,
        hourly_rate=HOURLY * RATIO,
        region="us-east-1",
    )
    return replace(machine(99), id="ri-1", spec=spec)


def planned(tmp_path: Path, *more: Resource, **request: object) -> Plan:
    snapshot = write_snapshot(tmp_path / "snap", *(machine(number) for number in range(10)), *more)
    return plan_snapshot(snapshot, Settings(), PlanRequest(**request))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return planned(tmp_path_factory.mktemp("plan"), goal=Goal.COST)


def test_as_it_is_costs_every_machine_on_demand(plan: Plan) -> None:
    now = plan.variant("as_is")
    assert now.total.amount == TEN
    assert (now.commitments.amount, now.purchases, now.certificate) == (0, (), None)


def test_the_cheapest_commits_all_of_it_for_a_year(plan: Plan) -> None:
    cheapest = plan.variant("cheapest")
    assert cheapest.total.amount == pytest.approx(TEN * RATIO, abs=Decimal("0.05"))
    assert cheapest.upfront.amount == 0
    assert {one.term_months for one in cheapest.purchases} == {12}
    assert cheapest.certificate is not None
    assert cheapest.certificate.status is SolveStatus.OPTIMAL
    assert cheapest.certificate.bound is not None
    assert cheapest.certificate.bound <= cheapest.certificate.cost == cheapest.total


def test_the_parts_of_every_variant_add_up_to_its_total(plan: Plan) -> None:
    for one in plan.variants:
        assert one.total == one.commitments + one.on_demand + one.spot


def test_the_goal_names_the_recommended_variant(plan: Plan, tmp_path: Path) -> None:
    assert plan.variant("recommended").total == plan.variant("cheapest").total
    safe = planned(tmp_path, goal=Goal.SAFE)
    assert safe.variant("recommended").total == safe.variant("safe").total


def test_a_purchase_says_from_when_on_it_has_paid_and_what_each_scenario_makes_of_it(plan: Plan) -> None:
    for one in plan.variant("cheapest").purchases:
        # 0.639 of twelve months.
        assert one.break_even_month == 8
        assert one.break_even_utilisation == pytest.approx(0.639, abs=0.001)
        assert one.scenarios[0].utilisation_fraction == pytest.approx(1.0, abs=1e-3)
        assert one.worst_regret is not None
        assert -one.worst_regret.amount == min(0, *(use.net_saving.amount for use in one.scenarios))


def test_machines_whose_load_nobody_measured_keep_their_size_and_are_named(plan: Plan) -> None:
    kept = {one.subject: one.reason for one in plan.unplanned}
    assert len(kept) == 10
    assert set(kept.values()) == {"size stays: its CPU was not measured for long enough"}
    assert plan.variant("recommended").assignments == ()


def test_what_is_owned_is_not_bought_again_until_it_ends(tmp_path: Path) -> None:
    found = planned(tmp_path, reservation(10, datetime(2027, 11, 21, tzinfo=UTC)), goal=Goal.COST)
    assert found.variant("as_is").total.amount == pytest.approx(TEN * RATIO, abs=Decimal("0.05"))
    assert found.variant("cheapest").purchases == ()
    assert found.variant("cheapest").total == found.variant("as_is").total


def test_a_commitment_that_ends_within_the_horizon_is_paid_on_demand_after_it(tmp_path: Path) -> None:
    half = datetime(2027, 5, 21, 13, tzinfo=UTC)
    found = planned(tmp_path, reservation(10, half), goal=Goal.COST)
    hours = Decimal((half - datetime(2026, 11, 20, 6, tzinfo=UTC)).total_seconds()) / 3600
    year = 10 * HOURLY * (hours * RATIO + (8760 - hours))
    assert found.variant("as_is").total.amount == pytest.approx(year / 12, abs=Decimal("0.01"))


def test_growth_makes_the_as_is_dearer_by_its_mean(tmp_path: Path) -> None:
    found = planned(tmp_path, growth=0.5, goal=Goal.SAFE)
    # The mean of 1.5^t over a year is 0.5 / ln 1.5.
    assert float(found.variant("as_is").total.amount) == pytest.approx(float(TEN) * 0.5 / 0.405465, rel=1e-4)


def test_an_upfront_budget_is_used_and_not_exceeded(tmp_path: Path) -> None:
    found = planned(tmp_path, goal=Goal.COST, upfront_budget=Decimal(1000))
    cheapest = found.variant("cheapest")
    assert 0 < cheapest.upfront.amount <= 1000
    assert cheapest.total.amount < TEN * RATIO
    assert any("paid upfront" in one.limit for one in found.binding)


def test_a_time_limit_of_a_second_gives_a_plan_that_claims_no_more_than_it_has(tmp_path: Path) -> None:
    found = planned(tmp_path, goal=Goal.COST, time_limit=1.0)
    certificate = found.variant("cheapest").certificate
    assert certificate is not None
    assert certificate.bound is None or certificate.bound <= certificate.cost
    assert found.variant("cheapest").total.amount <= TEN


def test_what_is_bought_for_longer_than_the_horizon_is_told_with_what_is_left_to_pay(
    tmp_path: Path, plan: Plan
) -> None:
    found = planned(tmp_path, horizon_months=3, goal=Goal.COST)
    (told,) = [one for one in found.assumptions if "after the horizon" in one]
    # Nine of twelve months.
    left = sum(one.monthly_cost.amount for one in found.variant("recommended").purchases) * 9
    assert float(told.partition("$")[2].split(" ")[0].replace(",", "")) == pytest.approx(float(left), abs=0.1)
    assert not [one for one in plan.assumptions if "after the horizon" in one]


def test_nothing_that_runs_is_no_plan(tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path / "snap", volume())
    with pytest.raises(DemandError, match="nothing runs"):
        plan_snapshot(snapshot, Settings(), PlanRequest())


def test_the_same_snapshot_gives_the_same_plan(tmp_path: Path, plan: Plan) -> None:
    again = planned(tmp_path, goal=Goal.COST)
    assert replace(again, source=plan.source) == plan


def measured(tmp_path: Path, *resources: Resource) -> Path:
    """A snapshot in which every machine was busy at 5 % for a month."""
    start = datetime(2026, 10, 20, tzinfo=UTC)
    series = [
        Series(resource=one.key, metric=name, start=start, step_seconds=3600, values=[5.0] * 744)
        for one in resources
        if isinstance(one.spec, Ec2Instance)
        for name in ("cpu_max_percent", "cpu_mean_percent")
    ]
    return write_snapshot(tmp_path / "snap", *resources, series=series)


def test_a_machine_that_a_reservation_of_its_zone_pays_for_stays_what_it_is(tmp_path: Path) -> None:
    large = machine(1)
    assert isinstance(large.spec, Ec2Instance)
    large = replace(large, spec=replace(large.spec, instance_type="m5.4xlarge"))
    reserved = reservation(1, datetime(2028, 1, 1, tzinfo=UTC))
    assert isinstance(reserved.spec, Commitment)
    spec = replace(
        reserved.spec, instance_type="m5.4xlarge", availability_zone="us-east-1a", hourly_rate=Decimal("0.4")
    )
    request = PlanRequest(goal=Goal.COST)
    alone = plan_snapshot(measured(tmp_path / "alone", large), Settings(), request)
    assert len(alone.variant("cheapest").assignments) == 1
    found = plan_snapshot(measured(tmp_path / "zonal", large, replace(reserved, spec=spec)), Settings(), request)
    assert all(one.after[0].instance_type == "m5.4xlarge" for one in found.variant("cheapest").assignments)
    assert found.variant("cheapest").total == found.variant("as_is").total
    assert found.variant("as_is").total.amount == Decimal("0.4") * MONTH
