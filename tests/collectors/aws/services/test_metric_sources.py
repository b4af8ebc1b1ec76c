"""Where metrics are looked for, by resource."""

import re

import pytest

from costopt.collectors.aws.metric_sources import METRIC_SOURCES, has_nvidia_gpu
from costopt.model.kinds import SPEC_TYPES
from costopt.model.metrics import METRICS
from costopt.model.resource import Resource
from costopt.model.specs.databases import DynamoDbTable, ElasticacheCluster, RdsInstance
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.ec2 import AutoScalingGroup, Ec2Instance
from costopt.model.specs.ml import EndpointVariant, SagemakerEndpoint, SagemakerNotebook
from costopt.model.specs.network import LoadBalancer, NatGateway
from costopt.model.specs.serverless import EcsService, LambdaFunction
from costopt.model.specs.storage import EfsFileSystem, LogGroup

EC2_ALWAYS = {
    "cpu_max_percent": "AWS/EC2 CPUUtilization Maximum 3600 14 InstanceId=x",
    "cpu_mean_percent": "AWS/EC2 CPUUtilization Average 3600 14 InstanceId=x",
    "network_in_bytes": "AWS/EC2 NetworkIn Sum 3600 14 InstanceId=x",
    "network_out_bytes": "AWS/EC2 NetworkOut Sum 3600 14 InstanceId=x",
    "memory_used_percent": "CWAgent mem_used_percent Maximum 3600 14 InstanceId=x discover",
}
GPU = {
    "gpu_used_percent": "CWAgent nvidia_smi_utilization_gpu Maximum 3600 14 InstanceId=x discover",
    "gpu_memory_used_percent": "CWAgent nvidia_smi_utilization_memory Maximum 3600 14 InstanceId=x discover",
}
CACHE = {"cache_connections_max": "AWS/ElastiCache CurrConnections Maximum 86400 30 CacheClusterId=x"}
LAMBDA = {
    "lambda_invocations": "AWS/Lambda Invocations Sum 86400 30 FunctionName=x",
    "lambda_errors": "AWS/Lambda Errors Sum 86400 30 FunctionName=x",
}


def instance(instance_type):
    return Ec2Instance(instance_type=instance_type, state="running", platform="linux", availability_zone="a")


def balancer(lb_type):
    return LoadBalancer(lb_type=lb_type, state="active", scheme=None, registered_targets=0, healthy_targets=0)


def endpoint(*types):
    variants = tuple(EndpointVariant(name=f"v{n}", instance_type=one, instance_count=1) for n, one in enumerate(types))
    return SagemakerEndpoint(status="InService", variants=variants)


def cache(engine):
    return ElasticacheCluster(node_type="cache.t3.micro", nodes=1, engine=engine, status="available")


def function(concurrency=0):
    return LambdaFunction(memory_mib=128, architecture="arm64", runtime=None, provisioned_concurrency=concurrency)


