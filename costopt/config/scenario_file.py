"""The file of scenarios that a user writes: how demand may come otherwise than planned."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from costopt.config.plain_yaml import read_yaml
from costopt.errors import UsageError, WorkloadError

MOST_SCENARIOS = 20
"""In one file: each is settled for every purchase."""
MOST_GROWTH = 100.0
"""Largest factor: more is a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenScenario:
    """One scenario. Factors multiply the planned demand; those that concern an item are all applied."""

    name: str
    """In words. Hostile until escaped."""
    from_month: int = 0
    """Months of 730 hours from the start of the plan after which it sets in."""
    scale: float = 1.0
    """Factor of all demand."""
    families: Mapping[str, float] = field(default_factory=dict)
    """Factor by instance family."""
    accounts: Mapping[str, float] = field(default_factory=dict)
    """Factor by account."""
    regions: Mapping[str, float] = field(default_factory=dict)
    """Factor by region."""


def read_scenarios(path: Path) -> tuple[WrittenScenario, ...]:
    """The scenarios of a file: `scenarios: [{name: ..., scale: 0.5, from_month: 3, families: {m5: 0}}]`.

    Raises:
        UsageError: it cannot be read, has a key that does not exist, or a factor that cannot be meant.
    """
    try:
        content = read_yaml(path)
    except WorkloadError as error:
        raise UsageError(str(error), hint=error.hint) from None
    entries = content.get("scenarios") if isinstance(content, dict) and set(content) == {"scenarios"} else None
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_SCENARIOS:
        raise UsageError(
            f"{path} must hold `scenarios:`, a list of 1 to {MOST_SCENARIOS}, and nothing else",
            hint="An entry is {name: half of it goes, scale: 0.5, from_month: 6}.",
        )
    found = tuple(_scenario(entry, number, path) for number, entry in enumerate(entries, start=1))
    names = [one.name for one in found]
    wrong = next((name for name in names if not name.strip() or names.count(name) > 1), None)
    if wrong is not None:
        raise UsageError(f"{path}: the scenario {wrong!r} is there twice, or has no name", hint="Name each by itself.")
    return found


def _scenario(entry: Any, number: int, path: Path) -> WrittenScenario:
    known = [one.name for one in fields(WrittenScenario)]
    for key in entry if isinstance(entry, dict) else ():
        if key not in known:
            near = get_close_matches(key, known, n=1)
            raise UsageError(
                f"{path}: scenario {number} has no key {key!r}",
                hint=f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}.",
            )
    try:
        made = msgspec.convert(entry, WrittenScenario, strict=True)
    except msgspec.ValidationError as error:
        raise UsageError(f"{path}: scenario {number}: {error}") from None
    factors = (made.scale, *made.families.values(), *made.accounts.values(), *made.regions.values())
    if not all(0 <= factor <= MOST_GROWTH for factor in factors) or made.from_month < 0:
        raise UsageError(
            f"{path}: scenario {made.name!r}: factors are 0 to {MOST_GROWTH:g} and months 0 or more",
            hint="0.5 is half of the planned demand, 0 nothing of it.",
        )
    return made
