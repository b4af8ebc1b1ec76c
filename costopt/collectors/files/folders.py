"""What lies in a folder: files that may be bills, manifests, and all else, which is left out and counted."""

import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from costopt.collectors.files.bounds import MAX_DEPTH, MAX_ENTRIES, unreadable
from costopt.collectors.files.headers import named_form
from costopt.errors import BillError
from costopt.model.bill import FileForm

_TABLES = {"_delta_log": "a Delta Lake table", ".hoodie": "a Hudi table"}
_ARCHIVES = (".zip", ".tar", ".tgz", ".7z", ".rar", ".bz2", ".xz", ".zst")
_NOT_BILLS = frozenset({"cost_and_usage_data_status", "metadata"})
"""Folders beside a bill whose files are none: AWS's marker of when a report was last written
(https://docs.aws.amazon.com/cur/latest/userguide/cur-query-athena.html), and what describes an export."""
METADATA = "metadata"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something in a folder that is not taken."""

    path: Path
    """What."""
    reason: str
    """Why."""


@dataclass(slots=True)
class Listing:
    """What a folder holds."""

    files: list[Path] = field(default_factory=list)
    """May be bills, by their names."""
    manifests: list[Path] = field(default_factory=list)
    """Named as manifests are."""
    left_out: list[LeftOut] = field(default_factory=list)
    """All else."""

    def leave(self, path: Path, reason: str) -> None:
        """Note something that is not taken."""
        self.left_out.append(LeftOut(path=path, reason=reason))


def is_manifest(path: Path) -> bool:
    """Whether a file is named as the manifests of AWS are: `NAME-Manifest.json`."""
    return path.name.lower().endswith("manifest.json")


def is_archive(path: Path) -> bool:
    """Whether a file is named as something that has to be unpacked first."""
    return path.name.lower().endswith(_ARCHIVES)


def listing(folder: Path, forms: Iterable[FileForm]) -> Listing:
    """Everything in a folder and those below it. Links are not followed: they could lead anywhere.

    Args:
        folder: where to look.
        forms: how files that may be bills are written.

    Raises:
        BillError: it cannot be read, is too large or too deep to search, or is a table of Delta Lake, Hudi or Iceberg,
            whose files of older versions would count, too.
    """
    found = Listing()
    wanted = frozenset(forms)
    for path in _entries(folder, found):
        name = path.name.lower()
        if is_manifest(path):
            found.manifests.append(path)
        elif path.name.startswith((".", "_")):
            found.leave(path, "a hidden file")
        elif path.parent.name == METADATA and name.endswith((".metadata.json", "version-hint.text")):
            raise _table(path.parent.parent, "an Iceberg table")
        elif named_form(path) in wanted and not _NOT_BILLS & set(path.relative_to(folder).parts[:-1]):
            found.files.append(path)
        else:
            found.leave(path, "packed: unpack it first" if is_archive(path) else "no file of a bill")
    return found


def _entries(folder: Path, found: Listing) -> Iterator[Path]:
    """Ordinary files, in the order of their names."""
    waiting, count = [folder], 0
    while waiting:
        here = waiting.pop()
        try:
            entries = sorted(here.iterdir())
            kinds = [entry.lstat().st_mode for entry in entries]
        except OSError as error:
            raise unreadable(here, error) from error
        count += len(entries)
        _require_bounded(folder, count, len(here.relative_to(folder).parts))
        for entry, kind in zip(entries, kinds, strict=True):
            if stat.S_ISDIR(kind):
                waiting.extend(_folder(entry, found))
            elif stat.S_ISREG(kind):
                yield entry
            else:
                found.leave(entry, "a link" if stat.S_ISLNK(kind) else "no ordinary file")


def _folder(path: Path, found: Listing) -> list[Path]:
    """A folder to look into, or nothing."""
    if path.name in _TABLES:
        raise _table(path.parent, _TABLES[path.name])
    if path.name.startswith((".", "_")):
        found.leave(path, "a hidden folder")
        return []
    return [path]


def _require_bounded(folder: Path, count: int, depth: int) -> None:
    if count > MAX_ENTRIES or depth > MAX_DEPTH:
        raise BillError(
            f"{folder} holds more than {MAX_ENTRIES:,} files, or folders deeper than {MAX_DEPTH}",
            hint="Name the folder of one export.",
        )


def _table(path: Path, what: str) -> BillError:
    return BillError(
        f"{path} is {what}: its folder holds rows of older versions, too",
        hint="Write the current rows to plain Parquet, or query the table where it is ([engine] in costopt.toml).",
    )


def summary(left_out: Iterable[LeftOut]) -> str:
    """What was left out, in one sentence: how many for which reason; empty for nothing."""
    counts = Counter(one.reason for one in left_out)
    return ", ".join(f"{count:,} left out ({reason})" for reason, count in sorted(counts.items()))
