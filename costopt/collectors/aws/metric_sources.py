"""Where each canonical metric is found in CloudWatch.

Resources of one kind that have their metric in different places (classic and application load balancers, say) have one
source each, whose dimensions are None for the others.

Source of names and dimensions:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html
"""

import re
from collections.abc import Callable, Mapping
from functools import partial

from costopt.collectors.aws.interface import MetricSource
from costopt.model.resource import Resource
from costopt.model.specs.databases import DynamoDbTable, ElasticacheCluster, RdsInstance
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.ec2 import AutoScalingGroup, Ec2Instance
from costopt.model.specs.ml import SagemakerEndpoint, SagemakerNotebook
from costopt.model.specs.network import LoadBalancer, NatGateway
from costopt.model.specs.serverless import EcsService, LambdaFunction
from costopt.model.specs.storage import EfsFileSystem, LogGroup

HOUR = 3600
DAY = 86400
_HOURLY_DAYS = 14
_DAILY_DAYS = 30

Dimensions = Mapping[str, str] | None

NVIDIA_FAMILY = re.compile(r"^(?:ml\.)?(?:p\d|g\d|gr\d)")
"""Families with NVIDIA accelerators, the only ones that nvidia-smi reports on.
Source: https://docs.aws.amazon.com/AWSEC2/latest/instancetypes/ac.html"""

AMD_FAMILY = re.compile(r"^(?:ml\.)?g4ad\.")
"""Same letter, AMD accelerator."""

BURSTABLE_FAMILY = re.compile(r"^t\d")
"""Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances.html"""


def has_nvidia_gpu(instance_type: str) -> bool:
    """Whether nvidia-smi runs on a type such as `g5.xlarge` or `ml.p4d.24xlarge`."""
    return bool(NVIDIA_FAMILY.match(instance_type)) and not AMD_FAMILY.match(instance_type)


def _by_id(dimension: str, resource: Resource) -> Dimensions:
    return {dimension: resource.id}


def _gpu_instance(resource: Resource) -> Dimensions:
    spec = resource.spec
    is_gpu = isinstance(spec, Ec2Instance) and has_nvidia_gpu(spec.instance_type)
    return {"InstanceId": resource.id} if is_gpu else None


def _burstable_instance(resource: Resource) -> Dimensions:
    spec = resource.spec
    is_burstable = isinstance(spec, Ec2Instance) and BURSTABLE_FAMILY.match(spec.instance_type)
    return {"InstanceId": resource.id} if is_burstable else None


def _load_balancer(lb_type: str, dimension: str, resource: Resource) -> Dimensions:
    # The id of a classic balancer is its name, that of the others the end of the ARN: just what CloudWatch asks for.
    spec = resource.spec
    return {dimension: resource.id} if isinstance(spec, LoadBalancer) and spec.lb_type == lb_type else None


def _only_variant(resource: Resource) -> Dimensions:
    spec = resource.spec
    if not isinstance(spec, SagemakerEndpoint) or len(spec.variants) != 1:
        return None
    return {"EndpointName": resource.id, "VariantName": spec.variants[0].name}


def _many_variants(resource: Resource) -> Dimensions:
    # SageMaker has no figure for the whole endpoint. The variants are found one by one and the busiest is kept, which
    # is zero exactly where their sum is.
    spec = resource.spec
    return {"EndpointName": resource.id} if isinstance(spec, SagemakerEndpoint) and len(spec.variants) > 1 else None


def _with_gpu(dimensions: Callable[[Resource], Dimensions], resource: Resource) -> Dimensions:
    spec = resource.spec
    types = [variant.instance_type or "" for variant in spec.variants] if isinstance(spec, SagemakerEndpoint) else []
    return dimensions(resource) if any(has_nvidia_gpu(one) for one in types) else None


def _cache_of(engines: frozenset[str], resource: Resource) -> Dimensions:
    spec = resource.spec
    is_one = isinstance(spec, ElasticacheCluster) and spec.engine in engines
    return {"CacheClusterId": resource.id} if is_one else None


def _provisioned_function(resource: Resource) -> Dimensions:
    spec = resource.spec
    is_one = isinstance(spec, LambdaFunction) and spec.provisioned_concurrency > 0
    return {"FunctionName": resource.id} if is_one else None


