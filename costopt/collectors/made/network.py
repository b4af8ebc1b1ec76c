"""The network: public addresses, NAT gateways, load balancers."""

from collections.abc import Sequence

from costopt.collectors.made import metrics, people
from costopt.collectors.made.plan import DAY, Identity, Place, Plan
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.specs.network import ElasticIp, LoadBalancer, NatGateway

_GIB = 1024**3


def draw(plan: Plan) -> None:
    """Add the network; the machines must be there."""
    _gateways(plan)
    _addresses(plan)
    _balancers(plan)


def _gateways(plan: Plan) -> None:
    for account in people.ACCOUNTS:
        for region in people.REGIONS[:3]:
            _gateway(plan, Place(account, region), metrics.counts(plan, 2 * _GIB, 400 * _GIB))
    for _ in range(plan.rng.randint(1, 3)):
        _gateway(plan, people.any_place(plan), metrics.flat(plan, 0.0, DAY), ("nat_idle",))
    _gateway(plan, people.any_place(plan), metrics.silent(plan, DAY))  # not read, which is not idle
    # Almost nothing is still something: some service answers through it.
    _gateway(plan, people.any_place(plan), metrics.counts(plan, 2_000, 90_000))


def _gateway(plan: Plan, place: Place, sent: Sequence[float | None], flags: Sequence[str] = ()) -> None:
    spec = NatGateway(state="available", vpc_id=plan.hex_id("vpc"), subnet_id=plan.hex_id("subnet"))
    who = people.own(plan, place, "nat", people.team("platform"))
    gateway = plan.add(place, plan.hex_id("nat"), spec, who, age_days=plan.between(60, 1200), flags=flags)
    plan.measure(gateway, "nat_bytes_out_to_destination", DAY, sent)
    plan.measure(
        gateway, "nat_bytes_in_from_source", DAY, [None if value is None else round(value * 0.9, 2) for value in sent]
    )
    _address(plan, place, who, interface=plan.hex_id("eni"))


def _address(
    plan: Plan,
    place: Place,
    who: Identity,
    *,
    instance_id: str | None = None,
    interface: str | None = None,
    flags: Sequence[str] = (),
) -> None:
    attached = instance_id is not None or interface is not None
    # Addresses that are reserved for documentation, RFC 5737.
    spec = ElasticIp(
        public_ip=f"203.0.113.{plan.rng.randint(1, 254)}",
        association_id=plan.hex_id("eipassoc") if attached else None,
        instance_id=instance_id,
        network_interface_id=interface or (plan.hex_id("eni") if instance_id else None),
    )
    plan.add(place, plan.hex_id("eipalloc"), spec, who, age_days=None, flags=flags)


def _addresses(plan: Plan) -> None:
    running = [r for r in plan.resources if isinstance(r.spec, Ec2Instance) and r.spec.state == "running"]
    for host in plan.rng.sample(running, 5):
        _address(plan, Place(host.account, host.region), Identity(name=None, tags=host.tags), instance_id=host.id)
    stopped = [r for r in plan.resources if isinstance(r.spec, Ec2Instance) and r.spec.state == "stopped"]
    host = plan.rng.choice(stopped)
    _address(
        plan,
        Place(host.account, host.region),
        Identity(name=None, tags=host.tags),
        instance_id=host.id,
        flags=("eip_unattached",),
    )
    for _ in range(3):
        place = people.any_place(plan)
        _address(
            plan, place, people.own(plan, place, "ip", untagged=plan.rng.random() < 0.4), flags=("eip_unattached",)
        )


def _balancers(plan: Plan) -> None:
    for index in range(plan.rng.randint(12, 18)):
        lb_type = ("application", "application", "network", "classic")[index % 4]
        _balancer(plan, lb_type, (plan.rng.randint(2, 8), None), metrics.counts(plan, 4_000, 3_000_000))
    once_a_week = metrics.counts(plan, 20, 90)
    once_a_week[-plan.rng.randint(1, 7)] = float(plan.rng.randint(101, 130))
    _balancer(plan, "application", (3, 3), once_a_week)
    _balancer(plan, "application", (0, 0), metrics.counts(plan, 500, 4000), redirect_only=True)
    _balancer(plan, "application", (2, 0), metrics.counts(plan, 500, 4000), health_read=False)
    for lb_type in ("application", "network", "classic"):
        _balancer(plan, lb_type, (0, 0), metrics.counts(plan, 300, 9_000), ("elb_no_targets",))
    _balancer(plan, "application", (2, 0), metrics.counts(plan, 300, 9_000), ("elb_no_targets",))
    _balancer(plan, "classic", (0, 0), metrics.silent(plan, DAY), ("elb_no_targets",))
    _balancer(plan, "application", (2, 2), metrics.counts(plan, 5, plan.under(99)), ("elb_idle",))
    _balancer(plan, "classic", (2, 2), metrics.silent(plan, DAY), ("elb_idle",))
    _balancer(plan, "network", (2, 2), metrics.counts(plan, 2, plan.under(99)), ("elb_idle",))


def _targets(plan: Plan, place: Place, count: int) -> tuple[str, ...]:
    """Running machines of a place."""
    running = [
        resource.id
        for resource in plan.resources
        if isinstance(resource.spec, Ec2Instance)
        and resource.spec.state == "running"
        and (resource.account, resource.region) == place
    ]
    return tuple(sorted(plan.rng.sample(running, count)))


def _addresses_of_tasks(plan: Plan, count: int) -> tuple[str, ...]:
    """Private addresses, as containers are registered."""
    return tuple(sorted(f"10.{plan.rng.randint(0, 63)}.{n}.{plan.rng.randint(4, 250)}" for n in range(count)))


def _balancer(
    plan: Plan,
    lb_type: str,
    targets: tuple[int, int | None],
    requests: Sequence[float | None],
    flags: Sequence[str] = (),
    *,
    redirect_only: bool = False,
    health_read: bool = True,
) -> None:
    # Classic balancers, the oldest ones, stand where the company began.
    place = Place(people.PROD, people.VIRGINIA) if lb_type == "classic" else people.any_place(plan)
    who = people.own(plan, place, "lb")
    name = f"{who.name}-{plan.hex_id('l', 5)[2:]}"
    registered, healthy = targets
    spec = LoadBalancer(
        lb_type=lb_type,
        state="active",
        scheme="internet-facing" if plan.rng.random() < 0.6 else "internal",
        registered_targets=registered,
        healthy_targets=(registered if healthy is None else healthy) if health_read else None,
        target_ids=_targets(plan, place, registered) if lb_type == "classic" else _addresses_of_tasks(plan, registered),
        target_groups=0 if lb_type == "classic" or redirect_only else 1,
        redirect_only=redirect_only,
    )
    kind = {"application": "app", "network": "net"}.get(lb_type)
    path = f"{kind}/{name}/{plan.hex_id('x', 16)[2:]}" if kind else name
    arn = f"arn:aws:elasticloadbalancing:{place.region}:{place.account}:loadbalancer/{path}"
    balancer = plan.add(
        place,
        path,
        spec,
        Identity(name=name, tags=who.tags),
        age_days=plan.between(60, 900),
        arn=arn,
        flags=flags,
    )
    plan.measure(balancer, "lb_new_flows" if lb_type == "network" else "lb_requests", DAY, requests)
