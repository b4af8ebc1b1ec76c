"""How the scopes of budgets lie to each other, as far as their filters tell."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import combinations

from costopt.model.budget import Budget


class Overlap(StrEnum):
    """What two scopes have in common."""

    SAME = "same"
    WITHIN = "within"
    """Every charge of the first is in the second."""
    AROUND = "around"
    """Every charge of the second is in the first."""
    APART = "apart"
    """No charge is in both."""
    MAYBE = "maybe"
    """Some charges may be in both: which, only the bill tells."""


Filters = Mapping[tuple[str, bool], frozenset[str]]


def overlap_of(first: Budget, second: Budget) -> Overlap:
    """How the scope of one budget lies to that of another. Credits are not looked at."""
    one, other = _filters(first), _filters(second)
    if _apart(one, other) or _apart(other, one):
        return Overlap.APART
    inside, outside = _implies(one, other), _implies(other, one)
    if inside and outside:
        return Overlap.SAME
    return Overlap.WITHIN if inside else Overlap.AROUND if outside else Overlap.MAYBE


def overlap_notes(budgets: Sequence[Budget]) -> tuple[str, ...]:
    """Which budgets count the same charges, so that nobody adds them up. Different periods are no matter."""
    words = {
        Overlap.SAME: "have the same scope",
        Overlap.WITHIN: "overlap: the first lies within the second",
        Overlap.AROUND: "overlap: the second lies within the first",
        Overlap.MAYBE: "may overlap",
    }
    found = ((one, other, overlap_of(one, other)) for one, other in combinations(budgets, 2))
    return tuple(
        f"{one.name!r} and {other.name!r} {words[overlap]}: each has its own amount, and they do not add up."
        for one, other, overlap in found
        if overlap is not Overlap.APART
    )


def _filters(budget: Budget) -> Filters:
    """Values by column and sign. As questions to the bill have it, values of one column and sign are any of them."""
    found: dict[tuple[str, bool], frozenset[str]] = {}
    for one in budget.scope:
        key = (one.column, one.exclude)
        found[key] = found.get(key, frozenset()) | frozenset(one.values)
    return found


def _apart(one: Filters, other: Filters) -> bool:
    """Whether a column of `one` allows only what `other` does not."""
    for (column, exclude), values in one.items():
        if exclude:
            continue
        allowed, denied = other.get((column, False)), other.get((column, True), frozenset())
        if values <= denied or (allowed is not None and not values & allowed):
            return True
    return False


def _implies(one: Filters, other: Filters) -> bool:
    """Whether every charge that meets `one` meets `other`."""
    return all(_column_implies(one, column, exclude, values) for (column, exclude), values in other.items())


def _column_implies(one: Filters, column: str, exclude: bool, values: frozenset[str]) -> bool:  # noqa: FBT001
    allowed = one.get((column, False))
    if not exclude:
        return allowed is not None and allowed <= values
    denied = one.get((column, True), frozenset())
    return values <= denied or (allowed is not None and not allowed & values)
