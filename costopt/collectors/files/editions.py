"""Editions of one billing period that lie side by side: only one may count."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from costopt.collectors.files.bounds import unreadable
from costopt.collectors.files.headers import SUFFIXES
from costopt.collectors.files.manifests import Manifest
from costopt.errors import BillError

_GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_COMPACT = r"\d{8}T\d{6}Z?"
_EXTENDED = r"\d{4}-\d{2}-\d{2}T\d{2}[:_-]\d{2}[:_-]\d{2}(?:\.\d+)?Z?"
_EDITION = re.compile(rf"(?:{_GUID}|{_COMPACT}|{_EXTENDED})(?:-{_GUID})?", re.IGNORECASE)
"""Names of folders that hold one edition each: assembly ids of reports, `TIMESTAMP-EXECUTIONID` of Data Exports, run
ids of Azure. Sources: https://docs.aws.amazon.com/cur/latest/userguide/understanding-report-versions.html,
https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html."""
_TIME = re.compile(rf"({_COMPACT}|{_EXTENDED})(?:-.*)?")


def newest(manifests: Sequence[Manifest]) -> Manifest:
    """The manifest that counts, of several for one billing period of one export.

    That is the one at the top of the period, where AWS writes the current one beside the folders of editions; without
    it the one whose edition has the latest time in its name.

    Raises:
        BillError: none stands at the top, and the names of the editions do not tell which is the latest.
    """
    editions: dict[object, Manifest] = {}
    for manifest in sorted(manifests, key=lambda one: (len(one.path.parts), str(one.path))):
        editions.setdefault(manifest.version or manifest.keys, manifest)
    found = list(editions.values())
    if len(found) == 1:
        return found[0]
    first, *others = found
    if all(first.path.parent in other.path.parent.parents for other in others):
        return first
    times = sorted((_time(manifest), manifest.path) for manifest in found)
    if times[0][0] and times[-1][0] > times[-2][0]:
        return next(manifest for manifest in found if manifest.path == times[-1][1])
    raise BillError(
        f"{first.path} and {others[0].path} are manifests of one billing period, and neither says that it is later",
        hint="Name the manifest that counts.",
    )


def _time(manifest: Manifest) -> str:
    """Time of an edition by the folder that it or its files lie in, as 14 digits of UTC; empty where unknown."""
    parts = [part for key in manifest.keys[:1] for part in key.parts] + list(manifest.path.parts[-4:])
    found = [match[1] for part in [manifest.version, *reversed(parts)] if (match := _TIME.fullmatch(part))]
    return "".join(letter for letter in found[0] if letter.isdigit())[:14] if found else ""


def require_one_edition(files: Iterable[Path]) -> None:
    """Check that files without a manifest are not the same bill several times.

    Raises:
        BillError: two folders beside each other are named as editions are, or two files beside each other differ only
            in how they are written.
    """
    folders: dict[Path, set[str]] = defaultdict(set)
    forms: dict[str, Path] = {}
    for file in files:
        path = _absolute(file)
        for folder in path.parents:
            if _EDITION.fullmatch(folder.name):
                folders[folder.parent].add(folder.name)
        other = forms.setdefault(_stem(path), path)
        if other != path:
            raise BillError(
                f"{other} and {path} look like one bill in two forms, which would count twice",
                hint="Name one of them, or give them names that differ.",
            )
    for parent, names in sorted(folders.items()):
        if len(names) > 1:
            first, second = sorted(names)[:2]
            raise BillError(
                f"{parent} holds several editions of a bill without a manifest: {first}, {second}; "
                "to take all would count twice",
                hint="Name the folder of the one that counts. If they are bills of different accounts, collect each "
                "with a --source of its own.",
            )


def _absolute(path: Path) -> Path:
    """A path without links, so that one file has one name."""
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise unreadable(path, error if isinstance(error, OSError) else OSError(str(error))) from error


def _stem(path: Path) -> str:
    """The whole path without what says how the file is written."""
    name = path.name.lower()
    suffix = next((one for one in SUFFIXES if name.endswith(one)), "")
    return str(path.with_name(path.name[: len(path.name) - len(suffix)]))
