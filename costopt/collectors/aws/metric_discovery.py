"""Finds metrics that have more dimensions than the resource tells, such as those of the CloudWatch agent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from costopt.collectors.aws.api import ConnectedApi
from costopt.collectors.aws.interface import Call
from costopt.collectors.aws.metric_queries import Want

LIST_METRICS = Call(client="cloudwatch", operation="ListMetrics", action="cloudwatch:ListMetrics", result="Metrics")

Dimensions = Mapping[str, str]


class _Listed:
    """The dimension sets that exist of one CloudWatch metric, found by any one dimension."""

    def __init__(self, found: Iterable[Dimensions]) -> None:
        self._by_pair: dict[tuple[str, str], list[Dimensions]] = defaultdict(list)
        self._all: list[Dimensions] = []
        for dimensions in found:
            self._all.append(dimensions)
            for pair in dimensions.items():
                self._by_pair[pair].append(dimensions)

    def containing(self, wanted: Dimensions) -> tuple[Dimensions, ...]:
        """Sets that hold all of `wanted`."""
        pairs = wanted.items()
        candidates = self._by_pair.get(next(iter(pairs)), []) if wanted else self._all
        return tuple(found for found in candidates if pairs <= found.items())


def discover(api: ConnectedApi, wanted: Iterable[Want]) -> Iterator[Want]:
    """Gives the wants of discovered sources the dimension sets that exist; passes the others through.

    ListMetrics is asked once for each metric. It forgets a metric that was silent for two weeks, so a want may end
    with no set: then there is nothing to read.
    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
    """
    listed: dict[tuple[str, str], _Listed] = {}
    for want in wanted:
        if not want.source.discover:
            yield want
            continue
        name = (want.source.namespace, want.source.name)
        if name not in listed:
            listed[name] = _Listed(_list(api, *name))
        yield replace(want, dimensions=listed[name].containing(want.dimensions[0]))


def _list(api: ConnectedApi, namespace: str, name: str) -> Iterator[Dimensions]:
    # RecentlyActive is left out: it would hide metrics that were silent for the last three hours.
    for metric in api.pages(LIST_METRICS, Namespace=namespace, MetricName=name):
        yield {dimension["Name"]: dimension["Value"] for dimension in metric.get("Dimensions", ())}
