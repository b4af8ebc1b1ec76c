"""Cloud Storage: buckets, their rules, and what they hold by class."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from costopt.collectors.gcp.calls import LIST_TIME_SERIES
from costopt.collectors.gcp.interface import Api, Asset, SeriesQuery, Service
from costopt.collectors.gcp.names import Project
from costopt.collectors.gcp.refusal import CALL_ERRORS
from costopt.collectors.gcp.rows import google_resource
from costopt.collectors.gcp.values import Json, flag, labels, moment, number, optional_text, part, parts, text, whole
from costopt.model.resource import Resource
from costopt.model.specs.google_storage import BucketRule, GcsBucket

BYTES_BY_CLASS = SeriesQuery(
    metric_type="storage.googleapis.com/storage/v2/total_bytes",
    aligner="ALIGN_MEAN",
    reducer="REDUCE_SUM",
    group_by=("resource.label.bucket_name", "metric.label.storage_class"),
)
"""Live, replaced and soft-deleted objects together, as they are billed.
Source: https://cloud.google.com/monitoring/api/metrics_gcp (storage/v2/total_bytes)."""
_SIZE_DAYS = 3
"""The metric comes once a day, some hours late."""
_SECONDS_PER_DAY = 86_400
_NARROWING = ("matchesPrefix", "matchesSuffix", "matchesStorageClass")
_NONCURRENT = ("daysSinceNoncurrentTime", "noncurrentTimeBefore", "numNewerVersions")


def buckets_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one bucket, as yet without its size."""
    data = asset.data
    location_type = optional_text(data, "locationType")
    spec = GcsBucket(
        location=text(data, "location").lower(),
        storage_class=optional_text(data, "storageClass") or "STANDARD",
        rules=tuple(_rule(rule) for rule in parts(part(data, "lifecycle"), "rule")),
        versioning=flag(part(data, "versioning"), "enabled"),
        location_type=location_type and location_type.lower(),
        autoclass=flag(part(data, "autoclass"), "enabled"),
        soft_delete_days=_days(number(part(data, "softDeletePolicy"), "retentionDurationSeconds")),
        retention_days=_days(number(part(data, "retentionPolicy"), "retentionPeriod")),
    )
    name = project.id_of(asset.name)
    yield google_resource(project, asset, spec, name=name, created_at=moment(data, "timeCreated"), tags=labels(data))


def _rule(rule: Json) -> BucketRule:
    action, condition = part(rule, "action"), part(rule, "condition")
    return BucketRule(
        action=text(action, "type"),
        storage_class=optional_text(action, "storageClass"),
        age_days=whole(condition, "age"),
        noncurrent=condition.get("isLive") is False or any(key in condition for key in _NONCURRENT),
        partial=any(condition.get(key) for key in _NARROWING),
    )


def _days(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / _SECONDS_PER_DAY


def _with_sizes(api: Api, rows: list[Resource], _: Sequence[Asset]) -> list[Resource]:
    """Buckets with what they hold; a bucket without a figure holds nothing, or is younger than the metric."""
    if not rows:
        return rows
    try:
        found = api.latest(BYTES_BY_CLASS, days=_SIZE_DAYS)
    except CALL_ERRORS as error:
        api.missing("bucket_sizes", error)
        return rows
    sizes: dict[str, dict[str, int]] = {}
    for (bucket, storage_class), size in found.items():
        sizes.setdefault(bucket, {})[storage_class] = round(size)
    return [
        replace(row, spec=replace(row.spec, bytes_by_class=sizes[row.id]))
        if isinstance(row.spec, GcsBucket) and row.id in sizes
        else row
        for row in rows
    ]


CLOUD_STORAGE = Service(
    id="cloud_storage",
    parsers={"storage.googleapis.com/Bucket": buckets_of},
    kinds=(GcsBucket,),
    complete=_with_sizes,
    calls=(LIST_TIME_SERIES,),
)
