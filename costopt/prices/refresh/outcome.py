"""What a refresh did, for the user to read."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from costopt.prices.refresh.tally import Rejected


class PartStatus(StrEnum):
    """How a part of the catalog came to be."""

    NEW = "new"
    """Read anew."""
    UNCHANGED = "unchanged"
    """The provider says that nothing changed; the rows at hand stay."""
    CARRIED = "carried"
    """Not asked for this time; the rows at hand stay."""
    STALE = "stale"
    """Could not be read; the older rows at hand stay. A gap."""
    MISSING = "missing"
    """Could not be read, and none are at hand. A gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOutcome:
    """One part of the catalog after the refresh."""

    service: str
    """`ec2`, `rds`, `elb`, `vpc`, `savings_plans`, `spot`, `advisor` or `gce`."""
    region: str
    """Such as `eu-west-1`; `all` for the advisor, whose file holds every region."""
    status: PartStatus
    """How it came to be."""
    rows: int | None = None
    """Rows read anew; None where none were."""
    reason: str = ""
    """Of a gap: what went wrong."""
    hint: str = ""
    """Of a gap: what to do about it."""

    @property
    def is_gap(self) -> bool:
        """It was asked for and could not be read."""
        return self.status in {PartStatus.STALE, PartStatus.MISSING}

    def line(self) -> str:
        """The outcome in a line, for progress."""
        rows = f", {self.rows:,} rows" if self.rows is not None else ""
        reason = f": {self.reason}" if self.reason else ""
        return f"{self.service} {self.region}: {self.status.value}{rows}{reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshReport:
    """What a refresh did."""

    catalog: Path | None
    """Catalog in use after it; None where there never was one."""
    version: str | None
    """Name of that catalog."""
    published: bool
    """A new catalog was put into use."""
    refusal: str
    """Why the new catalog was not used; empty where it was, or where nothing changed."""
    parts: tuple[PartOutcome, ...]
    """Every part asked for or carried, by service and region."""
    quarantined: tuple[Rejected, ...]
    """Prices that are not used: unreadable, contradicted, or against a guard. Empty where nothing new was read."""
    rows: int
    """Priced rows of the new catalog, quarantined ones not counted; 0 where nothing new was read."""

    @property
    def gaps(self) -> tuple[PartOutcome, ...]:
        """Parts that were asked for and could not be read."""
        return tuple(part for part in self.parts if part.is_gap)

    @property
    def quarantined_fraction(self) -> Decimal:
        """Share of all priced rows that is quarantined, 0..1."""
        total = self.rows + len(self.quarantined)
        return Decimal(len(self.quarantined)) / total if total else Decimal(0)
