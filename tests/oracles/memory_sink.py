"""A sink that keeps everything in memory, as the store keeps it on disk."""

import threading
from collections.abc import Sequence

from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.resource import Resource
from costopt.model.series import Series


class MemorySink:
    """Give the sink of an interrupted run to the next one to resume it."""

    def __init__(self) -> None:
        self.results: dict[Scope, ScopeResult] = {}
        self.rows: dict[Scope, tuple[Resource, ...]] = {}
        self.series_of: dict[Scope, tuple[Series, ...]] = {}
        self.saves: list[Scope] = []
        self.complete: dict[Scope, bool] = {}
        self._lock = threading.Lock()

    def kept(self, scope: Scope) -> ScopeResult | None:
        result = self.results.get(scope)
        kept = result is not None and result.status in (Status.OK, Status.EMPTY) and self.complete[scope]
        return result if kept else None

    def resources(self, scope: Scope) -> Sequence[Resource]:
        return self.rows[scope]

    def save(
        self,
        result: ScopeResult,
        *,
        resources: Sequence[Resource] = (),
        series: Sequence[Series] = (),
        complete: bool = True,
    ) -> None:
        with self._lock:
            self.complete[result.scope] = complete
            self.results[result.scope] = result
            self.rows[result.scope] = tuple(resources)
            self.series_of[result.scope] = tuple(series)
            self.saves.append(result.scope)

    @property
    def all_resources(self) -> list[Resource]:
        return [resource for rows in self.rows.values() for resource in rows]

    @property
    def all_series(self) -> list[Series]:
        return [series for rows in self.series_of.values() for series in rows]