CASES = {
    "instance": (instance("m5.large"), EC2_ALWAYS),
    "gpu": (instance("g5.xlarge"), EC2_ALWAYS | GPU),
    "amd gpu": (instance("g4ad.xlarge"), EC2_ALWAYS),
    "burstable": (
        instance("t3.micro"),
        EC2_ALWAYS | {"surplus_credits_charged": "AWS/EC2 CPUSurplusCreditsCharged Sum 86400 30 InstanceId=x"},
    ),
    "volume": (
        EbsVolume(volume_type="gp3", size_gib=1, state="in-use", availability_zone="a"),
        {
            "volume_read_ops": "AWS/EBS VolumeReadOps Sum 3600 14 VolumeId=x",
            "volume_write_ops": "AWS/EBS VolumeWriteOps Sum 3600 14 VolumeId=x",
            "volume_read_bytes": "AWS/EBS VolumeReadBytes Sum 3600 14 VolumeId=x",
            "volume_write_bytes": "AWS/EBS VolumeWriteBytes Sum 3600 14 VolumeId=x",
        },
    ),
    "nat": (
        NatGateway(state="available", vpc_id="v"),
        {
            "nat_bytes_out_to_destination": "AWS/NATGateway BytesOutToDestination Sum 86400 30 NatGatewayId=x",
            "nat_bytes_in_from_source": "AWS/NATGateway BytesInFromSource Sum 86400 30 NatGatewayId=x",
        },
    ),
    "classic": (balancer("classic"), {"lb_requests": "AWS/ELB RequestCount Sum 86400 30 LoadBalancerName=x"}),
    "application": (
        balancer("application"),
        {"lb_requests": "AWS/ApplicationELB RequestCount Sum 86400 30 LoadBalancer=x"},
    ),
    "network": (balancer("network"), {"lb_new_flows": "AWS/NetworkELB NewFlowCount Sum 86400 30 LoadBalancer=x"}),
    "gateway": (balancer("gateway"), {}),
    "endpoint": (
        endpoint("ml.m5.large"),
        {"sagemaker_invocations": "AWS/SageMaker Invocations Sum 86400 30 EndpointName=x VariantName=v0"},
    ),
    "gpu endpoint": (
        endpoint("ml.g5.xlarge"),
        {
            "sagemaker_invocations": "AWS/SageMaker Invocations Sum 86400 30 EndpointName=x VariantName=v0",
            "sagemaker_gpu_percent": "/aws/sagemaker/Endpoints GPUUtilization Maximum 86400 30"
            " EndpointName=x VariantName=v0",
        },
    ),
    "endpoint with two variants": (
        endpoint("ml.m5.large", "ml.p3.2xlarge"),
        {
            "sagemaker_invocations": "AWS/SageMaker Invocations Sum 86400 30 EndpointName=x discover",
            "sagemaker_gpu_percent": "/aws/sagemaker/Endpoints GPUUtilization Maximum 86400 30 EndpointName=x discover",
        },
    ),
    "notebook": (
        SagemakerNotebook(status="InService", instance_type="ml.t3.medium"),
        {
            "sagemaker_cpu_percent": "/aws/sagemaker/NotebookInstances CPUUtilization Maximum 86400 30"
            " NotebookInstanceName=x"
        },
    ),
    "database": (
        RdsInstance(
            instance_class="db.m5.large",
            engine="mysql",
            engine_version="8",
            status="available",
            multi_az=False,
            storage_type="gp3",
            storage_gib=20,
        ),
        {
            "db_connections_max": "AWS/RDS DatabaseConnections Maximum 86400 30 DBInstanceIdentifier=x",
            "db_cpu_max_percent": "AWS/RDS CPUUtilization Maximum 3600 14 DBInstanceIdentifier=x",
            "db_freeable_memory_min_bytes": "AWS/RDS FreeableMemory Minimum 3600 14 DBInstanceIdentifier=x",
            "db_read_ops_per_second": "AWS/RDS ReadIOPS Average 86400 30 DBInstanceIdentifier=x",
            "db_write_ops_per_second": "AWS/RDS WriteIOPS Average 86400 30 DBInstanceIdentifier=x",
        },
    ),
    "valkey": (
        cache("valkey"),
        CACHE | {"cache_cpu_max_percent": "AWS/ElastiCache EngineCPUUtilization Maximum 86400 30 CacheClusterId=x"},
    ),
    "memcached": (
        cache("memcached"),
        CACHE
        | {
            "cache_cpu_max_percent": "AWS/ElastiCache CPUUtilization Maximum 86400 30 CacheClusterId=x",
            "cache_commands": "AWS/ElastiCache CmdGet Sum 86400 30 CacheClusterId=x",
        },
    ),
    "function": (function(), LAMBDA),
    "provisioned function": (
        function(2),
        LAMBDA
        | {
            "lambda_provisioned_invocations": "AWS/Lambda ProvisionedConcurrencyInvocations Sum 86400 30 FunctionName=x"
        },
    ),
    "table": (
        DynamoDbTable(billing_mode="on_demand", status="ACTIVE", size_bytes=0, items=0),
        {
            "dynamodb_read_units": "AWS/DynamoDB ConsumedReadCapacityUnits Sum 86400 30 TableName=x",
            "dynamodb_write_units": "AWS/DynamoDB ConsumedWriteCapacityUnits Sum 86400 30 TableName=x",
        },
    ),
    "file system": (
        EfsFileSystem(size_bytes=0, state="available", throughput_mode="elastic"),
        {"efs_io_bytes": "AWS/EFS TotalIOBytes Sum 86400 30 FileSystemId=x"},
    ),
    "log group": (
        LogGroup(stored_bytes=0, retention_days=None),
        {"log_incoming_bytes": "AWS/Logs IncomingBytes Sum 86400 30 LogGroupName=x"},
    ),
    "group": (
        AutoScalingGroup(minimum=0, maximum=1, desired=0, instance_ids=(), instance_types=(), has_scaling_policy=False),
        {
            "asg_desired_min": "AWS/AutoScaling GroupDesiredCapacity Minimum 86400 30 AutoScalingGroupName=x",
            "asg_desired_max": "AWS/AutoScaling GroupDesiredCapacity Maximum 86400 30 AutoScalingGroupName=x",
        },
    ),
}


