"""Components of Cloud Storage buckets and Cloud SQL instances.

Sources: https://cloud.google.com/storage/pricing, https://cloud.google.com/sql/pricing
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from costopt.economics.cloud_sql_cost import SERVICE as CLOUD_SQL
from costopt.economics.cloud_sql_cost import SHARED_CORES, size_of
from costopt.model.price import Purchase
from costopt.model.terraform_cost import Component, NoRate
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import MONTH, hours, line, reserved_purchase, tiers, unit_rate, used
from costopt.terraform.cost.reading import Section
from costopt.terraform.cost.usage import Usage

_FIRST_GB, _NEXT_GB = Decimal(1024), Decimal(9 * 1024)
_DESTINATIONS = (
    ("Data transfer to worldwide excluding Asia, Australia", "worldwide"),
    ("Data transfer to Asia excluding China, but including Hong Kong", "asia"),
    ("Data transfer to China excluding Hong Kong", "china"),
    ("Data transfer to Australia", "australia"),
)
_LEAST_SQL_GB = Decimal(10)
_REQUESTS = NoRate(reason="the price book holds no requests, retrieval and transfer of Cloud Storage")
_SQL_STORAGE = {"PD_SSD": ("SSD", "ssd_storage"), "PD_HDD": ("HDD", "hdd_storage")}
"""Types of storage by name, and items of the price book."""
_READ_POOL = "READ_POOL_INSTANCE"
_DATA_CACHE = NoRate(reason="the price book holds no data caches of Cloud SQL")
_SQL_COMMITTED = NoRate(reason="the price book holds no commitments for Cloud SQL")
_SQL_HYPERDISK = NoRate(reason="the price book holds no hyperdisks of Cloud SQL")


def storage_bucket(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_storage_bucket`: all of it is use.

    Raises:
        NotKnown: its class is not known.
    """
    del estate
    usage = item.usage
    class_name = item.text("storage_class", "STANDARD").lower()
    rate = unit_rate("gcs", f"{class_name}_storage")
    stored = used(f"Storage ({class_name})", usage, "storage_gb", "GiB", rate)
    yield replace(stored, region=item.text("location").lower())
    if class_name in ("nearline", "coldline", "archive"):
        yield used("Data retrieval", usage, "monthly_data_retrieval_gb", "GB", _REQUESTS)
    for name, key in (
        ("Object adds, bucket/object list (class A)", "monthly_class_a_operations"),
        ("Object gets, retrieve bucket/object metadata (class B)", "monthly_class_b_operations"),
    ):
        yield used(name, usage, key, "10k operations", _REQUESTS, scale=10_000)
    yield from _transfer(usage)


def _transfer(usage: Usage) -> Iterator[Component]:
    transfer = "monthly_egress_data_transfer_gb"
    yield used("Data transfer in same continent", usage, (transfer, "same_continent"), "GB", _REQUESTS)
    steps = (("first 1TB", _FIRST_GB, _REQUESTS), ("next 9TB", _NEXT_GB, _REQUESTS), ("over 10TB", None, _REQUESTS))
    for name, key in _DESTINATIONS:
        why = f"depends on use: give {transfer}.{key} in the usage file"
        yield from tiers(name, usage.number(transfer, key), "GB", steps, why)


def sql_instance(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_sql_database_instance`; a standby is charged like the instance, an address while it is stopped.

    Raises:
        NotKnown: an argument is not known.
    """
    del estate
    settings = item.block("settings")
    regional = settings.text("availability_type") == "REGIONAL"
    place, copies = ("regional", 2) if regional else ("zonal", 1)
    if item.text("instance_type") == _READ_POOL:
        place, copies = "read pool", int(item.number("node_count") or 1)
    is_stopped = settings.text("activation_policy") == "NEVER"
    yield from _sql_machine(item, settings, place, 0 if is_stopped else copies)
    kind, storage = _SQL_STORAGE.get(settings.text("disk_type", "PD_SSD"), ("Hyperdisk", None))
    gigabytes = settings.number("disk_size") or _LEAST_SQL_GB
    rate = unit_rate(CLOUD_SQL, storage) if storage else _SQL_HYPERDISK
    yield line(f"Storage ({kind}, {place})", gigabytes, "GB", rate, per=copies)
    if settings.block("data_cache_config").flag("data_cache_enabled"):
        why = "how large its cache is depends on the tier"
        yield Component(name="Data cache", quantity=None, unit="GB", rate=_DATA_CACHE, unknown=why)
    yield used("Backups", item.usage, "backup_storage_gb", "GB", unit_rate(CLOUD_SQL, "backup_storage"))
    if is_stopped and settings.block("ip_configuration").flag("ipv4_enabled", default=True):
        yield hours("IP address (unused)", 1, unit_rate(CLOUD_SQL, "address_hour"))


def _sql_machine(item: Item, settings: Section, place: str, copies: int) -> Iterator[Component]:
    tier = settings.text("tier")
    size, name = size_of(tier), f"SQL instance ({tier}, {place})"
    bought = reserved_purchase(item.usage)
    if bought not in (None, Purchase.ON_DEMAND):
        yield hours(name, copies, bought if isinstance(bought, NoRate) else _SQL_COMMITTED)
        return
    if size is None:
        shared = SHARED_CORES.get(tier)
        reason = NoRate(reason=f"the size of the tier {tier} is not known")
        yield hours(name, copies, unit_rate(CLOUD_SQL, shared) if shared else reason)
        return
    usual = "ENTERPRISE_PLUS" if tier.startswith("db-perf-optimized") else "ENTERPRISE"
    edition = settings.text("edition", usual).lower()
    for what, amount, unit in (("vcpu", Decimal(size.vcpu), "vCPU-hours"), ("memory", size.memory_gib, "GiB-hours")):
        rate = unit_rate(CLOUD_SQL, f"{edition}_{what}")
        yield line(f"{name} {'vCPUs' if what == 'vcpu' else 'memory'}", MONTH * copies * amount, unit, rate)
    if item.text("database_version").startswith("SQLSERVER"):
        licence = NoRate(reason="the price book holds no licences of SQL Server on Cloud SQL")
        yield line("Licence of SQL Server", MONTH * copies * size.vcpu, "vCPU-hours", licence)
