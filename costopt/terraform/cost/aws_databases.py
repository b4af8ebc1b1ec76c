"""Components of RDS instances.

Source: https://aws.amazon.com/rds/mysql/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from costopt.economics.rds_cost import OWN_LICENCE
from costopt.errors import PriceNotFound
from costopt.model.price import Purchase
from costopt.model.terraform_cost import Component, InstanceRate, NoRate, Rate
from costopt.terraform.cost.aws_ec2 import purchase_name
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import MONTH, line, reserved_purchase, unit_rate, used

DEFAULT_GIB = Decimal(20)
"""Least storage of most engines, where none is given.
Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html"""

_LEAST_IO1_GIB, _LEAST_IO1_IOPS = Decimal(100), Decimal(1000)
_GP3_IOPS, _GP3_STRIPED_IOPS = Decimal(3000), Decimal(12_000)
_STRIPED_FROM_GIB = {"oracle": Decimal(200), "sqlserver": None}
"""GiB from which gp3 storage is striped and includes 12,000 IOPS; 400 for the other engines, never for SQL Server.
Source: the same page, "gp3 storage"."""

_NAMES = {
    "gp2": "general purpose SSD, gp2",
    "gp3": "general purpose SSD, gp3",
    "io1": "provisioned IOPS SSD, io1",
    "io2": "provisioned IOPS SSD, io2",
    "standard": "magnetic",
}
_FREE_INSIGHT_DAYS = 7


def rds_instance(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_db_instance`.

    Raises:
        NotKnown: an argument is not known.
    """
    engine = _engine(item, estate)
    copies = 2 if item.flag("multi_az") else 1
    class_name = item.text("instance_class")
    yield database_hours(item, class_name, engine, copies)
    yield from _storage(item, engine, copies)
    yield from _backups(item, engine)
    vcpu = vcpu_of(class_name, estate)
    yield from _insights(item, class_name, vcpu)
    yield from _burst(item, class_name, vcpu)
    yield from extended_support(item, engine, vcpu, estate, copies)


def _engine(item: Item, estate: Estate) -> str:
    named = item.text("engine")
    if not named:
        source = estate.follow(item, "replicate_source_db", "aws_db_instance")
        named = source.text("engine") if source else ""
    return modern_engine(named or "mysql")


def modern_engine(name: str) -> str:
    """`aurora` is how Aurora MySQL was called when there was only one."""
    return "aurora-mysql" if name == "aurora" else name


def database_hours(item: Item, class_name: str, engine: str, copies: int, *, optimized: bool = False) -> Component:
    """Hours of a database instance.

    Args:
        item: the resource.
        class_name: such as `db.t3.large`.
        engine: as the service names it.
        copies: 2 with a standby.
        optimized: whether its cluster is I/O-optimized, which makes hours dearer.

    Raises:
        NotKnown: the licence is not known.
    """
    bought = reserved_purchase(item.usage) or Purchase.ON_DEMAND
    place = "Multi-AZ" if copies > 1 else "Single-AZ"
    name = f"Database instance ({purchase_name(bought)}, {place}, {class_name})"
    variant = f"{engine}:{'multi_az' if copies > 1 else 'single_az'}"
    rate: Rate
    if optimized:
        rate = NoRate(reason="no prices of I/O-optimized Aurora instances are kept")
    elif item.text("license_model") == OWN_LICENCE:
        rate = NoRate(reason="no prices with an own licence are kept")
    elif isinstance(bought, NoRate):
        rate = bought
    else:
        rate = InstanceRate(service="rds", instance_type=class_name, variant=variant, purchase=bought)
    month = item.usage.number("monthly_hrs")
    return line(name, MONTH if month is None else month, "hours", rate)


