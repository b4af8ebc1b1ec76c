"""Sizes of Compute Engine in a plan: what is measured, what would do, what it costs with commitments; by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.config.settings import PriceSettings, Settings
from costopt.economics.gce.machines import machine_type
from costopt.model.plan import Assignment, Goal, Plan
from costopt.model.resource import Resource
from costopt.model.series import Series
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.specs.gce import Accelerator, GceInstance, GceReservation, ManagedInstanceGroup
from costopt.pipeline.plan import plan_snapshot
from costopt.pipeline.plan_request import PlanRequest
from costopt.pipeline.planning.snapshot.google_sizes import machine_on_offer
from costopt.pipeline.pricing import price_book
from tests.oracles.paid_estate import ACCOUNT, write_snapshot

PROJECT, REGION, ZONE = "acme-shop", "europe-west4", "europe-west4-a"
START = datetime(2026, 10, 20, tzinfo=UTC)
MONTH = Decimal(730)
GROUP = f"regions/{REGION}/instanceGroupManagers/web"

N2_VCPU, N2_MEMORY, CUSTOM = Decimal("0.034802"), Decimal("0.004664"), Decimal("1.05")
E2_VCPU, E2_MEMORY = Decimal("0.02401338"), Decimal("0.00321816")
N2D_VCPU, N2D_MEMORY = Decimal("0.030278"), Decimal("0.004058")
"""Dollars an hour in europe-west4: https://cloud.google.com/compute/vm-instance-pricing (as gcosts lists them)."""
N2_PAID = Decimal("0.800200")
"""(1 + 0.8678 + 0.733 + 0.6) / 4."""

QUIET = {
    "cpu_max_percent": 20.0,
    "cpu_mean_percent": 5.0,
    "memory_used_percent": 30.0,
    "network_in_bytes": 1e6,
    "network_out_bytes": 1e6,
}
"""Of 8 vCPUs and 32 GiB: 2 vCPUs and 12 GiB with a fifth of headroom."""


def machine(name: str, machine_type: str = "n2-standard-8", **fields: object) -> Resource:
    given = {"number": "1", "machine_type": machine_type, "status": "RUNNING", "zone": ZONE, **fields}
    return google(f"zones/{ZONE}/instances/{name}", GceInstance(**given))  # type: ignore[arg-type]


def google(resource_id: str, spec: object) -> Resource:
    return Resource(
        provider="gcp", account=PROJECT, region=REGION, id=resource_id, spec=spec,  # type: ignore[arg-type]
        created_at=datetime(2026, 1, 1, tzinfo=UTC), tags={},
    )  # fmt: skip


def measured(*resources: Resource, values: Mapping[str, float] = QUIET) -> list[Series]:
    return [
        Series(resource=one.key, metric=name, start=START, step_seconds=3600, values=[value] * 744)
        for one in resources
        for name, value in values.items()
    ]


def plan_of(tmp_path: Path, resources: Sequence[Resource], series: Sequence[Series], accounts=(PROJECT,)) -> Plan:
    """The cheapest plan of a month, in which commitments of a year may be bought."""
    snapshot = write_snapshot(tmp_path / "snapshot", *resources, series=series, accounts=accounts)
    settings = Settings(prices=PriceSettings(directory=str(tmp_path / "prices")))
    return plan_snapshot(snapshot, settings, PlanRequest(goal=Goal.COST, horizon_months=1))


