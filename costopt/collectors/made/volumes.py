"""EBS: data volumes, attached and loose."""

from collections.abc import Sequence
from dataclasses import replace

from costopt.collectors.made import metrics, people
from costopt.collectors.made.machines import operate, zone
from costopt.collectors.made.plan import HOUR, Identity, Place, Plan
from costopt.model.resource import Resource, ResourceKey
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.ec2 import Ec2Instance

_OPS_METRICS = ("volume_read_ops", "volume_write_ops", "volume_read_bytes", "volume_write_bytes")


def draw(plan: Plan) -> None:
    """Add volumes; the machines must be there."""
    hosts = _hosts(plan)
    _data_volumes(plan, hosts)
    _idle_volumes(plan, hosts)
    _wrong_types(plan, hosts)
    _loose_volumes(plan)


def _hosts(plan: Plan) -> list[ResourceKey]:
    """Machines of the right size that run and stand alone: they carry the data volumes.

    Plants carry none, so that what they need stays what was planned for them.
    """
    return [
        resource.key
        for resource in plan.resources
        if isinstance(resource.spec, Ec2Instance)
        and resource.spec.state == "running"
        and resource.spec.lifecycle == "on_demand"
        and resource.spec.auto_scaling_group is None
        and resource.created_at is not None
        and resource.created_at < plan.ago(30)
        and not plan.planted(resource)
    ]


def _attach(
    plan: Plan,
    host_key: ResourceKey,
    volume_type: str,
    size_gib: int,
    *,
    iops: int | None = None,
    throughput: int | None = None,
    operations: tuple[float, float] | None = (500.0, 20_000.0),
    flags: Sequence[str] = (),
) -> Resource:
    """A data volume of a running machine; without `operations` its series are left to the caller."""
    host = plan.resource(host_key)
    assert isinstance(host.spec, Ec2Instance)  # noqa: S101 - hosts are instances by construction
    spec = EbsVolume(
        volume_type=volume_type,
        size_gib=size_gib,
        state="in-use",
        availability_zone=host.spec.availability_zone,
        iops=iops,
        throughput_mibps=throughput,
        instance_ids=(host.id,),
    )
    who = Identity(name=f"{host.name}-data" if host.name else None, tags=host.tags)
    place = Place(host.account, host.region)
    volume = plan.add(place, plan.hex_id("vol"), spec, who, age_days=plan.between(210, 900), flags=flags)
    plan.respecify(host, replace(host.spec, volume_ids=(*host.spec.volume_ids, volume.id)))
    if operations is not None:
        operate(plan, volume, operations)
    return volume


def _data_volumes(plan: Plan, hosts: list[ResourceKey]) -> None:
    for _ in range(plan.rng.randint(16, 22)):
        _attach(plan, plan.rng.choice(hosts), "gp3", plan.rng.choice((100, 200, 500)), iops=3000, throughput=125)
    for _ in range(3):
        # 6,000 provisioned, 45 to 75 % used at peak.
        peak = 6000 * plan.between(0.45, 0.75) * 3600 / 2
        _attach(plan, plan.rng.choice(hosts), "gp3", 800, iops=6000, throughput=250, operations=(0.9 * peak, peak))
    for volume_type in ("st1", "sc1"):
        _attach(plan, plan.rng.choice(hosts), volume_type, 2000)
    # So small that gp3 would save a few cents a month.
    _attach(plan, plan.rng.choice(hosts), "gp2", plan.rng.randint(1, 4), iops=100)


def _idle_volumes(plan: Plan, hosts: list[ResourceKey]) -> None:
    for touches in (*[0] * plan.rng.randint(1, 3), plan.rng.randint(4, 6)):
        _rarely_used(plan, plan.rng.choice(hosts), touches, ("ebs_idle",))
    _rarely_used(plan, plan.rng.choice(hosts), plan.rng.randint(8, 11))
    # Nothing was read of it, which is not the same as nothing done.
    unread = _attach(plan, plan.rng.choice(hosts), "gp3", 300, iops=3000, throughput=125, operations=None)
    operate(plan, unread, None)


