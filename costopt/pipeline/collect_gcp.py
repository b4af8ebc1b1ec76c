"""Collecting Google Cloud projects into a snapshot."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from platformdirs import user_cache_path

from costopt.collectors.day_cache import DayCache
from costopt.collectors.gcp.interface import MetricSource, Service
from costopt.collectors.gcp.metric_sources import METRIC_SOURCES
from costopt.collectors.gcp.registry import select
from costopt.collectors.gcp.services.bigquery_reservations import looking_in
from costopt.config.settings import GcpSettings, Settings
from costopt.model.snapshot import Manifest
from costopt.pipeline.google_clients import google_clients
from costopt.pipeline.pricing import price_book
from costopt.pipeline.rehearsal import Listed, NotKept, earlier, listed, require_same_cloud
from costopt.pipeline.taking import take_snapshot
from costopt.pipeline.version import tool_version
from costopt.store.sink import Run, request_fingerprint

with google_clients():
    from costopt.collectors.gcp.advice import Kept
    from costopt.collectors.gcp.connection import Connection, Wire
    from costopt.collectors.gcp.estimate import Estimate, estimate, quota_minutes
    from costopt.collectors.gcp.limits import Limits
    from costopt.collectors.gcp.plan import CollectPlan, Where, plan_collection
    from costopt.collectors.gcp.runner import collect


@dataclass(frozen=True, slots=True, kw_only=True)
class GcpRequest:
    """What to collect, beyond the settings."""

    endpoint: str | None = None
    """Another gRPC endpoint for every API (an emulator); None is Google."""
    compute_endpoint: str | None = None
    """Another REST endpoint of Compute Engine."""
    days: int | None = None
    """Look-back of the metrics in days; None keeps each metric's own."""
    only: tuple[str, ...] = ()
    """Only these services; empty for all."""
    skip: tuple[str, ...] = ()
    """None of these services."""
    metrics: bool = True
    """Whether to read metrics, which Cloud Monitoring charges for."""
    advice: bool = False
    """Whether to read Google's own recommendations, of which an organisation has few reads a day."""
    cache: Path | None = None
    """Folder of the day's recommendations; the user's cache by default."""
    deadline_seconds: float | None = None
    """End the run after that, with gaps."""
    announce: Callable[[int, float], None] = lambda projects, minutes: None
    """Told of projects and the minutes that Google's quota makes of them, before the first is listed."""


def collect_gcp(
    directory: Path, settings: Settings, request: GcpRequest, *, now: datetime | None = None, resume: bool = False
) -> Manifest:
    """Read the projects of the settings into a snapshot. Read-only towards the cloud.

    Args:
        directory: where to write; a snapshot that is there is replaced when the new one is complete.
        settings: the user's settings.
        request: what to collect.
        now: time of the collection, aware; the clock's by default. With `resume` the interrupted run's own time.
        resume: continue an interrupted collection; only gaps are read again.

    Returns:
        The manifest of the snapshot, with the coverage ledger and what the collection cost.

    Raises:
        CollectError: no project can be found, there are no credentials, another process collects there, or nothing can
            be resumed.
        UsageError: an unknown service, an impossible endpoint, or a directory with the snapshot of another cloud.
    """
    require_same_cloud(directory, "gcp")
    book = price_book(settings.prices)
    fingerprint = _fingerprint(settings.gcp, request)
    run = Run(collected_at=now or datetime.now(UTC), tool_version=tool_version(), request=fingerprint)
    services, sources = chosen(request)
    with closing(_connection(settings.gcp, request)) as connection:
        plan = _plan(connection, settings.gcp, services, sources, run.collected_at)
        if request.advice:
            plan = replace(plan, advice=_day_cache(request, run.collected_at))
        _announce(plan, request)
        return take_snapshot(
            directory,
            run,
            lambda sink: collect(replace(plan, now=sink.run.collected_at), sink),
            cost_usd=lambda: connection.limits.meter.cost_usd,
            catalog_version=book.version,
            resume=resume,
        )


def estimate_gcp(directory: Path, settings: Settings, request: GcpRequest) -> Estimate:
    """Calls and dollars of a collection, before anything that costs is asked.

    Series are counted by the resources of the snapshot that `directory` already holds. Where there is none, the
    inventory is read now, which is free but for the sizes of buckets and tables, and nothing of it is kept.

    Raises:
        CollectError: no project can be found, or there are no credentials.
        UsageError: as of the collection itself.
    """
    require_same_cloud(directory, "gcp")
    services, sources = chosen(request)
    with closing(_connection(settings.gcp, request)) as connection:
        plan = _plan(connection, settings.gcp, services, sources, datetime.now(UTC))
        there = earlier(directory) or _free_inventory(plan, request)
        return estimate(plan, there.resources, there.gaps)


def chosen(request: GcpRequest) -> tuple[tuple[Service, ...], tuple[MetricSource, ...]]:
    """The services and the metric sources of a request.

    Raises:
        UsageError: a service that does not exist.
    """
    services = select(request.only, request.skip)
    sources = METRIC_SOURCES if request.metrics else ()
    if request.days is not None:
        sources = tuple(replace(source, days=request.days) for source in sources)
    return services, sources


def _connection(gcp: GcpSettings, request: GcpRequest) -> Connection:
    limit = gcp.max_api_cost_usd
    limits = Limits.of(
        deadline_seconds=request.deadline_seconds, max_cost_usd=None if limit is None else Decimal(str(limit))
    )
    wire = Wire(endpoint=request.endpoint, compute_endpoint=request.compute_endpoint)
    return Connection(wire, limits, quota_project=gcp.quota_project)


def _plan(
    connection: Connection,
    gcp: GcpSettings,
    services: Sequence[Service],
    sources: Sequence[MetricSource],
    now: datetime,
) -> CollectPlan:
    where = Where(projects=gcp.projects, folders=gcp.folders, organizations=gcp.organizations)
    looking = [looking_in(service, gcp.slot_locations) for service in services]
    return plan_collection(connection, where, services=looking, sources=sources, now=now)


def _announce(plan: CollectPlan, request: GcpRequest) -> None:
    request.announce(len(plan.projects), quota_minutes(len(plan.projects)))


def _free_inventory(plan: CollectPlan, request: GcpRequest) -> Listed:
    """What there is, by lists of assets alone; nothing is asked where nothing will be measured."""
    if not plan.sources:
        return listed((), plan.ended)
    _announce(plan, request)
    found = NotKept()
    services = tuple(replace(one, complete=None) for one in plan.services)
    coverage = collect(replace(plan, services=services, sources=()), found).coverage
    return listed(found.all, coverage)


def _day_cache(request: GcpRequest, now: datetime) -> DayCache[Kept]:
    folder = request.cache or user_cache_path("costopt") / "google-recommendations"
    return DayCache(folder, now.date(), Kept)


def _fingerprint(gcp: GcpSettings, request: GcpRequest) -> str:
    """What must be the same for one run to continue another; limits and credentials may differ."""
    return request_fingerprint(
        (
            "gcp",
            gcp.projects,
            gcp.folders,
            gcp.organizations,
            gcp.slot_locations,
            request.days,
            request.metrics,
            request.advice,
            sorted(request.only),  # one list holds what all services have: with fewer of them it is another list
            sorted(request.skip),
        )
    )
