"""When the provider starts to charge for an old version of an engine."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedSupport:
    """Dates of paid extended support of one major version of a database engine."""

    engine: str
    """Engine as the database service names it: `mysql`, `postgres`, `aurora-mysql`, `aurora-postgresql`."""
    major_version: str
    """Major version as the service counts it, such as `5.7` or `11`."""
    start: date
    """First day that is charged, at the rate of years 1 and 2."""
    year_3_start: date | None
    """First day at the rate of year 3; None where the provider has no third-year rate for it."""
    end: date
    """Last day of extended support; the service upgrades the engine afterwards."""
    source: str
    """Where the dates were read, for the user to check."""

    def year_on(self, day: date) -> int:
        """Which rate applies on `day`: 0 none yet, 1 for years 1 and 2, 3 for year 3 and later."""
        if day < self.start:
            return 0
        if self.year_3_start is not None and day >= self.year_3_start:
            return 3
        return 1
