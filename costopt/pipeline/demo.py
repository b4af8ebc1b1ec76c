"""The demo: a made company as a snapshot."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from costopt.collectors.made.company import MadeCompany, make
from costopt.model.coverage import ScopeResult, Status
from costopt.model.money import Money
from costopt.model.resource import Resource, ResourceKey
from costopt.model.series import Series
from costopt.model.snapshot import SNAPSHOT_SCHEMA_VERSION, Manifest
from costopt.pipeline.version import tool_version
from costopt.store.sink import Run, open_sink

DEMO_SEED = 7
"""Seed of the company that `costopt demo` shows."""
DEMO_NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
"""When it was `collected`; fixed, so that the demo is the same for everybody."""


def write_made_company(
    directory: Path, *, seed: int = DEMO_SEED, now: datetime = DEMO_NOW
) -> Mapping[str, frozenset[ResourceKey]]:
    """Write the made company of `seed` as a snapshot.

    Args:
        directory: where to write it.
        seed: which company.
        now: when it is as if collected, UTC.

    Returns:
        The answer key: for every check the resources that it must flag.
    """
    company = make(seed, now)
    run = Run(collected_at=now, tool_version=tool_version(), request=f"made company {seed}")
    with open_sink(directory, run, resume=False) as sink:
        places = _Places(company.coverage)
        by_scope = places.group(company)
        for result in company.coverage:
            resources, series = by_scope[result]
            sink.save(result, resources=resources, series=series)
        sink.finish(_manifest(company, now), resumable=False)
    return company.answers


def _manifest(company: MadeCompany, now: datetime) -> Manifest:
    return Manifest(
        schema_version=SNAPSHOT_SCHEMA_VERSION,
        tool_version=tool_version(),
        collected_at=now,
        accounts=company.accounts,
        regions=company.regions,
        catalog_version="embedded",
        collection_cost=Money(amount=Decimal(str(company.collection_cost_usd))),
        files={},
        coverage=tuple(sorted(company.coverage, key=lambda result: result.scope)),
        made=True,
    )


class _Places:
    """Which scope read what."""

    def __init__(self, coverage: Iterable[ScopeResult]) -> None:
        self._resources: dict[tuple[str, str, str], ScopeResult] = {}
        self._series: dict[tuple[str, str, str], ScopeResult] = {}
        for result in coverage:
            if result.status is not Status.OK:
                continue
            scope = result.scope
            is_metrics = scope.operation.startswith("metrics:")
            kinds = (scope.operation.removeprefix("metrics:"),) if is_metrics else result.kinds
            index = self._series if is_metrics else self._resources
            for kind in kinds:
                index.setdefault((scope.account, scope.region, kind), result)

    def group(self, company: MadeCompany) -> Mapping[ScopeResult, tuple[list[Resource], list[Series]]]:
        """Resources and series by the scope that read them."""
        grouped: dict[ScopeResult, tuple[list[Resource], list[Series]]] = defaultdict(lambda: ([], []))
        for resource in company.resources:
            grouped[_at(self._resources, resource.key)][0].append(resource)
        for one in company.series:
            grouped[_at(self._series, one.resource)][1].append(one)
        return grouped


def _at(index: Mapping[tuple[str, str, str], ScopeResult], key: ResourceKey) -> ScopeResult:
    regional = index.get((key.account, key.region, key.kind))
    return regional or index[key.account, "global", key.kind]
