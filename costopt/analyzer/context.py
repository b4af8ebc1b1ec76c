"""What a check may ask beyond its own resource: time, prices, related resources, what is really paid."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from costopt.economics.lookups import PriceBook
from costopt.model.resource import Resource, ResourceKey, Spec

S = TypeVar("S", bound=Spec)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Read-only surroundings of one judgement."""

    now: datetime
    """Time that ages are measured against, UTC."""
    prices: PriceBook
    """Prices with the user's discounts; raises `PriceNotFound`."""
    resources: Mapping[ResourceKey, Resource] = field(default_factory=dict)
    """Everything in the snapshot."""
    by_kind: Mapping[tuple[str, str, str], tuple[Resource, ...]] = field(default_factory=dict)
    """Resources by (account, region, kind)."""
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """Indexes that a check built once for an account and region; key them by the check's id and the place. Derived
    from `resources` alone, so that it changes no answer."""

    def age(self, resource: Resource) -> timedelta | None:
        """Age of a resource, None where its creation time is unknown."""
        return None if resource.created_at is None else self.now - resource.created_at

    def find(self, beside: Resource, spec: type[S], resource_id: str | None) -> "tuple[Resource, S] | None":
        """The resource of kind `spec` with that id in the same account and region, or None."""
        if resource_id is None:
            return None
        found = self.resources.get(ResourceKey(beside.provider, beside.account, beside.region, spec.KIND, resource_id))
        return None if found is None else (found, cast("S", found.spec))

    def all(self, beside: Resource, spec: type[S]) -> "Iterator[tuple[Resource, S]]":
        """All resources of kind `spec` in the same account and region, by id."""
        for resource in self.by_kind.get((beside.account, beside.region, spec.KIND), ()):
            yield resource, cast("S", resource.spec)

    def of_account(self, beside: Resource, spec: type[Any]) -> "Iterator[Resource]":
        """All resources of kind `spec` in the same account, in any region."""
        for (account, _, kind), resources in self.by_kind.items():
            if account == beside.account and kind == spec.KIND:
                yield from resources
