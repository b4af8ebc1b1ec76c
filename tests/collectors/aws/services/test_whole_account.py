"""One account with something of everything, read by every collector over HTTP.

Every declared call is made and nothing else, what is secret in the answers is kept nowhere, and no id is used twice.
"""

from collections import Counter
from datetime import UTC, datetime

import botocore.session
import pytest

from costopt.collectors.aws.permissions import actions
from costopt.collectors.aws.registry import COLLECTORS
from tests.oracles.fakeaws import Paging

CANARY = "hunter2-canary"
ACCOUNT = "123456789012"
PLACE = f"eu-west-1:{ACCOUNT}"
THEN = datetime(2025, 6, 1, tzinfo=UTC)
TAGS = [{"Key": "team", "Value": "shop"}]
ALB = f"arn:aws:elasticloadbalancing:{PLACE}:loadbalancer/app/"
CLUSTER = f"arn:aws:ecs:{PLACE}:cluster/prod"
ENDPOINT = f"arn:aws:sagemaker:{PLACE}:endpoint/predict"
NOTEBOOK = f"arn:aws:sagemaker:{PLACE}:notebook-instance/draft"


def compute(aws):
    instance = {
        "InstanceId": "i-1",
        "InstanceType": "m5.large",
        "State": {"Name": "running"},
        "LaunchTime": THEN,
        "UsageOperation": "RunInstances:0010",
        "KeyName": CANARY,
        "Tags": TAGS,
    }
    attached = [{"InstanceId": "i-1", "Device": "/dev/xvda"}]
    volume = {"VolumeId": "vol-1", "VolumeType": "gp3", "Size": 8, "State": "in-use", "Attachments": attached}
    template = {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "web", "DefaultVersionNumber": 1}
    data = {"InstanceType": "m5.large", "UserData": CANARY}
    aws.on("ec2", "DescribeInstances", [{"Instances": [instance]}])
    aws.on("ec2", "DescribeVolumes", [volume])
    aws.on("ec2", "DescribeSnapshots", [{"SnapshotId": "snap-1", "VolumeId": "vol-1", "VolumeSize": 8}])
    aws.on("ec2", "DescribeImages", [{"ImageId": "ami-1", "CreationDate": "2025-06-01T00:00:00.000Z"}])
    aws.on("ec2", "DescribeAddresses", {"Addresses": [{"AllocationId": "eipalloc-1", "PublicIp": "192.0.2.1"}]})
    aws.on("ec2", "DescribeNatGateways", [{"NatGatewayId": "nat-1", "State": "available", "VpcId": "vpc-1"}])
    aws.on("ec2", "DescribeLaunchTemplates", [template])
    versions = [{"LaunchTemplateId": "lt-1", "VersionNumber": 1, "LaunchTemplateData": data}]
    aws.on("ec2", "DescribeLaunchTemplateVersions", versions)
    group = {
        "AutoScalingGroupName": "web",
        "MinSize": 0,
        "MaxSize": 1,
        "DesiredCapacity": 0,
        "DefaultCooldown": 1,
        "AvailabilityZones": ["eu-west-1a"],
        "HealthCheckType": "EC2",
        "CreatedTime": THEN,
    }
    aws.on("autoscaling", "DescribeAutoScalingGroups", [group])
    aws.on("autoscaling", "DescribePolicies", [{"AutoScalingGroupName": "web"}])
    aws.on("autoscaling", "DescribeScheduledActions", [{"AutoScalingGroupName": "web"}])


def balancers(aws):
    aws.on("elb", "DescribeLoadBalancers", [{"LoadBalancerName": "web", "Instances": [{"InstanceId": "i-1"}]}])
    aws.on("elb", "DescribeInstanceHealth", {"InstanceStates": [{"InstanceId": "i-1", "State": "InService"}]})
    aws.on("elb", "DescribeTags", {"TagDescriptions": [{"LoadBalancerName": "web", "Tags": TAGS}]})
    rows = [{"LoadBalancerArn": f"{ALB}web/1", "LoadBalancerName": "web"}, {"LoadBalancerArn": f"{ALB}left/2"}]
    aws.on("elbv2", "DescribeLoadBalancers", rows)
    aws.on("elbv2", "DescribeTags", {"TagDescriptions": [{"ResourceArn": f"{ALB}web/1", "Tags": TAGS}]})
    aws.on("elbv2", "DescribeTargetGroups", [{"TargetGroupArn": "tg", "LoadBalancerArns": [f"{ALB}web/1"]}])
    health = [{"Target": {"Id": "i-1"}, "TargetHealth": {"State": "healthy"}}]
    aws.on("elbv2", "DescribeTargetHealth", {"TargetHealthDescriptions": health})
    aws.on("elbv2", "DescribeListeners", [])


