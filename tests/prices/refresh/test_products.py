import pytest

from costopt.prices.refresh.products import InstanceProduct, UnitProduct, recognised, usage_without_region

MACHINE = {
    "locationType": "AWS Region",
    "regionCode": "eu-west-1",
    "instanceType": "m5.large",
    "tenancy": "Shared",
    "operatingSystem": "Linux",
    "licenseModel": "No License required",
    "capacitystatus": "Used",
    "preInstalledSw": "NA",
    "usagetype": "EU-BoxUsage:m5.large",
}
DATABASE = {
    "instanceType": "db.m5.large",
    "databaseEngine": "PostgreSQL",
    "deploymentOption": "Single-AZ",
    "licenseModel": "No license required",
    "usagetype": "EU-InstanceUsage:db.m5.large",
}


def test_a_shared_machine_is_kept_by_its_operating_system() -> None:
    found = [
        recognised("Compute Instance", {**MACHINE, "operatingSystem": system}, region="eu-west-1")
        for system in ("Linux", "Windows", "RHEL", "SUSE", "Red Hat Enterprise Linux with HA")
    ]
    variants = [product.variant if isinstance(product, InstanceProduct) else None for product in found]
    assert variants == ["linux", "windows", "rhel", "sles", None]


@pytest.mark.parametrize(
    "difference",
    [
        {"tenancy": "Dedicated"},
        {"tenancy": "Host"},
        {"capacitystatus": "UnusedCapacityReservation"},
        {"capacitystatus": "AllocatedCapacityReservation"},
        {"preInstalledSw": "SQL Std"},
        {"licenseModel": "Bring your own license"},
        {"marketoption": "CapacityBlock"},
        {"locationType": "AWS Local Zone"},
        {"locationType": "AWS Outposts"},
        {"regionCode": "eu-west-2"},
        {"instanceType": "m5"},
    ],
    ids=str,
)
def test_hours_that_are_not_a_plain_on_demand_machine_are_left_out(difference: dict[str, str]) -> None:
    assert recognised("Compute Instance", MACHINE, region="eu-west-1") is not None
    assert recognised("Compute Instance", {**MACHINE, **difference}, region="eu-west-1") is None


@pytest.mark.parametrize(
    ("difference", "variant"),
    [
        ({}, "postgres:single_az"),
        ({"deploymentOption": "Multi-AZ", "usagetype": "EU-Multi-AZUsage:db.m5.large"}, "postgres:multi_az"),
        ({"databaseEngine": "Aurora MySQL"}, "aurora-mysql:single_az"),
        (
            {"databaseEngine": "SQL Server", "databaseEdition": "Standard", "licenseModel": "License included"},
            "sqlserver-se:single_az",
        ),
        (
            {"databaseEngine": "Oracle", "databaseEdition": "Enterprise", "licenseModel": "Bring your own license"},
            "oracle-ee:single_az",
        ),
        # Standby clusters and I/O-optimised Aurora cost more and are other products.
        ({"deploymentOption": "Multi-AZ (readable standbys)", "usagetype": "Multi-AZClusterUsage:db.m5.large"}, None),
        ({"databaseEngine": "Aurora MySQL", "usagetype": "EU-InstanceUsageIOOptimized:db.m5.large"}, None),
        # One engine name, two prices: with and without licence.
        ({"databaseEngine": "Oracle", "databaseEdition": "Standard Two", "licenseModel": "License included"}, None),
        ({"deploymentModel": "Custom"}, None),
        ({"databaseEngine": "Db2", "databaseEdition": "Standard"}, None),
    ],
    ids=str,
)
def test_a_database_is_kept_by_engine_and_deployment(difference: dict[str, str], variant: str | None) -> None:
    found = recognised("Database Instance", {**DATABASE, **difference}, region="eu-west-1")
    assert found == (InstanceProduct("rds", "db.m5.large", variant) if variant else None)


@pytest.mark.parametrize(
    ("family", "usage", "expected"),
    [
        ("Storage", "EBS:VolumeUsage.gp3", UnitProduct("ebs", "gp3_storage", "GiB-month")),
        ("Storage", "USW2-EBS:VolumeUsage", UnitProduct("ebs", "standard_storage", "GiB-month")),
        ("Storage", "EU-EBS:VolumeUsage.piops", UnitProduct("ebs", "io1_storage", "GiB-month")),
        ("System Operation", "EBS:VolumeP-IOPS.io2", UnitProduct("ebs", "io2_iops", "IOPS-month")),
        ("System Operation", "EBS:VolumeP-IOPS.io2.tier2", None),
        ("Storage Snapshot", "EBS:SnapshotArchiveStorage", UnitProduct("ebs", "snapshot_archive_storage", "GiB-month")),
        ("Storage Snapshot", "EBS:SnapshotUsage.outposts", None),
        ("NAT Gateway", "EU-NatGateway-Bytes", UnitProduct("vpc", "nat_gateway_gib", "GiB")),
        ("", "USE1-PublicIPv4:InUseAddress", UnitProduct("vpc", "public_ipv4_hour", "hour")),
        ("Load Balancer", "LoadBalancerUsage", UnitProduct("elb", "classic_hour", "hour")),
        ("Load Balancer-Network", "EU-LoadBalancerUsage", UnitProduct("elb", "network_hour", "hour")),
        ("Load Balancer-Application", "TS-LoadBalancerUsage", None),
        ("Load Balancer-Application", "LCUUsage", None),
        (
            "",
            "EU-ExtendedSupport:Yr1-Yr2:MySQL5.7",
            UnitProduct("rds", "extended_support_vcpu_hour_year_1_2", "hour"),
        ),
        ("", "ExtendedSupport:Yr3:PostgreSQL11", UnitProduct("rds", "extended_support_vcpu_hour_year_3", "hour")),
        ("", "ExtendedSupport:Yr1-Yr2:ASv2:AuroraPostgreSQL13", None),
        ("Data Transfer", "EU-DataTransfer-Out-Bytes", None),
    ],
)
def test_a_usage_type_names_the_item_in_every_region(family: str, usage: str, expected: UnitProduct | None) -> None:
    assert recognised(family, {"usagetype": usage}, region="eu-west-1") == expected


@pytest.mark.parametrize("engine", ["SQL Server", "Oracle"])
def test_storage_of_licensed_engines_does_not_stand_for_all(engine: str) -> None:
    plain = {"usagetype": "RDS:GP2-Storage", "databaseEngine": "MySQL"}
    assert recognised("Database Storage", plain, region="us-east-1") is not None
    assert recognised("Database Storage", {**plain, "databaseEngine": engine}, region="us-east-1") is None


@pytest.mark.parametrize(
    ("usage", "plain"),
    [
        ("BoxUsage:m5.large", "BoxUsage:m5.large"),
        ("EU-BoxUsage:m5.large", "BoxUsage:m5.large"),
        ("EUC1-EBS:VolumeUsage.gp3", "EBS:VolumeUsage.gp3"),
        ("UGW1-NatGateway-Hours", "NatGateway-Hours"),
        ("TS-LoadBalancerUsage", "TS-LoadBalancerUsage"),
        ("Multi-AZUsage:db.m5.large", "Multi-AZUsage:db.m5.large"),
    ],
)
def test_only_the_regions_mark_is_taken_off(usage: str, plain: str) -> None:
    assert usage_without_region(usage) == plain
