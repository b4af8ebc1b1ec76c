"""How one try at a scope ended, and the entries of the ledger that it makes."""

from dataclasses import dataclass

from costopt.collectors.faults import Fault
from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.resource import Resource
from costopt.model.series import Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one try at a scope ended."""

    result: ScopeResult
    """For the ledger."""
    resources: tuple[Resource, ...] = ()
    """Read resources; none where the scope is a gap."""
    series: tuple[Series, ...] = ()
    """Read series; where the scope is a gap, those that came whole."""
    parts: tuple[ScopeResult, ...] = ()
    """Parts of the resources that are missing though the scope was read."""
    credentials_gone: bool = False
    """The account's credentials are worth nothing any more, even after loading them anew."""


def whole(scope: Scope, kinds: tuple[str, ...], rows: int) -> ScopeResult:
    """The ledger entry of a scope that was read: ok, or empty where nothing is there."""
    return ScopeResult(scope=scope, status=Status.OK if rows else Status.EMPTY, kinds=kinds, rows=rows)


def gap(scope: Scope, kinds: tuple[str, ...], fault: Fault, *, rows: int = 0) -> ScopeResult:
    """The ledger entry of a scope that was not (wholly) read."""
    return ScopeResult(
        scope=scope,
        status=Status.GAP,
        kinds=kinds,
        rows=rows,
        reason=fault.reason,
        permission=fault.permission,
        retryable=fault.retryable,
        detail=fault.detail or None,
    )
