"""Bills that AWS delivers to a bucket: the newest edition of each billing period, downloaded into a folder.

The folder is then as if it had been synced, but for the editions that are not needed. A manifest is put there last, so
that a folder whose download broke off holds no manifest whose files are of two editions.
"""

import os
import re
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from costopt.collectors.aws.bill_access import BillReader, open_reader, telling
from costopt.collectors.aws.bill_fetch import BillFetch, FetchedBill, UnreadBill
from costopt.collectors.aws.bill_manifest import (
    MAX_MANIFEST_BYTES,
    Edition,
    StoredObject,
    newest_editions,
    read_manifest,
)
from costopt.collectors.aws.bill_object import (
    BILL_CALLS,
    BucketPrefix,
    ChangedMeanwhile,
    download,
    list_objects,
    local_path,
    parse_uri,
    read_object,
)
from costopt.collectors.aws.hooks import Limits
from costopt.collectors.aws.sessions import Access
from costopt.collectors.faults import printable
from costopt.disk import replace_file
from costopt.errors import BillError, UsageError

MAX_BYTES = 64 * 2**30
"""Bytes of one fetch, unless the caller says otherwise: 400 million lines or more, of 40 to 150 bytes in Parquet."""
_BILL_FILES = (".parquet", ".csv.gz", ".csv")
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")

