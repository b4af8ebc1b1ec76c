"""What an estimate of a collection counts: the resources of an earlier snapshot, or an inventory that is not kept."""

from collections.abc import Sequence
from pathlib import Path

from costopt.errors import SnapshotError
from costopt.model.coverage import Scope, ScopeResult
from costopt.model.resource import Resource
from costopt.model.series import Series
from costopt.store.open import open_snapshot


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


def earlier_resources(directory: Path) -> Sequence[Resource] | None:
    """Resources of the snapshot that is already there, None where there is none."""
    try:
        return open_snapshot(directory).resources
    except SnapshotError:
        return None
