"""Components of DynamoDB tables.

Source: https://aws.amazon.com/dynamodb/pricing/
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from costopt.model.terraform_cost import Component
from costopt.terraform.cost.autoscaling import scaled_capacity
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import MONTH, line, unit_rate, used

ON_DEMAND = "PAY_PER_REQUEST"


def dynamodb_table(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_dynamodb_table`.

    Raises:
        NotKnown: an argument is not known.
    """
    infrequent = item.text("table_class") == "STANDARD_INFREQUENT_ACCESS"
    prefix = "standard_ia_" if infrequent else ""
    if item.text("billing_mode") == ON_DEMAND:
        yield from _requests(item, prefix)
    else:
        yield from _capacity(item, estate, prefix)
    usage = item.usage
    storage = "standard_ia_storage" if infrequent else "standard_storage"
    yield used("Data storage", usage, "storage_gb", "GB", unit_rate("dynamodb", storage))
    if item.block("point_in_time_recovery").flag("enabled"):
        rate = unit_rate("dynamodb", "pitr_storage")
        yield used("Point-In-Time Recovery (PITR) backup storage", usage, "pitr_backup_storage_gb", "GB", rate)
    backup = unit_rate("dynamodb", "backup_storage")
    yield used("On-demand backup storage", usage, "on_demand_backup_storage_gb", "GB", backup)
    yield used("Table data restored", usage, "monthly_data_restored_gb", "GB", unit_rate("dynamodb", "restore_gib"))
    streams = unit_rate("dynamodb", "stream_read_request")
    key = "monthly_streams_read_request_units"
    yield used("Streams read request unit (sRRU)", usage, key, "sRRUs", streams)
    yield from _replicas(item, estate, prefix)


def _requests(item: Item, prefix: str) -> Iterator[Component]:
    for verb, name, unit in (
        ("write", "Write request unit (WRU)", "WRUs"),
        ("read", "Read request unit (RRU)", "RRUs"),
    ):
        rate = unit_rate("dynamodb", f"{prefix}{verb}_request")
        yield used(name, item.usage, f"monthly_{verb}_request_units", unit, rate)


def _capacity(item: Item, estate: Estate, prefix: str) -> Iterator[Component]:
    for verb in ("write", "read"):
        units, scales = _provisioned(item, estate, verb)
        unit = f"{verb[0].upper()}CU"
        name = f"{verb.capitalize()} capacity unit ({unit}{', autoscaling' if scales else ''})"
        yield line(name, units, unit, unit_rate("dynamodb", f"{prefix}{verb}_unit_hour"), per=MONTH)
    for index in item.blocks("global_secondary_index"):
        for verb in ("write", "read"):
            units = index.number(f"{verb}_capacity") or Decimal(0)
            if units:
                unit = f"{verb[0].upper()}CU"
                name = f"{verb.capitalize()} capacity unit ({unit}) of index {index.text('name')}"
                yield line(name, units, unit, unit_rate("dynamodb", f"{prefix}{verb}_unit_hour"), per=MONTH)


def _provisioned(item: Item, estate: Estate, verb: str) -> tuple[Decimal, bool]:
    dimension = f"dynamodb:table:{verb.capitalize()}CapacityUnits"
    scaled = scaled_capacity(item, estate, dimension, f"table/{item.text('name')}")
    if scaled is not None:
        return scaled, True
    return item.number(f"{verb}_capacity") or Decimal(0), False


def _replicas(item: Item, estate: Estate, prefix: str) -> Iterator[Component]:
    """Every write is done once more in every region that has a replica."""
    for replica in item.blocks("replica"):
        region = replica.text("region_name")
        if item.text("billing_mode") == ON_DEMAND:
            rate = unit_rate("dynamodb", f"{prefix}replicated_write_request")
            found = used(
                "Replicated write request unit (rWRU)", item.usage, "monthly_write_request_units", "rWRU", rate
            )
        else:
            units, _ = _provisioned(item, estate, "write")
            rate = unit_rate("dynamodb", f"{prefix}replicated_write_unit_hour")
            found = line("Replicated write capacity unit (rWCU)", units, "rWCU", rate, per=MONTH)
        yield replace(found, region=region, part=f"replica in {region}")
