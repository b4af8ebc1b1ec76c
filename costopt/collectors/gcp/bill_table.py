"""A table of BigQuery that should be Google's export: which columns it has, and how it is divided."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from costopt.collectors.gcp.bill_access import table_of
from costopt.collectors.gcp.bill_address import TableAddress
from costopt.collectors.gcp.export_table import ExportSort, Partition, lacking, partition_of, require_zones, sort_of
from costopt.errors import BillError

if TYPE_CHECKING:
    from google.cloud import bigquery

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "billing_account_id": (),
    "service": ("id", "description"),
    "sku": ("id", "description"),
    "usage_start_time": (),
    "usage_end_time": (),
    "project": ("id", "name", "labels"),
    "labels": (),
    "system_labels": (),
    "location": ("location", "region", "zone"),
    "resource": ("name", "global_name"),
    "export_time": (),
    "cost": (),
    "cost_at_list": (),
    "cost_at_effective_price_default": (),
    "currency": (),
    "currency_conversion_rate": (),
    "usage": ("amount", "unit", "amount_in_pricing_units", "pricing_unit"),
    "credits": (),
    "invoice": ("month",),
    "cost_type": (),
    "price": ("effective_price", "effective_price_default"),
    "seller_name": (),
    "transaction_type": (),
    "subscription": ("instance_id",),
    "consumption_model": ("description",),
}
"""What the bill needs of an export, with the fields of its records: nothing else is read, for a query is billed by its
columns. Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/detailed-usage."""
_REQUIRED = (
    *("billing_account_id", "service.description", "sku.id", "usage_start_time", "usage_end_time", "export_time"),
    *("cost", "credits", "currency", "invoice.month"),
)
_TIMES = ("usage_start_time", "usage_end_time", "export_time")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportTable:
    """An export, described; no row of it is read yet."""

    address: TableAddress
    """Where it is."""
    fields: Mapping[str, tuple[str, ...]]
    """Those of `COLUMNS` that it has, with those of their fields that it has."""
    partition: Partition | None
    """How it is divided by time; None where it is not."""
    is_detailed: bool
    """Whether it names resources."""


def describe(client: "bigquery.Client", address: TableAddress) -> ExportTable:
    """What the table is; costs nothing.

    Raises:
        BillError: it is no standard or detailed export.
        CollectError: it cannot be read.
    """
    found = table_of(client, address)
    fields = {field.name: field for field in found.schema}
    _require_export(address, fields)
    known = {
        name: tuple(inner for inner in wanted if not lacking(fields, [f"{name}.{inner}"]))
        for name, wanted in COLUMNS.items()
        if name in fields
    }
    return ExportTable(
        address=address,
        fields={name: inner for name, inner in known.items() if inner or not COLUMNS[name]},
        partition=partition_of(found, fields),
        is_detailed="resource" in fields,
    )


def _require_export(address: TableAddress, fields: Mapping[str, Any]) -> None:
    missing = lacking(fields, _REQUIRED)
    if missing:
        raise BillError(
            f"{address} is no standard or detailed usage cost export: it lacks {', '.join(missing)}",
            hint=_OTHER.get(sort_of(fields), "Name gcp_billing_export_v1_... or gcp_billing_export_resource_v1_...."),
        )
    require_zones(address, fields, _TIMES)


_OTHER: Final[Mapping[ExportSort | None, str]] = {
    ExportSort.FOCUS: (
        'It is FOCUS: set [engine] kind = "bigquery" and its table, or export it to files for `collect focus`.'
    ),
    ExportSort.PRICES: (
        "It is the pricing export, which has no costs: name the usage cost export beside it. `costopt prices refresh "
        "--cloud gcp --table` reads its prices."
    ),
}
