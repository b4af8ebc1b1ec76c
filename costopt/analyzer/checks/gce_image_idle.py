"""Custom images of Compute Engine that no disk was made from.

Signal: the image is older than 15 days, no disk of its project was made from it, and it is not the newest image of a
family that is in use by name.

Google does not tell when an image was last used. Templates and other projects may name it too, and neither is read: so
the confidence is low, and medium only for an image that its owner marked as deprecated or that newer ones of its family
followed. No metric is read. Where the disks of the project were not read the check says `no data`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.gce.disk_cost import image_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Evidence,
    Outcome,
    Risk,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.persistent_disks import GceImage, PersistentDisk
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `gce_image_idle`."""

    days: int = 15
    """Age in days from which on an image is judged."""


def _excludes(_: Resource, spec: GceImage) -> str | None:
    return None if spec.status == "READY" else "not ready"


def _run(image: Resource, spec: GceImage, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    age = context.age(image)
    if age is None:
        return no_data("creation time unknown")
    if age < timedelta(days=params.days) or image.id in _sources(image, context):
        return CLEAR
    followed = _followed(image, spec, context)
    if spec.family is not None and not followed and spec.deprecation is None:
        return CLEAR
    saving, price_gap = priced(lambda: image_terms(image, spec, context.prices))
    old = followed or spec.deprecation is not None
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"made {age.days} days ago, no disk was made from it{_why(spec, followed=followed)}",
                observed=age / timedelta(days=1),
                threshold=params.days,
            ),
        ),
        action=Action(
            kind=ActionKind.DELETE, summary="Delete the image, once no template and no other project names it"
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM if old else Confidence.LOW,
        risk=Risk.DESTRUCTIVE,
    )


def _sources(image: Resource, context: Context) -> frozenset[str]:
    """Images that disks of the project were made from."""
    place = ("gce_image_idle", "sources", image.account)
    if place not in context.memo:
        disks = (one.spec for one in context.of_account(image, PersistentDisk))
        context.memo[place] = frozenset(
            disk.source_image for disk in disks if isinstance(disk, PersistentDisk) and disk.source_image
        )
    found: frozenset[str] = context.memo[place]
    return found


def _followed(image: Resource, spec: GceImage, context: Context) -> bool:
    """Whether a newer image of the family takes its place."""
    place = ("gce_image_idle", "newest", image.account)
    if place not in context.memo:
        context.memo[place] = _newest(image, context)
    newest: datetime | None = context.memo[place].get(spec.family)
    return newest is not None and image.created_at is not None and newest > image.created_at


def _newest(beside: Resource, context: Context) -> Mapping[str, datetime]:
    """When the newest current image of each family was made."""
    newest: dict[str, datetime] = {}
    for image in context.of_account(beside, GceImage):
        its, made = image.spec, image.created_at
        if isinstance(its, GceImage) and its.family is not None and its.deprecation is None and made is not None:
            newest[its.family] = max(made, newest.get(its.family, made))
    return newest


def _why(spec: GceImage, *, followed: bool) -> str:
    if spec.deprecation is not None:
        return f"; marked as {spec.deprecation.lower()}"
    return f"; a newer image of family {spec.family} followed" if followed else ""


CHECK = Check(
    id="gce_image_idle",
    title="Custom image is not used",
    category=Category.WASTE,
    lever="Unused storage",
    applies_to=GceImage,
    params=Params,
    source="https://cloud.google.com/compute/docs/viewing-and-applying-idle-resources-recommendations"
    " (images, 15 days)",
    run=_run,
    excludes=_excludes,
    relies_on=(PersistentDisk,),
)
