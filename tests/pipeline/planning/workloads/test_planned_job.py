"""Jobs of a file: costs by hand, spot, blocks, deadlines."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.model.workload import Job, Pools, Workload, WorkloadKind
from costopt.pipeline.planning.workloads.planned_job import plan_job_workload, spread_runs
from costopt.pipeline.planning.workloads.planned_workload import PlannedWorkload
from tests.oracles.planner_market import conditions, market, workload

JOB = Job(
    work_hours=10.0,
    deadline_hours=20.0,
    reference_type="g5.xlarge",
    throughput=(("g5.xlarge", 1.0),),
    restart_minutes=0.0,
    spot=False,
    runs_per_month=4.0,
)
SPOT = {"g5.xlarge": "0.30"}


def batch(job: Job = JOB) -> Workload:
    return workload(WorkloadKind.BATCH, job=job)


def least(planned: PlannedWorkload) -> float:
    """Dollars a month that are proved at list prices."""
    (asked,) = planned.asked
    return asked.prove(lambda rate: 1.0).bound * float(asked.hours.values.sum())


def test_a_job_on_demand_costs_its_hours() -> None:
    """Ten hours at 1.00, four times a month."""
    planned = plan_job_workload(batch(), conditions())
    assert float(planned.monthly) == pytest.approx(40.0)
    assert float(planned.plain_monthly) == pytest.approx(40.0)
    assert [(one.instance_type, one.market) for one in planned.after] == [("g5.xlarge", "on_demand")]


def test_the_type_with_most_work_for_a_dollar_is_taken() -> None:
    """m7i.xlarge does half of the work for a fifth of the price: 20 hours at 0.20, just in time."""
    job = replace(JOB, throughput=(("g5.xlarge", 1.0), ("m7i.xlarge", 0.5)), deadline_hours=21.0)
    planned = plan_job_workload(batch(job), conditions())
    assert float(planned.plain_monthly) == pytest.approx(16.0)
    assert float(planned.monthly) == pytest.approx(16.0, rel=0.02)


def test_spot_is_cheaper_and_the_deadline_is_kept() -> None:
    planned = plan_job_workload(batch(replace(JOB, spot=True)), conditions(market(spot=SPOT)))
    assert planned.monthly < 40
    assert "the deadline is kept whatever happens to spot capacity" in planned.notes
    assert any("every 4 hours is assumed" in note for note in planned.notes)
    assert 0 < least(planned) <= float(planned.monthly)


def test_a_history_of_capacity_takes_the_place_of_the_guess() -> None:
    job = replace(JOB, spot=True, spot_availability=(True,) * 280, availability_minutes=30.0)
    planned = plan_job_workload(batch(job), conditions(market(spot=SPOT)))
    assert any("in the 5.8 days of history" in note for note in planned.notes)
    assert float(planned.monthly) < 20


def test_spot_without_a_price_is_said() -> None:
    planned = plan_job_workload(batch(replace(JOB, spot=True)), conditions())
    assert "no spot price of its types is known, so that all of it runs on demand" in planned.notes


def test_a_block_that_is_cheaper_is_used_and_paid_over_its_window() -> None:
    """Twelve hours at 0.50 instead of ten at 1.00."""
    block = Pools(
        name="b", instance_type="g5.xlarge", count=1, dollars_per_hour=Decimal("0.5"), from_hour=0, until_hour=12
    )
    planned = plan_job_workload(batch(replace(JOB, pools=(block,))), conditions())
    assert [one.market for one in planned.after] == ["capacity_block"]
    assert least(planned) == pytest.approx(float(planned.monthly))  # the whole block, as it is paid for
    assert float(planned.monthly) == pytest.approx(24.0)


def test_a_block_of_a_type_without_throughput_is_refused() -> None:
    block = Pools(name="b", instance_type="m7i.large", count=1, dollars_per_hour=Decimal(1), from_hour=0, until_hour=12)
    with pytest.raises(WorkloadError, match=r"the throughput of m7i\.large in pool 'b' is not given"):
        plan_job_workload(batch(replace(JOB, pools=(block,))), conditions())


def test_a_deadline_that_cannot_be_met_names_the_job() -> None:
    """The work takes all of the time, and the start ten minutes more."""
    with pytest.raises(InfeasiblePlan, match="web"):
        plan_job_workload(batch(replace(JOB, deadline_hours=10.0, restart_minutes=10.0)), conditions())


def test_types_without_a_price_are_left_out_or_an_error() -> None:
    both = replace(JOB, throughput=(("g5.xlarge", 1.0), ("m9i.large", 9.0)))
    assert any("m9i.large is left out" in note for note in plan_job_workload(batch(both), conditions()).notes)
    with pytest.raises(InfeasiblePlan, match=r"'web': none of its types has a known price"):
        plan_job_workload(batch(replace(JOB, throughput=(("m9i.large", 1.0),))), conditions())


@settings(max_examples=40, deadline=None)
@given(st.floats(0.1, 60), st.floats(0.0, 40), st.floats(0.2, 900), st.floats(0.1, 5000))
def test_runs_keep_their_machine_hours_however_they_are_spread(
    runs: float, begins: float, hours: float, machine_hours: float
) -> None:
    month = spread_runs(runs, begins, hours, machine_hours).values
    assert float(month.sum()) == pytest.approx(runs * machine_hours, rel=1e-6)
    assert (month >= -1e-9).all()


def test_runs_begin_evenly_over_the_month() -> None:
    month = spread_runs(2, 0.0, 10.0, 10.0).values
    assert np.flatnonzero(month).tolist() == [*range(10), *range(365, 375)]
