"""Taking bills into the store: from files, from S3, from Cost Explorer."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from costopt.billing.intake.ingest import ingest
from costopt.collectors.files.discover import discover
from costopt.model.bill import BillKind
from costopt.model.bill_quality import Ingested


def collect_bill(
    kind: BillKind, paths: Sequence[Path], store: Path, *, source: str | None = None, now: datetime | None = None
) -> tuple[Ingested, ...]:
    """Take the bills at `paths` into the store, each delivery whole or not at all.

    Args:
        kind: what they are; a file of another kind is refused.
        paths: files, folders or manifests.
        store: directory of the store; made where there is none.
        source: name to keep them under; the export's own by default. A bill of the same name and month is replaced.
        now: time of the ingest, aware; the clock's by default.

    Returns:
        How each delivery ended, in the order of its source and period.

    Raises:
        BillError: a bill is refused; those before it in the order are taken in.
        StoreError: the store is damaged, or another process writes to it.
    """
    moment = now or datetime.now(UTC)
    return tuple(ingest(delivery, store, now=moment) for delivery in discover(paths, kind, source=source))
