"""Machines on which a careless rule goes wrong: what is unknown is not zero, and what is small is not idle."""

from collections.abc import Sequence
from dataclasses import replace

from costopt.collectors.made import metrics, people
from costopt.collectors.made.machines import Load, Machine, busy, idle, park, start
from costopt.collectors.made.plan import Identity, Place, Plan
from costopt.model.resource import Resource

_MIB = 1024 * 1024
_OFFICE = Place(people.PROD, people.FRANKFURT)
_LAB = Place(people.DEV, people.IRELAND)


def draw(plan: Plan) -> None:
    """Add them."""
    _little_known(plan)
    _nearly_too_large(plan)
    _memory_unknown(plan)
    _small_intel(plan)
    _windows(plan)
    _kept_on_purpose(plan)
    _long_stopped(plan)


def _start(
    plan: Plan, place: Place, role: str, instance_type: str, load: Load, flags: Sequence[str] = (), **fields: object
) -> Resource:
    machine = Machine(instance_type=instance_type, age_days=plan.between(40, 300), fields=fields)
    return start(plan, place, people.own(plan, place, role), machine, load, flags)


def _little_known(plan: Plan) -> None:
    """Quiet as far as one knows: four points in ten are missing, or the network was never read."""
    quiet = idle(plan, 5.0, 1.0)
    holes = 0.4
    holed = replace(quiet, cpu=plan.holes(quiet.cpu, holes), network=plan.holes(quiet.network, holes))
    _start(plan, _LAB, "agent", "m6g.large", holed)
    _start(plan, _LAB, "agent", "m6g.large", replace(quiet, network=metrics.silent(plan)))
    # One point in ten is missing: enough is known.
    known = replace(quiet, cpu=plan.holes(quiet.cpu, 0.1), network=plan.holes(quiet.network, 0.1))
    _start(plan, _LAB, "app", "m6g.large", known, ("ec2_idle",))


def _working(plan: Plan, peak: float, memory: tuple[float, float] | None) -> Load:
    return Load(
        cpu=metrics.working_week(plan, 12, peak),
        network=metrics.working_week(plan, 40 * _MIB, 300 * _MIB),
        memory=None if memory is None else metrics.steady(plan, *memory),
    )


def _nearly_too_large(plan: Plan) -> None:
    """Half of a machine carries a peak of 40 % with a fifth to spare, and not a peak of 42 %."""
    place = people.any_place(plan)
    _start(plan, place, "worker", "m6g.2xlarge", _working(plan, plan.between(37, 39.6), (25, 38)), ("ec2_rightsize",))
    _start(plan, place, "worker", "m6g.2xlarge", _working(plan, plan.between(41.5, 44), (44, 60)))
    # It was started anew a few days ago, perhaps as another type, so that the window may have seen two machines.
    changed = plan.ago(plan.between(2, 12))
    _start(plan, place, "worker", "m6g.2xlarge", _working(plan, 25, (20, 30)), launched_at=changed)


def _memory_unknown(plan: Plan) -> None:
    """Without the agent the memory stays: less CPU with as much memory exists for one type and not for the other."""
    place = people.any_place(plan)
    _start(plan, place, "index", "m6g.2xlarge", _working(plan, plan.between(20, 30), None), ("ec2_rightsize",))
    _start(plan, place, "index", "r6g.2xlarge", _working(plan, plan.between(20, 30), None))


def _small_intel(plan: Plan) -> None:
    """Types for which Arm would save less than 5 dollars a month."""
    for instance_type in ("t3a.small", "t3a.medium", "t3.small"):
        load = Load(
            cpu=metrics.working_week(plan, 15, plan.between(50, 80)),
            network=metrics.working_week(plan, 5 * _MIB, 60 * _MIB),
            memory=metrics.steady(plan, 66, 88),
            mean_share=0.2,
        )
        _start(plan, people.any_place(plan), "tool", instance_type, load)


def _windows(plan: Plan) -> None:
    """No Arm type runs Windows; an idle one is idle although its price is not known."""
    for _ in range(3):
        _start(plan, _OFFICE, "erp", "m6i.large", busy(plan), platform="windows")
    _start(plan, _OFFICE, "erp-old", "m6i.large", idle(plan, 5.0, 3.0), ("ec2_idle",), platform="windows")


def _kept_on_purpose(plan: Plan) -> None:
    """Idle, and tagged so that it is listed and not counted."""
    who = people.own(plan, _OFFICE, "audit", people.team("customs"))
    tagged = Identity(name=who.name, tags={**(who.tags or {}), "costopt:ignore": "kept for the yearly customs audit"})
    machine = Machine(instance_type="m6g.large", age_days=plan.between(200, 700))
    start(plan, _OFFICE, tagged, machine, idle(plan, 5.0, 2.0), ("ec2_idle",))


def _long_stopped(plan: Plan) -> None:
    """Stopped for a little less than 30 days, or nobody knows since when."""
    for days in (plan.between(1, 5), plan.between(8, 20), plan.between(27, 29.8)):
        machine = Machine(instance_type="m6g.large", age_days=plan.between(90, 400))
        park(plan, _LAB, people.own(plan, _LAB, "sandbox"), machine, days)
