"""Reads one scope: whatever happens inside, exactly one outcome comes back."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from botocore.exceptions import EndpointConnectionError

from costopt.collectors.aws.api import ConnectedApi
from costopt.collectors.aws.connection import Connection
from costopt.collectors.aws.faults import EXPIRED, classify, error_code
from costopt.collectors.aws.interface import Call
from costopt.collectors.aws.metrics import METRIC_CALLS, MetricReading, read_metrics
from costopt.collectors.aws.plan import InventoryTask, MetricTask
from costopt.collectors.aws.regions import offers
from costopt.collectors.faults import Fault, printable
from costopt.collectors.outcome import Outcome, gap, whole
from costopt.collectors.soundness import UnsoundRow, sound
from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.resource import Resource, ResourceKey

_LONGEST_ID = 100
_log = logging.getLogger(__name__)


def read_inventory(task: InventoryTask, now: datetime) -> Outcome:
    """Reads one collector's scope; a scope that was read by half gives no resources."""
    api = _api(task.account.connection, task.api_region, now, task.collector.calls)
    resources: dict[ResourceKey, Resource] = {}

    def read() -> None:
        resources.clear()
        api.parts.clear()
        # What is created or deleted while the pages are read may come on two of them, and must not count twice.
        for resource in task.collector.collect(api):
            try:
                resources[resource.key] = sound(resource)
            except UnsoundRow as error:
                api.parts.add("rows", error, of=printable(str(resource.id))[:_LONGEST_ID], kinds=task.kinds)

    error = _attempt(task.account.connection, read)
    if error is None:
        return Outcome(
            result=whole(task.scope, task.kinds, len(resources)),
            resources=tuple(resources.values()),
            parts=api.parts.results(task.scope),
        )
    fault = classify(error, {call.operation: call.action for call in task.collector.calls})
    _log_bug(task.scope, fault)
    result = _skipped(task, error, fault) or gap(task.scope, task.kinds, fault)
    return Outcome(result=result, credentials_gone=_gone(error))


def read_series(task: MetricTask, now: datetime, resources: Sequence[Resource], reading: MetricReading) -> Outcome:
    """Reads the metrics of `resources`; `reading` keeps what an earlier try already read and paid for."""
    api = _api(task.account.connection, task.scope.region, now, METRIC_CALLS, raw_time=True)

    def read() -> None:
        read_metrics(api, task.sources, resources, reading)

    error = _attempt(task.account.connection, read) if resources else None
    series = tuple(reading.series[key] for key in sorted(reading.series))
    if error is None:
        return Outcome(result=whole(task.scope, task.kinds, len(series)), series=series)
    fault = classify(error, {call.operation: call.action for call in METRIC_CALLS})
    _log_bug(task.scope, fault)
    return Outcome(
        result=gap(task.scope, task.kinds, fault, rows=len(series)), series=series, credentials_gone=_gone(error)
    )


def _api(
    connection: Connection, region: str, now: datetime, calls: Sequence[Call], *, raw_time: bool = False
) -> ConnectedApi:
    return ConnectedApi(
        account=connection.account,
        partition=connection.partition,
        region=region,
        now=now,
        calls=calls,
        client=lambda service, place: connection.client(service, place, raw_time=raw_time),
        deadline=connection.limits.deadline,
    )


def _attempt(connection: Connection, read: Callable[[], None]) -> Exception | None:
    """Runs `read`; where the credentials have expired, once more with new ones. Gives the error that remains."""
    generation = connection.generation
    try:
        try:
            read()
        except Exception as error:
            if error_code(error) not in EXPIRED:
                raise
            connection.renew(generation)
            read()
    except Exception as error:  # noqa: BLE001 - a scope must end as something: an unforeseen error becomes a gap "bug"
        return error
    return None


def _gone(error: Exception) -> bool:
    return error_code(error) in EXPIRED


def _skipped(task: InventoryTask, error: Exception, fault: Fault) -> ScopeResult | None:
    """What need not be read: an opt-in that nobody took, a service that the region does not have."""
    reason = None
    if fault.reason == "not enabled" and task.collector.optional:
        reason = fault.reason
    # Only when the endpoint's name does not answer, too: boto3's list of regions may be older than the service.
    elif isinstance(error, EndpointConnectionError) and not all(
        offers(call.client, task.api_region, task.account.connection.partition) for call in task.collector.calls
    ):
        reason = "not offered in this region"
    if reason is None:
        return None
    return ScopeResult(
        scope=task.scope, status=Status.SKIPPED, kinds=task.kinds, reason=reason, detail=fault.detail or None
    )


def _log_bug(scope: Scope, fault: Fault) -> None:
    if fault.reason == "bug":
        _log.error("bug while reading %s: %s", scope, fault.detail)
