"""How a fetch of bills from a bucket ended: what came, what was known already, and what is missing."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedBill:
    """One edition of one billing period, in the folder now."""

    export: str
    """Folder and name of the report or export in the bucket; empty for files without a manifest."""
    period: str
    """Billing period, `YYYY-MM`; empty for files without a manifest."""
    version: str | None
    """Assembly or execution id."""
    manifest: Path | None
    """Where its manifest is now."""
    files: tuple[Path, ...]
    """Where its files are now, in the manifest's order."""
    bytes: int
    """Size of the files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadBill:
    """A billing period that is in the bucket, or was asked for, and could not be taken."""

    export: str
    """Folder and name of the report or export; empty where there is none."""
    period: str
    """Billing period, `YYYY-MM`."""
    reason: str
    """What is wrong."""
    hint: str
    """What to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillFetch:
    """How a fetch ended. Each billing period is in one of the three."""

    bills: tuple[FetchedBill, ...]
    """What was downloaded, sorted by export and period. To be read by their manifests and not by the folder, which
    may hold editions of earlier fetches."""
    unchanged: tuple[str, ...]
    """Billing periods whose newest edition is known already, sorted."""
    gaps: tuple[UnreadBill, ...]
    """Billing periods that are missing; the caller must say so."""
