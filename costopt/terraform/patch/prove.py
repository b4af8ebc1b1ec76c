"""Proves edits by a second plan: what changes must be exactly what was asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from costopt.errors import TerraformError
from costopt.model.terraform import Evaluation
from costopt.model.terraform_patch import ProposedChange
from costopt.terraform.patch.choices import Choice, Reach, Rejected, addresses_text, move_nearer, settle
from costopt.terraform.patch.difference import Comparison, Difference, Spot, compare
from costopt.terraform.patch.draft import draft_files
from costopt.terraform.patch.evaluator import Evaluator

_MOST_PLANS = 60
"""Plans that are made at most; what is not proven by then is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Choices that a plan has proven together, and what was given up on the way."""

    choices: tuple[Choice, ...]
    """What is proven, all of it by one plan."""
    rejected: tuple[Rejected, ...]
    """What was given up."""
    comparison: Comparison | None
    """Of the plan that proves the choices; None where there are none."""


class Prover:
    """Looks for the largest set of choices that do what they should and no more."""

    def __init__(self, evaluator: Evaluator, before: Evaluation, reach: Reach) -> None:
        self._evaluator = evaluator
        self._before = before
        self._reach = reach
        self._most_plans = evaluator.plans + _MOST_PLANS

    def prove(self, choices: Sequence[Choice]) -> Proof:
        """Try, find out what is to blame, move it nearer or give it up, and try again."""
        current, rejected = settle(choices, self._reach)
        while current:
            result = self._try(current)
            if isinstance(result, Comparison) and not result.missing and not result.unexpected:
                return Proof(choices=tuple(current), rejected=tuple(rejected), comparison=result)
            if self._evaluator.plans >= self._most_plans:
                rejected += _all(current, "it could not be proven in time: too many changes reach further than asked")
                break
            current, given_up = self._better(current, result)
            current, moved = settle(current, self._reach)
            rejected += [*given_up, *moved]
        return Proof(choices=(), rejected=tuple(rejected), comparison=None)

    def _try(self, choices: Sequence[Choice]) -> Comparison | str:
        """What a plan says of the choices; why there is none, where they cannot be planned."""
        try:
            files = draft_files(choices)
        except TerraformError as error:
            return str(error)
        after = self._evaluator.after(files)
        return after if isinstance(after, str) else compare(self._before, after, _changes(choices))

    def _better(self, choices: list[Choice], result: Comparison | str) -> tuple[list[Choice], list[Rejected]]:
        """The choices without, or with another place for, those that are to blame."""
        if isinstance(result, str):
            return _without(choices, self._culprits(choices), _refusal(result))
        if result.missing:
            blamed = [one for one in choices if one.spot in result.missing]
            return _without(choices, blamed, lambda _: "the plan after the edit does not show it")
        wide = self._blamed(choices, result.unexpected)
        if wide:
            return move_nearer(choices, wide)
        reason = f"it would also change {addresses_text(one.text() for one in result.unexpected)}"
        return move_nearer(choices, {one.spot: reason for one in self._culprits(choices)})

    def _blamed(self, choices: list[Choice], unexpected: Sequence[Difference]) -> dict[Spot, str]:
        """Attributes whose place decides a value that nobody wanted to change, with the reason."""
        by_place: dict[object, list[Choice]] = {}
        for one in choices:
            by_place.setdefault(one.place.key, []).append(one)
        found: dict[Spot, str] = {}
        for difference in unexpected:
            for key in self._reach.places(difference.spot):
                for one in by_place.get(key, ()):
                    found[one.spot] = f"it would also change {difference.text()}"
        return found

    def _culprits(self, choices: list[Choice]) -> list[Choice]:
        """Those that fail on their own, found by halving; all of them where they fail only together."""
        keys = list(dict.fromkeys(one.change.key for one in choices))
        if len(keys) == 1 or self._evaluator.plans >= self._most_plans:
            return choices
        middle = set(keys[: len(keys) // 2])
        halves = [[one for one in choices if (one.change.key in middle) is first] for first in (True, False)]
        found: list[Choice] = []
        for half in halves:
            result = self._try(half)
            if isinstance(result, str) or result.missing or result.unexpected:
                found += self._culprits(half)
        return found or choices


def _changes(choices: Sequence[Choice]) -> list[ProposedChange]:
    return list({one.change.key: one.change for one in choices}.values())


def _without(
    choices: list[Choice], blamed: Sequence[Choice], reason: Callable[[Choice], str]
) -> tuple[list[Choice], list[Rejected]]:
    gone = {one.change.key: one for one in blamed}
    rejected = [Rejected(change=one.change, reason=reason(one), place=one.trace.places[0]) for one in gone.values()]
    return [one for one in choices if one.change.key not in gone], rejected


def _all(choices: Sequence[Choice], reason: str) -> list[Rejected]:
    return _without(list(choices), choices, lambda _: reason)[1]


def _refusal(said: str) -> Callable[[Choice], str]:
    return lambda _: f"terraform refuses the edited configuration: {said}"
