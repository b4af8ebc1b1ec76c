"""S3 buckets: their settings and daily size, never their objects.

A bucket belongs to one region, and so do its settings' endpoint and its size metric: buckets are read region by region.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from costopt.collectors.aws.faults import DENIED, error_code
from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import aws_resource
from costopt.collectors.aws.services.s3_lifecycle import rules_of
from costopt.collectors.aws.services.s3_sizes import GET_METRIC_DATA, LIST_METRICS, bytes_by_class
from costopt.collectors.aws.services.tolerance import answer_or_missing, answer_unless
from costopt.collectors.aws.services.values import tag_map, utc
from costopt.model.resource import Resource
from costopt.model.specs.storage import LifecycleRule, S3Bucket

LIST_BUCKETS = Call(
    client="s3",
    operation="ListBuckets",
    action="s3:ListAllMyBuckets",
    result="Buckets",
    limit=("MaxBuckets", 1000),
)
GET_LOCATION = Call(client="s3", operation="GetBucketLocation", action="s3:GetBucketLocation")
GET_LIFECYCLE = Call(
    client="s3",
    operation="GetBucketLifecycleConfiguration",
    action="s3:GetLifecycleConfiguration",
    result="Rules",
)
GET_VERSIONING = Call(client="s3", operation="GetBucketVersioning", action="s3:GetBucketVersioning")
GET_TAGGING = Call(client="s3", operation="GetBucketTagging", action="s3:GetBucketTagging", result="TagSet")

REFUSED: Collection[str] = DENIED | {"AllAccessDisabled"}
"""A bucket's own policy may refuse the account's auditors; its settings are then unknown, which the ledger says,
and the other buckets are read on."""

_GONE = frozenset({"NoSuchBucket"})
_UNSET_LIFECYCLE = frozenset({"NoSuchLifecycleConfiguration"})
_UNSET_TAGS = frozenset({"NoSuchTagSet", "NoSuchTagSetError"})
_KEEPS_VERSIONS = frozenset({"Enabled", "Suspended"})
"""Suspending keeps the old versions that are there.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VersioningWorkflows.html"""

_OLD_NAMES = {"": "us-east-1", "EU": "eu-west-1"}
"""Names of regions that GetBucketLocation still uses.
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html"""


def bucket_of(
    api: Api,
    item: Mapping[str, Any],
    *,
    rules: tuple[LifecycleRule, ...] | None,
    versioning: Mapping[str, Any] | None,
    tags: Mapping[str, str] | None,
    sizes: Mapping[str, int] | None,
) -> Resource:
    """A resource of one item of ListBuckets and the bucket's settings, None where they were refused."""
    name = item["Name"]
    spec = S3Bucket(
        rules=rules,
        versioning=None if versioning is None else versioning.get("Status") in _KEEPS_VERSIONS,
        bytes_by_class=sizes,
    )
    created_at = utc(item.get("CreationDate"))
    arn = f"arn:{api.partition}:s3:::{name}"
    return aws_resource(api, spec, name, name=name, arn=arn, created_at=created_at, tags=tags)


def _collect(api: Api) -> Iterator[Resource]:
    items = [item for item in api.pages(LIST_BUCKETS, BucketRegion=api.region) if _region(api, item) == api.region]
    if not items:
        return
    sizes = bytes_by_class(api, {item["Name"] for item in items})
    for item in items:
        resource = _bucket(api, item, sizes.get(item["Name"]))
        if resource is not None:
            yield resource


def _region(api: Api, item: Mapping[str, Any]) -> str | None:
    """Region of a bucket. AWS tells it in the list; servers that imitate it leave it out and list all buckets."""
    known: str | None = item.get("BucketRegion")
    if known:
        return known
    answer = answer_unless(api, GET_LOCATION, _GONE, Bucket=item["Name"])
    place = None if answer is None else answer.get("LocationConstraint") or ""
    return None if place is None else _OLD_NAMES.get(place, place)


def _bucket(api: Api, item: Mapping[str, Any], sizes: Mapping[str, int] | None) -> Resource | None:
    """The bucket, or None where it was deleted since it was listed."""
    name = item["Name"]
    try:
        versioning = answer_or_missing(api, "versioning", GET_VERSIONING, REFUSED, of=name, Bucket=name)
        rules, tags = _rules(api, name), _tags(api, name)
    except ClientError as error:
        if error_code(error) in _GONE:
            return None
        raise
    return bucket_of(api, item, rules=rules, versioning=versioning, tags=tags, sizes=sizes)


def _rules(api: Api, name: str) -> tuple[LifecycleRule, ...] | None:
    unset, answer = _setting(api, "lifecycle", GET_LIFECYCLE, _UNSET_LIFECYCLE, name)
    if answer is None:
        return () if unset else None
    return rules_of(answer["Rules"])


def _tags(api: Api, name: str) -> Mapping[str, str] | None:
    unset, answer = _setting(api, "tags", GET_TAGGING, _UNSET_TAGS, name)
    if answer is None:
        return {} if unset else None
    return tag_map(answer["TagSet"])


def _setting(
    api: Api, part: str, call: Call, unset: Collection[str], name: str
) -> tuple[bool, Mapping[str, Any] | None]:
    """Whether a setting was never made, and else its answer, None where refused."""
    try:
        return False, answer_or_missing(api, part, call, REFUSED, of=name, Bucket=name)
    except ClientError as error:
        if error_code(error) in unset:
            return True, None
        raise


S3_BUCKETS = AwsCollector(
    id="s3_buckets",
    kinds=(S3Bucket,),
    calls=(LIST_BUCKETS, GET_LOCATION, GET_LIFECYCLE, GET_VERSIONING, GET_TAGGING, LIST_METRICS, GET_METRIC_DATA),
    collect=_collect,
)