def _ecs_service(resource: Resource) -> Dimensions:
    spec = resource.spec
    if not isinstance(spec, EcsService):
        return None
    return {"ClusterName": spec.cluster, "ServiceName": resource.id.rpartition("/")[2]}


def _hourly(
    kind: str, namespace: str, metric: str, name: str, stat: str, dimensions: Callable[[Resource], Dimensions]
) -> MetricSource:
    return MetricSource(
        kind=kind,
        metric=metric,
        namespace=namespace,
        name=name,
        stat=stat,
        step_seconds=HOUR,
        days=_HOURLY_DAYS,
        dimensions=dimensions,
        discover=namespace == "CWAgent",
    )


def _daily(
    kind: str,
    namespace: str,
    metric: str,
    name: str,
    stat: str,
    dimensions: Callable[[Resource], Dimensions],
    *,
    discover: bool = False,
) -> MetricSource:
    return MetricSource(
        kind=kind,
        metric=metric,
        namespace=namespace,
        name=name,
        stat=stat,
        step_seconds=DAY,
        days=_DAILY_DAYS,
        dimensions=dimensions,
        discover=discover,
    )


_instance = partial(_by_id, "InstanceId")
_volume = partial(_by_id, "VolumeId")
_gateway = partial(_by_id, "NatGatewayId")
_database = partial(_by_id, "DBInstanceIdentifier")
_function = partial(_by_id, "FunctionName")
_table = partial(_by_id, "TableName")
_group = partial(_by_id, "AutoScalingGroupName")
_classic = partial(_load_balancer, "classic", "LoadBalancerName")
_application = partial(_load_balancer, "application", "LoadBalancer")
_network = partial(_load_balancer, "network", "LoadBalancer")
_redis = partial(_cache_of, frozenset({"redis", "valkey"}))
_memcached = partial(_cache_of, frozenset({"memcached"}))

_EC2 = (Ec2Instance.KIND, "AWS/EC2")
_AGENT = (Ec2Instance.KIND, "CWAgent")
_EBS = (EbsVolume.KIND, "AWS/EBS")
_NAT = (NatGateway.KIND, "AWS/NATGateway")
_ENDPOINT = (SagemakerEndpoint.KIND, "AWS/SageMaker")
_ENDPOINT_MACHINES = (SagemakerEndpoint.KIND, "/aws/sagemaker/Endpoints")
_RDS = (RdsInstance.KIND, "AWS/RDS")
_CACHE = (ElasticacheCluster.KIND, "AWS/ElastiCache")
_LAMBDA = (LambdaFunction.KIND, "AWS/Lambda")
_DYNAMODB = (DynamoDbTable.KIND, "AWS/DynamoDB")
_ECS = (EcsService.KIND, "AWS/ECS")
_ASG = (AutoScalingGroup.KIND, "AWS/AutoScaling")

