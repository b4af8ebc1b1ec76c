"""Reads one scope: whatever happens inside, exactly one outcome comes back."""

import logging
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from google.api_core.exceptions import InvalidArgument

from costopt.collectors.day_cache import DayCache
from costopt.collectors.faults import Fault, printable
from costopt.collectors.gcp.advice import Kept, advice_on
from costopt.collectors.gcp.api import ConnectedApi
from costopt.collectors.gcp.connection import Connection
from costopt.collectors.gcp.faults import classify, is_credentials
from costopt.collectors.gcp.interface import Asset, Service
from costopt.collectors.gcp.metrics import MetricReading, read_metrics
from costopt.collectors.gcp.plan import AssetTask, MetricTask
from costopt.collectors.gcp.refusal import CallFailed
from costopt.collectors.outcome import Outcome, gap, whole
from costopt.collectors.soundness import UnsoundRow, sound
from costopt.model.coverage import Scope
from costopt.model.resource import Resource, ResourceKey

Unlisted = dict[str, CallFailed]
"""Services of which Asset Inventory does not know a type, by id, and how it said so. Found in one project, it holds for
the run."""

_LONGEST_ID = 100
_log = logging.getLogger(__name__)


class GoogleReader:
    """Reads the tasks of one run. Safe for threads."""

    def __init__(self, connection: Connection, now: datetime, advice: DayCache[Kept] | None = None) -> None:
        self._connection = connection
        self._now = now
        self._advice = advice
        self._lock = threading.Lock()
        self._readings: dict[Scope, MetricReading] = defaultdict(MetricReading)
        self._unlisted: Unlisted = {}

    def inventory(self, task: AssetTask) -> Outcome:
        """Reads all assets of a project; one that was read by half gives no resources."""
        api = ConnectedApi(self._connection, task.project, self._now)
        try:
            rows = _rows(api, task, self._unlisted)
            if self._advice is not None:
                rows += [sound(one) for one in advice_on(api, self._connection, rows, self._advice)]
        except Exception as error:  # noqa: BLE001 - a scope must end as something: what nobody foresaw is a gap "bug"
            return Outcome(result=gap(task.scope, task.kinds, _fault(task.scope, error)), credentials_gone=_gone(error))
        return Outcome(
            result=whole(task.scope, task.kinds, len(rows)), resources=tuple(rows), parts=api.parts.results(task.scope)
        )

    def metrics(self, task: MetricTask, resources: Sequence[Resource]) -> Outcome:
        """Reads the metrics of resources; what an earlier try read is not asked again."""
        with self._lock:
            reading = self._readings[task.scope]
        failed: Exception | None = None
        try:
            read_metrics(self._connection, self._now, task.sources, resources, reading)
        except Exception as error:  # noqa: BLE001 - as above
            failed = error
        series = tuple(reading.series[key] for key in sorted(reading.series))
        if failed is None:
            return Outcome(result=whole(task.scope, task.kinds, len(series)), series=series)
        result = gap(task.scope, task.kinds, _fault(task.scope, failed), rows=len(series))
        return Outcome(result=result, series=series, credentials_gone=_gone(failed))

    def ended(self, scope: Scope) -> None:
        """Forgets what was held for a second try."""
        with self._lock:
            self._readings.pop(scope, None)


def _rows(api: ConnectedApi, task: AssetTask, unlisted: Unlisted) -> list[Resource]:
    """Every sound resource of the project, each once."""
    rows: dict[ResourceKey, Resource] = {}
    found: dict[str, list[Resource]] = {service.id: [] for service in task.services}
    bare: dict[str, list[Asset]] = defaultdict(list)
    by_type: dict[str, list[Service]] = defaultdict(list)
    for service in task.services:
        for one in service.asset_types:
            by_type[one].append(service)
    for asset in _assets(api, task.services, unlisted):
        # Asset types are patterns, which may match more than was meant.
        for service in by_type[asset.asset_type]:
            if asset.asset_type in service.bare:
                bare[service.id].append(asset)
            else:
                found[service.id].extend(_parsed(api, service, asset))
    for service in task.services:
        rows.update((row.key, row) for row in _finished(api, service, found[service.id], bare[service.id]))
    return list(rows.values())


def _finished(api: ConnectedApi, service: Service, rows: list[Resource], bare: Sequence[Asset]) -> Iterator[Resource]:
    """Rows with what other answers say of them, each still sound."""
    if service.complete is None:
        yield from rows
        return
    for row in service.complete(api, rows, bare):
        try:
            yield sound(row)
        except UnsoundRow as error:
            _miss(api, service, row.arn or row.id, error)


def _assets(api: ConnectedApi, services: Sequence[Service], unlisted: Unlisted) -> Iterator[Asset]:
    """All assets in one list; where an asset type is not known there, service by service.

    Asset Inventory refuses a whole request for one type that it does not support, as it may in other clouds of Google's
    making. Then the services that it does know are read, and the others are missing parts.
    """
    listed = [service for service in services if service.id not in unlisted]
    for service in services:
        if service.id in unlisted:
            _unread(api, service, unlisted[service.id])
    began = False
    try:
        for asset in api.assets(list(dict.fromkeys(one for service in listed for one in service.asset_types))):
            began = True
            yield asset
    except CallFailed as error:
        # What is refused later, such as the token of a page, is no unknown type: a second list would double the first.
        if began or not isinstance(error.error, InvalidArgument):
            raise
        yield from _assets_by_service(api, listed, unlisted)


def _assets_by_service(api: ConnectedApi, services: Sequence[Service], unlisted: Unlisted) -> Iterator[Asset]:
    refused: Unlisted = {}
    for service in services:
        try:
            yield from api.assets(service.asset_types)
        except CallFailed as error:
            if not isinstance(error.error, InvalidArgument):
                raise
            refused[service.id] = error
            if len(refused) == len(services):  # it is the project that it will not have, and not a type
                raise
            _unread(api, service, error)
    unlisted.update(refused)


def _unread(api: ConnectedApi, service: Service, error: CallFailed) -> None:
    api.missing(service.id, error, kinds=tuple(sorted(kind.KIND for kind in service.kinds)))


def _parsed(api: ConnectedApi, service: Service, asset: Asset) -> Iterator[Resource]:
    """Resources of one asset; one that makes no sense is a missing row."""
    project = api.project
    if project.number is None:
        project = replace(project, number=asset.project_number)
    try:
        yield from [sound(row) for row in service.parsers[asset.asset_type](project, asset)]
    except UnsoundRow as error:
        _miss(api, service, asset.name, error)


def _miss(api: ConnectedApi, service: Service, name: str, error: UnsoundRow) -> None:
    kinds = tuple(sorted(kind.KIND for kind in service.kinds))
    api.missing("rows", error, of=printable(name)[:_LONGEST_ID], kinds=kinds)


def _fault(scope: Scope, error: Exception) -> Fault:
    fault = classify(error)
    if fault.reason == "bug":
        _log.error("bug while reading %s: %s", scope, fault.detail)
    return fault


def _gone(error: Exception) -> bool:
    return is_credentials(error)
