"""Bills that lie at Google, brought into a folder: an export's table in BigQuery, or its files in Cloud Storage."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from costopt.collectors.files.sources import accounts_source
from costopt.errors import UsageError
from costopt.model.bill import BillKind
from costopt.pipeline.google_clients import google_clients

with google_clients():
    from costopt.collectors.gcp.bill_access import storage_client, table_client
    from costopt.collectors.gcp.bill_address import BIGQUERY, parse_bucket, parse_table
    from costopt.collectors.gcp.bill_export import ExportEstimate, estimate_export, fetch_export
    from costopt.collectors.gcp.bill_objects import fetch_objects


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleRequest:
    """How to reach a bill at Google."""

    project: str | None = None
    """Project that pays for the queries; None for the credentials' own."""
    location: str | None = None
    """BigQuery location of the table; None lets BigQuery find it."""
    months: tuple[str, ...] = ()
    """Invoice months of a table, `YYYY-MM`; empty for the last three."""
    max_gib_billed: float = 100.0
    """GiB that reading a table may be billed."""
    endpoint_url: str | None = None
    """Another endpoint, such as an emulator, which gets no credentials; None is Google."""
    announce_lines: Callable[[int, int], None] = lambda lines, size: None
    """Told of lines and the bytes that they are billed before they are read."""
    announce_files: Callable[[int, int], None] = lambda files, size: None
    """Told of files and bytes before the first is downloaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleBill:
    """What was brought."""

    paths: tuple[Path, ...]
    """Files that the intake takes."""
    source: str | None
    """Name to keep them under, as the files of the same accounts would have; None where only the files tell."""
    notes: tuple[str, ...] = ()
    """What the user should know."""
    gaps: tuple[str, ...] = ()
    """What is missing, in words."""


def fetch_google_bill(kind: BillKind, address: str, folder: Path, request: GoogleRequest, now: datetime) -> GoogleBill:
    """Bring the bill at `address` into `folder`.

    Args:
        kind: what it is; a table is only read as Google's export.
        address: `bigquery://project.dataset.table` or `gs://bucket/folder`.
        folder: one that nobody else reads.
        request: how to reach it.
        now: time of the run, aware.

    Raises:
        BillError: no bill there, above a limit, or not whole.
        CollectError: it cannot be read.
        UsageError: the address or a month is malformed, or months are asked of files.
    """
    if not address.startswith(BIGQUERY):
        return _from_objects(address, folder, request)
    _require_export(kind, address)
    table = parse_table(address)
    with table_client(table, request.project, request.location, request.endpoint_url) as client:
        fetched = fetch_export(
            client,
            table,
            folder,
            months=request.months,
            max_gib_billed=request.max_gib_billed,
            now=now,
            announce=request.announce_lines,
        )
    return GoogleBill(
        paths=(fetched.file,),
        source=accounts_source(kind, fetched.accounts),
        notes=fetched.notes,
        gaps=tuple(f"{gap.period or 'unknown period'}: {gap.reason}" for gap in fetched.gaps),
    )


def estimate_google_bill(address: str, request: GoogleRequest, *, now: datetime | None = None) -> ExportEstimate:
    """What reading a table would be billed, by dry runs; reads no row.

    Raises:
        BillError: the table is no export.
        CollectError: it cannot be read.
        UsageError: the address or a month is malformed.
    """
    table = parse_table(address)
    with table_client(table, request.project, request.location, request.endpoint_url) as client:
        return estimate_export(client, table, months=request.months, now=now or datetime.now(UTC))


def _from_objects(address: str, folder: Path, request: GoogleRequest) -> GoogleBill:
    if request.months:
        raise UsageError(
            f"--month is of tables and manifests; the files in {address} come in whole",
            hint="Name the folder that has only those months.",
        )
    with storage_client(request.project, request.endpoint_url) as client:
        paths = fetch_objects(client, parse_bucket(address), folder, announce=request.announce_files)
    return GoogleBill(paths=paths, source=None)


def _require_export(kind: BillKind, address: str) -> None:
    if kind is not BillKind.GCP_EXPORT:
        raise UsageError(
            f"{address} is a table, which is not read of kind {kind.value}",
            hint=f"Use `costopt collect gcp-export {address}`; a FOCUS table is asked where it is, by [engine].",
        )
