"""What a collection has read so far: one checkpoint a scope, merged into a snapshot at the end."""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from shutil import rmtree
from typing import Any

import msgspec
from filelock import FileLock, Timeout

from costopt.disk import replace_file
from costopt.errors import CollectError, SnapshotError
from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.resource import Resource
from costopt.model.series import Series
from costopt.model.snapshot import Manifest
from costopt.store.resources import read_resources, write_resources
from costopt.store.series import merge_series, write_series
from costopt.store.snapshot import RESOURCES, SERIES, fingerprint_of, write_manifest

_WORK = ".collect"
_RUN = "run.json"
_CHARGED = "charged"
_KEPT = (Status.OK, Status.EMPTY, Status.SKIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What makes two collections the same, so that one can continue the other."""

    collected_at: datetime
    """When the first of them began, UTC; the look-backs end there."""
    tool_version: str
    """Version of costopt."""
    request: str
    """Fingerprint of what was asked for: accounts, regions, days, collectors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checkpoint:
    """What is kept of a finished scope beside its rows."""

    result: ScopeResult
    """How it ended."""
    complete: bool
    """Nothing is missing of its resources."""


class CheckpointSink:
    """Keeps finished scopes under the snapshot's directory until `finish` merges them. Threads may share it."""

    def __init__(self, directory: Path, run: Run) -> None:
        self._directory = directory
        self._work = directory / _WORK
        self._lock = threading.Lock()
        self.run = run

    def _stem(self, scope: Scope) -> Path:
        text = "\x1f".join((scope.provider, scope.account, scope.region, scope.operation))
        return self._work / hashlib.sha256(text.encode()).hexdigest()[:24]

    def kept(self, scope: Scope) -> ScopeResult | None:
        """Result of a scope that an earlier run finished, else None; gaps are always read again."""
        try:
            raw = self._stem(scope).with_suffix(".json").read_bytes()
        except FileNotFoundError:
            return None
        kept = msgspec.json.decode(raw, type=_Checkpoint)
        return kept.result if kept.complete and kept.result.status in _KEPT else None

    def resources(self, scope: Scope) -> Sequence[Resource]:
        """Resources that a kept scope read."""
        path = self._stem(scope).with_suffix(".resources")
        return read_resources(path) if path.exists() else ()

    def save(
        self,
        result: ScopeResult,
        *,
        resources: Sequence[Resource] = (),
        series: Sequence[Series] = (),
        complete: bool = True,
    ) -> None:
        """Keep one finished scope; its result is written last, so that half a scope is none.

        Args:
            result: how the scope ended.
            resources: what it found.
            series: metrics that it read.
            complete: whether nothing is missing of the resources; else a resumed run reads the scope again.

        Raises:
            CollectError: the disk is full or refuses.
        """
        stem = self._stem(result.scope)
        try:
            for suffix in (".json", ".resources", ".series"):
                stem.with_suffix(suffix).unlink(missing_ok=True)
            if resources:
                write_resources(stem.with_suffix(".resources"), resources)
            if series:
                write_series(stem.with_suffix(".series"), sorted(series, key=_key))
            with self._lock:
                content = msgspec.json.encode(_Checkpoint(result=result, complete=complete))
                replace_file(stem.with_suffix(".json"), content)
        except OSError as error:
            raise _unwritable(self._directory, error) from error

    def charge(self, usd: Decimal) -> Decimal:
        """Add what this run spent to what the runs that it continues have spent; gives the sum in dollars."""
        path = self._work / _CHARGED
        before = Decimal(path.read_text(encoding="ascii")) if path.exists() else Decimal(0)
        replace_file(path, str(before + usd).encode())
        return before + usd

    def finish(self, manifest: Manifest, *, resumable: bool = True) -> Manifest:
        """Merge all checkpoints into the snapshot.

        Args:
            manifest: complete but for `files`.
            resumable: keep the checkpoints where gaps are left to be read again.
        """
        stems = [self._stem(result.scope) for result in sorted(manifest.coverage, key=lambda result: result.scope)]
        merged = self._work / "merged"
        resources = [one for path in _existing(stems, ".resources") for one in read_resources(path)]
        write_resources(merged.with_suffix(f".{RESOURCES}"), resources)
        merge_series(_existing(stems, ".series"), merged.with_suffix(f".{SERIES}"))
        files = {}
        for stem in (RESOURCES, SERIES):
            made = merged.with_suffix(f".{stem}")
            fingerprint = fingerprint_of(made)
            name = f"{stem}-{fingerprint[:16]}.parquet"
            made.replace(self._directory / name)
            files[name] = fingerprint
        complete = replace(manifest, files=files)
        write_manifest(self._directory, complete)
        if not resumable or all(result.status is not Status.GAP for result in manifest.coverage):
            rmtree(self._work)
        return complete


def _existing(stems: Sequence[Path], suffix: str) -> list[Path]:
    return [path for path in (stem.with_suffix(suffix) for stem in stems) if path.exists()]


def _key(one: Series) -> tuple[str, ...]:
    """Order of series in a file: by kind and metric first, so that a reader of one metric skips the rest."""
    kind, place = one.resource.kind, (one.resource.provider, one.resource.account, one.resource.region)
    return (kind, one.metric, *place, one.resource.id)


@contextmanager
def open_sink(directory: Path, run: Run, *, resume: bool) -> Iterator[CheckpointSink]:
    """Open a directory for one collection, with a lease against a second writer.

    Args:
        directory: where the snapshot is or will be; a snapshot that is there stays readable until `finish`.
        run: this collection; with `resume` the interrupted one's own time is kept.
        resume: continue an interrupted collection of the same request.

    Raises:
        CollectError: another process collects into it, the directory holds other files, or there is nothing
            to resume.
    """
    work = directory / _WORK
    _refuse_foreign(directory)
    work.mkdir(parents=True, exist_ok=True)
    lease = FileLock(work / "lease")
    try:
        lease.acquire(timeout=0)
    except Timeout:
        raise CollectError(
            f"another collection is writing to {directory}", hint="Wait for it, or choose another --out."
        ) from None
    try:
        yield CheckpointSink(directory, _continued(work, run) if resume else _begun(work, run))
    finally:
        lease.release()


def _refuse_foreign(directory: Path) -> None:
    if directory.is_file():
        raise CollectError(f"{directory} is a file", hint="Choose a directory for --out.")
    if directory.is_dir() and any(directory.iterdir()):
        ours = (directory / "manifest.json").exists() or (directory / _WORK).exists()
        if not ours:
            raise CollectError(
                f"{directory} holds files that are no snapshot",
                hint="Choose a new or empty directory for --out; beside other snapshots one of its own, such as "
                f"{directory / 'gcp'}.",
            )


def _begun(work: Path, run: Run) -> Run:
    for path in work.iterdir():
        if path.name != "lease":
            path.unlink()
    replace_file(work / _RUN, msgspec.json.encode(run))
    return run


def _continued(work: Path, run: Run) -> Run:
    try:
        before = msgspec.json.decode((work / _RUN).read_bytes(), type=Run)
    except FileNotFoundError:
        raise CollectError("there is no interrupted collection to resume", hint="Leave --resume away.") from None
    except msgspec.DecodeError as error:
        raise SnapshotError(f"{work / _RUN} is damaged: {error}", hint="Leave --resume away.") from error
    if (before.request, before.tool_version) != (run.request, run.tool_version):
        raise CollectError(
            "the interrupted collection asked for something else", hint="Leave --resume away, or repeat its options."
        )
    return before


def request_fingerprint(request: Any) -> str:
    """Fingerprint of what a collection is asked for; equal requests have equal ones."""
    return hashlib.sha256(msgspec.json.encode(request, order="deterministic")).hexdigest()[:16]


def _unwritable(directory: Path, error: OSError) -> CollectError:
    return CollectError(
        f"cannot write to {directory}: {error.strerror or error}",
        hint="Make room or change its rights, then repeat the command with --resume.",
    )