def sizes(assignment: Assignment) -> tuple[tuple[str, int], tuple[str, int]]:
    (before,), (after,) = assignment.before, assignment.after
    return (before.instance_type, before.count), (after.instance_type, after.count)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Two quiet machines, three of a fixed group of which one was measured, and all kinds whose size stays."""
    quiet, twin = machine("quiet"), machine("twin")
    fixed = [machine(f"web-{number}", "e2-standard-8", instance_group=GROUP) for number in range(3)]
    kept = [
        machine("spot", provisioning_model="spot"),
        machine("gpu", accelerators=(Accelerator(accelerator_type="nvidia-tesla-t4", count=1),)),
        machine("windows", platform="windows"),
        machine("node", managed_by="gke"),
        machine("young", last_started_at=datetime(2026, 11, 15, tzinfo=UTC)),
        machine("reserved", "n2-standard-16"),
        machine("orphan", instance_group="regions/europe-west4/instanceGroupManagers/gone"),
    ]
    busy = machine("busy", "e2-standard-4")
    reservation = GceReservation(number="7", zone=ZONE, status="READY", machine_type="n2-standard-16", count=1)
    beside = [
        google(f"zones/{ZONE}/reservations/held", replace(reservation, in_use_count=1)),
        google(GROUP, ManagedInstanceGroup(target_size=3, zones=(ZONE,), autoscaled=False)),
        machine("unmeasured"),
    ]
    series = [*measured(quiet, twin, fixed[0], *kept), *measured(busy, values={**QUIET, "cpu_max_percent": 95.0})]
    return plan_of(tmp_path_factory.mktemp("plan"), [quiet, twin, *fixed, *kept, busy, *beside], series)


def test_a_quiet_machine_moves_to_the_cheapest_type_that_carries_it_with_what_may_be_committed(plan: Plan) -> None:
    changes = {one.workload.rpartition("/")[2]: one for one in plan.variant("cheapest").assignments}
    quiet = changes["quiet"]
    # E2 would cost less, but its vCPUs may be slower than those of N2.
    assert sizes(quiet) == (("n2-standard-8", 1), ("n2d-custom-2-12288", 1))
    now = (8 * N2_VCPU + 32 * N2_MEMORY) * N2_PAID * MONTH
    then = (2 * N2D_VCPU + 12 * N2D_MEMORY) * CUSTOM * N2_PAID * MONTH
    assert quiet.monthly_before is not None
    assert quiet.monthly_before.amount == pytest.approx(now, abs=Decimal("0.01"))
    assert quiet.monthly_after.amount == pytest.approx(then, abs=Decimal("0.01"))
    assert quiet.resources == (f"zones/{ZONE}/instances/quiet",)


def test_reasons_give_what_is_needed_beside_what_is_offered(plan: Plan) -> None:
    (quiet,) = [one for one in plan.variant("cheapest").assignments if one.workload.endswith("quiet")]
    assert quiet.reasons[:2] == (
        "needs 2.00 of 2 vCPUs at the peak, headroom included",
        "needs 12.00 of 12 GiB of memory",
    )
    saved = (12 - 1) * N2D_MEMORY * CUSTOM * N2_PAID * MONTH
    assert quiet.relaxing_saves == (f"without memory: 1 x n2d-custom-2-1024, ${saved:,.2f} a month less",)


def test_a_group_of_a_fixed_number_changes_its_type_and_keeps_its_number(plan: Plan) -> None:
    (group,) = [one for one in plan.variant("cheapest").assignments if one.workload == GROUP]
    assert sizes(group) == (("e2-standard-8", 3), ("e2-custom-2-12288", 3))
    assert len(group.resources) == 3


def test_commitments_are_for_what_runs_after_the_change(plan: Plan) -> None:
    bought = {one.scope: one.quantity for one in plan.variant("cheapest").purchases}
    # Three machines of 2 vCPUs and 12 GiB, and the busy one of 4 and 16.
    assert bought[f"e2 vcpu {REGION}"] == 10
    assert bought[f"e2 memory {REGION}"] == 52
    assert bought[f"n2d vcpu {REGION}"] == 4
    assert bought[f"n2d memory {REGION}"] == 24


def test_every_machine_whose_size_stays_is_named_with_its_reason(plan: Plan) -> None:
    left = {one.subject.rpartition("/")[2]: one.reason for one in plan.unplanned}
    told = {
        "spot": "bought as spot, which stays as it is",
        "gpu": "has accelerators",
        "windows": "a plan does not weigh its windows licence, whose price may depend on the size",
        "node": "node of a cluster",
        "young": "started within the look-back, perhaps as another type",
        "reserved": "uses a reservation of its type",
        "gone": "its managed instance group or its autoscaler is not in the snapshot",
        "unmeasured": "its CPU was not measured for long enough",
        "busy": "its load with headroom is more than what runs carries",
    }
    assert {name: left[name] for name in told} == {name: f"size stays: {reason}" for name, reason in told.items()}


def test_no_bound_is_above_the_plan(plan: Plan) -> None:
    certificate = plan.variant("cheapest").certificate
    assert certificate is not None
    assert certificate.bound is not None
    assert certificate.bound <= certificate.cost
    # The bound leaves out the premium of custom types under commitments, some 2 % of what these cost on demand.
    assert certificate.gap_fraction == pytest.approx(0, abs=5e-3)


def test_an_autoscaled_group_may_have_fewer_machines_but_one_in_each_zone(tmp_path: Path) -> None:
    """Six machines, each busy like a quarter of one; two zones."""
    members = [
        replace(machine(f"web-{number}", instance_group=GROUP), id=f"zones/{zone}/instances/web-{number}")
        for number, zone in enumerate([ZONE, "europe-west4-b"] * 3)
    ]
    members = [
        replace(one, spec=replace(one.spec, zone=one.id.split("/")[1]))  # type: ignore[type-var]
        for one in members
    ]
    scaled = ManagedInstanceGroup(target_size=6, zones=(ZONE, "europe-west4-b"), autoscaled=True, minimum=1, maximum=6)
    plan = plan_of(tmp_path, [*members, google(GROUP, scaled)], measured(*members))
    (group,) = plan.variant("cheapest").assignments
    (_, (name, count)) = sizes(group)
    assert 2 <= count <= 6
    # 12 vCPUs and 72 GiB in all; units cost the same in any number of machines.
    assert machine_type(name).vcpu * count == 12
    assert machine_type(name).memory_gib * count == 72


def test_a_machine_under_an_owned_commitment_stays_and_the_plan_says_until_when(tmp_path: Path) -> None:
    """8 vCPUs and 32 GiB of N2 are paid for until 2028, whoever uses them."""
    owned = CommittedUse(
        status="ACTIVE", plan="TWELVE_MONTH", commitment_type="GENERAL_PURPOSE_N2", category="MACHINE",
        start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2028, 1, 1, tzinfo=UTC), vcpus=8, memory_gib=32.0,
    )  # fmt: skip
    quiet = machine("quiet")
    found = plan_of(tmp_path, [quiet, google("regions/europe-west4/commitments/n2", owned)], measured(quiet))
    cheapest = found.variant("cheapest")
    assert cheapest.total == found.variant("as_is").total
    (kept,) = cheapest.assignments
    assert kept.stranded_until is not None
    assert kept.stranded_until.isoformat() == "2028-01-01"
    assert "an owned commitment pays for what runs until 2028-01-01" in kept.notes[0]
    assert kept.after[0].instance_type.startswith("n2-")


def test_both_clouds_are_decided_in_one_plan(tmp_path: Path) -> None:
    spec = Ec2Instance(
        instance_type="m5.4xlarge", state="running", platform="linux", availability_zone="us-east-1a",
        launched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    amazon = replace(machine("x"), provider="aws", account=ACCOUNT, region="us-east-1", id="i-1", spec=spec)
    quiet = machine("quiet")
    found = plan_of(tmp_path, [amazon, quiet], measured(amazon, quiet), accounts=(ACCOUNT, PROJECT))
    kinds = {one.before[0].instance_type: one.after[0].instance_type for one in found.variant("cheapest").assignments}
    assert kinds["n2-standard-8"] == "n2d-custom-2-12288"
    assert "." in kinds["m5.4xlarge"]
    assert {one.kind for one in found.variant("cheapest").purchases} >= {"resource_cud"}


def test_a_machine_on_offer_costs_what_its_units_do_after_sustained_use(tmp_path: Path) -> None:
    book = price_book(PriceSettings(directory=str(tmp_path / "prices")))
    extended = machine_on_offer(machine_type("n2-custom-2-40960-ext"), REGION, book)
    units = {part.instance_type: part.hourly for part in extended.parts}
    memory = 16 * N2_MEMORY * CUSTOM
    assert units["n2_custom_vcpu"] == pytest.approx(2 * N2_VCPU * CUSTOM, rel=Decimal("1e-4"))
    assert units["n2_custom_memory"] == pytest.approx(memory, rel=Decimal("1e-4"))
    # Extended memory has no discount of any kind.
    rest = units["n2_extended_memory"]
    assert extended.hourly == (units["n2_custom_vcpu"] + units["n2_custom_memory"]) * N2_PAID + rest
    shared = machine_on_offer(machine_type("e2-medium"), REGION, book)
    assert shared.hourly == E2_VCPU + 4 * E2_MEMORY
    assert shared.shape.burstable
