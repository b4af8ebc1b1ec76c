"""The embedded catalog against prices that others published and collected on their own."""

import csv
import gzip
import json
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from costopt.errors import PriceNotFound
from costopt.prices.catalog import Catalog, embedded_catalog_path, open_catalog


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return open_catalog()


def test_linux_prices_agree_with_an_independent_merge(catalog: Catalog, shared_data: Path) -> None:
    path = shared_data / "aws-ec2-ondemand" / "aws_ec2_linux_ondemand_pypi_merged.csv"
    with path.open(encoding="utf-8", newline="") as file:
        merged = {(row["instance_type"], row["region"]): Decimal(row["usd_per_hour"]) for row in csv.DictReader(file)}
    missing = 0
    for (name, region), usd in merged.items():
        try:
            price = catalog.instance("ec2", name, region, variant="linux")
        except PriceNotFound:
            missing += 1
        else:
            assert price.amount == pytest.approx(usd, rel=Decimal("0.006")), (name, region)
    assert missing <= len(merged) // 1000


def test_unit_prices_agree_with_published_cost_estimates(catalog: Catalog, shared_data: Path) -> None:
    """Prices that a Terraform estimator printed for us-east-1; its rounding to a cent allows 0.1 %."""
    lines = _priced_lines(shared_data)
    pairs = {
        ("ebs", "gp2_storage"): ("aws_ebs_volume.gp2", "Storage (general purpose SSD, gp2)"),
        ("ebs", "gp3_storage"): ("aws_ebs_volume.gp3", "Storage (general purpose SSD, gp3)"),
        ("ebs", "gp3_iops"): ("aws_ebs_volume.gp3", "Provisioned IOPS"),
        ("ebs", "gp3_throughput"): ("aws_ebs_volume.gp3", "Provisioned throughput"),
        ("ebs", "io1_storage"): ("aws_ebs_volume.io1", "Storage (provisioned IOPS SSD, io1)"),
        ("ebs", "io1_iops"): ("aws_ebs_volume.io1", "Provisioned IOPS"),
        ("ebs", "st1_storage"): ("aws_ebs_volume.st1", "Storage (throughput optimized HDD, st1)"),
        ("ebs", "sc1_storage"): ("aws_ebs_volume.sc1", "Storage (cold HDD, sc1)"),
        ("ebs", "standard_storage"): ("aws_ebs_volume.standard_withUsage", "Storage (magnetic)"),
        ("ebs", "snapshot_standard_storage"): ("aws_ebs_snapshot.gp2", "EBS snapshot storage"),
        ("vpc", "nat_gateway_hour"): ("aws_nat_gateway.nat_gw", "NAT gateway"),
        ("vpc", "nat_gateway_gib"): ("aws_nat_gateway.nat_gw", "Data processed"),
        ("vpc", "public_ipv4_hour"): ("aws_eip.eip1", "IP address (if unused)"),
        ("elb", "classic_hour"): ("aws_elb.my_elb", "Classic load balancer"),
        ("elb", "application_hour"): ("aws_lb.alb1_usage", "Application load balancer"),
        ("elb", "network_hour"): ("aws_lb.example", "Network load balancer"),
        ("rds", "gp2_storage"): ("aws_db_instance.sqlserver-ee", "Storage (general purpose SSD, gp2)"),
        ("rds", "io1_storage"): ("aws_db_instance.mysql-iops", "Storage (provisioned IOPS SSD, io1)"),
        ("rds", "io1_iops"): ("aws_db_instance.mysql-iops", "Provisioned IOPS"),
        ("rds", "snapshot_storage"): ("aws_db_instance.mysql-iops", "Additional backup storage"),
        ("dynamodb", "standard_storage"): ("aws_dynamodb_table.my_dynamodb_table_usage", "Data storage"),
        ("logs", "standard_storage"): ("aws_cloudwatch_log_group.logs", "Archival Storage"),
        ("efs", "standard_storage"): ("aws_efs_file_system.provisioned", "Storage (standard)"),
        ("efs", "infrequent_access_storage"): (
            "aws_efs_file_system.standard",
            "Storage (standard, infrequent access)",
        ),
        ("efs", "provisioned_throughput"): ("aws_efs_file_system.provisioned", "Provisioned throughput"),
    }
    for (service, item), line in pairs.items():
        assert catalog.unit(service, item, "us-east-1").amount == pytest.approx(lines[line], rel=Decimal("0.001")), item
    hours = Decimal(730)
    for item, line in (("vcpu_hour_x86_64", "Per vCPU per hour"), ("gib_hour_x86_64", "Per GB per hour")):
        monthly = catalog.unit("fargate", item, "us-east-1").amount * hours
        assert monthly == pytest.approx(lines["aws_ecs_service.ecs_fargate1", line], rel=Decimal("0.001"))