def machine_learning(aws):
    times = {"CreationTime": THEN, "LastModifiedTime": THEN}
    endpoint = {"EndpointName": "predict", "EndpointArn": ENDPOINT, "EndpointStatus": "InService", **times}
    variants = [{"VariantName": "a", "CurrentInstanceCount": 1}]
    aws.on("sagemaker", "ListEndpoints", [endpoint])
    described = {**endpoint, "EndpointConfigName": "c", "ProductionVariants": variants}
    aws.on("sagemaker", "DescribeEndpoint", described)
    config = {"EndpointConfigName": "c", "EndpointConfigArn": ENDPOINT, "CreationTime": THEN}
    types = [{"VariantName": "a", "InstanceType": "ml.m5.large"}]
    aws.on("sagemaker", "DescribeEndpointConfig", {**config, "ProductionVariants": types})
    notebook = {"NotebookInstanceName": "draft", "NotebookInstanceArn": NOTEBOOK}
    aws.on("sagemaker", "ListNotebookInstances", [notebook])
    settings = {"InstanceType": "ml.t3.medium", "Url": CANARY, **times}
    aws.on("sagemaker", "DescribeNotebookInstance", {**notebook, **settings})


def databases(aws):
    database = {"DBInstanceIdentifier": "shop", "DBInstanceClass": "db.m5.large", "Engine": "mysql"}
    aws.on("rds", "DescribeDBInstances", [{**database, "MasterUsername": CANARY}])
    aws.on("rds", "DescribeDBClusters", [{"DBClusterIdentifier": "books", "Engine": "aurora-mysql"}])
    snapshot = {"SnapshotType": "manual", "Engine": "mysql", "SnapshotCreateTime": THEN}
    aws.on("rds", "DescribeDBSnapshots", [{"DBSnapshotIdentifier": "s", "DBInstanceIdentifier": "shop", **snapshot}])
    rows = [{"DBClusterSnapshotIdentifier": "s", "DBClusterIdentifier": "books", **snapshot}]
    aws.on("rds", "DescribeDBClusterSnapshots", rows)
    aws.on("elasticache", "DescribeCacheClusters", [{"CacheClusterId": "c", "CacheNodeType": "cache.t3.micro"}])
    table = {"TableName": "orders", "TableArn": f"arn:aws:dynamodb:{PLACE}:table/orders", "CreationDateTime": THEN}
    aws.on("dynamodb", "ListTables", ["orders"])
    aws.on("dynamodb", "DescribeTable", {"Table": table})


def serverless(aws):
    versions = [
        {"FunctionName": "resize", "Version": one, "LastModified": "2025-06-01T00:00:00.000+0000"} for one in "12"
    ]
    aws.on("lambda", "ListFunctions", [{**one, "Environment": {"Variables": {"KEY": CANARY}}} for one in versions])
    aws.on("lambda", "ListProvisionedConcurrencyConfigs", [{"RequestedProvisionedConcurrentExecutions": 1}])
    aws.on("resourcegroupstaggingapi", "GetResources", [{"ResourceARN": ENDPOINT, "Tags": TAGS}])
    service = {"clusterArn": CLUSTER, "serviceName": "web", "launchType": "FARGATE", "createdAt": THEN}
    aws.on("ecs", "ListClusters", [CLUSTER])
    aws.on("ecs", "ListServices", ["web"])
    aws.on("ecs", "DescribeServices", {"services": [{**service, "taskDefinition": "web:1"}]})
    containers = [{"name": "web", "environment": [{"name": "TOKEN", "value": CANARY}]}]
    definition = {"cpu": "256", "memory": "512", "containerDefinitions": containers}
    aws.on("ecs", "DescribeTaskDefinition", {"taskDefinition": definition})


