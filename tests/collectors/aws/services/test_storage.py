"""S3, EFS and log groups: life cycles on moto, sizes, denied buckets."""

from datetime import UTC, datetime, timedelta

import pytest

from costopt.collectors.aws.services.efs import EFS_FILE_SYSTEMS
from costopt.collectors.aws.services.logs import LOG_GROUPS
from costopt.collectors.aws.services.s3 import S3_BUCKETS
from costopt.collectors.aws.services.s3_lifecycle import rules_of
from costopt.collectors.aws.services.s3_sizes import bytes_by_class
from costopt.model.specs.storage import LifecycleRule
from tests.oracles.fakeaws import AwsError, Fault

TAGS = [{"Key": "team", "Value": "shop"}]
NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)


def make_bucket(s3, name):
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})


def test_buckets_of_a_region(moto, collect_moto):
    s3 = moto("s3")
    for name in ("plain", "managed"):
        make_bucket(s3, name)
    moto("s3", "us-east-1").create_bucket(Bucket="virginia")
    s3.put_bucket_versioning(Bucket="managed", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(Bucket="managed", Tagging={"TagSet": TAGS})
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 90}}
    s3.put_bucket_lifecycle_configuration(Bucket="managed", LifecycleConfiguration={"Rules": [rule]})
    points = [("StandardStorage", 2, 1e12), ("StandardStorage", 1, 2e12), ("StandardIAStorage", 1, 5e11)]
    moto("cloudwatch").put_metric_data(Namespace="AWS/S3", MetricData=[size("managed", *point) for point in points])

    found = {resource.id: resource for resource in collect_moto(S3_BUCKETS)}

    assert set(found) == {"plain", "managed"}
    managed, plain = found["managed"], found["plain"]
    assert managed.spec.rules == (LifecycleRule(whole_bucket=True, expire_days=90),)
    assert managed.spec.versioning is True
    assert managed.spec.bytes_by_class == {"StandardStorage": 2 * 10**12, "StandardIAStorage": 5 * 10**11}
    assert (managed.tags, managed.arn) == ({"team": "shop"}, "arn:aws:s3:::managed")
    assert (plain.spec.rules, plain.spec.versioning, plain.tags) == ((), False, {})
    assert plain.spec.bytes_by_class is None
    assert [resource.id for resource in collect_moto(S3_BUCKETS, "us-east-1")] == ["virginia"]


def size(bucket, storage_type, days_ago, value):
    names = {"BucketName": bucket, "StorageType": storage_type}
    return {
        "MetricName": "BucketSizeBytes",
        "Dimensions": [{"Name": name, "Value": text} for name, text in names.items()],
        "Timestamp": NOW.replace(hour=0, minute=0) - timedelta(days=days_ago),
        "Value": value,
    }


def s3_account(aws, names):
    def refuse(code, status):
        def answer(params, request):
            raise AwsError(code, code, status)

        return answer

    aws.on("s3", "ListBuckets", [{"Name": name, "BucketRegion": "eu-west-1"} for name in names])
    aws.on("s3", "GetBucketVersioning", {})
    aws.on("s3", "GetBucketLifecycleConfiguration", refuse("NoSuchLifecycleConfiguration", 404))
    aws.on("s3", "GetBucketTagging", refuse("NoSuchTagSet", 404))
    aws.on("cloudwatch", "ListMetrics", {"Metrics": []})


def test_a_denied_bucket_has_unknown_settings_and_the_others_are_read(aws, collect_fake):
    s3_account(aws, ["closed", "open"])
    for operation in ("GetBucketVersioning", "GetBucketLifecycleConfiguration", "GetBucketTagging"):
        aws.faults.append(Fault("s3", operation, code="AccessDenied", status=403, times=1))
    closed, opened = collect_fake(S3_BUCKETS)
    assert (closed.id, closed.spec.rules, closed.spec.versioning, closed.tags) == ("closed", None, None, None)
    assert (opened.id, opened.spec.rules, opened.spec.versioning, opened.tags) == ("open", (), False, {})


def test_buckets_are_asked_for_by_region_and_the_location_is_not_asked_again(aws, collect_fake):
    s3_account(aws, ["one"])
    assert [resource.id for resource in collect_fake(S3_BUCKETS)] == ["one"]
    assert aws.requests[0].params["BucketRegion"] == "eu-west-1"
    assert aws.count("s3", "GetBucketLocation") == 0


def test_a_bucket_deleted_while_reading_is_left_out(aws, collect_fake):
    s3_account(aws, ["gone", "kept"])
    aws.faults.append(Fault("s3", "GetBucketLifecycleConfiguration", code="NoSuchBucket", status=404, times=1))
    assert [resource.id for resource in collect_fake(S3_BUCKETS)] == ["kept"]


def test_recorded_buckets_parse(recorded, collect_recorded):
    answer = recorded("test_s3_metrics/s3.ListBuckets")
    settings = {
        "GetBucketLocation": {"LocationConstraint": None},
        "GetBucketVersioning": {},
        "GetBucketLifecycleConfiguration": {"Rules": []},
        "GetBucketTagging": {"TagSet": []},
        "ListMetrics": {"Metrics": []},
    }
    found = collect_recorded(S3_BUCKETS, {"ListBuckets": answer, **settings})
    assert [resource.id for resource in found] == [item["Name"] for item in answer["Buckets"]]
    assert all(resource.created_at.tzinfo is UTC for resource in found)


def metrics_of(names):
    types = ("StandardStorage", "GlacierStorage")
    return [
        {"Dimensions": [{"Name": "BucketName", "Value": name}, {"Name": "StorageType", "Value": one}]}
        for name in names
        for one in types
    ]


