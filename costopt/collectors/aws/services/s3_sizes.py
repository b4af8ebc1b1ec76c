"""Stored bytes of buckets by storage type, from the daily size metric; no bucket is listed for it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from costopt.collectors.aws.faults import DENIED
from costopt.collectors.aws.interface import Api, Call
from costopt.collectors.aws.services.batches import in_batches
from costopt.collectors.aws.services.tolerance import items_unless

LIST_METRICS = Call(client="cloudwatch", operation="ListMetrics", action="cloudwatch:ListMetrics", result="Metrics")
GET_METRIC_DATA = Call(
    client="cloudwatch",
    operation="GetMetricData",
    action="cloudwatch:GetMetricData",
    result="MetricDataResults",
)
QUERIES_PER_CALL = 500
"""Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html"""

DAYS = 3
"""How far back to look: the metric is written once a day and may be a day late.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html"""

_DAY_SECONDS = 86400
Metric = tuple[str, str]
"""Bucket and storage type."""


def bytes_by_class(api: Api, buckets: Collection[str]) -> Mapping[str, Mapping[str, int]]:
    """Newest bytes by storage type of those of `buckets` whose size CloudWatch tells.

    Buckets that are missing here have no known size: they are empty or new, or a part of the answer failed, or the
    account may not read metrics.
    """
    metrics = sorted(metric for metric in _listed(api) if metric[0] in buckets)
    sizes: dict[str, dict[str, int]] = {}
    failed: set[str] = set()
    for batch in in_batches(metrics, QUERIES_PER_CALL):
        for (bucket, storage_type), result in _asked(api, batch):
            if result.get("StatusCode") not in {"Complete", None}:
                failed.add(bucket)
            elif result.get("Values"):
                # The newest value comes first.
                sizes.setdefault(bucket, {})[storage_type] = int(result["Values"][0])
    return {bucket: by_class for bucket, by_class in sizes.items() if bucket not in failed}


def _listed(api: Api) -> Iterator[Metric]:
    items = items_unless(api, LIST_METRICS, DENIED, Namespace="AWS/S3", MetricName="BucketSizeBytes")
    for item in items or ():
        dimensions = {one["Name"]: one["Value"] for one in item.get("Dimensions") or ()}
        if {"BucketName", "StorageType"} == set(dimensions):
            yield dimensions["BucketName"], dimensions["StorageType"]


def _asked(api: Api, metrics: Sequence[Metric]) -> Iterator[tuple[Metric, Mapping[str, Any]]]:
    midnight = api.now.replace(hour=0, minute=0, second=0, microsecond=0)
    results = items_unless(
        api,
        GET_METRIC_DATA,
        DENIED,
        MetricDataQueries=[_query(f"m{index}", metric) for index, metric in enumerate(metrics)],
        StartTime=midnight - timedelta(days=DAYS),
        EndTime=midnight + timedelta(days=1),
        ScanBy="TimestampDescending",
    )
    for result in results or ():
        yield metrics[int(result["Id"][1:])], result


def _query(query_id: str, metric: Metric) -> dict[str, Any]:
    bucket, storage_type = metric
    dimensions = [{"Name": "BucketName", "Value": bucket}, {"Name": "StorageType", "Value": storage_type}]
    return {
        "Id": query_id,
        "MetricStat": {
            "Metric": {"Namespace": "AWS/S3", "MetricName": "BucketSizeBytes", "Dimensions": dimensions},
            "Period": _DAY_SECONDS,
            "Stat": "Average",
        },
    }
