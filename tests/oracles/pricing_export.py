"""Google's pricing export: the schema that Google documents, and rows of made SKUs.

Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/pricing-data.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.oracles.bigquery_emulator import DATASET, PROJECT
from tests.oracles.bigquery_export import fields

TABLE = f"{PROJECT}.{DATASET}.cloud_pricing_export"
ACCOUNT = "01A2B3-C4D5E6-F7A8B9"
AS_OF = datetime(2026, 11, 30, 7, 0, 0, 250_000, tzinfo=UTC)
EXPORTED = datetime(2026, 11, 30, 9, tzinfo=UTC)
COMPUTE, STORAGE = "6F81-5844-456A", "95FF-2EF5-5EA1"
_TIERS = {
    "pricing_unit_quantity": "FLOAT", "start_usage_amount": "FLOAT", "usd_amount": "NUMERIC",
    "account_currency_amount": "NUMERIC",
}  # fmt: skip
_PRICE = {
    "aggregation_info": {"aggregation_level": "STRING", "aggregation_interval": "STRING"},
    "tiered_rates": [_TIERS],
}
SCHEMA: dict[str, Any] = {
    "export_time": "TIMESTAMP",
    "pricing_as_of_time": "TIMESTAMP",
    "billing_account_id": "STRING",
    "business_entity_name": "STRING",
    "service": {"id": "STRING", "description": "STRING"},
    "sku": {"id": "STRING", "description": "STRING"},
    "geo_taxonomy": {"type": "STRING", "regions": ["STRING"]},
    "pricing_unit": "STRING",
    "pricing_unit_description": "STRING",
    "account_currency_code": "STRING",
    "currency_conversion_rate": "STRING",
    "list_price": _PRICE,
    "billing_account_price": {"price_info": {"price_reason": "STRING", "discount_percent": "NUMERIC"}, **_PRICE},
}
Row = dict[str, Any]
Tiers = Sequence[tuple[float, str]]


def price_row(
    description: str,
    listed: str | Tiers,
    own: str | Tiers | None = None,
    *,
    id_: str = "AAAA-BBBB-CCCC",
    regions: Sequence[str] = ("us-central1",),
    unit: str = "h",
    service: str = COMPUTE,
    quantity: int = 1,
    currency: str = "USD",
    rate: str = "1",
    account: str = ACCOUNT,
    as_of: datetime = AS_OF,
    exported: datetime = EXPORTED,
) -> Row:
    """One SKU of one day.

    Args:
        description: of the SKU.
        listed: dollars at list: one price, or pairs of an amount of usage and a price.
        own: the same of the account's contract; None where it has none.
        id_: of the SKU.
        regions: none for a SKU that costs the same everywhere.
        unit: shorthand of the pricing unit.
        service: id.
        quantity: units that a price is for.
        currency: of the account.
        rate: units of it that a dollar is.
        account: billing account.
        as_of: when the prices were generated.
        exported: when the row was.
    """
    kind = {0: "GLOBAL", 1: "REGIONAL"}.get(len(regions), "MULTI_REGION")
    price = {"tiered_rates": _tiers(listed, quantity, Decimal(rate))}
    return {
        "export_time": exported.isoformat(),
        "pricing_as_of_time": as_of.isoformat(),
        "billing_account_id": account,
        "service": {"id": service, "description": "Compute Engine" if service == COMPUTE else "Cloud Storage"},
        "sku": {"id": id_, "description": description},
        "geo_taxonomy": {"type": kind, "regions": list(regions)},
        "pricing_unit": unit,
        "account_currency_code": currency,
        "currency_conversion_rate": rate,
        "list_price": price,
        "billing_account_price": (
            None
            if own is None
            else {
                "price_info": {"price_reason": "FLOATING_DISCOUNT"},
                "tiered_rates": _tiers(own, quantity, Decimal(rate)),
            }
        ),
    }


def line_of(row: Row, **changes: Any) -> str:
    """A row as BigQuery makes JSON of it."""
    exported = datetime.fromisoformat(row["export_time"]) - datetime(1970, 1, 1, tzinfo=UTC)
    return json.dumps({**row, "exported": exported // timedelta(microseconds=1), **changes})


def _tiers(prices: str | Tiers, quantity: int, rate: Decimal) -> list[Row]:
    """Decimals as text, as BigQuery's JSON has them."""
    return [
        {
            "pricing_unit_quantity": quantity,
            "start_usage_amount": start,
            "usd_amount": usd,
            "account_currency_amount": str(Decimal(usd) * rate),
        }
        for start, usd in ([(0.0, prices)] if isinstance(prices, str) else prices)
    ]


def load_prices(client: Any, rows: Sequence[Row], *, partition: Any = None) -> None:
    """Make the table in an emulated BigQuery."""
    from google.cloud import bigquery

    client.create_dataset(DATASET, exists_ok=True)
    table = bigquery.Table(TABLE, schema=fields(SCHEMA))
    table.time_partitioning = partition
    assert client.insert_rows_json(client.create_table(table), list(rows)) == []
