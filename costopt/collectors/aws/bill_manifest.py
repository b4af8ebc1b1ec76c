"""Manifests of AWS bills: which editions of which billing periods a bucket holds, and which files each names.

Legacy reports stand at `REPORT/YYYYMMDD-YYYYMMDD/[ASSEMBLY/]REPORT-Manifest.json`, Data Exports (CUR 2.0 and FOCUS) at
`EXPORT/metadata/BILLING_PERIOD=YYYY-MM/[EXECUTION/]EXPORT-Manifest.json`; AWS writes the manifest after all files.
Sources: https://docs.aws.amazon.com/cur/latest/userguide/understanding-report-versions.html,
https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from costopt.collectors.faults import printable
from costopt.errors import BillError

MAX_MANIFEST_BYTES = 16 * 2**20
"""A file's name takes about 150 bytes and a column's 80: room for 100,000 files and 2,000 columns."""
MAX_FILES = 10_000
"""Files of one edition; AWS splits a bill into pieces of about a million lines."""
_MAX_VERSION = 200

_LEGACY = re.compile(
    r"(?P<root>(?:.*/)?)(?P<year>\d{4})(?P<month>0[1-9]|1[0-2])\d\d-\d{8}/(?:(?P<edition>[^/]+)/)?(?P<name>[^/]+)-Manifest\.json"
)
_EXPORT = re.compile(
    r"(?P<root>(?:.*/)?)metadata/(?i:billing_period)=(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])/"
    r"(?:(?P<edition>[^/]+)/)?(?P<name>[^/]+)-Manifest\.json"
)
_URI = re.compile(r"s3://[^/]+/(?P<key>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """One object as a listing tells of it."""

    key: str
    """Its key."""
    size: int
    """Bytes."""
    etag: str
    """Changes with its content."""
    modified: datetime
    """When it was written, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One manifest in the bucket: one edition of one billing period of one export."""

    export: str
    """Key of the folder of the report or export, and its name."""
    period: str
    """Billing period, `YYYY-MM`."""
    manifest: StoredObject
    """The manifest."""
    is_current: bool
    """Whether it is of a legacy report and stands at the period's top level, where AWS keeps the newest one."""
    folder: str
    """Folder of the edition; empty at the top level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a manifest says."""

    version: str | None
    """The provider's name of the edition: assembly or execution id; None where it has none."""
    keys: tuple[str, ...]
    """Keys of its files, in order, each once."""


def newest_editions(objects: Iterable[StoredObject]) -> list[Edition]:
    """The edition to take of each export and billing period, sorted.

    Of a legacy report the manifest at the top level of the period, of all else the one written last.
    """
    newest: dict[tuple[str, str], Edition] = {}
    for one in objects:
        edition = _edition(one)
        if edition is None:
            continue
        place = (edition.export, edition.period)
        other = newest.get(place)
        if other is None or _order(other) < _order(edition):
            newest[place] = edition
    return [newest[place] for place in sorted(newest)]


def _order(edition: Edition) -> tuple[bool, datetime, bool, str]:
    return edition.is_current, edition.manifest.modified, not edition.folder, edition.folder


def _edition(one: StoredObject) -> Edition | None:
    legacy = _LEGACY.fullmatch(one.key)
    match = legacy or _EXPORT.fullmatch(one.key)
    if match is None:
        return None
    folder = match["edition"] or ""
    return Edition(
        export=f"{match['root']}{match['name']}",
        period=f"{match['year']}-{match['month']}",
        manifest=one,
        is_current=legacy is not None and not folder,
        folder=folder,
    )


def read_manifest(raw: bytes, edition: Edition) -> Manifest:
    """What a manifest says.

    Addresses in it may name another bucket: that of which this one is a copy. Only their keys are looked up, here.

    Raises:
        BillError: it is no manifest, is of another period, or names no file.
    """
    name = printable(edition.manifest.key)
    content = _object(raw, name)
    period = content.get("billingPeriod")
    start = period.get("start") if isinstance(period, dict) else None
    if isinstance(start, str) and not start.replace("-", "").startswith(edition.period.replace("-", "")):
        raise BillError(
            f"{name} says that its billing period begins on {printable(start[:30])}, but it stands in the folder of "
            f"{edition.period}",
            hint="It was moved or mixed with another; export it again.",
        )
    version = content.get("assemblyId") or content.get("executionId")
    return Manifest(version=version[:_MAX_VERSION] if isinstance(version, str) else None, keys=_keys(content, name))


def _object(raw: bytes, name: str) -> dict[str, Any]:
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BillError(f"{name} is no JSON: {error}", hint="It may be half-written; try again later.") from error
    if not isinstance(content, dict):
        raise BillError(f"{name} is no manifest of a bill", hint="Name the folder of the report or export.")
    return content


def _keys(content: dict[str, Any], name: str) -> tuple[str, ...]:
    named = content.get("reportKeys") or content.get("dataFiles")
    if not isinstance(named, list) or not named or not all(isinstance(key, str) and key for key in named):
        raise BillError(f"{name} names no files", hint="It is no manifest of a bill, or an empty one; export it again.")
    if len(named) > MAX_FILES:
        raise BillError(f"{name} names {len(named):,} files; at most {MAX_FILES:,} are read", hint="Export it anew.")
    return tuple(dict.fromkeys(_key(key) for key in named))


def _key(address: str) -> str:
    match = _URI.fullmatch(address)
    return match["key"] if match else address
