"""What a scope lacks though it was read shows in the ledger, and unsound rows never reach the disk."""

from array import array
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from costopt.collectors.aws.interface import Api, AwsCollector
from costopt.collectors.aws.runner import collect
from costopt.collectors.aws.services.lambda_functions import LAMBDA_FUNCTIONS
from costopt.collectors.aws.services.s3 import S3_BUCKETS
from costopt.collectors.ledger import Ledger, LedgerBroken
from costopt.collectors.packed import HOLE
from costopt.collectors.spool import Spool
from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsVolume
from tests.oracles.fakeaws import FakeAws, Fault
from tests.oracles.fakeaws_estate import VOLUME_COLLECTOR, make_plan
from tests.oracles.memory_sink import MemorySink

ONE_PLACE: dict[str, Any] = {"regions": ["us-east-1"], "keys": {"111111111111": "AKIAFIRST"}}
SPEC: Any = EbsVolume(volume_type="gp3", size_gib=8, state="in-use", availability_zone="x")


def volume(api: Api, **given: Any) -> Resource:
    fields: dict[str, Any] = {"id": "vol-1", "spec": SPEC, **given}
    return Resource(provider="aws", account=api.account, region=api.region, **fields)


def finds(*rows: dict[str, Any]) -> AwsCollector:
    def found(api: Api) -> Iterator[Resource]:
        return (volume(api, **row) for row in rows)

    return replace(VOLUME_COLLECTOR, collect=found)


def test_denied_tags_are_a_gap_beside_the_functions_and_a_resumed_run_reads_them(aws: FakeAws) -> None:
    function = {"FunctionName": "f", "Version": "$LATEST", "MemorySize": 256}
    aws.on("lambda", "ListFunctions", [function])
    aws.on("resourcegroupstaggingapi", "GetResources", {"ResourceTagMappingList": []})
    aws.faults.append(Fault("resourcegroupstaggingapi", code="AccessDeniedException", status=400, message="no"))
    sink = MemorySink()
    first = collect(make_plan(aws.url, collectors=(LAMBDA_FUNCTIONS,), **ONE_PLACE), sink)
    found = {r.scope.operation: (r.status, r.rows, r.permission, r.kinds) for r in first.coverage}
    assert found == {
        "lambda_functions": (Status.OK, 1, None, ("lambda_function",)),
        "lambda_functions:tags": (Status.GAP, 0, "tag:GetResources", ()),
    }
    assert [row.tags for row in sink.all_resources] == [None]
    aws.faults.clear()
    second = collect(make_plan(aws.url, collectors=(LAMBDA_FUNCTIONS,), **ONE_PLACE), sink)
    assert [(r.scope.operation, r.status) for r in second.coverage] == [("lambda_functions", Status.OK)]
    assert [row.tags for row in sink.all_resources] == [{}]


def test_each_denied_part_of_a_bucket_is_named_with_its_permission(aws: FakeAws) -> None:
    aws.on("s3", "ListBuckets", {"Buckets": [{"Name": "logs", "BucketRegion": "us-east-1"}]})
    for service, operation in (
        ("s3", "GetBucketVersioning"),
        ("s3", "GetBucketLifecycleConfiguration"),
        ("s3", "GetBucketTagging"),
        ("cloudwatch", "ListMetrics"),
    ):
        aws.faults.append(Fault(service, operation, code="AccessDenied", status=403, message="no"))
    collected = collect(make_plan(aws.url, collectors=(S3_BUCKETS,), **ONE_PLACE), MemorySink())
    gaps = {r.scope.operation: r.permission for r in collected.coverage if r.status is Status.GAP}
    assert gaps == {
        "s3_buckets:lifecycle": "s3:GetLifecycleConfiguration",
        "s3_buckets:sizes": "cloudwatch:ListMetrics",
        "s3_buckets:tags": "s3:GetBucketTagging",
        "s3_buckets:versioning": "s3:GetBucketVersioning",
    }
    (tags,) = (r for r in collected.coverage if r.scope.operation == "s3_buckets:tags")
    assert (tags.detail or "").startswith("of logs: ")
    assert [r.rows for r in collected.coverage if r.scope.operation == "s3_buckets"] == [1]


