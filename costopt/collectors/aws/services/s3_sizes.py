"""Stored bytes of buckets by storage type, from the daily size metric; no bucket is listed for it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from costopt.collectors.aws.interface import Api, Call
from costopt.collectors.aws.services.batches import in_batches
from costopt.collectors.aws.services.tolerance import items_or_missing
from costopt.collectors.faults import CostLimitReached, FailedResults

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


PART = "sizes"
_COMPLETE = "Complete"
_DENIED = "denied"


def bytes_by_class(api: Api, buckets: Collection[str]) -> Mapping[str, Mapping[str, int]]:
    """Newest bytes by storage type of those of `buckets` whose size CloudWatch tells.

    Buckets that are missing here have no known size: they are empty or new; or a part of the answer failed, or the
    account may not read metrics or pay for them, which the ledger then says.
    """
    try:
        return _sizes(api, buckets)
    except CostLimitReached as error:
        api.missing(PART, error)
        return {}


def _sizes(api: Api, buckets: Collection[str]) -> Mapping[str, Mapping[str, int]]:
    metrics = sorted(metric for metric in _listed(api) if metric[0] in buckets)
    sizes: dict[str, dict[str, int]] = {}
    failed: set[str] = set()
    for batch in in_batches(metrics, QUERIES_PER_CALL):
        answered = dict(_asked(api, batch))
        for bucket, storage_type in batch:
            status, value = answered.get((bucket, storage_type), ("Missing", None))
            if status != _COMPLETE:
                failed.add(bucket)
                _note(api, bucket, status)
            elif value is not None:
                sizes.setdefault(bucket, {})[storage_type] = value
    # The sum of some storage types would read as the size of the bucket.
    return {bucket: by_class for bucket, by_class in sizes.items() if bucket not in failed}


def _note(api: Api, bucket: str, status: str) -> None:
    if status == _DENIED:
        return  # noted once for all
    reason = "denied" if status == "Forbidden" else "server"
    permission = GET_METRIC_DATA.action if status == "Forbidden" else None
    error = FailedResults(
        reason, f"CloudWatch ended with {status}", retryable=reason == "server", permission=permission
    )
    api.missing(PART, error, of=bucket)


def _listed(api: Api) -> Iterator[Metric]:
    items = items_or_missing(api, PART, LIST_METRICS, Namespace="AWS/S3", MetricName="BucketSizeBytes")
    for item in items or ():
        dimensions = {one["Name"]: one["Value"] for one in item.get("Dimensions") or ()}
        if {"BucketName", "StorageType"} == set(dimensions):
            yield dimensions["BucketName"], dimensions["StorageType"]


def _asked(api: Api, metrics: Sequence[Metric]) -> Iterator[tuple[Metric, tuple[str, int | None]]]:
    """How each metric ended, and its newest value."""
    midnight = api.now.replace(hour=0, minute=0, second=0, microsecond=0)
    results = items_or_missing(
        api,
        PART,
        GET_METRIC_DATA,
        MetricDataQueries=[_query(f"m{index}", metric) for index, metric in enumerate(metrics)],
        StartTime=midnight - timedelta(days=DAYS),
        EndTime=midnight + timedelta(days=1),
        ScanBy="TimestampDescending",
    )
    if results is None:
        yield from ((metric, (_DENIED, None)) for metric in metrics)
    for result in results or ():
        values = result.get("Values")
        # The newest value comes first.
        newest = int(values[0]) if values else None
        yield metrics[int(result["Id"][1:])], (result.get("StatusCode") or _COMPLETE, newest)


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
