"""Sizes of what the planned demand holds: no more of today's machines than it, and nothing of what it does not know."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from costopt.economics.demand import HourlyDemand
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import Ec2Instance
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.optimizer.sizing.candidates import find_candidates
from costopt.optimizer.sizing.joint.columns import usage_items
from costopt.optimizer.sizing.machines import tabulate
from costopt.pipeline.planning.snapshot.open_sizes import OpenSizes
from costopt.pipeline.planning.snapshot.open_workload import OpenWorkload
from costopt.pipeline.planning.snapshot.sizes import DecidedSizes, decide_sizes
from tests.oracles.sizing_estate import ACCOUNT, REGION, START, machine, made_shape, workload

HOURS = 100
M5, M7 = machine("m5.large", "0.10"), machine("m7i.large", "0.08")
CATALOG = tabulate([M5, M7])


def member(name: str) -> Resource:
    spec = Ec2Instance(
        instance_type="m5.large", state="running", platform="linux", availability_zone="eu-west-1a", launched_at=None
    )
    created = datetime(2025, 1, 1, tzinfo=UTC)
    return Resource(provider="aws", account=ACCOUNT, region=REGION, id=name, spec=spec, created_at=created, tags={})


def decided(share: np.ndarray, machines: list = [M5, M7]) -> DecidedSizes:  # noqa: B006 - not changed
    """One m5.large that the planned demand holds a share of, hour by hour; m7i.large would do too."""
    catalog = tabulate(machines)
    candidates = find_candidates([workload("a", current=made_shape("m5.large"))], catalog)
    items = usage_items(candidates, catalog)
    place = [item.family for item in items].index("m5")
    today = np.zeros((HOURS, len(items)))
    today[:, place] = 0.10
    current = HourlyDemand(items=items, dollars=today, start=START)
    open_ = OpenWorkload(
        options=candidates[0],
        members=(member("a"),),
        running={},
        relaxing=lambda _: (),
    )
    sizes = OpenSizes(catalog=catalog, workloads=(open_,), unplanned=())
    planned = replace(current, dollars=today * share[:, None])
    return decide_sizes(planned, sizes, {"a": {place: 0.10}}, (), (), PlanTerms())


def test_a_machine_that_runs_half_of_the_hours_is_not_planned_for_all_of_them() -> None:
    found = decided((np.arange(HOURS) % 2).astype(float), [M5])
    assert found.demand.total == pytest.approx(50 * 0.10)
    assert found.bound == pytest.approx(Decimal(5), abs=Decimal("0.001"))
    assert found.assignments == ()


def test_demand_that_shrinks_shrinks_beside_a_change_of_size_too() -> None:
    found = decided(np.linspace(1, 0, HOURS))
    assert found.demand.total == pytest.approx(50 * 0.08)
    (change,) = found.assignments
    assert change.after[0].instance_type == "m7i.large"


def test_what_grows_grows_as_it_is_today() -> None:
    found = decided(np.full(HOURS, 1.5))
    assert found.demand.total == pytest.approx(100 * (0.08 + 0.5 * 0.10))


def test_a_machine_that_the_demand_knows_nothing_of_keeps_its_size_and_is_named() -> None:
    found = decided(np.zeros(HOURS))
    assert found.demand.total == 0
    assert (found.assignments, found.bound) == ((), None)
    assert [(one.subject, "holds nothing of it" in one.reason) for one in found.unplanned] == [("a", True)]
