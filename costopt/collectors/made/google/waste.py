"""Machines that cost more than they should, and neighbours that only look like it."""

from collections.abc import Sequence

from costopt.collectors.made import metrics, people
from costopt.collectors.made.google.machines import Machine, idle, oversized, park, start
from costopt.collectors.made.google.projects import IOWA, ML, NETHERLANDS, WEB, own
from costopt.collectors.made.machines import Load
from costopt.collectors.made.plan import Identity, Place, Plan

_SHOP, _SHOP_EU, _LAB = Place(WEB, IOWA), Place(WEB, NETHERLANDS), Place(ML, IOWA)
COMMITTED_IDLE = "n2d-highmem-2"
"""A machine that is idle and committed: the only one of its series in Iowa's laboratory."""
RESERVED_IDLE = Place(WEB, IOWA), f"{IOWA}-f", "e2-highmem-2"
"""A machine that is idle, and in use by a reservation that is billed without it."""
_MIB = 1024 * 1024


def draw(plan: Plan) -> None:
    """Add them."""
    _idle(plan)
    _nearly_idle(plan)
    _oversized(plan)
    _nearly_too_large(plan)
    _stopped(plan)


def _start(
    plan: Plan, place: Place, role: str, machine_type: str, load: Load, flags: Sequence[str] = (), **fields: object
) -> None:
    machine = Machine(machine_type=machine_type, age_days=plan.between(40, 500), fields=fields)
    start(plan, place, own(plan, place.account, role), machine, load, flags)


def _idle(plan: Plan) -> None:
    """Types of which no smaller one has as much memory, so that they are idle and nothing else."""
    for place, machine_type in (
        (_SHOP, "e2-standard-2"),
        (_SHOP_EU, "n2-highmem-2"),
        (_LAB, "e2-highmem-2"),
        (_LAB, COMMITTED_IDLE),
    ):
        _start(plan, place, "app", machine_type, idle(plan, machine_type), ("gce_idle",))
    # Four vCPUs that do nothing would be two, if nobody stopped them.
    _start(plan, _SHOP, "batch", "n2-standard-4", idle(plan, "n2-standard-4"), ("gce_idle", "gce_rightsize"))
    # Its licence is saved with it.
    windows = "e2-highmem-2"
    _start(plan, _SHOP_EU, "erp", windows, idle(plan, windows), ("gce_idle",), platform="windows")
    place, zone, reserved = RESERVED_IDLE
    machine = Machine(machine_type=reserved, age_days=plan.between(60, 200), zone=zone)
    start(plan, place, own(plan, place.account, "report"), machine, idle(plan, reserved), ("gce_idle",))
    forgotten = Machine(machine_type="e2-standard-2", age_days=plan.between(200, 700))
    who = own(plan, WEB, "instance", unlabelled=True)
    start(plan, _SHOP, who, forgotten, idle(plan, "e2-standard-2"), ("gce_idle",))
    _kept_on_purpose(plan)


def _kept_on_purpose(plan: Plan) -> None:
    """Found, and silent: its owner said so."""
    who = own(plan, WEB, "audit", people.team("customs"))
    tagged = Identity(name=who.name, tags={**(who.tags or {}), "costopt-ignore": "yearly-customs-audit"})
    machine = Machine(machine_type="e2-standard-2", age_days=plan.between(200, 500))
    start(plan, _SHOP_EU, tagged, machine, idle(plan, "e2-standard-2"), ("gce_idle",))


def _nearly_idle(plan: Plan) -> None:
    """A little above one of the thresholds, or not theirs to stop; memory keeps them from a smaller type."""
    name = "e2-standard-2"
    _start(plan, _LAB, "agent", name, idle(plan, name, vcpu=plan.between(0.036, 0.05)))
    _start(plan, _LAB, "agent", name, idle(plan, name, received=plan.between(3_000, 4_000)))
    ssd = "n2-standard-2"
    _start(plan, _SHOP, "cache", ssd, idle(plan, ssd), local_ssd_gib=375)
    _start(plan, _LAB, "etl", "n1-standard-2", idle(plan, "n1-standard-2"), managed_by="dataflow")
    holed = idle(plan, name)
    few = Load(cpu=plan.holes(holed.cpu, 0.4), network=holed.network, memory=holed.memory)
    _start(plan, _SHOP_EU, "agent", name, few)


def _oversized(plan: Plan) -> None:
    """Half the machine would do, by CPU and by memory."""
    for place, machine_type in ((_SHOP, "e2-standard-8"), (_SHOP_EU, "n2-standard-8"), (_LAB, "e2-custom-8-32768")):
        load = oversized(plan, peak=plan.between(24, 30), memory=(22, 31))
        _start(plan, place, "batch", machine_type, load, ("gce_rightsize",))
    # Memory is unknown and stays: half the vCPUs with as much memory exist, a quarter of them do not.
    _start(plan, _SHOP, "index", "e2-standard-8", oversized(plan, peak=25, memory=None), ("gce_rightsize",))
    _start(plan, _LAB, "index", "e2-highmem-4", oversized(plan, peak=plan.between(26, 30), memory=None))


def _nearly_too_large(plan: Plan) -> None:
    """A peak of 42 % leaves half the machine less than a fifth, and memory is in use; or it was started anew."""
    tight = oversized(plan, peak=plan.between(42, 44), memory=(66, plan.between(75, 79)))
    _start(plan, _SHOP, "worker", "e2-standard-4", tight)
    changed = plan.ago(plan.between(2, 12))
    anew = oversized(plan, peak=25, memory=(22, 31))
    _start(plan, _SHOP_EU, "worker", "e2-standard-8", anew, last_started_at=changed)
    solver = Load(
        cpu=metrics.steady(plan, 82, 95),
        network=metrics.working_week(plan, 80 * _MIB, 600 * _MIB),
        memory=metrics.steady(plan, 68, 84),
    )
    _start(plan, _LAB, "solver", "c2-standard-4", solver)


def _stopped(plan: Plan) -> None:
    """Stopped for a little more and a little less than 30 days; suspended; nobody knows since when."""
    both = ("gce_stopped",), ("pd_on_stopped",)
    for days, flags, disk_flags, status in (
        (plan.between(30.2, 34), *both, "TERMINATED"),
        (plan.between(90, 200), *both, "TERMINATED"),
        (plan.between(27, 29.8), (), (), "TERMINATED"),
        (plan.between(40, 50), (), (), "SUSPENDED"),
        (None, (), (), "TERMINATED"),
    ):
        place = plan.rng.choice((_SHOP, _SHOP_EU, _LAB))
        machine = Machine(
            machine_type="e2-standard-4",
            age_days=(days or 0) + 120,
            boot_gib=plan.rng.randint(80, 300),
            boot_flags=disk_flags,
        )
        park(plan, place, own(plan, place.account, "app"), machine, days, flags, status=status)
