"""Snapshots and machine images: those in use, those kept by a service, and those that nobody needs."""

from collections.abc import Sequence

from costopt.collectors.made import people
from costopt.collectors.made.plan import Place, Plan
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsSnapshot, EbsVolume
from costopt.model.specs.ec2 import Ami, LaunchTemplate

_COPIED = "vol-ffffffff"
"""The volume that AWS names for a copy.
Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html."""

_OLDEST_DAYS = 200
"""Age of the oldest snapshot of a volume that is still there."""


def draw(plan: Plan) -> None:
    """Add snapshots and images; volumes and templates must be there."""
    _snapshots(plan)
    _images(plan)


def _snapshot(
    plan: Plan,
    place: Place,
    volume_id: str,
    size_gib: int,
    age_days: float,
    *,
    managed_by: str | None = None,
    description: str | None = None,
    flags: Sequence[str] = (),
) -> Resource:
    spec = EbsSnapshot(
        volume_id=volume_id,
        volume_size_gib=size_gib,
        tier="standard",
        managed_by=managed_by,
        description=description,
        full_size_bytes=int(size_gib * plan.between(0.3, 0.8) * 1024**3),
    )
    who = people.own(plan, place, "snap", untagged=managed_by is not None)
    return plan.add(place, plan.hex_id("snap"), spec, who, age_days=age_days, flags=flags)


def _snapshots(plan: Plan) -> None:
    volumes = [
        (Place(resource.account, resource.region), resource.id, resource.spec.size_gib)
        for resource in plan.resources
        if isinstance(resource.spec, EbsVolume) and resource.spec.state == "in-use" and _is_old(plan, resource)
    ]
    for _ in range(plan.rng.randint(14, 20)):
        place, volume_id, size = plan.rng.choice(volumes)
        _snapshot(plan, place, volume_id, size, plan.between(1, 60), managed_by="dlm")
    for age_days, flags in (
        (plan.between(91, 100), ("ebs_snapshot_old",)),
        (plan.between(100, 150), ("ebs_snapshot_old",)),
        (plan.between(150, _OLDEST_DAYS), ("ebs_snapshot_old",)),
        (plan.between(84, 89.5), ()),
        (plan.between(60, 80), ()),
    ):
        place, volume_id, size = plan.rng.choice(volumes)
        _snapshot(plan, place, volume_id, size, age_days, description="before upgrade", flags=flags)
    place, volume_id, size = plan.rng.choice(volumes)
    _snapshot(plan, place, volume_id, size, plan.between(120, _OLDEST_DAYS), managed_by="aws-backup")
    _orphans(plan)


def _is_old(plan: Plan, volume: Resource) -> bool:
    """Whether a volume was there when the oldest of the snapshots was taken."""
    return volume.created_at is not None and volume.created_at < plan.ago(_OLDEST_DAYS)


def _orphans(plan: Plan) -> None:
    """Snapshots whose volume is gone; one is so young that the volume may have been deleted on purpose just after."""
    orphan, old = "ebs_snapshot_orphan", "ebs_snapshot_old"
    for age_days, orphan_flags in (
        (plan.between(7.3, 20), (orphan,)),
        (plan.between(20, 89), (orphan,)),
        (plan.between(20, 89), (orphan,)),
        (plan.between(100, 500), (orphan, old)),
        (plan.between(1, 6.7), ()),
    ):
        size = plan.rng.randint(100, 500)
        _snapshot(
            plan,
            people.any_place(plan),
            plan.hex_id("vol"),
            size,
            age_days,
            description="kept just in case",
            flags=orphan_flags,
        )
    copy = people.any_place(plan)
    _snapshot(
        plan, copy, _COPIED, 200, plan.between(10, 80), description="[Copied from eu-west-1] temporary", flags=(orphan,)
    )


def _images(plan: Plan) -> None:
    """Images in use, lately launched, and forgotten; their snapshots come from build machines that are gone."""
    for age_days, launched_days, flags in (
        (plan.between(20, 100), plan.between(1, 19), ()),
        (plan.between(20, 100), plan.between(1, 19), ()),
        (plan.between(300, 500), plan.between(170, 179.5), ()),
        (plan.between(300, 500), plan.between(181, 195), ("ami_unused",)),
        (plan.between(600, 900), plan.between(300, 500), ("ami_unused",)),
    ):
        place = people.any_place(plan)
        size = plan.rng.randint(100, 200)
        snapshot = _snapshot(plan, place, plan.hex_id("vol"), size, age_days, description="Created by CreateImage")
        spec = Ami(state="available", snapshot_ids=(snapshot.id,), last_launched_at=plan.ago(launched_days))
        plan.add(place, plan.hex_id("ami"), spec, people.own(plan, place, "image"), age_days=age_days, flags=flags)
    _image_of_a_template(plan)
    _public_image(plan)


def _public_image(plan: Plan) -> None:
    """Shared with everybody: who starts it cannot be seen."""
    place, age_days = people.any_place(plan), plan.between(300, 900)
    snapshot = _snapshot(plan, place, plan.hex_id("vol"), 50, age_days, description="Created by CreateImage")
    spec = Ami(state="available", snapshot_ids=(snapshot.id,), last_launched_at=plan.ago(250), public=True)
    plan.add(place, plan.hex_id("ami"), spec, people.own(plan, place, "image"), age_days=age_days)


def _image_of_a_template(plan: Plan) -> None:
    """Old, and its last start is not told; but a template names it."""
    template = plan.rng.choice([resource for resource in plan.resources if isinstance(resource.spec, LaunchTemplate)])
    assert isinstance(template.spec, LaunchTemplate)  # noqa: S101 - chosen so
    place, age_days = Place(template.account, template.region), plan.between(300, 500)
    snapshot = _snapshot(plan, place, plan.hex_id("vol"), 100, age_days, description="Created by CreateImage")
    spec = Ami(state="available", snapshot_ids=(snapshot.id,))
    image_id = template.spec.image_id or plan.hex_id("ami")
    plan.add(place, image_id, spec, people.own(plan, place, "image"), age_days=age_days)
