"""Machine images that nothing starts from any more.

Signal: registered more than 180 days ago, last started more than 180 days ago where AWS tells, and named by no
instance, launch template or auto scaling group of its account and region. What costs is the snapshots behind the
image; those that another image stands on too stay and are not counted, and where younger snapshots of the same volume
stay the finding has no figure, because they need most of the blocks. AWS tells the last start of some images only;
without it the check rests on today's users alone and says so with lower confidence. It cannot see other accounts that
an image is shared with, nor versions of a launch template other than the default. Images shared with everybody are
not concerned. A group without members that starts from a launch configuration (which is not read) might use any
image: then the check says `no data` unless the last start is known.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.snapshots import freed, images_on
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Evidence,
    Outcome,
    Risk,
    Saving,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsSnapshot
from costopt.model.specs.ec2 import Ami, AutoScalingGroup, Ec2Instance, LaunchTemplate
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ami_unused`."""

    days: int = 180
    """Images that are older than this and were not started for as long are flagged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Users:
    """What an account and region starts machines from."""

    image_ids: frozenset[str]
    """Images that something names."""
    all_known: bool
    """Whether every user's image could be seen."""


def _excludes(image: Resource, spec: Ami) -> str | None:
    if spec.public:
        return "shared with everybody"
    return None if spec.snapshot_ids else "stands on no snapshot and costs nothing"


def _users(image: Resource, context: Context) -> _Users:
    place = ("ami_unused", "users", image.account, image.region)
    if place not in context.memo:
        instances = (spec.image_id for _, spec in context.all(image, Ec2Instance))
        templates = (spec.image_id for _, spec in context.all(image, LaunchTemplate))
        context.memo[place] = _Users(
            image_ids=frozenset(image_id for image_id in (*instances, *templates) if image_id is not None),
            all_known=all(
                group.launch_template_id is not None or group.instance_ids
                for _, group in context.all(image, AutoScalingGroup)
            ),
        )
    users: _Users = context.memo[place]
    return users


def _saving(image: Resource, spec: Ami, context: Context, params: Params) -> tuple[Saving | None, str | None]:
    """What goes with the image: the snapshots that only it stands on, as far as no younger ones need their blocks."""

    def stays(other: Resource, its: EbsSnapshot) -> bool:
        age = context.age(other)
        young = age is None or age <= timedelta(days=params.days)
        return other.id not in spec.snapshot_ids and (young or its.managed_by is not None)

    found = (context.find(image, EbsSnapshot, snapshot_id) for snapshot_id in spec.snapshot_ids)
    own = [one for one in found if one is not None and images_on(image, one[0].id, context) == 1]
    return freed(own, context, stays)


def _run(image: Resource, spec: Ami, facts: Facts, context: Context, params: Params) -> Verdict:
    limit = timedelta(days=params.days)
    age = context.age(image)
    if age is None:
        return no_data("creation time unknown")
    launched = spec.last_launched_at
    if age <= limit or (launched is not None and context.now - launched <= limit):
        return CLEAR
    users = _users(image, context)
    if image.id in users.image_ids:
        return CLEAR
    if launched is None and not users.all_known:
        return no_data("image of a launch configuration not read")
    saving, price_gap = _saving(image, spec, context, params)
    last = f"last started {launched:%Y-%m-%d}" if launched else "last start unknown"
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"registered {age.days} days ago, {last}",
                observed=age / timedelta(days=1),
                threshold=params.days,
            ),
            Evidence(statement="no instance, launch template or auto scaling group names it"),
        ),
        action=Action(
            kind=ActionKind.DELETE,
            summary=f"Deregister the image and delete its snapshots: {', '.join(spec.snapshot_ids)}",
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.LOW if launched is None else Confidence.MEDIUM,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="ami_unused",
    title="Machine image is not used",
    category=Category.WASTE,
    lever="Unused storage",
    applies_to=Ami,
    params=Params,
    source="CleanCloud aws.ec2.ami.old: 180 days; https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-last-launched-time.html",
    run=_run,
    excludes=_excludes,
    relies_on=(Ec2Instance, LaunchTemplate, AutoScalingGroup, EbsSnapshot),
)