def _priced_lines(shared_data: Path) -> dict[tuple[str, str], Decimal]:
    with (shared_data / "iac-priced-lines" / "priced_lines.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["provider"] == "aws" and row["implied_unit_price"]]
    return {(row["resource"], row["component"]): Decimal(row["implied_unit_price"]) for row in rows}


def test_other_services_agree_with_published_tables(catalog: Catalog, shared_data: Path) -> None:
    """Every ElastiCache node and SageMaker host in the catalog, against the tables of others."""
    folder = shared_data / "aws-service-prices"
    with gzip.open(folder / "elasticache-instances-2025-04-24.json.gz", "rt", encoding="utf-8") as file:
        nodes = {entry["instance_type"]: entry["pricing"] for entry in json.load(file)}
    hosts = json.loads((folder / "sagemaker_hosting_2026-05-20.json").read_text(encoding="utf-8"))
    rows = pq.read_table(embedded_catalog_path() / "hourly.parquet").to_pylist()
    compared = 0
    for row in rows:
        name, region, variant = row["instance_type"], row["region"], row["variant"]
        if row["service"] == "elasticache":
            published = nodes[name][region][variant.capitalize()]["ondemand"]
        elif row["service"] == "sagemaker" and variant == "hosting":
            published = hosts[region][name]
        else:
            continue
        assert float(row["usd_per_hour"]) == pytest.approx(published, rel=1e-9), (name, region, variant)
        compared += 1
    assert compared > 600


def test_rds_agrees_with_published_cost_estimates(catalog: Catalog, shared_data: Path) -> None:
    with (shared_data / "iac-priced-lines" / "priced_lines.csv").open(encoding="utf-8", newline="") as file:
        lines = {(row["resource"], row["component"]): row for row in csv.DictReader(file) if row["provider"] == "aws"}
    hour = "Database instance (on-demand, Single-AZ, {})"
    for resource, name, variant in (
        ("aws_db_instance.mysql-iops", "db.t3.large", "mysql:single_az"),
        ("aws_db_instance.postgres", "db.t3.large", "postgres:single_az"),
        ("aws_db_instance.aurora-postgresql", "db.t3.large", "aurora-postgresql:single_az"),
        ("aws_db_instance.mysql-performance-insights", "db.m5.large", "mysql:single_az"),
    ):
        row = lines[resource, hour.format(name)]
        monthly = catalog.instance("rds", name, "us-east-1", variant=variant).amount * 730
        assert monthly == pytest.approx(Decimal(row["monthly_cost_usd"]), abs=Decimal("0.01")), resource
    multi = lines["aws_db_instance.mysql-multi-az", "Database instance (on-demand, Multi-AZ, db.t3.large)"]
    monthly = catalog.instance("rds", "db.t3.large", "us-east-1", variant="mysql:multi_az").amount * 730
    assert monthly == pytest.approx(Decimal(multi["monthly_cost_usd"]), abs=Decimal("0.01"))
