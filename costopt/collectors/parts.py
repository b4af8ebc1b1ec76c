"""Parts of a scope that could not be read though the rest was: tags that are denied, say, or the size of a bucket.

The rows of the scope are good, so that it ends as ok; each missing part is a gap of its own beside it, such as
`lambda_functions:tags`. Otherwise a report could not say that an ignore tag or an owner may have been overlooked.
"""

from collections.abc import Callable
from dataclasses import replace

from costopt.collectors.faults import Fault
from costopt.model.coverage import Scope, ScopeResult, Status

_NAMED = 3


class Parts:
    """The missing parts of one scope."""

    def __init__(self, classify: Callable[[Exception], Fault]) -> None:
        """`classify` gives the fault behind an error of the provider's, with the permission that is missing."""
        self._classify = classify
        self._faults: dict[str, Fault] = {}
        self._kinds: dict[str, tuple[str, ...]] = {}
        self._subjects: dict[str, list[str]] = {}

    def clear(self) -> None:
        """Forgets everything, before the scope is read once more."""
        self._faults.clear()
        self._kinds.clear()
        self._subjects.clear()

    def add(self, part: str, error: Exception, *, of: str | None = None, kinds: tuple[str, ...] = ()) -> None:
        """Notes that `part` is missing, of one resource or (without `of`) of all.

        Args:
            part: what is missing, a word such as `tags`; the first error of a part gives its reason.
            error: why.
            of: id of the resource.
            kinds: kinds that cannot be relied upon any more; none where the rows are whole but for one field.
        """
        self._faults.setdefault(part, self._classify(error))
        self._kinds[part] = tuple(sorted({*self._kinds.get(part, ()), *kinds}))
        subjects = self._subjects.setdefault(part, [])
        if of is not None:
            subjects.append(of)

    def results(self, scope: Scope) -> tuple[ScopeResult, ...]:
        """One gap for each part, for the ledger."""
        return tuple(
            ScopeResult(
                scope=replace(scope, operation=f"{scope.operation}:{part}"),
                status=Status.GAP,
                kinds=self._kinds[part],
                reason=fault.reason,
                permission=fault.permission,
                retryable=fault.retryable,
                detail=self._whose(part) + fault.detail,
            )
            for part, fault in sorted(self._faults.items())
        )

    def _whose(self, part: str) -> str:
        subjects = sorted(set(self._subjects[part]))
        if not subjects:
            return ""
        more = f" and {len(subjects) - _NAMED} more" if len(subjects) > _NAMED else ""
        return f"of {', '.join(subjects[:_NAMED])}{more}: "