def _storage(item: Item, engine: str, copies: int) -> Iterator[Component]:
    iops = item.number("iops")
    type_name = item.text("storage_type") or ("io1" if iops else "gp2")
    gib = item.number("allocated_storage") or DEFAULT_GIB
    if type_name == "io1":
        gib = max(gib, _LEAST_IO1_GIB)
    rate = unit_rate("rds", f"{type_name}_storage")
    yield line(f"Storage ({_NAMES.get(type_name, type_name)})", gib, "GB", rate, per=copies)
    if type_name in ("io1", "io2"):
        quantity = max(iops or Decimal(0), _LEAST_IO1_IOPS)
        yield line("Provisioned IOPS", quantity, "IOPS", unit_rate("rds", f"{type_name}_iops"), per=copies)
    elif type_name == "gp3":
        striped_from = _STRIPED_FROM_GIB.get(engine.partition("-")[0], Decimal(400))
        striped = striped_from is not None and gib >= striped_from
        included = _GP3_STRIPED_IOPS if striped else _GP3_IOPS
        if iops and iops > included:
            name = f"Provisioned GP3 IOPS (above {included:,})"
            yield line(name, iops - included, "IOPS", unit_rate("rds", "gp3_iops"), per=copies)
    elif type_name == "standard":
        requests = unit_rate("rds", "standard_million_requests")
        yield used("I/O requests", item.usage, "monthly_standard_io_requests", "1M requests", requests, scale=1_000_000)


def _backups(item: Item, engine: str) -> Iterator[Component]:
    """Beyond what is free: as much as the database holds."""
    kept_days = item.number("backup_retention_period") or Decimal(0)
    if kept_days > 1 or item.usage.number("additional_backup_storage_gb") is not None:
        name = "aurora_backup_storage" if engine.startswith("aurora") else "snapshot_storage"
        rate = unit_rate("rds", name)
        yield used("Additional backup storage", item.usage, "additional_backup_storage_gb", "GB", rate)


def _insights(item: Item, class_name: str, vcpu: int | None) -> Iterator[Component]:
    if not item.flag("performance_insights_enabled"):
        return
    kept_days = item.number("performance_insights_retention_period") or Decimal(0)
    if kept_days > _FREE_INSIGHT_DAYS and vcpu is not None:
        rate = unit_rate("rds", f"performance_insights_vcpu_month_{class_name.split('.')[1]}")
        yield line(f"Performance Insights Long Term Retention ({class_name})", vcpu, "vCPU-month", rate)
    rate = unit_rate("rds", "performance_insights_thousand_requests")
    key = "monthly_additional_performance_insights_requests"
    yield used("Performance Insights API", item.usage, key, "1000 requests", rate, scale=1000)


def _burst(item: Item, class_name: str, vcpu: int | None) -> Iterator[Component]:
    """T3 and T4g databases are always unlimited; only who measured a burst can say how much."""
    spent = item.usage.number("monthly_cpu_credit_hrs")
    if spent and class_name.startswith(("db.t3", "db.t4g")) and vcpu is not None:
        rate = unit_rate("rds", f"cpu_credit_vcpu_hour_{class_name.split('.')[1]}")
        yield line("CPU credits", spent * vcpu, "vCPU-hours", rate)


def vcpu_of(class_name: str, estate: Estate) -> int | None:
    """Virtual CPUs of a database class, as of the EC2 type of the same name; None where there is none."""
    try:
        return estate.setting.prices.shape(class_name.removeprefix("db.")).vcpu
    except PriceNotFound:
        return None


def extended_support(item: Item, engine: str, vcpu: int | None, estate: Estate, copies: int = 1) -> Iterator[Component]:
    """The surcharge for an engine version whose standard support has ended on the day of the estimate.

    Raises:
        NotKnown: the version is not known.
    """
    version = item.text("engine_version")
    if item.text("engine_lifecycle_support") == "open-source-rds-extended-support-disabled" or not version:
        return
    support = estate.setting.prices.extended_support(engine, version)
    day = estate.setting.day
    if support is None or day < support.start or vcpu is None:
        return
    third = support.year_3_start is not None and day >= support.year_3_start
    rate = unit_rate("rds", f"extended_support_vcpu_hour_year_{'3' if third else '1_2'}")
    yield line(f"Extended support (year {'3' if third else '1'})", MONTH * vcpu * copies, "vCPU-hours", rate)
