"""Reads the metrics of one kind of resource in one project.

Sources are independent of each other: what one gave is kept even where another failed. Series of a source that failed
are not written at all, so that they read as unknown and never as zero.
"""

from array import array
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from google.api_core.exceptions import NotFound

from costopt.collectors.faults import CostLimitReached, DeadlinePassed, FailedResults
from costopt.collectors.gcp.connection import Connection
from costopt.collectors.gcp.faults import is_credentials
from costopt.collectors.gcp.interface import MetricSource
from costopt.collectors.gcp.refusal import CALL_ERRORS, CallFailed
from costopt.collectors.gcp.time_series import Grid, read_grid
from costopt.collectors.packed import PackedValues
from costopt.collectors.spool import Spool
from costopt.collectors.window import Window, window_before
from costopt.model.metrics import METRICS, Absence
from costopt.model.resource import Resource, ResourceKey
from costopt.model.series import Series

Labels = tuple[str, ...]
SeriesKey = tuple[ResourceKey, str]


@dataclass(slots=True)
class MetricReading:
    """The series of one scope; grows source by source, so that a second try asks only the rest."""

    done: set[int] = field(default_factory=set)
    """Sources that were read, by their place among those of the kind."""
    series: dict[SeriesKey, Series] = field(default_factory=dict)
    """Series of those sources."""
    spool: Spool = field(default_factory=Spool)
    """Where the values are until the scope is kept."""


def read_metrics(
    connection: Connection,
    now: datetime,
    sources: Sequence[MetricSource],
    resources: Sequence[Resource],
    reading: MetricReading,
) -> None:
    """Reads into `reading` the sources that it does not hold yet.

    Args:
        connection: clients.
        now: time of the collection, UTC.
        sources: all metrics of one kind.
        resources: what there is of that kind in one project.
        reading: what an earlier try already read and paid for.

    Raises:
        CALL_ERRORS: the first error, after every source was tried that may still succeed.
    """
    first: Exception | None = None
    for number, source in enumerate(sources):
        if number in reading.done:
            continue
        try:
            _read_source(connection, now, source, resources, reading)
        except CALL_ERRORS as error:
            first = first or error
            if isinstance(error, (CostLimitReached, DeadlinePassed)) or is_credentials(error):
                break
        else:
            reading.done.add(number)
    if first is not None:
        raise first


def _read_source(
    connection: Connection,
    now: datetime,
    source: MetricSource,
    resources: Sequence[Resource],
    reading: MetricReading,
) -> None:
    keys = list(source.keys(resources))
    if not keys:
        return
    window = window_before(now, days=source.days, step_seconds=source.step_seconds)
    grid = _grid(connection, keys[0][1].account, source, window)
    _refuse_strangers(source, grid, {labels for labels, _ in keys})
    for labels, resource in keys:
        found = grid.get(labels)
        values = _no_points(window.steps) if found is None else reading.spool.keep(_scaled(found, source.scale))
        reading.series[resource.key, source.metric] = Series(
            resource=resource.key,
            metric=source.metric,
            start=window.start,
            step_seconds=window.step_seconds,
            values=values,
        )


def _grid(connection: Connection, project: str, source: MetricSource, window: Window) -> Grid:
    """The values of a source; none where Monitoring does not know the metric in this project.

    An agent's metric is unknown there until the first agent sends. Where absence would mean zero that is not taken for
    an answer: a metric that Google has renamed looks the same.
    """
    try:
        return read_grid(connection, project, source.query, window)
    except CallFailed as error:
        silent = METRICS[source.metric].absence is Absence.UNKNOWN
        if silent and isinstance(error.error, NotFound) and source.query.metric_type in str(error.error):
            return {}
        raise


def _refuse_strangers(source: MetricSource, grid: Grid, known: AbstractSet[Labels]) -> None:
    """Refuse series of which none is of a resource that was read, where silence would mean zero.

    Labels that are not what we take them for would make every resource look idle.

    Raises:
        FailedResults: such series.
    """
    if grid and METRICS[source.metric].absence is Absence.ZERO and known.isdisjoint(grid):
        raise FailedResults(
            "server",
            f"{len(grid)} series of {source.query.metric_type} came, none of them of a resource that was read",
            retryable=False,
        )


def _scaled(values: "array[float]", scale: float) -> "array[float]":
    return values if scale == 1 else array("d", (value * scale for value in values))


@cache
def _no_points(steps: int) -> PackedValues:
    """One for all silent series: nobody writes to it."""
    return PackedValues.holes(steps)
