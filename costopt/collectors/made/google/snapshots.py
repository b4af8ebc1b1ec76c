"""Snapshots and images: those that a schedule keeps, those in use, and those that nobody needs."""

from collections.abc import Sequence
from dataclasses import replace

from costopt.collectors.made.google.projects import IOWA, ML, NETHERLANDS, WEB, own
from costopt.collectors.made.plan import Identity, Place, Plan
from costopt.model.resource import Resource
from costopt.model.specs.persistent_disks import DiskSnapshot, GceImage, PersistentDisk

_GIB = 1024**3
_FAMILY = "parcel-vision"


def draw(plan: Plan) -> None:
    """Add snapshots and images; the disks must be there."""
    disks = [one for one in plan.resources if isinstance(one.spec, PersistentDisk) and one.spec.instance_ids]
    _snapshots(plan, disks)
    _images(plan, disks)


def _snapshots(plan: Plan, disks: Sequence[Resource]) -> None:
    """By hand and older than 90 days, or not; a schedule keeps its own. Each of another disk."""
    old = ("gce_snapshot_old",)
    chosen = iter(plan.rng.sample(list(disks), 11))
    for age_days, flags, scheduled in (
        (plan.between(91, 100), old, False),
        (plan.between(150, 400), old, False),
        (plan.between(84, 89.5), (), False),
        (plan.between(8, 60), (), False),
        (plan.between(100, 150), (), True),
        *((plan.between(1, 30), (), True) for _ in range(5)),
    ):
        _snapshot(plan, next(chosen), age_days, flags, scheduled=scheduled)
    # A younger one of the same disk stays, so that nobody knows how many blocks would go.
    chained = next(chosen)
    _snapshot(plan, chained, plan.between(120, 200), old)
    _snapshot(plan, chained, plan.between(20, 60), ())


def _snapshot(plan: Plan, disk: Resource, age_days: float, flags: Sequence[str], *, scheduled: bool = False) -> None:
    assert isinstance(disk.spec, PersistentDisk)  # noqa: S101 - chosen so
    who = own(plan, disk.account, "snap")
    spec = DiskSnapshot(
        source_disk_id=disk.id,
        disk_size_gib=disk.spec.size_gib,
        status="READY",
        storage_bytes=int(disk.spec.size_gib * plan.between(0.3, 0.8) * _GIB),
        auto_created=scheduled,
        locations=(disk.region,),
    )
    place = Place(disk.account, "global")
    plan.add(place, f"global/snapshots/{who.name}", spec, who, age_days=age_days, flags=flags)


def _images(plan: Plan, disks: Sequence[Resource]) -> None:
    """A family of three, of which the newest is used by name and the middle one by a disk; and images without one."""
    unused = ("gce_image_idle",)
    _image(plan, ML, plan.between(100, 300), family=_FAMILY, flags=unused)
    used = _image(plan, ML, plan.between(50, 90), family=_FAMILY)
    _image(plan, ML, plan.between(16, 40), family=_FAMILY)
    host = plan.rng.choice([one for one in disks if one.account == ML])
    assert isinstance(host.spec, PersistentDisk)  # noqa: S101 - chosen so
    plan.respecify(host, replace(host.spec, source_image=used))
    _image(plan, WEB, plan.between(15.3, 18), flags=unused)
    _image(plan, WEB, plan.between(12, 14.8))
    _image(plan, WEB, plan.between(60, 200), family="wms-core", deprecation="DEPRECATED", flags=unused)


def _image(
    plan: Plan,
    account: str,
    age_days: float,
    *,
    family: str | None = None,
    deprecation: str | None = None,
    flags: Sequence[str] = (),
) -> str:
    name = f"{family or 'golden'}-{plan.rng.getrandbits(20):05x}"
    spec = GceImage(
        status="READY",
        disk_size_gib=50,
        archive_size_bytes=int(plan.between(6, 30) * _GIB),
        family=family,
        deprecation=deprecation,
        locations=(NETHERLANDS if account == WEB else IOWA,),
    )
    who = Identity(name=name, tags=own(plan, account, "image").tags)
    return plan.add(Place(account, "global"), f"global/images/{name}", spec, who, age_days=age_days, flags=flags).id
