"""The store of bills on disk: immutable Parquet files, found through one catalog that is replaced atomically.

Readers need no lock: they read the catalog once and then the files that it names, which are deleted only an hour after
a newer catalog stopped naming them. One writer at a time. A writer that is killed leaves files that no catalog names;
the next writer sweeps them.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import msgspec
from filelock import FileLock, Timeout

from costopt.disk import replace_file, sync_folder
from costopt.errors import BillError, StoreError
from costopt.model.bill import STORE_SCHEMA_VERSION, Catalog, PeriodBill, Retired

CATALOG = "catalog.json"
MAX_CATALOG_BYTES = 64 * 2**20
"""A period takes some kilobytes; ten years of a hundred sources take about 30 MiB."""
GRACE = timedelta(hours=1)
"""How long a replaced file stays for readers that began before."""
_LOCK = ".lock"
_COST = "cost"
_STAGING = ".staging-"
SPILL = ".spill-"
"""How the folders begin into which queries spill; the next writer sweeps those of processes that died."""
_SPILL_SECONDS = 24 * 3600
"""No query runs as long."""
_STORED = re.compile(r"cost/[a-z0-9][a-z0-9._-]{0,120}/\d{4}-\d{2}/[0-9a-f]{32}\.parquet")


class Lake:
    """A store of bills for readers. Opening it reads nothing; each call reads the catalog as it is then."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def catalog(self) -> Catalog:
        """The table of contents now.

        Raises:
            StoreError: no store there, a damaged one, or one of another version.
        """
        try:
            raw = _bounded(self.path / CATALOG)
        except FileNotFoundError:
            raise StoreError(
                f"no store of bills at {self.path}", hint="`costopt collect focus FILE --store DIR` makes one."
            ) from None
        return _decoded(raw, self.path / CATALOG)

    def files(self, bill: PeriodBill) -> list[Path]:
        """Where the rows of a bill are."""
        return [self.path / file.path for file in bill.files]


class Writer:
    """The one process that may change a store, while it holds the lock."""

    def __init__(self, lake: Lake, staging: Path, now: datetime) -> None:
        self.lake = lake
        self.staging = staging
        """A folder of the writer's own, on the same disk, gone at the end."""
        self._now = now

    def bills(self) -> tuple[PeriodBill, ...]:
        """What the store has now; nothing where it is new."""
        return self.lake.catalog().bills if (self.lake.path / CATALOG).exists() else ()

    def place(self, source_folder: str, period: str, name: str) -> Path:
        """Path, relative to the store, at which a staged file is to stand; its folder exists afterwards."""
        relative = Path(_COST, source_folder, period, f"{name}.parquet")
        if not _STORED.fullmatch(relative.as_posix()):
            raise StoreError(f"{relative} is no place for a bill", hint="Give the source a plain name with --source.")
        (self.lake.path / relative).parent.mkdir(parents=True, exist_ok=True)
        return relative

    def publish(self, bills: Sequence[PeriodBill]) -> Catalog:
        """Make `bills` what the store says of their sources and periods; all of them or none.

        The files must be in place and on disk. What they replace is retired, and deleted after `GRACE`.
        """
        before = self.lake.catalog() if (self.lake.path / CATALOG).exists() else Catalog()
        replaced = {bill.key for bill in bills}
        kept = [bill for bill in before.bills if bill.key not in replaced]
        gone = [file.path for bill in before.bills if bill.key in replaced for file in bill.files]
        old = [file for file in before.retired if self._now - file.since < GRACE]
        after = Catalog(
            bills=tuple(sorted([*kept, *bills], key=lambda bill: bill.key)),
            retired=(*old, *(Retired(path=path, since=self._now) for path in gone)),
        )
        for bill in bills:
            for path in self.lake.files(bill):
                sync_folder(path.parent)
        replace_file(self.lake.path / CATALOG, _encoded(after))
        self._sweep(after)
        return after

    def _sweep(self, catalog: Catalog) -> None:
        """Delete data files that no catalog names any more."""
        named = {file.path for bill in catalog.bills for file in bill.files} | {file.path for file in catalog.retired}
        for path in (self.lake.path / _COST).rglob("*.parquet"):
            if path.relative_to(self.lake.path).as_posix() not in named:
                path.unlink(missing_ok=True)


@contextmanager
def open_writer(path: Path, now: datetime) -> Iterator[Writer]:
    """The right to change the store at `path`, which is made where there is none.

    Raises:
        StoreError: another process writes to it, or the folder holds something else.
    """
    _refuse_foreign(path)
    # A bill is for its owner alone.
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(path / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise StoreError(f"another process is writing to {path}", hint="Wait for it, then repeat.") from None
    _clear(path, now)
    staging = Path(mkdtemp(dir=path, prefix=_STAGING))
    try:
        yield Writer(Lake(path), staging, now)
    finally:
        rmtree(staging, ignore_errors=True)
        lock.release()


def _clear(path: Path, now: datetime) -> None:
    """Remove what writers left that died, and what queries spilled that ended more than a day ago."""
    for folder in path.glob(f"{_STAGING}*"):
        rmtree(folder, ignore_errors=True)
    for half in path.glob(f".{CATALOG}.*"):
        half.unlink(missing_ok=True)
    for folder in path.glob(f"{SPILL}*"):
        if now.timestamp() - folder.stat().st_mtime > _SPILL_SECONDS:
            rmtree(folder, ignore_errors=True)


def _encoded(catalog: Catalog) -> bytes:
    """The catalog as it is written.

    Raises:
        BillError: it would be larger than a reader takes.
    """
    raw = msgspec.json.format(msgspec.json.encode(catalog), indent=1)
    if len(raw) > MAX_CATALOG_BYTES:
        raise BillError(
            f"the store's catalog would have {len(raw):,} bytes, more than the {MAX_CATALOG_BYTES:,} that are read",
            hint="Use another --store for this bill.",
        )
    return raw


def _refuse_foreign(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise StoreError(f"{path} is a file", hint="Choose a directory for --store.")
    if path.is_dir() and not (path / CATALOG).exists():
        ours = (_LOCK, _COST, _STAGING, SPILL, f".{CATALOG}.")
        if any(not entry.name.startswith(ours) for entry in path.iterdir()):
            raise StoreError(f"{path} holds files that are no store", hint="Choose a new or empty directory.")


def _bounded(path: Path) -> bytes:
    with path.open("rb") as stream:
        raw = stream.read(MAX_CATALOG_BYTES + 1)
    if len(raw) > MAX_CATALOG_BYTES:
        raise StoreError(f"{path} is larger than {MAX_CATALOG_BYTES:,} bytes", hint="Collect into a new store.")
    return raw


def _decoded(raw: bytes, path: Path) -> Catalog:
    try:
        version = msgspec.json.decode(raw, type=_Version).schema_version
        if version != STORE_SCHEMA_VERSION:
            raise StoreError(
                f"{path} has version {version}; this costopt reads {STORE_SCHEMA_VERSION}",
                hint="Collect the bills into a new store.",
            )
        catalog = msgspec.json.decode(raw, type=Catalog)
    except msgspec.DecodeError as error:
        raise StoreError(f"{path} is damaged: {error}", hint="Collect the bills into a new store.") from error
    for bill in catalog.bills:
        for file in bill.files:
            if not _STORED.fullmatch(file.path):
                raise StoreError(f"{path} names {file.path!r}, which is no file of a store", hint="Collect it anew.")
    retired = tuple(file for file in catalog.retired if _STORED.fullmatch(file.path))
    return replace(catalog, retired=retired)


class _Version(msgspec.Struct):
    schema_version: int
