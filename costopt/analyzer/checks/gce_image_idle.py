"""Custom images of Compute Engine that no disk was made from.

Signal: the image is older than 15 days, no disk in the snapshot was made from it, no template names it, and it is not
the newest image of a family that is in use by name.

Disks and templates of every project in the snapshot count, since images often have a project of their own. Google does
not tell when an image was last used, and projects that were not collected may name it too: so the confidence is low,
and medium only for an image that its owner marked as deprecated or that newer ones of its family followed. No metric is
read. Where the disks or templates of the image's project were not read the check says `no data`.
"""

import re
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
from costopt.model.specs.gce import InstanceTemplate
from costopt.model.specs.persistent_disks import GceImage, PersistentDisk
from costopt.model.utilization import Facts

_ELSEWHERE = re.compile(r"projects/([^/]+)/(.+)")


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
    if age < timedelta(days=params.days) or (image.account, image.id) in _sources(context):
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
                statement=f"made {age.days} days ago; no disk was made from it and no template names it"
                f"{_why(spec, followed=followed)}",
                observed=age / timedelta(days=1),
                threshold=params.days,
            ),
        ),
        action=Action(kind=ActionKind.DELETE, summary="Delete the image, once no other project names it"),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM if old else Confidence.LOW,
        risk=Risk.DESTRUCTIVE,
    )


def _sources(context: Context) -> frozenset[tuple[str, str]]:
    """Project and id of each image that disks were made from or that templates name, in the whole snapshot."""
    place = ("gce_image_idle", "sources")
    if place not in context.memo:
        context.memo[place] = frozenset(
            _image(one.account, source) for one in context.resources.values() for source in _named(one.spec)
        )
    found: frozenset[tuple[str, str]] = context.memo[place]
    return found


def _named(spec: object) -> tuple[str, ...]:
    match spec:
        case PersistentDisk(source_image=str(image)):
            return (image,)
        case InstanceTemplate():
            return spec.image_ids
        case _:
            return ()


def _image(account: str, source: str) -> tuple[str, str]:
    """Project and id of an image by the path that a resource of `account` refers to it by."""
    elsewhere = _ELSEWHERE.fullmatch(source)
    return (elsewhere[1], elsewhere[2]) if elsewhere else (account, source)


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
    relies_on=(PersistentDisk, InstanceTemplate),
)