def test_sizes_are_asked_for_in_full_calls_and_failed_ones_are_unknown(aws, fake_api):
    names = [f"bucket-{n:03}" for n in range(300)]
    aws.on("cloudwatch", "ListMetrics", [*metrics_of(names), *metrics_of(["elsewhere"])], page=500)

    def data(params, request):
        def result(query):
            names = {one["Name"]: one["Value"] for one in query["MetricStat"]["Metric"]["Dimensions"]}
            failed = names == {"BucketName": "bucket-007", "StorageType": "GlacierStorage"}
            values = [] if failed else [4096.0, 1.0]
            return {"Id": query["Id"], "StatusCode": "InternalError" if failed else "Complete", "Values": values}

        return {"MetricDataResults": [result(query) for query in params["MetricDataQueries"]]}

    aws.on("cloudwatch", "GetMetricData", data)
    found = bytes_by_class(fake_api(S3_BUCKETS), set(names))
    assert set(found) == set(names) - {"bucket-007"}
    assert found["bucket-000"] == {"StandardStorage": 4096, "GlacierStorage": 4096}
    assert aws.count("cloudwatch", "GetMetricData") == 2
    asked = [len(one.params["MetricDataQueries"]) for one in aws.requests if one.operation == "GetMetricData"]
    assert asked == [500, 100]
    window = next(one.params for one in aws.requests if one.operation == "GetMetricData")
    assert window["EndTime"] - window["StartTime"] == timedelta(days=4)


def test_sizes_are_unknown_where_metrics_may_not_be_read(aws, collect_fake):
    s3_account(aws, ["one"])
    aws.faults.append(Fault("cloudwatch", "ListMetrics", code="AccessDenied", status=403))
    (bucket,) = collect_fake(S3_BUCKETS)
    assert bucket.spec.bytes_by_class is None


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ({"Filter": {}}, LifecycleRule(whole_bucket=True)),
        ({"Prefix": ""}, LifecycleRule(whole_bucket=True)),
        ({"Prefix": "logs/"}, LifecycleRule(whole_bucket=False)),
        ({"Filter": {"Prefix": "logs/"}}, LifecycleRule(whole_bucket=False)),
        ({"Filter": {"Tag": {"Key": "a", "Value": "b"}}}, LifecycleRule(whole_bucket=False)),
        ({"Filter": {"ObjectSizeGreaterThan": 131072}}, LifecycleRule(whole_bucket=False)),
        ({"Filter": {"And": {"Prefix": ""}}}, LifecycleRule(whole_bucket=False)),
        (
            {"Transitions": [{"Days": 90, "StorageClass": "GLACIER"}, {"Days": 30, "StorageClass": "STANDARD_IA"}]},
            LifecycleRule(whole_bucket=True, transition_days=30),
        ),
        (
            {"Transitions": [{"Date": NOW, "StorageClass": "GLACIER"}]},
            LifecycleRule(whole_bucket=True, transition_days=0),
        ),
        (
            {"Transitions": [{"Days": 0, "StorageClass": "INTELLIGENT_TIERING"}]},
            LifecycleRule(whole_bucket=True, transition_days=0),
        ),
        ({"Expiration": {"ExpiredObjectDeleteMarker": True}}, LifecycleRule(whole_bucket=True)),
        ({"Expiration": {"Date": NOW}}, LifecycleRule(whole_bucket=True, expire_days=0)),
        (
            {
                "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3},
            },
            LifecycleRule(whole_bucket=True, expire_noncurrent_days=7, abort_multipart_days=3),
        ),
    ],
)
def test_what_a_lifecycle_rule_does(rule, kept):
    assert rules_of([{"Status": "Enabled", **rule}, {"Status": "Disabled", **rule}]) == (kept,)


def test_file_systems(moto, collect_moto):
    efs = moto("efs")
    made = efs.create_file_system(
        CreationToken="a",
        ThroughputMode="provisioned",
        ProvisionedThroughputInMibps=64,
        Tags=[*TAGS, {"Key": "Name", "Value": "home"}],
    )
    (system,) = collect_moto(EFS_FILE_SYSTEMS)
    assert (system.id, system.name, system.arn) == (made["FileSystemId"], "home", made["FileSystemArn"])
    assert system.tags == {"team": "shop", "Name": "home"}
    assert (system.spec.throughput_mode, system.spec.provisioned_mibps) == ("provisioned", 64.0)
    assert (system.spec.state, system.spec.mount_targets) == ("available", 0)
    assert system.created_at is not None


def test_log_groups(moto, collect_moto):
    logs = moto("logs")
    logs.create_log_group(logGroupName="/app/web", tags={"team": "shop"})
    logs.put_retention_policy(logGroupName="/app/web", retentionInDays=30)
    logs.create_log_group(logGroupName="/app/old")
    logs.create_log_stream(logGroupName="/app/old", logStreamName="s")
    event = {"timestamp": int(datetime.now(UTC).timestamp() * 1000), "message": "hunter2-canary"}
    logs.put_log_events(logGroupName="/app/old", logStreamName="s", logEvents=[event])

    found = {resource.id: resource for resource in collect_moto(LOG_GROUPS)}

    assert (found["/app/web"].spec.retention_days, found["/app/old"].spec.retention_days) == (30, None)
    assert (found["/app/web"].tags, found["/app/old"].tags) == ({"team": "shop"}, {})
    assert found["/app/old"].created_at.year >= 2024
    assert found["/app/old"].arn == "arn:aws:logs:eu-west-1:123456789012:log-group:/app/old"
    assert "hunter2-canary" not in repr(found)
