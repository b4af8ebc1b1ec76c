"""From recommendations to proposed changes: each is matched with what a state holds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from costopt.model.resource import ResourceKey
from costopt.model.terraform_patch import ProposedChange, Setting, Unmatched
from costopt.pipeline.terraform.advice import Advice
from costopt.pipeline.terraform.machine_groups import MachineGroups, group_of
from costopt.pipeline.terraform.reasons import why_by_hand
from costopt.pipeline.terraform.settings import settings_for
from costopt.pipeline.terraform.settings_google import LIFECYCLE_RULE
from costopt.terraform.addresses import resource_address
from costopt.terraform.live_index import AddressIndex, Match
from costopt.terraform.patch.additions import LIFECYCLE
from costopt.terraform.state import State

Architectures = Callable[[str], tuple[str, ...] | None]
"""Architectures that an instance type runs; None for an unknown one."""
_COMPANIONS = {"aws_s3_bucket": LIFECYCLE}
"""Types of which nothing is changed, and the type of what is added beside them instead."""
_ADDED_BLOCKS = {"google_storage_bucket": (LIFECYCLE_RULE,)}
"""Types to the nested blocks that are added to those that are there, and not changed."""
_SIZES = ("instance_type", "instance_class", "node_type", "machine_type")
_PLANNED_KINDS = ("id", "identifier", "cluster_id", "replication_group_id", "cluster_identifier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What is known of live resources beside the recommendations."""

    images: Mapping[str, str] = field(default_factory=dict)
    """Id of an instance to the architecture of its image."""
    ruleless_buckets: frozenset[str] = frozenset()
    """Names of buckets of S3 without any enabled lifecycle rule."""
    bucket_rules: Mapping[str, int] = field(default_factory=dict)
    """Names of buckets of Cloud Storage to the number of their lifecycle rules; those that are not known are absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandWork:
    """A recommendation of a resource that the state holds, which a person has to carry out."""

    advice: Advice
    """The recommendation."""
    match: Match
    """Where the resource is."""
    reason: str
    """Why it is not done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Recommendations, sorted by what can be done about them."""

    changes: tuple[ProposedChange, ...]
    """Changes to try."""
    by_hand: tuple[HandWork, ...]
    """For a person."""
    unmatched: tuple[Unmatched, ...]
    """Of nothing in this state."""


def sort_advice(
    advice: Iterable[Advice],
    state: State,
    architectures: Architectures,
    live: Live,
) -> Sorted:
    """Match recommendations with a state, and say what to set for each.

    Args:
        advice: the recommendations.
        state: what Terraform manages.
        architectures: of instance types.
        live: what else is known of live resources.
    """
    found = tuple(advice)
    index = AddressIndex(state)
    groups = MachineGroups(found, state, index)
    changes, by_hand, unmatched = [], [], []
    for one in found:
        matches = _matches(one, state, index, groups)
        if one.set_aside or len(matches) != 1:
            unmatched.append(_unmatched(one, matches))
            continue
        decided = _decide(one, matches[0], groups, architectures, live)
        if isinstance(decided, ProposedChange):
            changes.append(decided)
        else:
            by_hand.append(HandWork(advice=one, match=matches[0], reason=decided))
    return Sorted(changes=tuple(changes), by_hand=tuple(by_hand), unmatched=tuple(unmatched))


def _matches(advice: Advice, state: State, index: AddressIndex, groups: MachineGroups) -> tuple[Match, ...]:
    """Places of the resource, or of the group that made it."""
    if advice.key is None:
        return _by_id(state, advice.resource)
    group = group_of(advice)
    return index.find(advice.key) or (groups.find(group) if group else ())


def _decide(
    advice: Advice, match: Match, groups: MachineGroups, architectures: Architectures, live: Live
) -> ProposedChange | str:
    """What to change for a recommendation, or why a person has to."""
    place = groups.place(advice, match)
    if isinstance(place, str):
        return place
    settings = settings_for(advice, place)
    if not settings:
        return why_by_hand(advice)
    return _against(advice, place, architectures, live) or _change(advice, place, settings)


def _by_id(state: State, resource: str) -> tuple[Match, ...]:
    found = [one for one in state.managed() if any(_names(one.values.get(name), resource) for name in _PLANNED_KINDS)]
    sized = [one for one in found if any(name in one.values for name in _SIZES)]
    return tuple(Match(resource=one) for one in sized)


def _names(identifier: object, resource: str) -> bool:
    """Whether an id in a state is that of a resource; Google's is the path below the project in a plan."""
    text = str(identifier)
    return text == resource or (text.startswith("projects/") and text.split("/", 2)[-1] == resource)


def _unmatched(advice: Advice, matches: tuple[Match, ...]) -> Unmatched:
    if advice.set_aside:
        reason = advice.set_aside
    elif matches:
        reason = f"the state holds it {len(matches)} times: {', '.join(match.address for match in matches)}"
    else:
        reason = "this state does not hold it: another root module, or nobody's, makes it"
    return Unmatched(id=advice.id, title=advice.title, live=_place(advice.key, advice.resource), reason=reason)


def _place(key: ResourceKey | None, resource: str) -> str:
    return f"{resource} ({key.account} {key.region})" if key else resource


def _against(advice: Advice, match: Match, architectures: Architectures, live: Live) -> str | None:
    """Why what is known of the live resource speaks against the change."""
    if match.resource.type == "aws_s3_bucket" and advice.resource not in live.ruleless_buckets:
        return "the bucket has, or may have, other lifecycle rules, which a new lifecycle configuration would end"
    if match.resource.type == "google_storage_bucket":
        held, seen = len(match.resource.values.get(LIFECYCLE_RULE) or ()), live.bucket_rules.get(advice.resource)
        if seen not in (None, held):
            return f"the bucket has {seen} lifecycle rules and the state {held}: apply or correct that first"
    return _of_another_architecture(advice, match, architectures, live.images)


def _of_another_architecture(
    advice: Advice, match: Match, architectures: Architectures, images: Mapping[str, str]
) -> str | None:
    """Why a size cannot be written: its machines run programs of another architecture than the image's."""
    if match.resource.type not in ("aws_instance", "aws_spot_instance_request"):
        return None
    before, after = str(match.resource.values.get("instance_type")), advice.target or ""
    if advice.target is None or "." not in after or match.path:
        return None
    new = architectures(after)
    image = images.get(advice.resource)
    old = (image,) if image else architectures(before)
    if new is None or old is None:
        unknown = after if new is None else before
        return f"the architecture of {unknown} is not known: check that the image runs on it"
    if not set(old) & set(new):
        return f"the image is built for {' and '.join(old)}, {after} runs {' and '.join(new)}: build it anew first"
    return None


def _change(advice: Advice, match: Match, settings: tuple[Setting, ...]) -> ProposedChange:
    held = match.resource
    new_type = _COMPANIONS.get(held.type)
    return ProposedChange(
        id=advice.id,
        title=advice.title,
        address=resource_address(held.module, new_type, held.name) if new_type else held.address,
        type=new_type or held.type,
        beside=held.address if new_type else "",
        new_block=settings[0].path[:2] if settings[0].path[0] in _ADDED_BLOCKS.get(held.type, ()) else (),
        live=advice.resource,
        settings=settings,
        evidence=advice.evidence,
        monthly_before=advice.monthly_before,
        monthly_after=advice.monthly_after,
        destructive=advice.destructive,
    )