def _rarely_used(plan: Plan, host: ResourceKey, touches: int, flags: Sequence[str] = ()) -> None:
    """A volume with so many operations in the last 7 days, and as few before."""
    volume = _attach(
        plan, host, "gp3", plan.rng.randint(150, 600), iops=3000, throughput=125, operations=None, flags=flags
    )
    week = 7 * 24
    for metric in _OPS_METRICS:
        values = metrics.flat(plan, 0.0)
        if metric.startswith("volume_write"):
            for hour in plan.rng.sample(range(week), touches):
                values[hour] = values[hour + week] = 1.0 if metric.endswith("ops") else 4096.0
        plan.measure(volume, metric, HOUR, values)


def _wrong_types(plan: Plan, hosts: list[ResourceKey]) -> None:
    for size in (*plan.rng.sample((20, 100, 200, 334, 500), 2), plan.rng.randint(900, 2000)):
        _attach(plan, plan.rng.choice(hosts), "gp2", size, iops=max(100, 3 * size), flags=("ebs_gp2_to_gp3",))
    for volume_type, iops in (("io1", 4000), ("io2", 6000)):
        peak = iops * plan.between(0.5, 0.8) * 3600 / 2
        _attach(
            plan,
            plan.rng.choice(hosts),
            volume_type,
            500,
            iops=iops,
            operations=(0.9 * peak, peak),
            flags=("ebs_io_to_gp3",),
        )
    # More than gp3 is trusted with, and more than 40 % of it used.
    iops = plan.rng.randint(17, 24) * 1000
    peak = iops * plan.between(0.45, 0.8) * 3600 / 2
    _attach(plan, plan.rng.choice(hosts), "io2", 1000, iops=iops, operations=(0.9 * peak, peak))
    for _ in range(2):
        iops = plan.rng.choice((8000, 10000, 12000))
        peak = iops * plan.under(0.38) * 3600 / 2
        _attach(
            plan,
            plan.rng.choice(hosts),
            "gp3",
            1000,
            iops=iops,
            throughput=125,
            operations=(0.5 * peak, peak),
            flags=("ebs_iops_unused",),
        )


def _loose_volumes(plan: Plan) -> None:
    """Attached to nothing for a little more, and for a little less than 7 days."""
    for days, flags in (
        (plan.between(7.2, 8.5), ("ebs_unattached",)),
        (plan.between(30, 60), ("ebs_unattached",)),
        (plan.between(100, 400), ("ebs_unattached",)),
        (plan.between(5.5, 6.8), ()),
        (plan.between(1, 4), ()),
    ):
        place = people.any_place(plan)
        spec = EbsVolume(
            volume_type="gp3",
            size_gib=plan.rng.randint(100, 900),
            state="available",
            availability_zone=zone(plan, place),
            iops=3000,
            throughput_mibps=125,
            detached_at=plan.ago(days),
        )
        who = people.own(plan, place, "data", untagged=plan.rng.random() < 0.3)
        volume = plan.add(place, plan.hex_id("vol"), spec, who, age_days=days + plan.between(30, 300), flags=flags)
        operate(plan, volume, None)
    _loose_old_type(plan)


def _loose_old_type(plan: Plan) -> None:
    """Loose and of an old type; when it was detached is not told, its age is."""
    place, size = people.any_place(plan), plan.rng.randint(100, 500)
    spec = EbsVolume(
        volume_type="gp2",
        size_gib=size,
        state="available",
        availability_zone=zone(plan, place),
        iops=max(100, 3 * size),
    )
    flags = ("ebs_unattached", "ebs_gp2_to_gp3")
    who = people.own(plan, place, "scratch")
    volume = plan.add(place, plan.hex_id("vol"), spec, who, age_days=plan.between(60, 400), flags=flags)
    operate(plan, volume, None)
