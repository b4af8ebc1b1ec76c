"""Machines that cost more than they should, and neighbours that only look like it."""

from costopt.collectors.made import metrics, people
from costopt.collectors.made.machines import Load, Machine, busy, idle, park, start
from costopt.collectors.made.plan import DAY, Place, Plan

_MIB = 1024 * 1024
_IDLE_TYPES: tuple[tuple[str, float], ...] = (("m6g.large", 5.0), ("r6g.xlarge", 4.0), ("m6g.2xlarge", 3.0))
"""Types with the peak CPU in percent under which a machine of that many vCPU counts as idle."""

RESERVED_PLACE = Place(people.PROD, people.OREGON)
RESERVED_TYPE = "r7g.xlarge"
"""A machine that is idle and reserved."""


def draw(plan: Plan) -> None:
    """Add them."""
    _idle(plan)
    _oversized(plan)
    _overloaded(plan)
    _stopped(plan)
    _office(plan)
    _old_and_intel(plan)
    _bursting(plan)


def _idle(plan: Plan) -> None:
    for instance_type, threshold in _IDLE_TYPES:
        place = people.any_place(plan)
        machine = Machine(instance_type=instance_type, age_days=plan.between(40, 500))
        load = idle(plan, threshold, plan.under(5.0))
        start(plan, place, people.own(plan, place, "app"), machine, load, ("ec2_idle",))
    forgotten = Place(people.DEV, people.OREGON)
    machine = Machine(instance_type="m6g.xlarge", age_days=plan.between(200, 700))
    start(
        plan, forgotten, people.own(plan, forgotten, "x", untagged=True), machine, idle(plan, 4.0, 2.0), ("ec2_idle",)
    )
    _idle_and_reserved(plan)
    _nearly_idle(plan)


def _idle_and_reserved(plan: Plan) -> None:
    """The only machine of its family in its region; a reservation pays for it, so that a stop saves nothing yet."""
    machine = Machine(instance_type=RESERVED_TYPE, age_days=plan.between(200, 300))
    who = people.own(plan, RESERVED_PLACE, "report", people.team("warehouse"))
    start(plan, RESERVED_PLACE, who, machine, idle(plan, 4.0, 3.0), ("ec2_idle",))


def _nearly_idle(plan: Plan) -> None:
    """A little above one of the two thresholds; the memory that they use keeps them from a smaller type."""
    place = Place(people.DEV, people.IRELAND)
    floor = plan.over(5.05)
    trickle = metrics.steady(plan, 20_000, 60_000)
    awake = metrics.steady(plan, floor, floor + 2.5)
    asleep = metrics.peaking(plan, 0.1, plan.under(5.0))
    an_hour = plan.over(5_000_000) / 24 / 2.7
    chatty = metrics.steady(plan, an_hour, 1.4 * an_hour)
    for cpu, network in ((awake, trickle), (asleep, chatty)):
        load = Load(cpu=cpu, network=network, memory=metrics.steady(plan, 66, 86))
        machine = Machine(instance_type="m6g.large", age_days=plan.between(40, 300))
        start(plan, place, people.own(plan, place, "agent"), machine, load)


def _oversized(plan: Plan) -> None:
    """Half the machine would do, by CPU and by memory."""
    for instance_type in ("m6g.2xlarge", "r6g.2xlarge", "m6g.4xlarge"):
        place = people.any_place(plan)
        load = Load(
            cpu=metrics.working_week(plan, 9, plan.between(24, 30)),
            network=metrics.working_week(plan, 40 * _MIB, 300 * _MIB),
            memory=metrics.steady(plan, 22, 31),
        )
        machine = Machine(instance_type=instance_type, age_days=plan.between(40, 500))
        start(plan, place, people.own(plan, place, "batch"), machine, load, ("ec2_rightsize",))


def _overloaded(plan: Plan) -> None:
    """Mean CPU a little above 80 %, and a neighbour a little below."""
    place = Place(people.PROD, people.VIRGINIA)
    for mean, flags in ((plan.between(82, 86), ("ec2_underprovisioned",)), (plan.between(73, 78), ())):
        load = Load(
            cpu=metrics.steady(plan, mean + 6, mean + 12),
            network=metrics.working_week(plan, 80 * _MIB, 600 * _MIB),
            memory=metrics.steady(plan, 68, 76),
            mean_share=mean / (mean + 9),
        )
        machine = Machine(instance_type="m6g.xlarge", age_days=plan.between(40, 300))
        start(plan, place, people.own(plan, place, "solver", people.team("routing")), machine, load, flags)


