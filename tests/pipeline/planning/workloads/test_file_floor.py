"""The bound of a whole file, by hand."""

import pytest

from costopt.model.workload import Job, Requirements, WorkloadKind
from costopt.optimizer.solver import Deadline
from costopt.pipeline.plan_request import PlanRequest
from costopt.pipeline.planning.workloads.file_floor import floor_of
from costopt.pipeline.planning.workloads.planned_fleet import plan_fleet_workload
from costopt.pipeline.planning.workloads.planned_job import plan_job_workload
from costopt.pipeline.planning.workloads.planned_machines import plan_machines_workload
from costopt.pipeline.planning.workloads.planned_workload import PlannedWorkload
from costopt.pipeline.planning.workloads.workload_demand import horizon_of
from tests.oracles.planner_market import NOW, conditions, market, workload

NEVER = Deadline.after(None)
COMMITTED = {"c7i.xlarge": "0.108"}
"""Of 0.18: a rate of 0.6."""


def floor(plans: list[PlannedWorkload], *, seconds: float | None = None, **asked: object) -> float:
    """Dollars an hour in the mean."""
    horizon = horizon_of(NOW, PlanRequest(**asked))  # type: ignore[arg-type]
    return float(floor_of(plans, horizon, Deadline.after(seconds))) / 730


def fleet(*profile: float) -> PlannedWorkload:
    """16 vCPUs at the peak: 4 c7i.xlarge."""
    return plan_fleet_workload(workload(profile=profile), conditions(market(committed=COMMITTED)))


def test_a_fleet_that_sleeps_is_bounded_by_its_base_committed_and_its_peak_on_demand() -> None:
    """Four machines in 6 hours of a day and one in 18: one committed, three on demand for a quarter of the time."""
    planned = fleet(*(1.0,) * 6, *(0.25,) * 18)
    optimum = 0.108 + 3 * 0.18 / 4
    assert floor([planned]) == pytest.approx(optimum, rel=5e-3)
    assert floor([planned]) <= optimum * (1 + 1e-6)
    # Without time every hour is taken at the lowest rate.
    assert floor([planned], seconds=0.0) == pytest.approx(0.108 * (4 + 3) / 4, rel=5e-3)


def test_two_fleets_that_take_turns_share_what_is_committed() -> None:
    day, night = fleet(*(1.0,) * 12, *(0.25,) * 12), fleet(*(0.25,) * 12, *(1.0,) * 12)
    assert floor([day, night]) == pytest.approx(5 * 0.108, rel=5e-3)


def test_demand_that_grows_is_bounded_by_what_is_worth_committing_for() -> None:
    """A machine that becomes 1.5 of it over a year.

    At 0.6 the level that is exceeded in 0.6 of the year is committed for: 1.5 ** 0.4, for all of it, and the rest is
    on demand: the integral of 1.5 ** t from 0.4 to 1, less 0.6 of that level.
    """
    steady = plan_machines_workload(
        workload(WorkloadKind.MACHINES, count=1, requirements=Requirements(vcpu=4, memory_gib=8)),
        conditions(market(committed=COMMITTED)),
    )
    level, logarithm = 1.5**0.4, 0.4054651081
    optimum = 0.18 * (0.6 * level + (1.5 - level) / logarithm - 0.6 * level)
    assert floor([steady], growth=0.5) == pytest.approx(optimum, rel=5e-3)
    assert floor([steady], growth=0.5) <= optimum * (1 + 1e-6)


@pytest.mark.parametrize("growth", [0.0, 0.5, -0.5])
def test_a_job_on_demand_costs_no_less_than_its_bound_however_it_grows(growth: float) -> None:
    """Ten hours of work at 1.00, four times a month, any time within two days."""
    throughput = (("g5.xlarge", 1.0),)
    job = Job(
        work_hours=10, deadline_hours=48, reference_type="g5.xlarge", throughput=throughput, restart_minutes=0,
        spot=False, runs_per_month=4,
    )  # fmt: skip
    planned = plan_job_workload(workload(WorkloadKind.BATCH, job=job), conditions())
    horizon = horizon_of(NOW, PlanRequest(growth=growth))
    cost = float(horizon.monthly(planned.on_demand)) / 730
    assert 0.94 * cost <= floor([planned], growth=growth) <= cost * (1 + 1e-9)


def test_what_is_bought_again_each_year_is_bounded_like_one_year() -> None:
    planned = fleet(*(1.0,) * 6, *(0.25,) * 18)
    assert floor([planned], horizon_months=36) == pytest.approx(floor([planned]), rel=2e-3)
