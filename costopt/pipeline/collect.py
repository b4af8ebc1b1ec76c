"""Collecting an AWS organisation, account or part of one into a snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

from costopt.collectors.aws.connection import Wire
from costopt.collectors.aws.estimate import Estimate, estimate
from costopt.collectors.aws.hooks import Limits
from costopt.collectors.aws.interface import AwsCollector, MetricSource
from costopt.collectors.aws.metric_sources import METRIC_SOURCES
from costopt.collectors.aws.plan import CollectPlan, plan_collection
from costopt.collectors.aws.regions import partition_of
from costopt.collectors.aws.registry import COLLECTORS
from costopt.collectors.aws.runner import collect
from costopt.collectors.aws.sessions import Access, first_region
from costopt.config.settings import AwsSettings, Settings
from costopt.errors import UsageError
from costopt.model.snapshot import Manifest
from costopt.pipeline.pricing import price_book
from costopt.pipeline.rehearsal import Listed, NotKept, earlier, listed, require_same_cloud
from costopt.pipeline.taking import take_snapshot
from costopt.pipeline.version import tool_version
from costopt.store.sink import Run, request_fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsRequest:
    """What to collect, beyond the settings."""

    endpoint_url: str | None = None
    """Another endpoint for every service (an emulator); None is AWS."""
    days: int | None = None
    """Look-back of the metrics in days; None keeps each metric's own."""
    only: tuple[str, ...] = ()
    """Only these collectors; empty for all."""
    skip: tuple[str, ...] = ()
    """None of these collectors."""
    metrics: bool = True
    """Whether to read metrics, which CloudWatch charges for."""
    deadline_seconds: float | None = None
    """End the run after that, with gaps."""


def collect_aws(
    directory: Path, settings: Settings, request: AwsRequest, *, now: datetime | None = None, resume: bool = False
) -> Manifest:
    """Read the accounts of the settings into a snapshot. Read-only towards the cloud.

    Args:
        directory: where to write; a snapshot that is there is replaced when the new one is complete.
        settings: the user's settings.
        request: what to collect.
        now: time of the collection, aware; the clock's by default. With `resume` the interrupted run's own time.
        resume: continue an interrupted collection; only gaps are read again.

    Returns:
        The manifest of the snapshot, with the coverage ledger and what the collection cost.

    Raises:
        CollectError: no account can be reached, another process collects there, or nothing can be resumed.
        UsageError: an unknown region or collector, or a directory with the snapshot of another cloud.
    """
    require_same_cloud(directory, "aws")
    collectors, sources = chosen(request)
    book = price_book(settings.prices)
    run = Run(
        collected_at=now or datetime.now(UTC), tool_version=tool_version(), request=_fingerprint(settings, request)
    )
    plan = _plan(settings, request, collectors, sources, run.collected_at)
    return take_snapshot(
        directory,
        run,
        lambda sink: collect(replace(plan, now=sink.run.collected_at), sink),
        cost_usd=lambda: plan.limits.meter.cost_usd,
        catalog_version=book.version,
        resume=resume,
    )


def estimate_aws(directory: Path, settings: Settings, request: AwsRequest) -> Estimate:
    """Calls and dollars of a collection, before anything that costs is asked.

    Metrics are counted by the resources of the snapshot that `directory` already holds. Where there is none, the
    inventory is read now, which is free, and nothing of it is kept.

    Raises:
        CollectError: no account can be reached.
        UsageError: as of the collection itself.
    """
    require_same_cloud(directory, "aws")
    collectors, sources = chosen(request)
    plan = _plan(settings, request, collectors, sources, datetime.now(UTC))
    there = earlier(directory) or _free_inventory(plan)
    return estimate(plan, there.resources, there.gaps)


def chosen(request: AwsRequest) -> tuple[tuple[AwsCollector, ...], tuple[MetricSource, ...]]:
    """The collectors and the metric sources of a request.

    Raises:
        UsageError: a collector that does not exist.
    """
    known = [collector.id for collector in COLLECTORS]
    for name in (*request.only, *request.skip):
        if name not in known:
            near = get_close_matches(name, known, n=3)
            hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(known)}."
            raise UsageError(f"there is no collector {name!r}", hint=hint)
    collectors = tuple(
        collector
        for collector in COLLECTORS
        if (not request.only or collector.id in request.only) and collector.id not in request.skip
    )
    sources = METRIC_SOURCES if request.metrics else ()
    if request.days is not None:
        sources = tuple(replace(source, days=request.days) for source in sources)
    return collectors, sources


def _plan(
    settings: Settings,
    request: AwsRequest,
    collectors: Sequence[AwsCollector],
    sources: Sequence[MetricSource],
    now: datetime,
) -> CollectPlan:
    limit = settings.aws.max_api_cost_usd
    limits = Limits.of(
        deadline_seconds=request.deadline_seconds, max_cost_usd=None if limit is None else Decimal(str(limit))
    )
    plans = [
        plan_collection(access, collectors=collectors, sources=sources, now=now, limits=limits)
        for access in _accesses(settings.aws, Wire(endpoint_url=request.endpoint_url))
    ]
    accounts = sorted(
        (account for plan in plans for account in plan.accounts), key=lambda account: account.connection.account
    )
    ids = [account.connection.account for account in accounts]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise UsageError(
            f"account {', '.join(twice)} is read by two profiles", hint="Name each account's profile once."
        )
    return replace(plans[0], accounts=tuple(accounts))


def _accesses(aws: AwsSettings, wire: Wire) -> list[Access]:
    """One way in per profile. Of several, each takes the regions and roles of its own partition."""
    shared = Access(
        profile=aws.profile,
        role_arns=aws.role_arns,
        external_id=aws.external_id,
        organization_role=aws.organization_role,
        accounts=aws.accounts,
        regions=aws.regions,
        wire=wire,
    )
    if not aws.profiles:
        return [shared]
    accesses = []
    for profile in dict.fromkeys((aws.profile, *aws.profiles)):
        partition = partition_of(first_region(Access(profile=profile)))
        regions = tuple(region for region in aws.regions if partition_of(region) == partition)
        roles = tuple(arn for arn in aws.role_arns if arn.startswith(f"arn:{partition}:"))
        if regions or not aws.regions:
            accesses.append(replace(shared, profile=profile, regions=regions, role_arns=roles))
    if not accesses:
        raise UsageError(
            f"no profile is of the partition of {', '.join(aws.regions)}",
            hint="Set the region of each profile in the AWS configuration, or name other regions.",
        )
    return accesses


def _fingerprint(settings: Settings, request: AwsRequest) -> str:
    """What must be the same for one run to continue another; limits and credentials may differ."""
    aws = settings.aws
    return request_fingerprint(
        (aws.profiles, aws.role_arns, aws.organization_role, aws.accounts, aws.regions, request.days, request.metrics)
    )


def _free_inventory(plan: CollectPlan) -> Listed:
    """What there is, read by the collectors that ask for nothing that is charged."""
    free = tuple(one for one in plan.collectors if all(call.client != "cloudwatch" for call in one.calls))
    found = NotKept()
    coverage = collect(replace(plan, collectors=free, sources=()), found).coverage
    return listed(found.all, coverage)
