"""Version constraints as Terraform writes them: `~> 6.0`, `>= 5.31, < 7.0, != 6.1.0`.

Source: https://developer.hashicorp.com/terraform/language/expressions/version-constraints
"""

import re
from collections.abc import Iterable
from itertools import zip_longest

from costopt.errors import TerraformError

Version = tuple[int, ...]

_CONDITION = re.compile(r"(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+){0,3})(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")


def parse_version(text: str) -> Version:
    """The numbers of a version; what follows them (`-beta1`, `+build`) is not compared.

    Raises:
        TerraformError: it is no version.
    """
    found = _CONDITION.fullmatch(text.strip())
    if not found or found[1]:
        raise TerraformError(f'"{text}" is not a version', hint="write it as 6.0.1")
    return _numbers(found[2])


def allows(constraint: str, version: Version) -> bool:
    """Whether a version meets every condition of a constraint; an empty one allows all.

    Raises:
        TerraformError: it is no constraint.
    """
    return all(_meets(condition, version) for condition in _conditions(constraint))


def all_allow(constraints: Iterable[str], version: Version) -> bool:
    """Whether a version meets all constraints."""
    return all(allows(constraint, version) for constraint in constraints)


def lowest_named(constraint: str) -> Version | None:
    """The highest of its lower bounds, None where it has none: what an author had when the constraint was written."""
    bounds = [numbers for sign, numbers in _conditions(constraint) if sign in {"=", ">=", ">", "~>"}]
    return max(bounds, default=None)


def _conditions(constraint: str) -> list[tuple[str, Version]]:
    found = []
    for part in constraint.split(","):
        if not part.strip() and not constraint.strip():
            continue
        matched = _CONDITION.fullmatch(part.strip())
        if not matched:
            raise TerraformError(
                f'"{constraint}" is not a version constraint', hint="write it as `~> 6.0` or `>= 6.0, < 7.0`"
            )
        found.append((matched[1] or "=", _numbers(matched[2])))
    return found


def _numbers(text: str) -> Version:
    return tuple(int(part) for part in text.split("."))


def _meets(condition: tuple[str, Version], version: Version) -> bool:
    sign, numbers = condition
    if sign == "~>":
        prefix = numbers[:-1] or numbers
        return _compare(version, numbers) >= 0 and version[: len(prefix)] == prefix
    order = _compare(version, numbers)
    return {"=": order == 0, "!=": order != 0, ">": order > 0, ">=": order >= 0, "<": order < 0, "<=": order <= 0}[sign]


def _compare(left: Version, right: Version) -> int:
    for one, other in zip_longest(left, right, fillvalue=0):
        if one != other:
            return 1 if one > other else -1
    return 0
