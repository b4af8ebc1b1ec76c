"""When Cloud SQL starts to charge for extended support of an engine's major version.

Sources: https://cloud.google.com/sql/docs/mysql/db-versions and https://cloud.google.com/sql/docs/postgres/db-versions
(extended support since 1 February 2025, charged from 1 May 2025), and for versions without a date there the end of the
community's support, before which none starts: https://www.postgresql.org/support/versioning/,
https://endoflife.date/mysql.
"""

from collections.abc import Mapping
from datetime import date

_FIRST = date(2025, 5, 1)

CHARGED_FROM: Mapping[str, date] = {
    "MYSQL_5_6": _FIRST,
    "MYSQL_5_7": _FIRST,
    "MYSQL_8_0": date(2026, 7, 1),
    "POSTGRES_9_6": _FIRST,
    "POSTGRES_10": _FIRST,
    "POSTGRES_11": _FIRST,
    "POSTGRES_12": _FIRST,
}
"""First day that is charged, by database version; minor versions (`MYSQL_8_0_31`) are of their major one."""

SUPPORTED_UNTIL: Mapping[str, date] = {
    "POSTGRES_13": date(2025, 11, 13),
    "POSTGRES_14": date(2026, 11, 12),
    "POSTGRES_15": date(2027, 11, 11),
    "POSTGRES_16": date(2028, 11, 9),
    "POSTGRES_17": date(2029, 11, 8),
    "POSTGRES_18": date(2030, 11, 14),
    "MYSQL_8_4": date(2032, 4, 30),
}
"""Until then the community itself supports the version, so that nothing is charged."""


def charged_from(database_version: str) -> date | None:
    """First day that a version is charged for, None where no date is known.

    Args:
        database_version: such as `MYSQL_5_7` or `MYSQL_8_0_31`.
    """
    return _of_major(CHARGED_FROM, database_version)


def supported_until(database_version: str) -> date | None:
    """A day until which nothing is charged for a version, None where none is known."""
    return _of_major(SUPPORTED_UNTIL, database_version)


def _of_major(dates: Mapping[str, date], version: str) -> date | None:
    return next((day for major, day in dates.items() if version == major or version.startswith(f"{major}_")), None)
