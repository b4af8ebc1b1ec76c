"""Chooses for every change the place to edit: the owner of the value, or one nearer where others share that."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from costopt.model.terraform import AttributePath, Evaluation
from costopt.model.terraform_patch import ProposedChange, Setting
from costopt.terraform.hcl.spelling import spell
from costopt.terraform.patch.difference import Spot
from costopt.terraform.trace.place import Place, PlaceKey, Trace
from costopt.terraform.trace.tracer import Tracer
from costopt.terraform.trace.unseen import Unseen

_SHOWN = 5
"""Addresses that a reason names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One attribute of one change, and where it would be set."""

    change: ProposedChange
    """The change."""
    setting: Setting
    """The attribute."""
    trace: Trace
    """Where it can be set."""
    level: int = 0
    """Which of the places was chosen."""
    text: str = ""
    """What is written there where that is more than a value: a whole block."""

    @property
    def place(self) -> Place:
        """The place that was chosen."""
        return self.trace.places[self.level]

    @property
    def expression(self) -> str:
        """What is written there."""
        return self.text or spell(self.setting.after, self.place.source.syntax)

    @property
    def spot(self) -> Spot:
        """Address and attribute."""
        return self.change.address, self.setting.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A change that was given up."""

    change: ProposedChange
    """Which."""
    reason: str
    """Why, in words."""
    place: Place | None = None
    """Where to look."""


class Reach:
    """Knows which attributes a place decides, as far as the files tell. What they do not tell, a plan does."""

    def __init__(self, tracer: Tracer, evaluation: Evaluation, unseen: Unseen) -> None:
        self._tracer = tracer
        self._unseen = unseen
        self._addresses: dict[str, list[str]] = defaultdict(list)
        for address, resource in evaluation.resources.items():
            self._addresses[resource.type].append(address)
        self._known: dict[tuple[str, AttributePath], Mapping[PlaceKey, set[Spot]]] = {}

    def of(self, choice: Choice) -> set[Spot]:
        """Attributes of resources of the same type that an edit at the chosen place would change."""
        kind = (choice.change.type, choice.setting.path)
        if kind not in self._known:
            self._known[kind] = self._index(*kind)
        return self._known[kind].get(choice.place.key, set())

    def unseen(self, place: Place) -> str | None:
        """What else reads the value of a place where no plan shows it; None where nothing does."""
        return self._unseen.reader(place)

    def _index(self, type_name: str, path: AttributePath) -> Mapping[PlaceKey, set[Spot]]:
        found: dict[PlaceKey, set[Spot]] = defaultdict(set)
        for address in self._addresses[type_name]:
            for key in self.places((address, path)):
                found[key].add((address, path))
        return found

    def places(self, spot: Spot) -> set[PlaceKey]:
        """Places that decide an attribute; none where that is not known."""
        address, path = spot
        traced = self._tracer.trace(address, path) if path else None
        return {place.key for place in traced.places} if isinstance(traced, Trace) else set()


def settle(choices: Iterable[Choice], reach: Reach) -> tuple[list[Choice], list[Rejected]]:
    """Move choices nearer to their resources until none reaches further than what is wanted there.

    Changes that want the same value at one place stay there together.
    """
    current, rejected = list(choices), list[Rejected]()
    while True:
        wide = dict(_too_wide(current, reach))
        if not wide:
            return current, rejected
        current, given_up = move_nearer(current, wide)
        rejected += given_up


def move_nearer(choices: Iterable[Choice], wide: Mapping[Spot, str]) -> tuple[list[Choice], list[Rejected]]:
    """Choose the next place for some attributes; changes that have no further place are given up as a whole.

    Args:
        choices: all choices.
        wide: attributes whose place reaches too far, with the reason.
    """
    moved = [replace(one, level=one.level + 1) if one.spot in wide else one for one in choices]
    ended = {one.change.key: one for one in moved if one.level >= len(one.trace.places)}
    rejected = [Rejected(change=one.change, reason=wide[one.spot], place=one.trace.places[0]) for one in ended.values()]
    return [one for one in moved if one.change.key not in ended], rejected


def _too_wide(choices: list[Choice], reach: Reach) -> Iterable[tuple[Spot, str]]:
    by_place: dict[PlaceKey, list[Choice]] = defaultdict(list)
    for one in choices:
        by_place[one.place.key].append(one)
    for sharers in by_place.values():
        wanted = {one.spot for one in sharers}
        others = set().union(*(reach.of(one) for one in sharers)) - wanted
        unseen = reach.unseen(sharers[0].place)
        if unseen:
            reason = f"{_name(sharers[0].place)} is read by {unseen} too, of which a plan shows nothing"
            yield from ((spot, reason) for spot in wanted)
        elif len({one.expression for one in sharers}) > 1:
            yield from ((one.spot, f"other resources want another value at {_name(one.place)}") for one in sharers)
        elif others:
            reason = f"{_name(sharers[0].place)} decides it also for {addresses_text(address for address, _ in others)}"
            yield from ((spot, reason) for spot in wanted)


def addresses_text(addresses: Iterable[str]) -> str:
    """Addresses as a list in words, cut where it is long."""
    distinct = sorted(set(addresses))
    more = f" and {len(distinct) - _SHOWN} more" if len(distinct) > _SHOWN else ""
    return ", ".join(distinct[:_SHOWN]) + more


def _name(place: Place) -> str:
    return f"{place.source.path.name}:{place.line}"
