"""Cloud Storage: buckets, their rules, and what they hold by class."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from costopt.collectors.gcp.calls import LIST_TIME_SERIES
from costopt.collectors.gcp.interface import Api, Asset, SeriesQuery, Service
from costopt.collectors.gcp.names import Project
from costopt.collectors.gcp.refusal import CALL_ERRORS
from costopt.collectors.gcp.rows import google_resource
from costopt.collectors.gcp.values import Json, flag, labels, moment, number, optional_text, part, parts, text, whole
from costopt.model.resource import Resource
from costopt.model.specs.google_storage import BucketRule, GcsBucket

BYTES = SeriesQuery(
    metric_type="storage.googleapis.com/storage/v2/total_bytes",
    aligner="ALIGN_MEAN",
    reducer="REDUCE_SUM",
    group_by=("resource.label.bucket_name", "metric.label.storage_class", "metric.label.type"),
)
"""All that is billed, apart by what it is: lifecycle rules and Autoclass touch only a part of it.
Source: https://cloud.google.com/monitoring/api/metrics_gcp (storage/v2/total_bytes)."""
_LIVE, _REPLACED, _SOFT_DELETED = "live-object", "noncurrent-object", "soft-deleted-object"
_TYPES = frozenset({_LIVE, _REPLACED, _SOFT_DELETED, "multipart-upload"})
_SIZE_DAYS = 3
"""The metric comes once a day, some hours late."""
_SECONDS_PER_DAY = 86_400
_NARROWING = ("matchesPrefix", "matchesSuffix", "matchesStorageClass")
_NONCURRENT = ("daysSinceNoncurrentTime", "noncurrentTimeBefore", "numNewerVersions")
_UNSAID: tuple[object, ...] = (None, "", {}, [])
"""How the inventory may give a field that a bucket does not have: it writes messages and lists that are empty."""


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
        noncurrent=condition.get("isLive") is False or any(condition.get(key) not in _UNSAID for key in _NONCURRENT),
        partial=any(condition.get(key) for key in _NARROWING),
    )


def _days(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / _SECONDS_PER_DAY


def _with_sizes(api: Api, rows: list[Resource], _: Sequence[Asset]) -> list[Resource]:
    """Buckets with what they hold; a bucket without a figure holds nothing, or is younger than the metric."""
    if not rows:
        return rows
    try:
        found = api.latest(BYTES, days=_SIZE_DAYS)
    except CALL_ERRORS as error:
        api.missing("bucket_sizes", error)
        return rows
    sizes: dict[str, dict[str, dict[str, int]]] = {}
    for (bucket, storage_class, what), size in found.items():
        sizes.setdefault(bucket, {}).setdefault(what, {})[storage_class] = round(size)
    return [
        _sized(row, row.spec, sizes[row.id]) if isinstance(row.spec, GcsBucket) and row.id in sizes else row
        for row in rows
    ]


def _sized(row: Resource, spec: GcsBucket, sizes: Mapping[str, Mapping[str, int]]) -> Resource:
    """A bucket with its sizes by what is stored and class; as it is where one of them is of an unknown sort."""
    if not sizes.keys() <= _TYPES:
        return row
    sized = replace(
        spec,
        bytes_by_class=sizes.get(_LIVE, {}),
        noncurrent_bytes_by_class=sizes.get(_REPLACED, {}),
        soft_deleted_bytes=sum(sizes.get(_SOFT_DELETED, {}).values()),
    )
    return replace(row, spec=sized)


CLOUD_STORAGE = Service(
    id="cloud_storage",
    parsers={"storage.googleapis.com/Bucket": buckets_of},
    kinds=(GcsBucket,),
    complete=_with_sizes,
    calls=(LIST_TIME_SERIES,),
)
