"""What is known before a collection: the snapshot that it will replace, and an inventory that is not kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from costopt.errors import SnapshotError, UsageError
from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.resource import Resource
from costopt.model.series import Series
from costopt.store.open import open_snapshot, part_directories
from costopt.store.snapshot import read_manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What there is to measure, as far as it could be listed."""

    resources: Sequence[Resource]
    """Everything that was listed."""
    gaps: Sequence[ScopeResult]
    """Lists that could not be read: what is in them is not among the resources."""


class NotKept:
    """A sink that remembers resources and nothing else."""

    def __init__(self) -> None:
        self.all: list[Resource] = []

    def kept(self, scope: Scope) -> ScopeResult | None:
        """Nothing is."""
        return None

    def resources(self, scope: Scope) -> Sequence[Resource]:
        """There are none of earlier runs."""
        return ()

    def save(
        self,
        result: ScopeResult,
        *,
        resources: Sequence[Resource] = (),
        series: Sequence[Series] = (),
        complete: bool = True,
    ) -> None:
        """Remembers the resources."""
        self.all.extend(resources)


def earlier(directory: Path) -> Listed | None:
    """What the snapshot that is already there knows, None where there is none."""
    try:
        snapshot = open_snapshot(directory)
    except SnapshotError:
        return None
    return listed(snapshot.resources, snapshot.manifest.coverage)


def listed(resources: Sequence[Resource], coverage: Sequence[ScopeResult]) -> Listed:
    """What a collection has listed; gaps of metrics, and of single fields of what is listed, hide nothing of it."""
    gaps = [one for one in coverage if one.status is Status.GAP and _hides_resources(one)]
    return Listed(resources=resources, gaps=gaps)


def _hides_resources(gap: ScopeResult) -> bool:
    operation, _, part = gap.scope.operation.partition(":")
    return operation != "metrics" and not (part and not gap.kinds)


def require_same_cloud(directory: Path, provider: str) -> None:
    """Refuse to replace the snapshot of another cloud, or a folder of snapshots.

    Raises:
        UsageError: it is one.
    """
    try:
        parts = part_directories(directory)
        manifest = read_manifest(directory)[0] if parts == (directory,) else None
    except SnapshotError:
        return  # none, or one that nobody can read: nothing is lost
    if manifest is None:
        raise UsageError(
            f"{directory} is a folder of snapshots: {', '.join(part.name for part in parts)}",
            hint=f"Name a directory in it with --out, such as {directory / provider}.",
        )
    others = sorted({result.scope.provider for result in manifest.coverage} - {provider})
    if others:
        raise UsageError(
            f"{directory} holds a snapshot of {', '.join(others)}, which this one of {provider} would replace",
            hint="Give each cloud a directory of its own in one folder, such as --out clouds/aws and --out clouds/gcp; "
            "--snapshot clouds then reads both as one.",
        )
