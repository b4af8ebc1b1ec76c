"""The healthy fleet: auto scaling groups with their members, and machines that stand alone."""

from dataclasses import dataclass

from costopt.collectors.made import metrics, people
from costopt.collectors.made.machines import Load, Machine, busy, start
from costopt.collectors.made.plan import DAY, Identity, Place, Plan
from costopt.model.specs.ec2 import AutoScalingGroup, LaunchTemplate

_STEADY_TYPES = ("m6g.large", "m6g.xlarge", "r6g.large", "r6g.xlarge", "m6g.2xlarge")
"""Arm types of a current generation for which no cheaper type of the same size exists."""
_GROUPS: tuple[tuple[str, str, str, str, int], ...] = (
    # account, region, team, type, members
    (people.PROD, people.VIRGINIA, "checkout", "m6g.large", 5),
    (people.PROD, people.VIRGINIA, "tracking", "r6g.large", 4),
    (people.PROD, people.IRELAND, "checkout", "m6g.large", 4),
    (people.PROD, people.IRELAND, "routing", "r6g.xlarge", 3),
    (people.PROD, people.FRANKFURT, "customs", "m6g.large", 3),
    (people.DATA, people.OREGON, "data-platform", "r6g.xlarge", 4),
)


def draw(plan: Plan) -> None:
    """Add the healthy fleet."""
    for account, region, team, instance_type, members in _GROUPS:
        _scaling_group(plan, Place(account, region), team, instance_type, members)
    _wasteful_groups(plan)
    for _ in range(plan.rng.randint(11, 15)):
        place = people.any_place(plan)
        machine = Machine(instance_type=plan.rng.choice(_STEADY_TYPES), age_days=plan.between(20, 700))
        start(plan, place, people.own(plan, place, "app"), machine, busy(plan, memory=plan.rng.random() < 0.8))
    _special(plan)
    _templates(plan)


def _template(plan: Plan, place: Place, who: Identity, instance_type: str) -> str:
    template_id = plan.hex_id("lt")
    spec = LaunchTemplate(
        instance_type=instance_type, image_id=plan.hex_id("ami"), default_version=plan.rng.randint(1, 9)
    )
    plan.add(place, template_id, spec, who, age_days=plan.between(60, 600))
    return template_id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """What is fixed of a group before it is placed."""

    place: Place
    """Account and region."""
    team: str
    """Name of the team."""
    instance_type: str
    """Type of its members."""
    members: int
    """How many run now."""
    limits: tuple[int, int]
    """Least and greatest size."""
    desired: tuple[list[float], list[float]]
    """Daily least and greatest size over the look-back."""
    policy: bool = True
    """Whether something changes its size."""
    flags: tuple[str, ...] = ()
    """Checks that must flag it."""


def _add(plan: Plan, group: _Group) -> None:
    """Add a group, its template and its members."""
    who = people.own(plan, group.place, "asg", people.team(group.team))
    name = f"{who.name}-{plan.hex_id('g', 6)[2:]}"
    template = _template(plan, group.place, who, group.instance_type)
    members = []
    for _ in range(group.members):
        fields = {"auto_scaling_group": name}
        machine = Machine(instance_type=group.instance_type, age_days=plan.between(16, 60), fields=fields)
        node = people.own(plan, group.place, "node", people.team(group.team))
        members.append(start(plan, group.place, node, machine, busy(plan)).id)
    spec = AutoScalingGroup(
        minimum=group.limits[0],
        maximum=group.limits[1],
        desired=group.members,
        instance_ids=tuple(sorted(members)),
        instance_types=(group.instance_type,),
        has_scaling_policy=group.policy,
        launch_template_id=template,
    )
    identity = Identity(name=name, tags=who.tags)
    resource = plan.add(group.place, name, spec, identity, age_days=plan.between(60, 600), flags=group.flags)
    plan.measure(resource, "asg_desired_min", DAY, group.desired[0])
    plan.measure(resource, "asg_desired_max", DAY, group.desired[1])


def _scaling_group(plan: Plan, place: Place, team: str, instance_type: str, count: int) -> None:
    """A group that breathes with the day."""
    low, high = metrics.flat(plan, float(count - 1), DAY), metrics.counts(plan, count + 1, count + 4, DAY)
    _add(
        plan,
        _Group(
            place=place,
            team=team,
            instance_type=instance_type,
            members=count,
            limits=(count - 1, count + 6),
            desired=(low, high),
        ),
    )


def _wasteful_groups(plan: Plan) -> None:
    """Groups that cannot scale, groups that never leave a floor that is too high, and one that may stay as it is."""
    for account, region, team, count in (
        (people.PROD, people.VIRGINIA, "warehouse", 3),
        (people.DATA, people.IRELAND, "data-platform", 2),
    ):
        _add(plan, _still(plan, Place(account, region), team, count, (count, count), ("asg_fixed_size",), policy=False))
    floor = Place(people.PROD, people.VIRGINIA)
    _add(plan, _still(plan, floor, "driver-app", 3, (3, 8), ("asg_oversized_floor",)))
    # One machine that a group only brings back when it fails, and a group that waits at a floor of one.
    _add(plan, _still(plan, Place(people.DEV, people.IRELAND), "platform", 1, (1, 1), policy=False))
    _add(plan, _still(plan, Place(people.DEV, people.VIRGINIA), "platform", 1, (1, 4)))


def _still(
    plan: Plan,
    place: Place,
    team: str,
    count: int,
    limits: tuple[int, int],
    flags: tuple[str, ...] = (),
    *,
    policy: bool = True,
) -> _Group:
    """A group whose size never changes."""
    size = metrics.flat(plan, float(count), DAY)
    return _Group(
        place=place,
        team=team,
        instance_type="m6g.large",
        members=count,
        limits=limits,
        desired=(size, size),
        policy=policy,
        flags=flags,
    )


def _special(plan: Plan) -> None:
    """Nodes of a cluster, and a machine that is too new to be judged."""
    nodes = Place(people.PROD, people.IRELAND)
    for _ in range(4):
        machine = Machine(instance_type="m6g.xlarge", age_days=plan.between(10, 60), fields={"managed_by": "eks"})
        start(plan, nodes, people.own(plan, nodes, "eks-node", people.team("platform")), machine, busy(plan))
    fresh = Place(people.DEV, people.VIRGINIA)
    quiet = Load(cpu=metrics.steady(plan, 0.1, 0.9), network=metrics.steady(plan, 100, 900))
    machine = Machine(instance_type="m6g.large", age_days=plan.between(2, 6))
    start(plan, fresh, people.own(plan, fresh, "spike"), machine, quiet)


def _templates(plan: Plan) -> None:
    """Templates without a group, as build pipelines keep them."""
    for _ in range(3):
        place = people.any_place(plan)
        _template(plan, place, people.own(plan, place, "template"), plan.rng.choice(_STEADY_TYPES))
