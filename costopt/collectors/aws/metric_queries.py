"""What to ask CloudWatch for: the window of each source, the query of each resource, packed into calls."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from costopt.collectors.aws.interface import MetricSource
from costopt.collectors.window import Window, window_before
from costopt.model.resource import Resource

MAX_QUERIES = 500
"""Queries of one GetMetricData call. Source:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html."""
MAX_POINTS = 100_800
"""Data points of one answer of GetMetricData. Same source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """One series to be read: one metric of one resource, by one or more CloudWatch metrics."""

    source: MetricSource
    """Where it comes from."""
    resource: Resource
    """Whose it is."""
    dimensions: tuple[Mapping[str, str], ...]
    """One set for each CloudWatch metric; empty where discovery found none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One CloudWatch metric to be asked for."""

    want: Want
    """The series that it belongs to."""
    dimensions: Mapping[str, str]
    """Its dimensions."""

    def as_request(self, query_id: str) -> dict[str, Any]:
        """The element of MetricDataQueries."""
        source = self.want.source
        dimensions = [{"Name": name, "Value": value} for name, value in sorted(self.dimensions.items())]
        metric = {"Namespace": source.namespace, "MetricName": source.name, "Dimensions": dimensions}
        return {
            "Id": query_id,
            "MetricStat": {"Metric": metric, "Period": source.step_seconds, "Stat": source.stat},
        }


def window_of(source: MetricSource, now: datetime) -> Window:
    """The window of a source."""
    return window_before(now, days=source.days, step_seconds=source.step_seconds)


def queries_per_call(window: Window) -> int:
    """How many series of a window fit into one call."""
    return max(1, min(MAX_QUERIES, MAX_POINTS // window.steps))


def wants(sources: Iterable[MetricSource], resources: Sequence[Resource]) -> Iterator[Want]:
    """Every series to be read; what does not concern a resource is left out."""
    for source in sources:
        for resource in resources:
            dimensions = source.dimensions(resource)
            if dimensions is not None:
                yield Want(source=source, resource=resource, dimensions=(dimensions,))


def packed_calls(wanted: Iterable[Want], now: datetime) -> Iterator[tuple[Window, list[Query]]]:
    """The calls that read `wanted`: each full to the limit of queries or points, one window each."""
    by_window: dict[Window, list[Query]] = {}
    for want in wanted:
        queries = by_window.setdefault(window_of(want.source, now), [])
        queries.extend(Query(want=want, dimensions=dimensions) for dimensions in want.dimensions)
    for window in sorted(by_window):
        queries, size = by_window[window], queries_per_call(window)
        for first in range(0, len(queries), size):
            yield window, queries[first : first + size]
