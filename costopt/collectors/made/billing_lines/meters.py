"""Which line of AWS's price list a cost term is: service, usage type and unit as they stand in bills.

Usage types are those of AWS's price lists. Source: https://docs.aws.amazon.com/cur/latest/userguide/product-columns.html
and https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/usage-reports.html.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from costopt.collectors.made import people
from costopt.model.finding import ComputeUsage, Term
from costopt.model.resource import Resource


class Service(NamedTuple):
    """A service as bills name it."""

    code: str
    """Product code."""
    name: str
    """FOCUS ServiceName."""
    category: str
    """FOCUS ServiceCategory: one for each name, so that disks of EC2 are Compute."""


EC2 = Service("AmazonEC2", "Amazon Elastic Compute Cloud", "Compute")
RDS = Service("AmazonRDS", "Amazon Relational Database Service", "Databases")
ELASTICACHE = Service("AmazonElastiCache", "Amazon ElastiCache", "Databases")
_SERVICES: Mapping[str, Service] = {
    "dynamodb_table": Service("AmazonDynamoDB", "Amazon DynamoDB", "Databases"),
    "ebs_snapshot": EC2,
    "ebs_volume": EC2,
    "ec2_instance": EC2,
    "ecs_service": Service("AmazonECS", "Amazon Elastic Container Service", "Compute"),
    "efs_file_system": Service("AmazonEFS", "Amazon Elastic File System", "Storage"),
    "elastic_ip": Service("AmazonVPC", "Amazon Virtual Private Cloud", "Networking"),
    "elasticache_cluster": ELASTICACHE,
    "lambda_function": Service("AWSLambda", "AWS Lambda", "Compute"),
    "load_balancer": Service("AWSELB", "Elastic Load Balancing", "Networking"),
    "log_group": Service("AmazonCloudWatch", "AmazonCloudWatch", "Management and Governance"),
    "nat_gateway": EC2,
    "rds_instance": RDS,
    "rds_snapshot": RDS,
    "s3_bucket": Service("AmazonS3", "Amazon Simple Storage Service", "Storage"),
    "sagemaker_endpoint": Service("AmazonSageMaker", "Amazon SageMaker", "AI and Machine Learning"),
    "sagemaker_notebook": Service("AmazonSageMaker", "Amazon SageMaker", "AI and Machine Learning"),
}
_TYPES: Mapping[str, str] = {
    "dynamodb_table": "Table",
    "ebs_snapshot": "Storage Snapshot",
    "ebs_volume": "Storage",
    "ec2_instance": "Compute Instance",
    "ecs_service": "Compute",
    "efs_file_system": "Storage",
    "elastic_ip": "IP Address",
    "elasticache_cluster": "Cache Instance",
    "lambda_function": "Serverless",
    "load_balancer": "Load Balancer",
    "log_group": "Storage",
    "nat_gateway": "NAT Gateway",
    "rds_instance": "Database Instance",
    "rds_snapshot": "Database Snapshot",
    "s3_bucket": "Storage",
    "sagemaker_endpoint": "ML Instance",
    "sagemaker_notebook": "ML Instance",
}
"""FOCUS ResourceType by kind: AWS's product families."""

_PREFIXES: Mapping[str, str] = {
    people.VIRGINIA: "",
    people.OREGON: "USW2-",
    people.IRELAND: "EU-",
    people.FRANKFURT: "EUC1-",
}
"""How usage types of a region begin. Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/."""

REGION_NAMES: Mapping[str, str] = {
    people.VIRGINIA: "US East (N. Virginia)",
    people.OREGON: "US West (Oregon)",
    people.IRELAND: "Europe (Ireland)",
    people.FRANKFURT: "Europe (Frankfurt)",
}
"""Source: the same page."""

