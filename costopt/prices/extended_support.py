"""When paid extended support of database engines starts and ends. Facts in `data/rds_extended_support.csv`."""

import csv
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

from costopt.model.support import ExtendedSupport

_MAJOR: Final = {
    "mysql": re.compile(r"\d+\.\d+"),
    "aurora-mysql": re.compile(r"\d+\.\d+"),
    "postgres": re.compile(r"9\.\d+|\d+"),
    "aurora-postgresql": re.compile(r"9\.\d+|\d+"),
}
"""How each engine counts major versions: MySQL by two numbers, PostgreSQL by one since 10."""


def extended_support_dates(engine: str, version: str) -> ExtendedSupport | None:
    """Dates of a major version.

    Args:
        engine: `mysql`, `postgres`, `aurora-mysql` or `aurora-postgresql`.
        version: major or full version: `5.7`, `5.7.44`, `11.22`, `5.7.mysql_aurora.2.11.2`.

    Returns:
        None where none are known.
    """
    pattern = _MAJOR.get(engine)
    major = pattern.match(version) if pattern else None
    return _all_dates().get((engine, major[0])) if major else None


@cache
def _all_dates() -> Mapping[tuple[str, str], ExtendedSupport]:
    text = (files("costopt.prices") / "data" / "rds_extended_support.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        found[row["engine"], row["major_version"]] = ExtendedSupport(
            engine=row["engine"],
            major_version=row["major_version"],
            start=date.fromisoformat(row["start"]),
            year_3_start=date.fromisoformat(row["year_3_start"]) if row["year_3_start"] else None,
            end=date.fromisoformat(row["end"]),
            source=row["source"],
        )
    return found
