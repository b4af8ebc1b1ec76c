"""The coverage ledger of a run: every scope is planned first and ends exactly once."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace

from costopt.model.coverage import Scope, ScopeResult


class LedgerBroken(RuntimeError):  # noqa: N818 - what happened
    """A scope ended twice, was never planned, or never ended: a bug that must not pass for a complete run."""


class Ledger:
    """How each planned scope ended. Safe for threads."""

    def __init__(self, planned: Iterable[Scope]) -> None:
        scopes = tuple(planned)
        self._open = set(scopes)
        self._closed: dict[Scope, ScopeResult] = {}
        self._parts: list[ScopeResult] = []
        self._lock = threading.Lock()
        if len(self._open) != len(scopes):
            raise LedgerBroken("a scope is planned twice")

    def close(self, result: ScopeResult, parts: Sequence[ScopeResult] = ()) -> None:
        """Ends one scope; `parts` are gaps of parts of it, each named after it."""
        with self._lock:
            if result.scope not in self._open:
                raise LedgerBroken(f"{result.scope} ended twice or was never planned")
            for part in parts:
                if replace(part.scope, operation=part.scope.operation.rpartition(":")[0]) != result.scope:
                    raise LedgerBroken(f"{part.scope} is no part of {result.scope}")
            self._parts.extend(parts)
            self._open.remove(result.scope)
            self._closed[result.scope] = result

    def result(self, scope: Scope) -> ScopeResult:
        """How an ended scope ended."""
        return self._closed[scope]

    def results(self) -> tuple[ScopeResult, ...]:
        """Every planned scope, and the missing parts of some, sorted.

        Raises:
            LedgerBroken: one has not ended.
        """
        if self._open:
            raise LedgerBroken(f"{len(self._open)} scopes never ended, such as {min(self._open)}")
        return tuple(sorted((*self._closed.values(), *self._parts), key=lambda result: result.scope))
