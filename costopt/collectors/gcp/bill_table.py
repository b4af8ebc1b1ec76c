"""A table of BigQuery that should be Google's export: which columns it has, and how it is divided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from costopt.collectors.gcp.bill_access import GET_TABLE, telling
from costopt.collectors.gcp.bill_address import TableAddress
from costopt.errors import BillError

if TYPE_CHECKING:
    from google.cloud import bigquery

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "billing_account_id": (),
    "service": ("id", "description"),
    "sku": ("id", "description"),
    "usage_start_time": (),
    "usage_end_time": (),
    "project": ("id", "name"),
    "labels": (),
    "system_labels": (),
    "location": ("location", "region", "zone"),
    "resource": ("name", "global_name"),
    "export_time": (),
    "cost": (),
    "cost_at_list": (),
    "currency": (),
    "currency_conversion_rate": (),
    "usage": ("amount", "unit", "amount_in_pricing_units", "pricing_unit"),
    "credits": (),
    "invoice": ("month",),
    "cost_type": (),
    "price": ("effective_price",),
    "seller_name": (),
    "transaction_type": (),
    "subscription": ("instance_id",),
}
"""What the bill needs of an export, with the fields of its records: nothing else is read, for a query is billed by its
columns. Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/detailed-usage."""
_REQUIRED = (
    *("billing_account_id", "service.description", "sku.id", "usage_start_time", "usage_end_time", "export_time"),
    *("cost", "credits", "currency", "invoice.month"),
)
_TIMES = ("usage_start_time", "usage_end_time", "export_time")
INGESTION: Final = "_PARTITIONTIME"
"""Pseudo-column of a table that is partitioned by the time of loading, as Google makes its exports."""
_SORTABLE = frozenset({"TIMESTAMP", "DATE", "DATETIME"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """How a table is divided."""

    column: str
    """`_PARTITIONTIME`, or the column that somebody chose."""
    type: str
    """TIMESTAMP, DATE or DATETIME."""
    unit: str
    """HOUR, DAY, MONTH or YEAR: `_PARTITIONTIME` is the begin of one."""
    follows_export: bool
    """Whether a line lies where the time of its export says, so that none lies before its month."""


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
    with telling(f"table {address}", GET_TABLE):
        found = client.get_table(str(address))
    fields = {field.name: field for field in found.schema}
    _require_export(address, fields)
    known = {
        name: tuple(inner for inner in wanted if _has(fields[name], inner))
        for name, wanted in COLUMNS.items()
        if name in fields
    }
    return ExportTable(
        address=address,
        fields={name: inner for name, inner in known.items() if inner or not COLUMNS[name]},
        partition=_partition(found, fields),
        is_detailed="resource" in fields,
    )


def _require_export(address: TableAddress, fields: Mapping[str, Any]) -> None:
    missing = [path for path in _REQUIRED if not _holds(fields, path.split("."))]
    if missing:
        raise BillError(
            f"{address} is no standard or detailed usage cost export: it lacks {', '.join(missing)}",
            hint=_OTHER.get(_sort(fields), "Name gcp_billing_export_v1_... or gcp_billing_export_resource_v1_...."),
        )
    odd = [f"{name} is {fields[name].field_type}" for name in _TIMES if fields[name].field_type != "TIMESTAMP"]
    if odd:
        raise BillError(
            f"{address} is a changed copy of an export: {', '.join(odd)}, not TIMESTAMP",
            hint="A time without its zone is not guessed. Name Google's own table, or cast them in a view.",
        )


_OTHER = {
    "focus": 'It is FOCUS: set [engine] kind = "bigquery" and its table, or export it to files for `collect focus`.',
    "prices": "It is the pricing export, which has no costs: name the usage cost export beside it.",
}


def _sort(fields: Mapping[str, Any]) -> str:
    return "focus" if "BilledCost" in fields else "prices" if "list_price" in fields else ""


def _holds(fields: Mapping[str, Any], path: Sequence[str]) -> bool:
    return path[0] in fields and (len(path) == 1 or _has(fields[path[0]], path[1]))


def _has(field: Any, inner: str) -> bool:
    return any(one.name == inner for one in field.fields)


def _partition(found: "bigquery.Table", fields: Mapping[str, Any]) -> Partition | None:
    """Source: https://cloud.google.com/bigquery/docs/querying-partitioned-tables."""
    if found.time_partitioning is None:
        return None
    column, unit = found.time_partitioning.field, found.time_partitioning.type_ or "DAY"
    if column is None:
        return Partition(column=INGESTION, type="TIMESTAMP", unit=unit, follows_export=True)
    kind = fields[column].field_type if column in fields else ""
    if kind not in _SORTABLE or not column.isidentifier():
        return None
    return Partition(column=column, type=kind, unit=unit, follows_export=column == "export_time")
