"""A table of BigQuery that should be Google's pricing export: what a billing account pays for every SKU, day by day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from costopt.collectors.gcp.bill_access import table_of
from costopt.collectors.gcp.bill_address import TableAddress
from costopt.collectors.gcp.export_table import ExportSort, Partition, lacking, partition_of, require_zones, sort_of
from costopt.errors import BillError

if TYPE_CHECKING:
    from google.cloud import bigquery

ACCOUNT_PRICE: Final = "billing_account_price"
"""Column of the account's own prices, which is empty where it has no contract."""
_TIER: Final = ("pricing_unit_quantity", "start_usage_amount", "usd_amount", "account_currency_amount")
_REQUIRED: Final = (
    *("billing_account_id", "service.id", "sku.id", "sku.description", "geo_taxonomy.type", "geo_taxonomy.regions"),
    *("pricing_unit", "account_currency_code", "pricing_as_of_time", "export_time"),
    *(f"{price}.tiered_rates.{field}" for price in ("list_price", ACCOUNT_PRICE) for field in _TIER),
)
"""Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/pricing-data."""
_TIMES: Final = ("pricing_as_of_time", "export_time")
_NAME: Final = "Its table is called cloud_pricing_export, and lies in the dataset that the export was switched on for."
_OTHER: Final[Mapping[ExportSort | None, str]] = {
    ExportSort.USAGE: f"It is a usage cost export, which has the costs of usage (`collect gcp-export`). {_NAME}",
    ExportSort.FOCUS: f"It is FOCUS, which has costs. {_NAME}",
    ExportSort.PRICES: "It seems to be a changed copy of the export: name Google's own table.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTable:
    """A pricing export, described; no row of it is read yet."""

    address: TableAddress
    """Where it is."""
    partition: Partition | None
    """How it is divided by time; None where it is not."""
    modified: datetime | None
    """When it was last changed, UTC; None where BigQuery does not say."""


def describe_prices(client: "bigquery.Client", address: TableAddress) -> PriceTable:
    """What the table is; costs nothing.

    Raises:
        BillError: it is no pricing export.
        CollectError: it cannot be read.
    """
    found = table_of(client, address)
    fields = {field.name: field for field in found.schema}
    _require_prices(address, fields)
    return PriceTable(address=address, partition=partition_of(found, fields), modified=found.modified)


def _require_prices(address: TableAddress, fields: Mapping[str, Any]) -> None:
    missing = lacking(fields, _REQUIRED)
    if missing:
        raise BillError(
            f"{address} is no pricing export: it lacks {', '.join(missing[:5])}",
            hint=_OTHER.get(sort_of(fields), _NAME),
        )
    require_zones(address, fields, _TIMES)