def storage(aws):
    aws.on("s3", "ListBuckets", [{"Name": "a", "BucketRegion": "eu-west-1"}, {"Name": "b"}])
    aws.on("s3", "GetBucketLocation", {"LocationConstraint": "EU"})
    aws.on("s3", "GetBucketLifecycleConfiguration", {"Rules": [{"Status": "Enabled", "Expiration": {"Days": 1}}]})
    aws.on("s3", "GetBucketVersioning", {"Status": "Suspended"})
    aws.on("s3", "GetBucketTagging", {"TagSet": TAGS})
    dimensions = [{"Name": "BucketName", "Value": "a"}, {"Name": "StorageType", "Value": "StandardStorage"}]
    aws.on("cloudwatch", "ListMetrics", {"Metrics": [{"Dimensions": dimensions}]})
    result = {"Id": "m0", "StatusCode": "Complete", "Values": [1.0]}
    aws.on("cloudwatch", "GetMetricData", {"MetricDataResults": [result]})
    aws.on("logs", "DescribeLogGroups", [{"logGroupName": "/app", "creationTime": 1_750_000_000_000}])
    system = {
        "OwnerId": ACCOUNT,
        "CreationToken": CANARY,
        "FileSystemId": "fs-1",
        "CreationTime": THEN,
        "LifeCycleState": "available",
        "NumberOfMountTargets": 0,
        "SizeInBytes": {"Value": 6144},
        "PerformanceMode": "generalPurpose",
        "Tags": TAGS,
    }
    aws.on("efs", "DescribeFileSystems", [system])


def commitments(aws):
    term = {"StartTime": THEN, "Duration": 31_536_000}
    owned = {"ReservedInstancesId": "r-1", "Start": THEN, "Duration": 31_536_000, "ProductDescription": "Linux/UNIX"}
    aws.on("ec2", "DescribeReservedInstances", {"ReservedInstances": [owned]})
    aws.on("rds", "DescribeReservedDBInstances", [{"ReservedDBInstanceId": "r-2", **term}])
    aws.on("elasticache", "DescribeReservedCacheNodes", [{"ReservedCacheNodeId": "r-3", **term}])
    aws.on("redshift", "DescribeReservedNodes", [{"ReservedNodeId": "r-5", **term}])
    pages = Paging("NextToken", "NextToken", "ReservedInstances", "MaxResults")
    aws.on("opensearch", "DescribeReservedInstances", [{"ReservedInstanceId": "4" * 36, **term}], paging=pages)
    plan = {"savingsPlanId": "sp-1", "savingsPlanType": "Compute", "start": "2025-06-01T00:00:00.000Z"}
    pages = Paging("nextToken", "nextToken", "savingsPlans", "maxResults")
    aws.on("savingsplans", "DescribeSavingsPlans", [{**plan, "end": "2026-06-01T00:00:00.000Z"}], paging=pages)


def advice(aws):
    aws.on("compute-optimizer", "GetEnrollmentStatus", {"status": "Active"})
    rows = {
        "GetEC2InstanceRecommendations": ("instanceRecommendations", "instanceArn", "instance/i-1"),
        "GetEBSVolumeRecommendations": ("volumeRecommendations", "volumeArn", "volume/vol-1"),
        "GetAutoScalingGroupRecommendations": ("autoScalingGroupRecommendations", "autoScalingGroupArn", "x/web"),
        "GetLambdaFunctionRecommendations": ("lambdaFunctionRecommendations", "functionArn", "function:resize:1"),
        "GetRDSDatabaseRecommendations": ("rdsDBRecommendations", "resourceArn", "db:shop"),
        "GetIdleRecommendations": ("idleRecommendations", "resourceArn", "volume/vol-2"),
    }
    for operation, (key, arn, end) in rows.items():
        finding = "instanceFinding" if "RDS" in operation else "finding"
        word = "Idle" if "Idle" in operation else "Overprovisioned"
        item = {arn: f"arn:aws:any:{PLACE}:{end}", finding: "NotOptimized" if "Volume" in operation else word}
        paging = Paging("nextToken", "nextToken", key, "maxResults")
        aws.on("compute-optimizer", operation, [item], paging=paging)
    aws.on("cost-optimization-hub", "ListEnrollmentStatuses", {"items": [{"status": "Active"}]})
    aws.on("cost-optimization-hub", "ListRecommendations", [{"recommendationId": "a", "actionType": "Stop"}])


