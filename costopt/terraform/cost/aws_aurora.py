"""Components of Aurora clusters and their instances.

Source: https://aws.amazon.com/rds/aurora/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from costopt.model.terraform_cost import Component, NoRate
from costopt.terraform.cost.aws_databases import database_hours, extended_support, modern_engine, vcpu_of
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import MONTH, line, unit_rate, used

_SECONDS = MONTH * 3600
_MILLION = Decimal(1_000_000)
_OPTIMIZED = "aurora-iopt1"


def rds_cluster(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_rds_cluster`: storage, requests and backups; its instances are resources of their own.

    Raises:
        NotKnown: an argument is not known.
    """
    del estate
    serverless = item.text("engine_mode") == "serverless"
    optimized = item.text("storage_type") == _OPTIMIZED
    if serverless:
        rate = unit_rate("rds", "aurora_serverless_acu_hour")
        yield used("Aurora serverless", item.usage, "capacity_units_per_hr", "ACU-hours", rate, times=MONTH)
    name = "Storage (I/O-optimized)" if optimized else "Storage"
    yield used(name, item.usage, "storage_gb", "GB", unit_rate("rds", f"aurora_{'iopt1_' if optimized else ''}storage"))
    if not optimized:
        yield _requests(item)
    yield from _backups(item)
    if (
        modern_engine(item.text("engine")) == "aurora-mysql"
        and not serverless
        and item.usage.text("backtrack_window_hrs")
    ):
        yield _backtrack(item)
    export = unit_rate("rds", "aurora_snapshot_export_gib")
    yield used("Snapshot export", item.usage, "snapshot_export_size_gb", "GB", export)


def _requests(item: Item) -> Component:
    rate = unit_rate("rds", "aurora_million_requests")
    reads, writes = (item.usage.number(f"{verb}_requests_per_sec") for verb in ("read", "write"))
    if reads is None and writes is None:
        return used("I/O requests", item.usage, "read_requests_per_sec", "1M requests", rate)
    total = ((reads or Decimal(0)) + (writes or Decimal(0))) * _SECONDS / _MILLION
    return line("I/O requests", total, "1M requests", rate)


def _backups(item: Item) -> Iterator[Component]:
    """Every kept day but the first is charged."""
    kept_days = item.number("backup_retention_period") or Decimal(1)
    if kept_days > 1:
        rate = unit_rate("rds", "aurora_backup_storage")
        yield used("Backup storage", item.usage, "backup_snapshot_size_gb", "GB", rate, times=kept_days - 1)


def _backtrack(item: Item) -> Component:
    names = ("average_statements_per_hr", "change_records_per_statement", "backtrack_window_hrs")
    statements, records, window = (item.usage.number(name) or Decimal(0) for name in names)
    rate = unit_rate("rds", "aurora_backtrack_million_change_records")
    return line("Backtrack", statements * MONTH * records * window / _MILLION, "1M change-records", rate)


def cluster_instance(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_rds_cluster_instance`.

    Raises:
        NotKnown: an argument is not known.
    """
    cluster = estate.follow(item, "cluster_identifier", "aws_rds_cluster")
    engine = modern_engine(item.text("engine") or (cluster.text("engine") if cluster else "") or "aurora-mysql")
    class_name = item.text("instance_class")
    if class_name == "db.serverless":
        rate = unit_rate("rds", "aurora_serverless_v2_acu_hour")
        yield used("Aurora serverless v2", item.usage, "capacity_units_per_hr", "ACU-hours", rate, times=MONTH)
        return
    optimized = cluster is not None and cluster.text("storage_type") == _OPTIMIZED
    yield database_hours(item, class_name, engine, 1, optimized=optimized)
    vcpu = vcpu_of(class_name, estate)
    yield from extended_support(item, engine, vcpu, estate)
    if item.flag("performance_insights_enabled"):
        reason = NoRate(reason="no prices of Performance Insights of Aurora are kept")
        key = "monthly_additional_performance_insights_requests"
        yield used("Performance Insights API", item.usage, key, "1000 requests", reason, scale=1000)
