"""Taking bills into the store: from files, from S3, from BigQuery and Cloud Storage, from Cost Explorer."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from costopt.billing.intake.ingest import ingest
from costopt.billing.lake import CATALOG, Lake
from costopt.collectors.aws.bill_bucket import fetch_bill
from costopt.collectors.aws.bill_fetch import BillFetch
from costopt.collectors.aws.connection import Wire
from costopt.collectors.aws.cost_explorer import CostExplorerBill, earliest_start, read_cost_explorer
from costopt.collectors.aws.hooks import Limits
from costopt.collectors.aws.sessions import Access
from costopt.collectors.files.discover import discovery
from costopt.collectors.files.folders import summary
from costopt.config.settings import AwsSettings
from costopt.errors import UsageError
from costopt.model.bill import BillKind
from costopt.model.bill_quality import Ingested

if TYPE_CHECKING:
    from costopt.pipeline.bills_google import GoogleRequest

S3 = "s3://"
"""How the address of a bucket of AWS begins."""
GOOGLE = ("bigquery://", "gs://")
"""How the addresses of a table and of a bucket of Google begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """How a collection of bills ended."""

    bills: tuple[Ingested, ...]
    """Each delivery, in the order of its source and period."""
    notes: tuple[str, ...] = ()
    """What the user should know: files left out, periods unchanged or not read, days that may still change."""
    gaps: int = 0
    """Billing periods that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketRequest:
    """How to reach bills in S3."""

    aws: AwsSettings = field(default_factory=AwsSettings)
    """The way into the account."""
    endpoint_url: str | None = None
    """Another endpoint, such as an emulator; None is AWS."""
    months: tuple[str, ...] = ()
    """Only these billing periods, `YYYY-MM`; empty for all that are new."""
    announce: Callable[[int, int], None] | None = None
    """Told of files and bytes before the first is downloaded."""


def collect_bill(
    kind: BillKind,
    places: Sequence[str],
    store: Path,
    *,
    source: str | None = None,
    bucket: BucketRequest | None = None,
    google: "GoogleRequest | None" = None,
    replace: bool = False,
    now: datetime | None = None,
) -> Collected:
    """Take the bills at `places` into the store, each delivery whole or not at all.

    Args:
        kind: what they are; a file of another kind is refused.
        places: files, folders, manifests, `s3://bucket/prefix`, `gs://bucket/folder` or
            `bigquery://project.dataset.table`.
        store: directory of the store; made where there is none.
        source: name to keep them under; the export's own by default. A bill of the same name and month is replaced.
        bucket: how to reach S3.
        google: how to reach BigQuery and Cloud Storage.
        replace: take loose files even if they have much less of a month than the store.
        now: time of the ingest, aware; the clock's by default.

    Raises:
        BillError: a bill is refused; those before it in the order are taken in.
        CollectError: a bucket or table cannot be read.
        StoreError: the store is damaged, or another process writes to it.
        UsageError: months are asked of files, which come in whole.
    """
    moment = now or datetime.now(UTC)
    remote = [place for place in places if place.startswith(S3)]
    at_google = [place for place in places if place.startswith(GOOGLE)]
    local = [Path(place) for place in places if not place.startswith((S3, *GOOGLE))]
    if local and bucket is not None and bucket.months:
        raise UsageError(f"--month is of buckets; {local[0]} comes in whole", hint="Name only the files of that month.")
    ended = [_from_bucket(kind, uri, store, source, bucket or BucketRequest(), moment) for uri in remote]
    ended += [_from_google(kind, uri, store, source, google, moment, replace=replace) for uri in at_google]
    if local:
        ended.append(_from_files(kind, local, store, source, moment, replace=replace))
    return Collected(
        bills=tuple(bill for one in ended for bill in one.bills),
        notes=tuple(note for one in ended for note in one.notes),
        gaps=sum(one.gaps for one in ended),
    )


def _from_files(
    kind: BillKind, paths: Sequence[Path], store: Path, source: str | None, now: datetime, *, replace: bool = False
) -> Collected:
    found = discovery(paths, kind, source=source)
    left = summary(found.left_out)
    bills = tuple(ingest(delivery, store, now=now, replace=replace) for delivery in found.deliveries)
    return Collected(bills=bills, notes=(left,) if left else ())


def _from_bucket(
    kind: BillKind, uri: str, store: Path, source: str | None, request: BucketRequest, now: datetime
) -> Collected:
    """Download what is new of a bucket into a private folder, take it in, and remove it."""
    with TemporaryDirectory(prefix="costopt-bill-") as folder:
        fetched = fetch_bill(
            uri,
            Path(folder),
            access=_access(request.aws, request.endpoint_url),
            limits=Limits.of(),
            now=now,
            months=request.months or None,
            known=_known(store),
            announce=request.announce,
        )
        named = [path for bill in fetched.bills for path in ([bill.manifest] if bill.manifest else bill.files)]
        taken = _from_files(kind, named, store, source, now) if named else Collected(bills=())
    return Collected(bills=taken.bills, notes=(*taken.notes, *_fetch_notes(fetched)), gaps=len(fetched.gaps))


def _from_google(
    kind: BillKind,
    address: str,
    store: Path,
    source: str | None,
    request: "GoogleRequest | None",
    now: datetime,
    *,
    replace: bool,
) -> Collected:
    """Bring a bill from Google into a private folder, take it in, and remove it."""
    from costopt.pipeline.bills_google import GoogleRequest, fetch_google_bill

    with TemporaryDirectory(prefix="costopt-bill-") as folder:
        brought = fetch_google_bill(kind, address, Path(folder), request or GoogleRequest(), now)
        taken = _from_files(kind, brought.paths, store, source or brought.source, now, replace=replace)
    gaps = [f"not read: {gap}" for gap in brought.gaps]
    return Collected(bills=taken.bills, notes=(*taken.notes, *brought.notes, *gaps), gaps=len(gaps))


def _known(store: Path) -> Mapping[str, Collection[str]]:
    """Editions that the store has, by billing period."""
    known: dict[str, set[str]] = defaultdict(set)
    if not (store / CATALOG).exists():
        return known
    for bill in Lake(store).catalog().bills:
        if bill.version is not None:
            known[bill.billing_period].add(bill.version)
    return known


def _fetch_notes(fetched: BillFetch) -> list[str]:
    notes = [f"{', '.join(fetched.unchanged)}: nothing new in the bucket"] if fetched.unchanged else []
    return notes + [f"not read: {gap.period or 'unknown period'}: {gap.reason}" for gap in fetched.gaps]


def collect_cost_explorer(
    store: Path,
    aws: AwsSettings,
    *,
    months: int = 3,
    endpoint_url: str | None = None,
    cache: Path | None = None,
    now: datetime | None = None,
) -> tuple[Collected, CostExplorerBill]:
    """Ask AWS Cost Explorer for the last months and take the answer into the store: at most 20 requests of $0.01.

    Args:
        store: directory of the store.
        aws: the way into the account; its limit on the cost of API calls holds here, too.
        months: how many billing periods, the current one among them.
        endpoint_url: another endpoint, such as an emulator.
        cache: folder of the day's answers; the user's cache by default.
        now: time of the run, aware; the clock's by default.

    Raises:
        BillError: no costs, more requests needed than allowed, or an answer that makes no sense.
        CollectError: Cost Explorer cannot be asked.
    """
    moment = now or datetime.now(UTC)
    with TemporaryDirectory(prefix="costopt-bill-") as folder:
        bill = _explore(aws, months, endpoint_url, cache, moment, Path(folder))
        taken = ingest(bill.delivery, store, now=moment)
    return Collected(bills=(taken,), notes=tuple(_explorer_notes(bill))), bill


def cost_explorer_totals(
    aws: AwsSettings,
    *,
    months: int,
    endpoint_url: str | None = None,
    cache: Path | None = None,
    now: datetime | None = None,
) -> dict[tuple[str, str], Decimal]:
    """What Cost Explorer says was charged, by (billing period, currency); see `collect_cost_explorer`."""
    with TemporaryDirectory(prefix="costopt-bill-") as folder:
        bill = _explore(aws, months, endpoint_url, cache, now or datetime.now(UTC), Path(folder))
    return {(period, bill.currency): sum(kinds.values(), Decimal(0)) for period, kinds in bill.totals.items()}


def _explore(
    aws: AwsSettings, months: int, endpoint_url: str | None, cache: Path | None, now: datetime, folder: Path
) -> CostExplorerBill:
    limit = aws.max_api_cost_usd
    return read_cost_explorer(
        _access(aws, endpoint_url),
        start=_first_of(now.date(), months),
        end=now.date(),
        now=now,
        cache=cache or user_cache_path("costopt") / "cost-explorer",
        folder=folder,
        max_cost_usd=None if limit is None else Decimal(str(limit)),
    )


def _first_of(today: date, months: int) -> date:
    """First day of the earliest of so many months; on the first of a month the one before is the current one."""
    number = today.year * 12 + today.month - (1 if today.day > 1 else 2) - (months - 1)
    first = date(number // 12, number % 12 + 1, 1)
    if months < 1 or first < earliest_start(today):
        raise UsageError(f"Cost Explorer has no {months} months", hint="Ask for 1 to 13.")
    return first


def _explorer_notes(bill: CostExplorerBill) -> list[str]:
    notes = [f"{bill.requests} requests, ${bill.cost_usd}"]
    if bill.estimated_days:
        notes.append(f"AWS may still change {bill.estimated_days[0]} to {bill.estimated_days[-1]}")
    if bill.unknown_kinds:
        notes.append(f"kinds of charge that are booked as adjustments: {', '.join(bill.unknown_kinds)}")
    return notes + [
        f"{one.period} {one.group}: the days sum to {one.daily}, the month is {one.monthly}" for one in bill.differences
    ]


def _access(aws: AwsSettings, endpoint_url: str | None) -> Access:
    """The way to one account: bills lie in one, so an organisation's members are not entered."""
    return Access(
        profile=aws.profile,
        role_arns=aws.role_arns[:1],
        external_id=aws.external_id,
        regions=aws.regions[:1],
        wire=Wire(endpoint_url=endpoint_url),
    )