Announce = Callable[[int, int], None]
"""Told of the number of files and their bytes before the first is downloaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """One edition that will be downloaded."""

    edition: Edition | None
    version: str | None
    raw: bytes
    """The manifest as it came."""
    objects: tuple[StoredObject, ...]

    @property
    def bytes(self) -> int:
        return sum(one.size for one in self.objects)


def fetch_bill(
    uri: str,
    folder: Path,
    *,
    access: Access,
    limits: Limits,
    now: datetime,
    months: Collection[str] | None = None,
    known: Mapping[str, Collection[str]] | None = None,
    max_bytes: int = MAX_BYTES,
    announce: Announce | None = None,
) -> BillFetch:
    """Downloads the bills below `uri` into `folder`, under their keys relative to it.

    Args:
        uri: `s3://bucket/prefix`: the folder of a report or export, or one above it.
        folder: made where there is none.
        access: the way to the account; its first region is asked, else the partition's home region.
        limits: deadline, rates and counts of the run.
        now: time of the run, UTC.
        months: only these billing periods, `YYYY-MM`; None for all.
        known: billing period to the editions (`PeriodBill.version`) that the store has of it: not downloaded again.
        max_bytes: more is refused before the first byte.
        announce: told of files and bytes before the first byte.

    Raises:
        BillError: no bill there, or none that can be taken, or too large.
        CollectError: the bucket cannot be read.
        UsageError: `uri` or `months` is malformed, or `access` leads to several accounts.
    """
    place = parse_uri(uri)
    wrong = sorted(month for month in months or () if not _MONTH.fullmatch(month))
    if wrong:
        raise UsageError(f"no month: {printable(wrong[0])!r}", hint="A month looks like 2026-01.")
    region = access.regions[0] if access.regions else None
    reader = open_reader(access, limits, BILL_CALLS, now=now, region=region)
    fetch = _Fetch(reader, place, folder, months=months, known=known or {}, max_bytes=max_bytes)
    with telling(str(place), BILL_CALLS):
        return fetch.run(announce or (lambda files, size: None))


class _Fetch:
    """One fetch: what it planned, and how each billing period ended."""

    def __init__(
        self,
        reader: BillReader,
        place: BucketPrefix,
        folder: Path,
        *,
        months: Collection[str] | None,
        known: Mapping[str, Collection[str]],
        max_bytes: int,
    ) -> None:
        self._reader = reader
        self._place = place
        self._folder = folder
        self._months = months
        self._known = known
        self._max_bytes = max_bytes
        self._bills: list[FetchedBill] = []
        self._unchanged: set[str] = set()
        self._gaps: list[tuple[UnreadBill, BillError]] = []

    def run(self, announce: Announce) -> BillFetch:
        objects = list_objects(self._reader, self._place)
        editions = self._editions(objects.values())
        plans = self._plans(editions, objects) if editions or self._gaps else [self._loose(objects)]
        self._require_room(plans)
        announce(sum(len(plan.objects) for plan in plans), sum(plan.bytes for plan in plans))
        for plan in plans:
            self._take(plan)
        if self._gaps and not self._bills and not self._unchanged:
            raise self._gaps[0][1]
        return BillFetch(
            bills=tuple(self._bills),
            unchanged=tuple(sorted(self._unchanged)),
            gaps=tuple(gap for gap, _ in self._gaps),
        )

    def _editions(self, objects: Collection[StoredObject]) -> list[Edition]:
        """Those that were asked for; months that are not there are gaps."""
        found = newest_editions(objects)
        if self._months is None or not found:
            return found
        there = sorted({edition.period for edition in found})
        for month in sorted(set(self._months) - set(there)):
            error = BillError(f"{self._place} has no bill of {month}", hint=f"It has {there[0]} to {there[-1]}.")
            self._miss(month, error)
        return [edition for edition in found if edition.period in self._months]

    def _plans(self, editions: Sequence[Edition], objects: Mapping[str, StoredObject]) -> list[_Plan]:
        plans = []
        for edition in editions:
            try:
                plan = self._plan_newest(edition, objects)
            except BillError as error:
                self._miss(edition.period, error, export=edition.export)
            else:
                plans += [] if plan is None else [plan]
        return plans

    def _plan_newest(self, edition: Edition, objects: Mapping[str, StoredObject]) -> _Plan | None:
        try:
            return self._plan(edition, objects)
        except ChangedMeanwhile:
            return self._plan_again(edition)

    def _plan_again(self, edition: Edition) -> _Plan | None:
        """The edition that has taken the place of one which changed under our hands."""
        objects = list_objects(self._reader, self._place)
        for other in newest_editions(objects.values()):
            if (other.export, other.period) == (edition.export, edition.period):
                try:
                    return self._plan(other, objects)
                except ChangedMeanwhile:
                    break
        raise _restless(self._place)

    def _plan(self, edition: Edition, objects: Mapping[str, StoredObject]) -> _Plan | None:
        """What an edition takes; None where it is known."""
        raw = read_object(self._reader, self._place, edition.manifest, MAX_MANIFEST_BYTES)
        manifest = read_manifest(raw, edition)
        if manifest.version is not None and manifest.version in self._known.get(edition.period, ()):
            self._unchanged.add(edition.period)
            return None
        absent = [key for key in manifest.keys if key not in objects]
        if absent:
            raise BillError(
                f"{printable(edition.manifest.key)} names {len(absent)} of {len(manifest.keys)} files that are not in "
                f"{self._place}, such as {printable(absent[0])[:200]}",
                hint="The edition is half-written (try again later), its files were deleted (leave the month out), or "
                "they are outside the prefix (name the folder above).",
            )
        for key in (edition.manifest.key, *manifest.keys):
            local_path(self._folder, self._place, key)
        return _Plan(
            edition=edition, version=manifest.version, raw=raw, objects=tuple(objects[key] for key in manifest.keys)
        )

    def _loose(self, objects: Mapping[str, StoredObject]) -> _Plan:
        """Files without a manifest: all of them."""
        found = [objects[key] for key in sorted(objects) if key.endswith(_BILL_FILES)]
        if not found:
            raise BillError(
                f"there is no bill in {self._place}",
                hint="Name the folder of the report or export; the first delivery takes up to a day.",
            )
        if self._months is not None:
            raise BillError(
                f"{self._place} has {len(found)} files and no manifest of a bill, so that months cannot be told apart",
                hint="Leave the months out, or name the folder that holds the manifests.",
            )
        for one in found:
            local_path(self._folder, self._place, one.key)
        return _Plan(edition=None, version=None, raw=b"", objects=tuple(found))

    def _require_room(self, plans: Sequence[_Plan]) -> None:
        """Refuses what is too large, before the first byte."""
        total = sum(plan.bytes for plan in plans)
        if total > self._max_bytes:
            raise BillError(
                f"the bills in {self._place} have {total:,} bytes; at most {self._max_bytes:,} are downloaded",
                hint="Choose fewer months, or raise the limit.",
            )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self._folder).free
        except OSError as error:
            raise BillError(f"{self._folder} cannot be written: {error.strerror}", hint="Choose another.") from error
        if total > free:
            raise BillError(
                f"the bills in {self._place} have {total:,} bytes, and the disk of {self._folder} has {free:,} left",
                hint="Choose fewer months, or another folder.",
            )

    def _take(self, plan: _Plan) -> None:
        """Downloads one edition; one that changes on the way is planned anew, once."""
        try:
            bill = self._unless_changed(plan)
            if bill is None and plan.edition is not None:
                again = self._plan_again(plan.edition)
                if again is None:
                    return
                self._require_room([again])
                bill = self._unless_changed(again)
            if bill is None:
                raise _restless(self._place)
            self._bills.append(bill)
        except BillError as error:
            if plan.edition is None:
                raise
            self._miss(plan.edition.period, error, export=plan.edition.export)

    def _unless_changed(self, plan: _Plan) -> FetchedBill | None:
        try:
            return self._downloaded(plan)
        except ChangedMeanwhile:
            return None

    def _downloaded(self, plan: _Plan) -> FetchedBill:
        edition = plan.edition
        manifest = None if edition is None else local_path(self._folder, self._place, edition.manifest.key)
        if manifest is not None:
            manifest.unlink(missing_ok=True)
        files = []
        for one in plan.objects:
            path = local_path(self._folder, self._place, one.key)
            download(self._reader, self._place, one, path)
            files.append(path)
        if manifest is not None and edition is not None:
            manifest.parent.mkdir(parents=True, exist_ok=True)
            replace_file(manifest, plan.raw)
            os.utime(manifest, (edition.manifest.modified.timestamp(),) * 2)
        return FetchedBill(
            export="" if edition is None else edition.export,
            period="" if edition is None else edition.period,
            version=plan.version,
            manifest=manifest,
            files=tuple(files),
            bytes=plan.bytes,
        )

    def _miss(self, period: str, error: BillError, *, export: str = "") -> None:
        gap = UnreadBill(export=export, period=period, reason=str(error), hint=error.hint)
        self._gaps.append((gap, error))


def _restless(place: BucketPrefix) -> BillError:
    return BillError(
        f"a bill in {place} changed twice while it was read",
        hint="A new edition is being written; try again in an hour.",
    )
