"""What a product of a price file is in costopt's words, or that it is of no interest.

A price file lists hundreds of thousands of products: dedicated hosts, local zones, capacity blocks, licences.
Only what `PriceBook` can be asked for is kept. Source of the attributes:
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from sys import intern
from typing import Final

USAGE_PREFIX: Final = re.compile(r"^(?:EU|[A-Z]{2,4}\d)-")
"""Region's mark before a usage type, as in `USE2-BoxUsage:m5.large`; us-east-1 has none, eu-west-1 has `EU`.
Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-region-billing-codes.html."""


@dataclass(frozen=True, slots=True)
class InstanceProduct:
    """Hours of a machine."""

    service: str
    """`ec2` or `rds`."""
    instance_type: str
    """Such as `m5.large`, `db.m5.large`."""
    variant: str
    """See `PriceBook.instance`."""


@dataclass(frozen=True, slots=True)
class UnitProduct:
    """Something that is not a machine."""

    service: str
    """See `PriceBook.unit`."""
    item: str
    """See `PriceBook.unit`."""
    unit: str
    """Unit that the catalog states the price in."""


Product = InstanceProduct | UnitProduct

OPERATING_SYSTEMS: Final = {"Linux": "linux", "Windows": "windows", "RHEL": "rhel", "SUSE": "sles"}
"""`operatingSystem` of EC2 without preinstalled software, and the variant."""

OPERATIONS: Final = {
    "RunInstances": "linux",
    "RunInstances:0002": "windows",
    "RunInstances:0010": "rhel",
    "RunInstances:000g": "sles",
}
"""Usage operation and the variant.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html."""

_ENGINES: Final = {
    ("MySQL", ""): "mysql",
    ("PostgreSQL", ""): "postgres",
    ("MariaDB", ""): "mariadb",
    ("Aurora MySQL", ""): "aurora-mysql",
    ("Aurora PostgreSQL", ""): "aurora-postgresql",
    ("SQL Server", "Enterprise"): "sqlserver-ee",
    ("SQL Server", "Standard"): "sqlserver-se",
    ("SQL Server", "Web"): "sqlserver-web",
    ("SQL Server", "Express"): "sqlserver-ex",
    ("Oracle", "Enterprise"): "oracle-ee",
}
"""`databaseEngine` and `databaseEdition`, and the engine's name in the RDS API. Oracle Standard Edition Two is left
out: it is sold with and without licence under one engine name, and the wrong one would be a guess."""

_LICENCES: Final = {"oracle-ee": "Bring your own license"}
"""Licence model that an engine is sold with, where it is not one of `_OPEN_LICENCES`."""

_OPEN_LICENCES: Final = frozenset({"No license required", "License included"})

_DEPLOYMENTS: Final = {"Single-AZ": "single_az", "Multi-AZ": "multi_az"}
"""`deploymentOption`; clusters with two readable standbys and SQL Server mirrors have other names and are left out."""

_OTHER_MODELS: Final = frozenset({"Custom", "VMware"})
"""`deploymentModel` of RDS Custom and of RDS outside AWS, which are priced apart."""

_DATABASE_USAGE: Final = re.compile(r"^(?:InstanceUsage|Multi-AZUsage):db\.")
"""Plain instance hours; `InstanceUsageIOOptimized` and `Multi-AZClusterUsage` are other products."""

_STORAGE_ENGINES: Final = frozenset({"Any", "MySQL", "PostgreSQL", ""})
"""Engines whose storage price stands for `rds`; SQL Server and Oracle are listed beside them."""

_GIB_MONTH, _IOPS_MONTH, _MIBPS_MONTH, _HOUR, _GIB = "GiB-month", "IOPS-month", "MiBps-month", "hour", "GiB"

_UNITS: Final = {
    "EBS:VolumeUsage": UnitProduct("ebs", "standard_storage", _GIB_MONTH),
    "EBS:VolumeUsage.gp2": UnitProduct("ebs", "gp2_storage", _GIB_MONTH),
    "EBS:VolumeUsage.gp3": UnitProduct("ebs", "gp3_storage", _GIB_MONTH),
    "EBS:VolumeUsage.piops": UnitProduct("ebs", "io1_storage", _GIB_MONTH),
    "EBS:VolumeUsage.io2": UnitProduct("ebs", "io2_storage", _GIB_MONTH),
    "EBS:VolumeUsage.st1": UnitProduct("ebs", "st1_storage", _GIB_MONTH),
    "EBS:VolumeUsage.sc1": UnitProduct("ebs", "sc1_storage", _GIB_MONTH),
    "EBS:VolumeP-IOPS.gp3": UnitProduct("ebs", "gp3_iops", _IOPS_MONTH),
    "EBS:VolumeP-IOPS.piops": UnitProduct("ebs", "io1_iops", _IOPS_MONTH),
    "EBS:VolumeP-IOPS.io2": UnitProduct("ebs", "io2_iops", _IOPS_MONTH),
    "EBS:VolumeP-Throughput.gp3": UnitProduct("ebs", "gp3_throughput", _MIBPS_MONTH),
    "EBS:SnapshotUsage": UnitProduct("ebs", "snapshot_standard_storage", _GIB_MONTH),
    "EBS:SnapshotArchiveStorage": UnitProduct("ebs", "snapshot_archive_storage", _GIB_MONTH),
    "NatGateway-Hours": UnitProduct("vpc", "nat_gateway_hour", _HOUR),
    "NatGateway-Bytes": UnitProduct("vpc", "nat_gateway_gib", _GIB),
    "PublicIPv4:InUseAddress": UnitProduct("vpc", "public_ipv4_hour", _HOUR),
    "RDS:GP2-Storage": UnitProduct("rds", "gp2_storage", _GIB_MONTH),
    "RDS:GP3-Storage": UnitProduct("rds", "gp3_storage", _GIB_MONTH),
    "RDS:PIOPS-Storage": UnitProduct("rds", "io1_storage", _GIB_MONTH),
    "RDS:PIOPS": UnitProduct("rds", "io1_iops", _IOPS_MONTH),
    "RDS:ChargedBackupUsage": UnitProduct("rds", "snapshot_storage", _GIB_MONTH),
    "Aurora:StorageUsage": UnitProduct("rds", "aurora_storage", _GIB_MONTH),
}
"""Usage type without the region's mark, and what it is. io2's tiers above 32,000 IOPS have other usage types."""

_BALANCERS: Final = {
    "Load Balancer": UnitProduct("elb", "classic_hour", _HOUR),
    "Load Balancer-Application": UnitProduct("elb", "application_hour", _HOUR),
    "Load Balancer-Network": UnitProduct("elb", "network_hour", _HOUR),
    "Load Balancer-Gateway": UnitProduct("elb", "gateway_hour", _HOUR),
}
"""`productFamily` of the usage type `LoadBalancerUsage`."""

_EXTENDED_SUPPORT: Final = {
    "Yr1-Yr2": UnitProduct("rds", "extended_support_vcpu_hour_year_1_2", _HOUR),
    "Yr3": UnitProduct("rds", "extended_support_vcpu_hour_year_3", _HOUR),
}
"""Second part of the usage type `ExtendedSupport:<years>:<engine>`; Aurora Serverless (`ASv2`) counts ACUs instead."""


def usage_without_region(usage_type: str) -> str:
    """A usage type without the region's mark: `EU-BoxUsage:m5.large` gives `BoxUsage:m5.large`."""
    return USAGE_PREFIX.sub("", usage_type, count=1)