def test_a_size_that_was_asked_for_and_not_answered_makes_the_size_unknown(aws: FakeAws) -> None:
    aws.on("s3", "ListBuckets", {"Buckets": [{"Name": "logs", "BucketRegion": "us-east-1"}]})
    aws.on("s3", "GetBucketVersioning", {})
    aws.faults.append(Fault("s3", "GetBucketLifecycleConfiguration", code="NoSuchLifecycleConfiguration", status=404))
    aws.faults.append(Fault("s3", "GetBucketTagging", code="NoSuchTagSet", status=404))
    names = ("GlacierStorage", "StandardStorage")
    dimensions = [[{"Name": "BucketName", "Value": "logs"}, {"Name": "StorageType", "Value": n}] for n in names]
    metrics = [{"Namespace": "AWS/S3", "MetricName": "BucketSizeBytes", "Dimensions": one} for one in dimensions]
    aws.on("cloudwatch", "ListMetrics", {"Metrics": metrics})
    result = {"Id": "m1", "StatusCode": "Complete", "Timestamps": [1.0], "Values": [5.0]}
    aws.on("cloudwatch", "GetMetricData", {"MetricDataResults": [result]})
    sink = MemorySink()
    collected = collect(make_plan(aws.url, collectors=(S3_BUCKETS,), **ONE_PLACE), sink)
    assert [row.spec.bytes_by_class for row in sink.all_resources] == [None]  # type: ignore[attr-defined]
    gaps = [(r.scope.operation, r.retryable) for r in collected.coverage if r.status is Status.GAP]
    assert gaps == [("s3_buckets:sizes", True)]


UNSOUND: dict[str, dict[str, Any]] = {
    "text for a number": {"spec": replace(SPEC, size_gib="ten")},
    "a negative size": {"spec": replace(SPEC, size_gib=-5)},
    "no finite number": {"spec": replace(SPEC, size_gib=float("inf"))},
    "no Unicode": {"tags": {"team": "\ud800"}},
    "a number for a tag": {"tags": {"team": 7}},
    "ten megabytes of tag": {"tags": {"team": "x" * 10_000_000}},
    "no id": {"id": None},
}


@pytest.mark.parametrize("row", UNSOUND.values(), ids=UNSOUND)
def test_an_unsound_row_is_a_gap_and_the_others_are_kept(row: dict[str, Any]) -> None:
    sink = MemorySink()
    plan = make_plan("http://127.0.0.1:9", collectors=(finds({"id": "vol-bad", **row}, {"id": "vol-2"}),), **ONE_PLACE)
    coverage = {r.scope.operation: r for r in collect(plan, sink).coverage}
    assert [one.id for one in sink.all_resources] == ["vol-2"]
    gap = coverage["ebs_volumes:rows"]
    assert (gap.status, gap.reason, gap.kinds) == (Status.GAP, "server", ("ebs_volume",))
    assert len(gap.detail or "") < 500


@pytest.mark.parametrize("name", ["a\x00b", "../../etc/passwd", "\x1b[31m", "<script>", "=cmd()"])
def test_odd_names_are_kept_as_they_are(name: str) -> None:
    sink = MemorySink()
    row = {"id": name, "name": name, "tags": {name: name}}
    coverage = collect(make_plan("http://127.0.0.1:9", collectors=(finds(row),), **ONE_PLACE), sink).coverage
    assert [r.status for r in coverage] == [Status.OK]
    assert [(one.id, one.name, one.tags) for one in sink.all_resources] == [(name, name, {name: name})]


def test_what_two_pages_list_counts_once() -> None:
    sink = MemorySink()
    plan = make_plan("http://127.0.0.1:9", collectors=(finds({"id": "vol-1"}, {"id": "vol-1"}),), **ONE_PLACE)
    assert [r.rows for r in collect(plan, sink).coverage] == [1]
    assert len(sink.all_resources) == 1


def test_the_ledger_takes_parts_of_the_scope_that_ends_only() -> None:
    scope = Scope(provider="aws", account="1", region="r", operation="a")
    ended = ScopeResult(scope=scope, status=Status.OK, kinds=(), rows=1)
    stranger = replace(ended, scope=replace(scope, operation="b:tags"), status=Status.GAP)
    with pytest.raises(LedgerBroken, match="no part"):
        Ledger([scope]).close(ended, [stranger])


def test_values_that_do_not_fit_into_memory_come_back_from_the_file() -> None:
    spool = Spool(in_memory_points=3)
    rows = [[1.0, None, 3.0], [None, 5.0, 6.5], [7.0, 8.0, None]]
    kept = [spool.keep(array("d", [HOLE if value is None else value for value in row])) for row in rows]
    del spool
    assert [list(values) for values in kept] == rows
    assert [type(values).__name__ for values in kept] == ["PackedValues", "SpooledValues", "SpooledValues"]
    assert (kept[1][0], kept[1][1], list(kept[2][1:])) == (None, 5.0, [8.0, None])
