"""Reads CloudWatch series of one kind of resource in one account and region.

Series are independent of each other: one that arrived whole is kept even where another failed. One that failed is not
written at all, so that it reads as unknown and never as zero; the scope then ends as a gap that says how many failed.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from costopt.collectors.aws.api import ConnectedApi
from costopt.collectors.aws.interface import Call, MetricSource
from costopt.collectors.aws.metric_discovery import LIST_METRICS, discover
from costopt.collectors.aws.metric_queries import Query, Want, packed_calls, wants, window_of
from costopt.collectors.faults import FailedResults, PagingLoop
from costopt.collectors.packed import PackedValues
from costopt.collectors.spool import Spool
from costopt.collectors.window import Window
from costopt.model.resource import Resource, ResourceKey
from costopt.model.series import Series

GET_METRIC_DATA = Call(
    client="cloudwatch",
    operation="GetMetricData",
    action="cloudwatch:GetMetricData",
    result="MetricDataResults",
)
METRIC_CALLS = (GET_METRIC_DATA, LIST_METRICS)
"""What reading metrics needs."""

SeriesKey = tuple[ResourceKey, str]
_COMPLETE = "Complete"
_FORBIDDEN = "Forbidden"


def key_of(want: Want) -> SeriesKey:
    """What identifies a series."""
    return want.resource.key, want.source.metric


@dataclass(slots=True)
class MetricReading:
    """The series of one scope and how results failed; grows call by call, so that a second try asks only the rest."""

    series: dict[SeriesKey, Series] = field(default_factory=dict)
    """Complete series."""
    failed: Counter[str] = field(default_factory=Counter)
    """Failed results by status code."""
    message: str = ""
    """First message that came with one."""
    spool: Spool = field(default_factory=Spool)
    """Where the values are until the scope is kept."""

    def raise_for_failures(self) -> None:
        """Turns failed results into a fault of the scope.

        Raises:
            FailedResults: at least one result failed.
        """
        if not self.failed:
            return
        total = sum(self.failed.values())
        codes = ", ".join(f"{count} {code}" for code, count in sorted(self.failed.items()))
        only_forbidden = set(self.failed) == {_FORBIDDEN}
        raise FailedResults(
            "denied" if only_forbidden else "server",
            f"{total} of {total + len(self.series)} metrics failed ({codes}) {self.message}".strip(),
            retryable=not only_forbidden,
            permission=GET_METRIC_DATA.action if only_forbidden else None,
        )


def read_metrics(
    api: ConnectedApi, sources: Sequence[MetricSource], resources: Sequence[Resource], reading: MetricReading
) -> None:
    """Reads into `reading` every series of `resources` that it does not hold yet.

    Raises:
        FailedResults: the answers came, but single results failed.
    """
    reading.failed.clear()
    missing = (want for want in wants(sources, resources) if key_of(want) not in reading.series)
    wanted = list(discover(api, missing))
    for want in wanted:
        if not want.dimensions:
            reading.series[key_of(want)] = _silent(want, api.now)
    partial = _Merger(reading)
    for window, queries in packed_calls((want for want in wanted if want.dimensions), api.now):
        partial.add(window, queries, _ask(api, window, queries))
    reading.raise_for_failures()


def _silent(want: Want, now: datetime) -> Series:
    window = window_of(want.source, now)
    return _series(want, window, _no_points(window.steps))


@cache
def _no_points(steps: int) -> PackedValues:
    """One for all silent series: nobody writes to it."""
    return PackedValues.holes(steps)


def _series(want: Want, window: Window, values: Sequence[float | None]) -> Series:
    return Series(
        resource=want.resource.key,
        metric=want.source.metric,
        start=window.start,
        step_seconds=window.step_seconds,
        values=values,
    )


@dataclass(slots=True)
class _Result:
    """What came for one query, over all pages."""

    values: "array[float]"
    status: str = "Missing"
    message: str = ""


def _ask(api: ConnectedApi, window: Window, queries: Sequence[Query]) -> list[_Result]:
    """One call and its further pages; a result per query, in their order."""
    holes = PackedValues.holes(window.steps).raw
    results = {f"q{number}": _Result(array("d", holes)) for number in range(len(queries))}
    params: dict[str, Any] = {
        "MetricDataQueries": [query.as_request(f"q{number}") for number, query in enumerate(queries)],
        "StartTime": window.start,
        "EndTime": window.end,
        "ScanBy": "TimestampAscending",
    }
    grid = _Grid(window)
    seen = set()
    while True:
        answer = api.call(GET_METRIC_DATA, **params)
        for given in answer["MetricDataResults"]:
            if given["Id"] in results:
                _fill(results[given["Id"]], given, grid)
        token = answer.get("NextToken")
        if not token:
            return list(results.values())
        if token in seen:
            raise PagingLoop("cloudwatch GetMetricData gave the same page token twice")
        seen.add(token)
        params["NextToken"] = token


class _Grid:
    """Puts time stamps on the steps of a window. Most series of an answer have the same ones, so the last are kept."""

    def __init__(self, window: Window) -> None:
        self._first = int(window.start.timestamp())
        self._step = window.step_seconds
        self._times: Sequence[Any] = ()
        self._places: Sequence[int] = ()

    def places(self, times: Sequence[Any]) -> Sequence[int]:
        """Index of the step of each time stamp."""
        if times != self._times:
            self._times = times
            self._places = [(_epoch(time) - self._first) // self._step for time in times]
        return self._places


def _fill(result: _Result, given: Mapping[str, Any], grid: _Grid) -> None:
    values = result.values
    steps = len(values)
    for place, value in zip(grid.places(given.get("Timestamps", ())), given.get("Values", ()), strict=True):
        if 0 <= place < steps:
            values[place] = value
    # PartialData on one page may be completed by the next: the last word counts.
    result.status = given.get("StatusCode", _COMPLETE)
    messages = given.get("Messages") or ()
    result.message = result.message or next((str(m.get("Value", "")) for m in messages), "")


def _epoch(time: Any) -> int:
    """Seconds since 1970 of an unparsed time stamp: a number in JSON, text in XML, a datetime in CBOR."""
    if isinstance(time, (int, float)):
        return int(time)
    moment = time if isinstance(time, datetime) else datetime.fromisoformat(str(time))
    return int(moment.timestamp())


class _Merger:
    """Joins the CloudWatch metrics of one series by their greatest value, and counts failures."""

    def __init__(self, reading: MetricReading) -> None:
        self._reading = reading
        self._broken: set[SeriesKey] = set()
        self._left: dict[SeriesKey, int] = {}
        self._values: dict[SeriesKey, array[float]] = {}

    def add(self, window: Window, queries: Iterable[Query], results: Iterable[_Result]) -> None:
        """Takes the results of one call; a series is kept once its last CloudWatch metric came whole."""
        for query, result in zip(queries, results, strict=True):
            key = key_of(query.want)
            left = self._left.get(key, len(query.want.dimensions)) - 1
            self._left[key] = left
            self._note(key, result)
            self._values[key] = _greatest(self._values[key], result.values) if key in self._values else result.values
            if left == 0:
                values = self._values.pop(key)
                if key not in self._broken:
                    self._reading.series[key] = _series(query.want, window, self._reading.spool.keep(values))

    def _note(self, key: SeriesKey, result: _Result) -> None:
        if result.status == _COMPLETE or key in self._broken:
            return
        self._broken.add(key)
        self._reading.failed[result.status] += 1
        self._reading.message = self._reading.message or result.message


def _greatest(left: "array[float]", right: "array[float]") -> "array[float]":
    """Greater value of each step; a hole gives way to a point."""
    return array("d", (b if a != a or b > a else a for a, b in zip(left, right, strict=True)))