def asked_of(spec, resource_id="x"):
    resource = Resource(provider="aws", account="1", region="r", id=resource_id, spec=spec)
    found = {}
    for source in METRIC_SOURCES:
        dimensions = source.dimensions(resource) if source.kind == spec.KIND else None
        if dimensions is None:
            continue
        assert source.metric not in found, "one resource, one source for a metric"
        words = [source.namespace, source.name, source.stat, str(source.step_seconds), str(source.days)]
        words += [f"{name}={value}" for name, value in dimensions.items()]
        found[source.metric] = " ".join(words + ["discover"] * source.discover)
    return found


@pytest.mark.parametrize("case", CASES)
def test_what_is_asked_of_cloudwatch(case):
    spec, expected = CASES[case]
    assert asked_of(spec) == expected


def test_an_ecs_service_is_found_by_cluster_and_name():
    spec = EcsService(cluster="prod", launch_type="FARGATE", desired=1, running=1)
    assert asked_of(spec, "prod/web") == {
        "ecs_cpu_max_percent": "AWS/ECS CPUUtilization Maximum 86400 30 ClusterName=prod ServiceName=web",
        "ecs_memory_max_percent": "AWS/ECS MemoryUtilization Maximum 86400 30 ClusterName=prod ServiceName=web",
    }


def test_every_source_is_of_a_known_kind_and_metric():
    assert {source.kind for source in METRIC_SOURCES} <= set(SPEC_TYPES)
    assert {source.metric for source in METRIC_SOURCES} <= set(METRICS)


@pytest.mark.parametrize("kind", sorted({source.kind for source in METRIC_SOURCES}))
def test_a_source_of_one_kind_has_whole_steps_in_its_window(kind):
    for source in METRIC_SOURCES:
        if source.kind == kind:
            assert source.days * 86400 % source.step_seconds == 0
            assert re.fullmatch(r"Average|Maximum|Minimum|Sum", source.stat)


@pytest.mark.parametrize(
    ("instance_type", "is_nvidia"),
    [
        ("p4d.24xlarge", True),
        ("g6e.xlarge", True),
        ("gr6.4xlarge", True),
        ("ml.g4dn.xlarge", True),
        ("g4ad.xlarge", False),
        ("ml.g4ad.xlarge", False),
        ("inf2.xlarge", False),
        ("m5.large", False),
    ],
)
def test_nvidia_families(instance_type, is_nvidia):
    assert has_nvidia_gpu(instance_type) is is_nvidia
