"""Planned work, made for tests: round numbers that can be checked by head."""

from decimal import Decimal

from costopt.model.money import Money
from costopt.model.plan import Assignment, Capacity
from costopt.model.shape import Shape
from costopt.model.workload import Job, Spread, Workload, WorkloadKind
from costopt.terraform.render.planned.request import PlannedWork

SHAPES = {
    name: Shape(
        instance_type=name,
        family=name.split(".")[0],
        vcpu=vcpu,
        memory_gib=vcpu * 4.0,
        architectures=(architecture,),
        current_generation=True,
        burstable=False,
        bare_metal=False,
        gpu_count=gpus,
    )
    for name, vcpu, architecture, gpus in (
        ("m7g.large", 2, "arm64", 0),
        ("m7g.2xlarge", 8, "arm64", 0),
        ("m7i.large", 2, "x86_64", 0),
        ("m7i.xlarge", 4, "x86_64", 0),
        ("c7i.xlarge", 4, "x86_64", 0),
        ("g5.xlarge", 4, "x86_64", 1),
        ("g6.2xlarge", 8, "x86_64", 1),
    )
}
ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")


def usd(amount: str) -> Money:
    """Dollars."""
    return Money(amount=Decimal(amount))


def capacity(kind: str, count: int, market: str = "on_demand", zone: str | None = None) -> Capacity:
    """Machines."""
    return Capacity(instance_type=kind, count=count, market=market, zone=zone)


def workload(
    kind: WorkloadKind, *, profile: tuple[float, ...] = (1.0,), replicas: int = 1, survive: bool = False
) -> Workload:
    """What was asked for."""
    job = Job(work_hours=6, deadline_hours=10, reference_type="g5.xlarge", throughput=(("g5.xlarge", 1.0),))
    return Workload(
        name="web",
        kind=kind,
        region="eu-west-1",
        profile=profile,
        spread=Spread(minimum_replicas=replicas, survive_zone_loss=survive),
        job=job if kind is WorkloadKind.BATCH else None,
    )


def assignment(*after: Capacity, resources: tuple[str, ...] = (), name: str = "web") -> Assignment:
    """What a plan says."""
    return Assignment(
        workload=name,
        resources=resources,
        before=(capacity("m7i.xlarge", len(resources)),) if resources else (),
        after=after,
        monthly_before=usd("200.00") if resources else None,
        monthly_after=usd("100.00"),
        reasons=("CPU peaks at 31 % of 8 vCPUs",),
    )


def work(*after: Capacity, asked: Workload | None = None, resources: tuple[str, ...] = ()) -> PlannedWork:
    """Planned work."""
    return PlannedWork(label="web", assignment=assignment(*after, resources=resources), workload=asked, shapes=SHAPES)
