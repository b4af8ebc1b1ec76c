"""Asks Cloud Monitoring for one metric of all resources of a project at once, aggregated there to one value a step."""

import math
from array import array
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from google.cloud.monitoring_v3 import Aggregation, ListTimeSeriesRequest, ListTimeSeriesResponse, TimeInterval

from costopt.collectors.faults import FailedResults, PagingLoop
from costopt.collectors.gcp.calls import LIST_TIME_SERIES
from costopt.collectors.gcp.connection import Connection
from costopt.collectors.gcp.interface import SeriesQuery
from costopt.collectors.gcp.patience import ask
from costopt.collectors.packed import HOLE
from costopt.collectors.window import Window, window_before

Grid = Mapping[tuple[str, ...], "array[float]"]
"""Values of each step, NaN where there is none, by the labels that the query groups by."""

POINTS_A_PAGE = 100_000
"""The most that there are.
Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list (pageSize)."""
_DAY_SECONDS = 86_400
_BOOL, _INT64, _DOUBLE = 1, 2, 3
_FIELDS = {_BOOL: "bool_value", _INT64: "int64_value", _DOUBLE: "double_value"}
"""Field of a point by the value type of its series."""


def read_grid(connection: Connection, project: str, query: SeriesQuery, window: Window) -> Grid:
    """The values of every series that the query yields over a window.

    Raises:
        CostLimitReached: the run has used what the user allows.
        FailedResults: the answer says that a part of it is missing.
        PagingLoop: a page token came back a second time.
    """
    request = _request(project, query, window)

    def send() -> ListTimeSeriesResponse:
        answer = connection.metrics.list_time_series(request=request, retry=None, timeout=connection.timeout_seconds)
        return next(iter(answer.pages))

    meter, grid, seen = connection.limits.meter, dict[tuple[str, ...], "array[float]"](), set[str]()
    while True:
        meter.allow()
        page = ListTimeSeriesResponse.pb(ask(connection.limits, LIST_TIME_SERIES, send))
        meter.returned(len(page.time_series))
        _refuse_partial(page)
        for series in page.time_series:
            key = tuple(_label(series, name) for name in query.group_by)
            # One series may go on on the next page.
            _fill(grid.setdefault(key, array("d", (HOLE,)) * window.steps), series, window)
        if not page.next_page_token:
            return grid
        if page.next_page_token in seen:
            raise PagingLoop("ListTimeSeries gave the same page token twice")
        seen.add(page.next_page_token)
        request.page_token = page.next_page_token


def latest_values(
    connection: Connection, project: str, query: SeriesQuery, now: datetime, *, days: int
) -> dict[tuple[str, ...], float]:
    """The newest daily value of each series of the last `days` days."""
    window = window_before(now, days=days, step_seconds=_DAY_SECONDS)
    grid = read_grid(connection, project, query, window)
    known = {key: [value for value in values if math.isfinite(value)] for key, values in grid.items()}
    return {key: values[-1] for key, values in known.items() if values}


def _request(project: str, query: SeriesQuery, window: Window) -> ListTimeSeriesRequest:
    conditions = [f'metric.type = "{query.metric_type}"']
    conditions += [f'resource.label.project_id = "{project}"'] if query.own else []
    conditions += [query.where] if query.where else []
    return ListTimeSeriesRequest(
        name=f"projects/{project}",
        filter=" AND ".join(conditions),
        interval=TimeInterval(start_time=window.start, end_time=window.end),
        aggregation=Aggregation(
            alignment_period={"seconds": window.step_seconds},
            per_series_aligner=Aggregation.Aligner[query.aligner],
            cross_series_reducer=Aggregation.Reducer[query.reducer],
            group_by_fields=query.group_by,
        ),
        page_size=POINTS_A_PAGE,
    )


def _refuse_partial(page: Any) -> None:
    errors = [one.message for one in page.execution_errors]
    if errors:
        raise FailedResults("server", f"some series are missing: {errors[0]}", retryable=True)


def _label(series: Any, name: str) -> str:
    """Value of a label such as `resource.label.instance_id`."""
    holder, _, label = name.split(".", 2)
    return str(getattr(series, holder).labels.get(label, ""))


def _fill(values: "array[float]", series: Any, window: Window) -> None:
    """Puts points on their steps: each is of the step that ends with it.

    Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aligner (the time of an
    aligned point is the end of its period).
    """
    field = _FIELDS.get(series.value_type)
    if field is None:
        raise FailedResults("server", f"a series of value type {series.value_type}", retryable=False)
    first, step, steps = int(window.start.timestamp()), window.step_seconds, len(values)
    for point in series.points:
        place = -((first - point.interval.end_time.seconds) // step) - 1
        if 0 <= place < steps:
            values[place] = getattr(point.value, field)