_HOURS = "Hrs"
_STORED = "GB-Mo"
_STORAGE_TYPES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    # Kind: start of a term's label, usage type, unit; the first that fits.
    "dynamodb_table": (
        ("provisioned read", "ReadCapacityUnit-Hrs", "ReadCapacityUnit-Hrs"),
        ("provisioned write", "WriteCapacityUnit-Hrs", "WriteCapacityUnit-Hrs"),
        ("table storage", "TimedStorage-ByteHrs", _STORED),
    ),
    "ebs_snapshot": (
        ("snapshot archive", "EBS:SnapshotArchiveStorage", _STORED),
        ("snapshot", "EBS:SnapshotUsage", _STORED),
    ),
    "ebs_volume": (
        ("gp3 iops", "EBS:VolumeP-IOPS.gp3", "IOPS-Mo"),
        ("gp3 throughput", "EBS:VolumeP-Throughput.gp3", "MiBps-Mo"),
        ("io1 iops", "EBS:VolumeP-IOPS.piops", "IOPS-Mo"),
        ("io2 iops above 64,000", "EBS:VolumeP-IOPS.io2.tier3", "IOPS-Mo"),
        ("io2 iops above 32,000", "EBS:VolumeP-IOPS.io2.tier2", "IOPS-Mo"),
        ("io2 iops", "EBS:VolumeP-IOPS.io2", "IOPS-Mo"),
        ("io1 storage", "EBS:VolumeUsage.piops", _STORED),
        ("standard storage", "EBS:VolumeUsage", _STORED),
        *((f"{name} storage", f"EBS:VolumeUsage.{name}", _STORED) for name in ("gp2", "gp3", "io2", "st1", "sc1")),
    ),
    "efs_file_system": (
        ("file system standard", "TimedStorage-ByteHrs", _STORED),
        ("file system infrequent", "IATimedStorage-ByteHrs", _STORED),
        ("file system provisioned", "ProvisionedTP-MiBpsHrs", "MiBps-Mo"),
    ),
    "elastic_ip": (("public IPv4", "PublicIPv4:InUseAddress", _HOURS),),
    "load_balancer": (("", "LoadBalancerUsage", _HOURS),),
    "log_group": (("log storage", "TimedStorage-ByteHrs", _STORED),),
    "nat_gateway": (("NAT gateway", "NatGateway-Hours", _HOURS),),
    "rds_instance": (
        ("extended support", "ExtendedSupport:Yr1-Yr2", "vCPU-Hours"),
        ("io1 database iops", "RDS:PIOPS", "IOPS-Mo"),
        ("io1 database storage", "RDS:PIOPS-Storage", _STORED),
        ("gp2 database storage", "RDS:GP2-Storage", _STORED),
        ("gp3 database storage", "RDS:GP3-Storage", _STORED),
    ),
    "rds_snapshot": (("database snapshot", "RDS:ChargedBackupUsage", _STORED),),
    "s3_bucket": (
        ("standard storage", "TimedStorage-ByteHrs", _STORED),
        ("standard ia", "TimedStorage-SIA-ByteHrs", _STORED),
        ("onezone ia", "TimedStorage-ZIA-ByteHrs", _STORED),
        ("glacier ir", "TimedStorage-GIR-ByteHrs", _STORED),
        ("glacier flexible", "TimedStorage-GlacierByteHrs", _STORED),
        ("deep archive", "TimedStorage-GDA-ByteHrs", _STORED),
        ("intelligent tiering", "TimedStorage-INT-FA-ByteHrs", _STORED),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """One line of the price list."""

    service: Service
    """Whose."""
    usage_type: str
    """What is metered, with the region's prefix."""
    operation: str
    """What was done."""
    unit: str
    """Unit of quantities and prices."""
    resource_type: str
    """FOCUS ResourceType."""


def meter_of(resource: Resource, term: Term) -> Meter | None:
    """The meter of one term of a resource's cost; None where bills have no such line."""
    found = _compute(term.usage) if term.usage else _other(resource.spec.KIND, term.label)
    if found is None:
        return None
    usage_type, operation, unit = found
    return Meter(
        service=_SERVICES[resource.spec.KIND],
        usage_type=prefixed(resource.region, usage_type),
        operation=operation,
        unit=unit,
        resource_type=_TYPES[resource.spec.KIND],
    )


def prefixed(region: str, usage_type: str) -> str:
    """A usage type with its region's prefix."""
    return _PREFIXES.get(region, "") + usage_type


def _compute(usage: ComputeUsage) -> tuple[str, str, str]:
    name, variant = usage.instance_type, usage.variant
    match usage.service:
        case "ec2":
            return f"BoxUsage:{name}", "RunInstances", _HOURS
        case "rds":
            standby = variant.endswith(":multi_az")
            return f"{'Multi-AZUsage' if standby else 'InstanceUsage'}:{name}", f"CreateDBInstance:{variant}", _HOURS
        case "elasticache":
            return f"NodeUsage:{name}", f"CreateCacheCluster:{variant}", _HOURS
        case "sagemaker":
            return f"{'Host' if variant == 'hosting' else 'Notebk'}:{name}", "RunInstance", _HOURS
        case "lambda":
            arm = "-ARM" if variant == "arm64" else ""
            return f"Lambda-Provisioned-Concurrency{arm}", "Invoke", "Lambda-GB-Second"
        case _:
            arm = "ARM-" if variant == "arm64" else ""
            vcpu = name == "vcpu_hour"
            return f"Fargate-{arm}{'vCPU-Hours:perCPU' if vcpu else 'GB-Hours'}", "FargateTask", _HOURS


def _other(kind: str, label: str) -> tuple[str, str, str] | None:
    for start, usage_type, unit in _STORAGE_TYPES.get(kind, ()):
        if label.startswith(start):
            return usage_type, label.split(" ", maxsplit=1)[0] if kind in ("s3_bucket", "load_balancer") else "", unit
    return None