@pytest.fixture
def account(aws):
    for part in (compute, balancers, machine_learning, databases, serverless, storage, commitments, advice):
        part(aws)


def region_of(collector):
    return "us-east-1" if collector.is_global else "eu-west-1"


@pytest.fixture
def found(account, collect_fake):
    return [resource for one in COLLECTORS for resource in collect_fake(one, region_of(one))]


def test_every_declared_call_is_made_and_no_other(aws, found):
    made = {(request.service, request.operation) for request in aws.requests}
    declared = {(call.client, call.operation): call.action for one in COLLECTORS for call in one.calls}
    assert made == set(declared)
    assert {declared[call] for call in made} <= set(actions(COLLECTORS))


def test_every_kind_is_found_with_ids_of_its_own(found):
    assert {resource.spec.KIND for resource in found} == {
        kind.KIND for collector in COLLECTORS for kind in collector.kinds
    }
    twice = {key: count for key, count in Counter(resource.key for resource in found).items() if count > 1}
    assert twice == {}
    assert {resource.region for resource in found} == {"eu-west-1", "global"}
    assert {resource.account for resource in found} == {ACCOUNT}


def test_what_answers_hold_beside_the_allowed_fields_is_kept_nowhere(found):
    assert CANARY not in repr(found)


def test_times_are_utc_and_balancers_of_one_name_stay_apart(found):
    times = [resource.created_at for resource in found if resource.created_at is not None]
    assert len(times) > 10
    assert {moment.utcoffset().total_seconds() for moment in times} == {0.0}
    named_web = [one.id for one in found if one.spec.KIND == "load_balancer" and one.name == "web"]
    assert sorted(named_web) == ["app/web/1", "web"]
    (service,) = (one for one in found if one.spec.KIND == "ecs_service")
    assert (service.created_at, service.spec.vcpu) == (THEN, 0.25)
    (notebook,) = (one for one in found if one.spec.KIND == "sagemaker_notebook")
    assert notebook.tags == {}


class Watched(dict):
    """An answer that knows its shape in botocore's model and notes every key that is read and not in it."""

    def __init__(self, value, shape, unknown):
        super().__init__(value)
        self.shape, self.unknown = shape, unknown

    def __getitem__(self, key):
        return self._seen(key, super().__getitem__(key))

    def get(self, key, default=None):
        return self._seen(key, super().get(key, default))

    def _seen(self, key, value):
        if self.shape.type_name == "map":
            return value
        if key not in self.shape.members:
            self.unknown.add((self.shape.name, key))
            return value
        return watched(value, self.shape.members[key], self.unknown)


def watched(value, shape, unknown):
    if isinstance(value, dict):
        return Watched(value, shape, unknown)
    if isinstance(value, list):
        return [watched(one, shape.member, unknown) for one in value]
    return value


class WatchedApi:
    """The calls of a collector, whose answers are watched."""

    def __init__(self, api, unknown):
        self._api, self._unknown = api, unknown
        self.account, self.region, self.partition, self.now = api.account, api.region, api.partition, api.now

    def call(self, call, **params):
        return watched(self._api.call(call, **params), self._shape(call), self._unknown)

    def pages(self, call, **params):
        items = self._shape(call).members[call.result]
        for item in self._api.pages(call, **params):
            yield watched(item, items.member, self._unknown)

    def _shape(self, call):
        model = botocore.session.get_session().get_service_model(call.client)
        return model.operation_model(call.operation).output_shape


READ_FOR_SEVERAL_SERVICES = {"Key", "Value", "key", "value", "End", "CurrencyCode", "OfferingType", "PaymentOption"}


@pytest.mark.parametrize("collector", COLLECTORS, ids=lambda one: one.id)
def test_every_field_that_is_read_is_one_that_the_service_sends(account, fake_api, collector):
    unknown = set()
    assert list(collector.collect(WatchedApi(fake_api(collector, region_of(collector)), unknown)))
    assert {(shape, key) for shape, key in unknown if key not in READ_FOR_SEVERAL_SERVICES} == set()