def _stopped(plan: Plan) -> None:
    for days, flags, volume_flags in (
        (plan.between(30.2, 34), ("ec2_stopped",), ("ebs_on_stopped",)),
        (plan.between(90, 200), ("ec2_stopped",), ("ebs_on_stopped",)),
    ):
        place = people.any_place(plan)
        machine = Machine(
            instance_type="m6g.large",
            age_days=days + 120,
            root_gib=plan.rng.randint(80, 300),
            volume_flags=volume_flags,
        )
        park(plan, place, people.own(plan, place, "app"), machine, days, flags)


def _office(plan: Plan) -> None:
    """Used only while people are at work, and a neighbour that works at night as well."""
    for _ in range(plan.rng.randint(1, 3)):
        place = Place(people.DEV, plan.rng.choice((people.IRELAND, people.FRANKFURT)))
        load = Load(
            cpu=metrics.office_hours(plan, plan.under(5.0), 60, plan.between(80, 90)),
            network=metrics.office_hours(plan, plan.under(1000) * 3600 / 2.7, 60e6, 200e6),
            memory=metrics.steady(plan, 66, 86),
        )
        machine = Machine(instance_type="m6g.xlarge", age_days=plan.between(40, 300))
        start(plan, place, people.own(plan, place, "devbox"), machine, load, ("ec2_off_hours",))
    _rested(plan)


def _rested(plan: Plan) -> None:
    """Works at night as well, or rests for 34 hours of the week, which is not enough for a schedule."""
    place = Place(people.DEV, people.IRELAND)
    load = Load(
        cpu=metrics.weekly_rest(plan, plan.under(5.0), 50, plan.between(80, 90), 34),
        network=metrics.weekly_rest(plan, plan.under(1000) * 3600 / 2.7, 60e6, 200e6, 34),
        memory=metrics.steady(plan, 66, 86),
    )
    machine = Machine(instance_type="m6g.xlarge", age_days=plan.between(40, 300))
    start(plan, place, people.own(plan, place, "batch"), machine, load)
    load = Load(
        cpu=metrics.office_hours(plan, 30, 60, plan.between(80, 90)),
        network=metrics.office_hours(plan, 30e6, 60e6, 200e6),
        memory=metrics.steady(plan, 66, 86),
    )
    machine = Machine(instance_type="m6g.xlarge", age_days=plan.between(40, 300))
    start(plan, place, people.own(plan, place, "batch"), machine, load)


def _old_and_intel(plan: Plan) -> None:
    for instance_type in ("m4.xlarge", "r4.xlarge"):
        place = Place(people.PROD, plan.rng.choice((people.VIRGINIA, people.IRELAND)))
        machine = Machine(instance_type=instance_type, age_days=plan.between(900, 1800))
        flags = ("ec2_previous_generation", "ec2_graviton")
        start(plan, place, people.own(plan, place, "core"), machine, busy(plan), flags)
    for instance_type in ("m6a.xlarge", "c6a.2xlarge", "r6a.xlarge"):
        place = Place(people.PROD, plan.rng.choice((people.VIRGINIA, people.IRELAND)))
        machine = Machine(instance_type=instance_type, age_days=plan.between(60, 400))
        start(plan, place, people.own(plan, place, "svc"), machine, busy(plan), ("ec2_graviton",))


def _bursting(plan: Plan) -> None:
    """Burstable machines: 100 vCPU-hours a month beyond the credits are some 197 credits a day."""
    for surplus, flags in (
        (metrics.steady(plan, 203, 260, DAY), ("ec2_burst_credits",)),
        (metrics.steady(plan, 150, 192, DAY), ()),
        (None, ()),
    ):
        place = Place(people.PROD, people.IRELAND)
        load = Load(
            cpu=metrics.working_week(plan, 25, plan.between(84, 94)),
            network=metrics.working_week(plan, 20 * _MIB, 90 * _MIB),
            memory=metrics.steady(plan, 66, 88),
            mean_share=0.6 if surplus else 0.2,
            surplus=surplus,
        )
        machine = Machine(instance_type="t4g.medium", age_days=plan.between(60, 400))
        start(plan, place, people.own(plan, place, "web"), machine, load, flags)
