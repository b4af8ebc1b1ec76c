"""What a collection is asked to do and where its results go."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from costopt.model.coverage import Scope, ScopeResult
from costopt.model.resource import Resource
from costopt.model.series import Series


class Sink(Protocol):
    """Keeps what was read, scope by scope; safe to call from several threads."""

    def kept(self, scope: Scope) -> ScopeResult | None:
        """Result of a scope that an earlier, interrupted run already finished (ok or empty), else None."""
        ...

    def resources(self, scope: Scope) -> Sequence[Resource]:
        """Resources that `kept` scopes read, so that their metrics can be asked for."""
        ...

    def save(
        self,
        result: ScopeResult,
        *,
        resources: Sequence[Resource] = (),
        series: Sequence[Series] = (),
        complete: bool = True,
    ) -> None:
        """Keep one finished scope for good; one that is not `complete` is kept, but read again by a resumed run.

        Gaps and skips come without resources. The gap of a metrics scope may bring those series that arrived whole;
        a resumed run reads the scope again and replaces them.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """How a collection ended."""

    coverage: tuple[ScopeResult, ...]
    """Every planned scope, sorted."""
    accounts: tuple[str, ...]
    """Accounts that were read, sorted."""
    regions: tuple[str, ...]
    """Regions that were read, sorted."""
    calls: int
    """Requests sent, retries included."""
    cost_usd: Decimal
    """What the provider charges for them."""