def recognised(family: str, attributes: Mapping[str, str], *, region: str) -> Product | None:
    """What a product is.

    Args:
        family: `productFamily`; empty where the file gives none.
        attributes: `attributes` of the product.
        region: region of the file; products of its local zones and of other regions are left out.

    Returns:
        None where the catalog has no place for it.
    """
    if attributes.get("locationType", "AWS Region") != "AWS Region":
        return None
    if attributes.get("regionCode", region) != region:
        return None
    if family in {"Compute Instance", "Compute Instance (bare metal)"}:
        return _machine(attributes)
    if family == "Database Instance":
        return _database(attributes)
    return _unit(family, attributes)


def _machine(attributes: Mapping[str, str]) -> InstanceProduct | None:
    wanted = (
        attributes.get("tenancy") == "Shared"
        and attributes.get("capacitystatus") == "Used"
        and attributes.get("preInstalledSw", "NA") == "NA"
        and attributes.get("licenseModel") != "Bring your own license"
        and attributes.get("marketoption", "OnDemand") == "OnDemand"
    )
    system = OPERATING_SYSTEMS.get(attributes.get("operatingSystem", ""))
    instance_type = attributes.get("instanceType", "")
    if not wanted or system is None or "." not in instance_type:
        return None
    return InstanceProduct("ec2", intern(instance_type), system)


def _database(attributes: Mapping[str, str]) -> InstanceProduct | None:
    engine = _ENGINES.get((attributes.get("databaseEngine", ""), attributes.get("databaseEdition", "")))
    deployment = _DEPLOYMENTS.get(attributes.get("deploymentOption", ""))
    instance_type = attributes.get("instanceType", "")
    usage = usage_without_region(attributes.get("usagetype", ""))
    if engine is None or deployment is None or not _DATABASE_USAGE.match(usage):
        return None
    if not _licensed(engine, attributes) or attributes.get("deploymentModel") in _OTHER_MODELS:
        return None
    return InstanceProduct("rds", intern(instance_type), intern(f"{engine}:{deployment}"))


def _licensed(engine: str, attributes: Mapping[str, str]) -> bool:
    model = attributes.get("licenseModel", "No license required")
    return model == _LICENCES[engine] if engine in _LICENCES else model in _OPEN_LICENCES


def _unit(family: str, attributes: Mapping[str, str]) -> UnitProduct | None:
    usage = usage_without_region(attributes.get("usagetype", ""))
    if usage == "LoadBalancerUsage":
        return _BALANCERS.get(family)
    if usage.startswith("ExtendedSupport:"):
        years, _, engine = usage.removeprefix("ExtendedSupport:").partition(":")
        return None if engine.startswith("ASv2") else _EXTENDED_SUPPORT.get(years)
    found = _UNITS.get(usage)
    if found is None or found.service != "rds":
        return found
    plain = attributes.get("databaseEngine", "") in _STORAGE_ENGINES or found.item == "aurora_storage"
    return found if plain else None
