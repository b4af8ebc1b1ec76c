"""A part of the made company: everything that a collection of one cloud would bring, and what an audit must find."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from costopt.collectors.made.plan import Plan
from costopt.model.coverage import ScopeResult
from costopt.model.resource import Resource, ResourceKey
from costopt.model.series import Series


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeEstate:
    """What runs in one cloud of a company that does not exist, as a collection would have found it."""

    resources: tuple[Resource, ...]
    """Everything it runs, sorted by key."""
    series: tuple[Series, ...]
    """What was measured, sorted by resource and metric."""
    coverage: tuple[ScopeResult, ...]
    """The ledger, sorted."""
    accounts: tuple[str, ...]
    """Account or project ids, sorted."""
    regions: tuple[str, ...]
    """Regions, sorted."""
    answers: Mapping[str, frozenset[ResourceKey]]
    """By check, the resources that it must flag; it may flag no other."""
    collection_cost_usd: Decimal
    """What reading all this would have cost."""


def estate_of(
    plan: Plan,
    coverage: tuple[ScopeResult, ...],
    *,
    accounts: Iterable[str],
    regions: Iterable[str],
    usd_per_series: Decimal,
) -> MadeEstate:
    """The estate of a plan that every theme has drawn in.

    Args:
        plan: the finished plan.
        coverage: its ledger.
        accounts: accounts or projects that were read.
        regions: regions that were read.
        usd_per_series: what the provider charges for reading one series.
    """
    return MadeEstate(
        resources=tuple(sorted(plan.resources, key=lambda resource: resource.key)),
        series=tuple(sorted(plan.series, key=lambda series: (series.resource, series.metric))),
        coverage=coverage,
        accounts=tuple(sorted(accounts)),
        regions=tuple(sorted(regions)),
        answers={check_id: frozenset(keys) for check_id, keys in sorted(plan.answers.items())},
        collection_cost_usd=usd_per_series * len(plan.series),
    )
