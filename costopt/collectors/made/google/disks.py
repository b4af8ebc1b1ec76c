"""Disks beside the boot disks: fast ones that hardly work, loose ones, replicas, and the healthy rest."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from costopt.collectors.made.google.machines import operate
from costopt.collectors.made.google.projects import HACKDAY, IOWA, ML, NETHERLANDS, WEB, number, own, zone
from costopt.collectors.made.plan import Identity, Place, Plan
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance, InstanceDisk
from costopt.model.specs.persistent_disks import DiskUse, PersistentDisk

_PLACES = (Place(WEB, IOWA), Place(WEB, NETHERLANDS), Place(ML, IOWA))
_DATA = "data-disk"


def draw(plan: Plan) -> None:
    """Add disks; the machines must be there."""
    hosts = [one for one in plan.resources if isinstance(one.spec, GceInstance) and _takes_disks(one.spec)]
    _fast(plan, hosts)
    _loose(plan)
    _blank(plan)


def _takes_disks(spec: GceInstance) -> bool:
    """Machines that people put disks on."""
    return spec.running and spec.instance_group is None and spec.managed_by is None and (spec.vcpus or 0) >= 4


def _fast(plan: Plan, hosts: Sequence[Resource]) -> None:
    """SSD disks below 30 % of their operations, above, and below but too busy for the cheaper type.

    500 GiB of pd-ssd offer 21,000 operations a second, 300 GiB offer 15,000; pd-balanced of these sizes 6,000 and
    4,800, of which a fifth is kept free.
    """
    for size, peak, flags, regional in (
        (500, 1_900.0, ("pd_tier",), False),
        (800, 900.0, ("pd_tier",), False),
        (500, plan.between(4_200, 5_000), (), False),
        (300, plan.between(2_050, 2_200), (), False),
        (500, 900.0, (), True),
    ):
        host = plan.rng.choice(hosts)
        _attach(plan, plan.resource(host.key), size, peak, flags, regional=regional)


def _attach(
    plan: Plan, host: Resource, size_gib: int, peak: float, flags: Sequence[str], *, regional: bool = False
) -> None:
    """Add an SSD disk to a machine that reads and writes at most so many times a second each."""
    assert isinstance(host.spec, GceInstance)  # noqa: S101 - chosen so
    who = own(plan, host.account, "data")
    beside = f"{host.region}-{'b' if host.spec.zone.endswith('c') else 'c'}"
    zones = tuple(sorted({host.spec.zone, beside})) if regional else (host.spec.zone,)
    disk_id = f"{f'regions/{host.region}' if regional else f'zones/{host.spec.zone}'}/disks/{who.name}"
    device = f"{_DATA}-{len(host.spec.disks)}"
    spec = _spec(
        plan,
        "pd-ssd",
        size_gib,
        zones,
        instance_ids=(host.id,),
        uses=(DiskUse(instance_id=host.id, instance_number=host.spec.number, device_name=device),),
        last_attached_at=host.created_at,
    )
    place = Place(host.account, host.region)
    disk = plan.add(place, disk_id, spec, Identity(name=who.name, tags=host.tags), age_days=40, flags=flags)
    operate(plan, disk, (peak, peak))
    held = (*host.spec.disks, InstanceDisk(disk_id=disk_id, device_name=device))
    plan.respecify(host, replace(host.spec, disks=tuple(sorted(held, key=lambda one: one.disk_id))))


def _spec(plan: Plan, disk_type: str, size_gib: int, zones: tuple[str, ...], **fields: Any) -> PersistentDisk:
    return PersistentDisk(
        number=number(plan), disk_type=disk_type, size_gib=size_gib, status="READY", zones=zones, **fields
    )


def _loose(plan: Plan) -> None:
    """Attached to nothing for a little more, and for a little less than 15 days."""
    flagged = ("pd_unattached",)
    for days, disk_type, flags in (
        (plan.between(15.2, 18), "pd-balanced", flagged),
        (plan.between(30, 60), "pd-ssd", flagged),
        (plan.between(100, 400), "pd-standard", flagged),
        (plan.between(12, 14.8), "pd-balanced", ()),
        (plan.between(1, 4), "pd-ssd", ()),
    ):
        fields = {"last_attached_at": plan.ago(days + 60), "last_detached_at": plan.ago(days)}
        _free(plan, plan.rng.choice(_PLACES), disk_type, days + plan.between(70, 300), flags, fields)
    # Google told the last attachment and no detachment; and a copy that stands by for another disk.
    taken = {"last_attached_at": plan.ago(plan.between(90, 200))}
    _free(plan, _PLACES[0], "pd-balanced", 300, flagged, taken)
    primary = f"zones/{IOWA}-a/disks/primary"
    _free(plan, _PLACES[1], "pd-ssd", 200, (), {"replica_of": f"projects/{WEB}/{primary}"})


def _blank(plan: Plan) -> None:
    """Made empty and never attached: one of the hackathon, and one of this week."""
    _free(plan, Place(HACKDAY, IOWA), "pd-ssd", plan.between(200, 290), ("pd_unattached",), {}, size_gib=200)
    _free(plan, _PLACES[2], "pd-balanced", plan.between(2, 6), (), {})


def _free(
    plan: Plan,
    place: Place,
    disk_type: str,
    age_days: float,
    flags: Sequence[str],
    fields: Mapping[str, Any],
    *,
    size_gib: int | None = None,
) -> None:
    where = zone(plan, place)
    who = own(plan, place.account, "data", unlabelled=plan.rng.random() < 0.3)
    spec = _spec(plan, disk_type, size_gib or plan.rng.randint(100, 600), (where,), **fields)
    plan.add(place, f"zones/{where}/disks/{who.name}", spec, who, age_days=age_days, flags=flags)