METRIC_SOURCES: tuple[MetricSource, ...] = (
    _hourly(*_EC2, "cpu_max_percent", "CPUUtilization", "Maximum", _instance),
    _hourly(*_EC2, "cpu_mean_percent", "CPUUtilization", "Average", _instance),
    _hourly(*_EC2, "network_in_bytes", "NetworkIn", "Sum", _instance),
    _hourly(*_EC2, "network_out_bytes", "NetworkOut", "Sum", _instance),
    _hourly(*_AGENT, "memory_used_percent", "mem_used_percent", "Maximum", _instance),
    _hourly(*_AGENT, "gpu_used_percent", "nvidia_smi_utilization_gpu", "Maximum", _gpu_instance),
    _hourly(*_AGENT, "gpu_memory_used_percent", "nvidia_smi_utilization_memory", "Maximum", _gpu_instance),
    _daily(*_EC2, "surplus_credits_charged", "CPUSurplusCreditsCharged", "Sum", _burstable_instance),
    _hourly(*_EBS, "volume_read_ops", "VolumeReadOps", "Sum", _volume),
    _hourly(*_EBS, "volume_write_ops", "VolumeWriteOps", "Sum", _volume),
    _hourly(*_EBS, "volume_read_bytes", "VolumeReadBytes", "Sum", _volume),
    _hourly(*_EBS, "volume_write_bytes", "VolumeWriteBytes", "Sum", _volume),
    _daily(*_NAT, "nat_bytes_out_to_destination", "BytesOutToDestination", "Sum", _gateway),
    _daily(*_NAT, "nat_bytes_in_from_source", "BytesInFromSource", "Sum", _gateway),
    _daily(LoadBalancer.KIND, "AWS/ELB", "lb_requests", "RequestCount", "Sum", _classic),
    _daily(LoadBalancer.KIND, "AWS/ApplicationELB", "lb_requests", "RequestCount", "Sum", _application),
    _daily(LoadBalancer.KIND, "AWS/NetworkELB", "lb_new_flows", "NewFlowCount", "Sum", _network),
    _daily(*_ENDPOINT, "sagemaker_invocations", "Invocations", "Sum", _only_variant),
    _daily(*_ENDPOINT, "sagemaker_invocations", "Invocations", "Sum", _many_variants, discover=True),
    _daily(
        *_ENDPOINT_MACHINES, "sagemaker_gpu_percent", "GPUUtilization", "Maximum", partial(_with_gpu, _only_variant)
    ),
    _daily(
        *_ENDPOINT_MACHINES,
        "sagemaker_gpu_percent",
        "GPUUtilization",
        "Maximum",
        partial(_with_gpu, _many_variants),
        discover=True,
    ),
    _daily(
        SagemakerNotebook.KIND,
        "/aws/sagemaker/NotebookInstances",
        "sagemaker_cpu_percent",
        "CPUUtilization",
        "Maximum",
        partial(_by_id, "NotebookInstanceName"),
    ),
    _daily(*_RDS, "db_connections_max", "DatabaseConnections", "Maximum", _database),
    _hourly(*_RDS, "db_cpu_max_percent", "CPUUtilization", "Maximum", _database),
    _hourly(*_RDS, "db_freeable_memory_min_bytes", "FreeableMemory", "Minimum", _database),
    _daily(*_RDS, "db_read_ops_per_second", "ReadIOPS", "Average", _database),
    _daily(*_RDS, "db_write_ops_per_second", "WriteIOPS", "Average", _database),
    _daily(*_CACHE, "cache_connections_max", "CurrConnections", "Maximum", partial(_by_id, "CacheClusterId")),
    _daily(*_CACHE, "cache_cpu_max_percent", "EngineCPUUtilization", "Maximum", _redis),
    _daily(*_CACHE, "cache_cpu_max_percent", "CPUUtilization", "Maximum", _memcached),
    # Redis and Valkey count hits and misses, but have no one metric of all commands.
    _daily(*_CACHE, "cache_commands", "CmdGet", "Sum", _memcached),
    _daily(*_LAMBDA, "lambda_invocations", "Invocations", "Sum", _function),
    _daily(*_LAMBDA, "lambda_errors", "Errors", "Sum", _function),
    _daily(
        *_LAMBDA, "lambda_provisioned_invocations", "ProvisionedConcurrencyInvocations", "Sum", _provisioned_function
    ),
    _daily(*_DYNAMODB, "dynamodb_read_units", "ConsumedReadCapacityUnits", "Sum", _table),
    _daily(*_DYNAMODB, "dynamodb_write_units", "ConsumedWriteCapacityUnits", "Sum", _table),
    _daily(*_ECS, "ecs_cpu_max_percent", "CPUUtilization", "Maximum", _ecs_service),
    _daily(*_ECS, "ecs_memory_max_percent", "MemoryUtilization", "Maximum", _ecs_service),
    _daily(EfsFileSystem.KIND, "AWS/EFS", "efs_io_bytes", "TotalIOBytes", "Sum", partial(_by_id, "FileSystemId")),
    _daily(LogGroup.KIND, "AWS/Logs", "log_incoming_bytes", "IncomingBytes", "Sum", partial(_by_id, "LogGroupName")),
    _daily(*_ASG, "asg_desired_min", "GroupDesiredCapacity", "Minimum", _group),
    _daily(*_ASG, "asg_desired_max", "GroupDesiredCapacity", "Maximum", _group),
)
"""By kind, in the order in which they are asked for. Buckets' sizes are read with the buckets."""
