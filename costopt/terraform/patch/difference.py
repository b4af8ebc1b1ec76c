"""Compares what a configuration plans before and after an edit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from costopt.model.terraform import UNKNOWN, AttributePath, Evaluation, PlannedResource, Value, path_text
from costopt.model.terraform_patch import ProposedChange
from costopt.terraform.patch.semantics import rule_of

Spot = tuple[str, AttributePath]
"""Address and attribute; the attribute is () for the resource as a whole."""
_ABSENT = "(not there)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value that a second plan has otherwise."""

    spot: Spot
    """Where."""
    before: Value
    """What the first plan has."""
    after: Value
    """What the second one has."""

    def text(self) -> str:
        """Address and attribute as terraform writes them."""
        address, path = self.spot
        return f"{address}.{path_text(path)}" if path else address


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a set of changes did, held against what it should do."""

    missing: tuple[Spot, ...]
    """Wanted, but not planned."""
    unexpected: tuple[Difference, ...]
    """Planned, but not wanted."""
    consequences: Mapping[str, tuple[str, ...]]
    """Declared consequences that came, by the address of the change that they follow from."""


def differences(before: Evaluation, after: Evaluation) -> dict[Spot, Difference]:
    """Every value that is not the same in two evaluations."""
    found: dict[Spot, Difference] = {}
    for address in sorted({*before.resources, *after.resources}):
        one, two = before.resources.get(address), after.resources.get(address)
        if one is None or two is None:
            there = [_ABSENT if side is None else address for side in (one, two)]
            found[address, ()] = Difference(spot=(address, ()), before=there[0], after=there[1])
        elif one.values != two.values:
            found.update(_within(address, one, two))
    return found


def others(before: Evaluation, after: Evaluation) -> Iterator[Difference]:
    """Data sources that are asked something else, and providers that are configured otherwise."""
    both = ((before.data_sources, after.data_sources), (before.provider_settings, after.provider_settings))
    for kind, (one, two) in zip(("", "provider."), both, strict=True):
        for name in sorted({*one, *two}):
            if one.get(name) != two.get(name):
                yield Difference(spot=(f"{kind}{name}", ()), before=UNKNOWN, after=UNKNOWN)


def _within(address: str, before: PlannedResource, after: PlannedResource) -> dict[Spot, Difference]:
    one, two = before.flat(), after.flat()
    return {
        (address, path): Difference(spot=(address, path), before=one.get(path), after=two.get(path))
        for path in sorted({*one, *two}, key=path_text)
        if not same(one.get(path), two.get(path))
    }


def same(one: Any, two: Any) -> bool:
    """Whether two values are equal; a text is no number, and true is not 1."""
    return bool(one == two) and isinstance(one, bool) == isinstance(two, bool)


def compare(before: Evaluation, after: Evaluation, changes: Sequence[ProposedChange]) -> Comparison:
    """Hold the plan after a set of edits against the changes that were wanted."""
    found = differences(before, after)
    wanted = {(change.address, setting.path): setting.after for change in changes for setting in change.settings}
    for change in changes:
        if change.beside:
            found.pop((change.address, ()), None)
        for spot in [spot for spot, one in found.items() if _is_default(one, change)]:
            del found[spot]
    missing = []
    for (address, path), value in wanted.items():
        found.pop((address, path), None)
        resource = after.resources.get(address)
        if resource is None or not agrees(value_at(resource.values, path), value):
            missing.append((address, path))
    following = _Consequences(before, after, changes)
    declared: dict[str, list[str]] = {}
    unexpected = list(others(before, after))
    for difference in found.values():
        origin = following.origin(difference)
        if origin is None:
            unexpected.append(difference)
        else:
            declared.setdefault(origin, []).append(difference.text())
    return Comparison(
        missing=tuple(missing),
        unexpected=tuple(unexpected),
        consequences={address: tuple(texts) for address, texts in declared.items()},
    )


def _is_default(difference: Difference, change: ProposedChange) -> bool:
    """Whether it comes with a block that is added: what is not said there, and that there was none of its type."""
    address, path = difference.spot
    block = change.new_block
    if not block or address != change.address:
        return False
    inside = path[: len(block)] == block and difference.after in (None, UNKNOWN, (), {})
    return inside or (path == block[:-1] and difference.before in (None, ()))


def value_at(values: Any, path: AttributePath) -> Any:
    """A value within nested ones, None where there is none."""
    for step in path:
        if isinstance(step, int):
            values = values[step] if isinstance(values, list) and step < len(values) else None
        else:
            values = values.get(step) if isinstance(values, Mapping) else None
    return values


def agrees(planned: Any, wanted: Any) -> bool:
    """Whether a planned value is what was written: Terraform turns `8` into "8" where the schema wants a text."""
    return same(planned, wanted) or (
        not isinstance(wanted, bool) and planned is not None and str(planned) == str(wanted)
    )


class _Consequences:
    """Computed values that are declared to change with an attribute."""

    def __init__(self, before: Evaluation, after: Evaluation, changes: Iterable[ProposedChange]) -> None:
        self._after = after
        self._declared: dict[Spot, str] = {}
        for change in changes:
            values = before.resources[change.address].values if change.address in before.resources else {}
            for setting in change.settings:
                rule = rule_of(change.type, setting.path, values)
                for name in rule.consequences if rule else ():
                    self._declared[change.address, (name,)] = change.address

    def origin(self, difference: Difference) -> str | None:
        """Address of the change that a difference follows from, None where none is declared."""
        if difference.after is not UNKNOWN:
            return None
        if difference.spot in self._declared:
            return self._declared[difference.spot]
        address, path = difference.spot
        resource = self._after.resources.get(address)
        argument = path_text(path)
        for name in resource.references.get(argument, ()) if resource else ():
            owner, _, attribute = name.rpartition(".")
            full = f"{resource.module}.{owner}" if resource and resource.module else owner
            if (full, (attribute,)) in self._declared:
                return self._declared[full, (attribute,)]
        return None
