"""What several collections say of themselves together."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from costopt.errors import SnapshotError
from costopt.model.coverage import Scope
from costopt.model.money import Money, total
from costopt.model.snapshot import Manifest
from costopt.store.snapshot import Part

MOST_APART = timedelta(days=7)
"""Between the first and the last collection. A report is of one time: the age of resources and the commitments that
are active are taken at the last, and each look-back ends with its own collection. Collections that run daily or weekly
are within it."""


def joined(named: Sequence[tuple[str, Manifest]]) -> Manifest:
    """One manifest of several, without files; `collected_at` is the latest.

    Args:
        named: at least one manifest, each with the name to call it by.

    Raises:
        SnapshotError: two read the same scope, they are too far apart, or their costs have several currencies.
    """
    _require_apart(named)
    _require_one_time(named)
    manifests = [manifest for _, manifest in named]
    return Manifest(
        schema_version=manifests[0].schema_version,
        tool_version=_words(manifests, lambda one: (one.tool_version,)),
        collected_at=max(one.collected_at for one in manifests),
        accounts=_union(manifests, lambda one: one.accounts),
        regions=_union(manifests, lambda one: one.regions),
        catalog_version=_words(manifests, lambda one: (one.catalog_version,)),
        collection_cost=_cost(manifests),
        files={},
        coverage=tuple(sorted((r for one in manifests for r in one.coverage), key=lambda result: result.scope)),
        made=any(one.made for one in manifests),
    )


def identity(parts: Iterable[Part]) -> str:
    """Fingerprint of several: the same content has the same one, wherever it lies."""
    return hashlib.sha256(" ".join(sorted(part.id for part in parts)).encode()).hexdigest()[:12]


def _require_apart(named: Sequence[tuple[str, Manifest]]) -> None:
    seen: dict[Scope, str] = {}
    for name, manifest in named:
        for result in manifest.coverage:
            other = seen.setdefault(result.scope, name)
            if other != name:
                scope = result.scope
                raise SnapshotError(
                    f"{other} and {name} both read {scope.operation} of {scope.account} in {scope.region}",
                    hint="What both hold would count twice: keep one of the two.",
                )


def _require_one_time(named: Sequence[tuple[str, Manifest]]) -> None:
    ordered = sorted(named, key=lambda one: one[1].collected_at)
    (first, oldest), (last, newest) = ordered[0], ordered[-1]
    if newest.collected_at - oldest.collected_at > MOST_APART:
        raise SnapshotError(
            f"{first} was collected on {oldest.collected_at:%Y-%m-%d} and {last} on {newest.collected_at:%Y-%m-%d}, "
            f"more than {MOST_APART.days} days apart",
            hint=f"Collect {first} again, or name one of the two.",
        )


def _cost(manifests: Sequence[Manifest]) -> Money:
    currencies = {one.collection_cost.currency for one in manifests}
    if len(currencies) > 1:
        raise SnapshotError(
            f"the collections were paid for in {', '.join(sorted(currencies))}", hint="Name one of the snapshots."
        )
    return total(one.collection_cost for one in manifests)


def _union(manifests: Iterable[Manifest], of: Callable[[Manifest], Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({value for one in manifests for value in of(one)}))


def _words(manifests: Iterable[Manifest], of: Callable[[Manifest], Iterable[str]]) -> str:
    return ", ".join(_union(manifests, of))
