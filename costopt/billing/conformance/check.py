"""The checks of FOCUS conformance, which are data: a rule and the SQL condition of a row that breaks it.

They are `checks/*.toml`; `docs/focus-conformance.md` states them. An entry has `title`, `level`, `columns`, `rule` and
`breaks`; where they are needed `own`, `section` of the specification, `rows` (what stands in place of the table) and
`most_rows`. Conditions are DuckDB's SQL over `cost` and `bill`, of which `costopt.billing.conformance.run` says more. A
condition that is NULL breaks nothing: that a column is filled is a rule of its own.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from costopt.model.conformance import Level, Rule
from costopt.model.focus import TYPES

SPECIFICATION: Final = "https://focus.finops.org/focus-specification/v1-2/"
"""FOCUS 1.2 is one page; each column has a heading there, whose anchor is its name in small letters."""
_PACKAGE: Final = "costopt.billing.conformance"
_TOPICS: Final = ("presence", "values", "periods", "costs", "prices", "commitments", "identity")
"""Files, in the order in which results are shown."""
_KEYS: Final = frozenset(("title", "level", "columns", "rule", "breaks", "own", "section", "rows", "most_rows"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule and how to find the rows that break it."""

    rule: Rule
    """The rule."""
    breaks: str
    """SQL condition of a row that breaks it."""
    rows: str = "cost"
    """SQL of the table that the condition is about, with the columns that examples name."""
    most_rows: int | None = None
    """Bills with more rows are not checked, since it would take too long; None where size does not matter."""


@cache
def load_checks() -> tuple[Check, ...]:
    """All checks, in the order in which they are shown.

    Raises:
        ValueError: an entry is no check.
    """
    tables = (files(_PACKAGE).joinpath("checks", f"{topic}.toml").read_text(encoding="utf-8") for topic in _TOPICS)
    return tuple(_check(name, entry) for table in tables for name, entry in tomllib.loads(table).items())


def _check(name: str, entry: Mapping[str, Any]) -> Check:
    columns = tuple(entry["columns"].split())
    unknown = (entry.keys() - _KEYS) | (set(columns) - TYPES.keys())
    if unknown:
        raise ValueError(f"check {name} has {sorted(unknown)}, which is neither a key nor a column")
    rule = Rule(
        id=name,
        title=entry["title"],
        level=Level(entry["level"]),
        columns=columns,
        words=" ".join(entry["rule"].split()),
        source=f"{SPECIFICATION}#{entry.get('section', columns[0].lower())}",
        own=entry.get("own", False),
    )
    most_rows = entry.get("most_rows")
    return Check(rule=rule, breaks=entry["breaks"].strip(), rows=entry.get("rows", "cost"), most_rows=most_rows)
