"""Components of Cloud Storage buckets and Cloud SQL instances.

Sources: https://cloud.google.com/storage/pricing, https://cloud.google.com/sql/pricing
"""

from collections.abc import Iterator
from decimal import Decimal

from costopt.model.terraform_cost import Component
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.google_disks import GOOGLE
from costopt.terraform.cost.lines import MONTH, hours, line, tiers, used

_FIRST_GB, _NEXT_GB = Decimal(1024), Decimal(9 * 1024)
_DESTINATIONS = (
    ("Data transfer to worldwide excluding Asia, Australia", "worldwide"),
    ("Data transfer to Asia excluding China, but including Hong Kong", "asia"),
    ("Data transfer to China excluding Hong Kong", "china"),
    ("Data transfer to Australia", "australia"),
)
_LEAST_SQL_GB = Decimal(10)


def storage_bucket(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_storage_bucket`: all of it is use.

    Raises:
        NotKnown: its class is not known.
    """
    del estate
    usage = item.usage
    class_name = item.text("storage_class", "STANDARD").lower()
    yield used(f"Storage ({class_name})", usage, "storage_gb", "GiB", GOOGLE)
    if class_name in ("nearline", "coldline", "archive"):
        yield used("Data retrieval", usage, "monthly_data_retrieval_gb", "GB", GOOGLE)
    for name, key in (
        ("Object adds, bucket/object list (class A)", "monthly_class_a_operations"),
        ("Object gets, retrieve bucket/object metadata (class B)", "monthly_class_b_operations"),
    ):
        yield used(name, usage, key, "10k operations", GOOGLE, scale=10_000)
    transfer = "monthly_egress_data_transfer_gb"
    yield used("Data transfer in same continent", usage, (transfer, "same_continent"), "GB", GOOGLE)
    for name, key in _DESTINATIONS:
        steps = (("first 1TB", _FIRST_GB, GOOGLE), ("next 9TB", _NEXT_GB, GOOGLE), ("over 10TB", None, GOOGLE))
        why = f"depends on use: give {transfer}.{key} in the usage file"
        yield from tiers(name, usage.number(transfer, key), "GB", steps, why)


def sql_instance(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_sql_database_instance`.

    Raises:
        NotKnown: an argument is not known.
    """
    del estate
    settings = item.block("settings")
    regional = settings.text("availability_type") == "REGIONAL"
    place = "regional" if regional else "zonal"
    yield hours(f"SQL instance ({settings.text('tier')}, {place})", 1, GOOGLE)
    kind = "HDD" if settings.text("disk_type") == "PD_HDD" else "SSD"
    gigabytes = settings.number("disk_size") or _LEAST_SQL_GB
    yield line(f"Storage ({kind}, {place})", gigabytes, "GB", GOOGLE)
    yield used("Backups", item.usage, "backup_storage_gb", "GB", GOOGLE)
    if settings.block("ip_configuration").flag("ipv4_enabled", default=True):
        yield line("IP address (if unused)", MONTH, "hours", GOOGLE)
