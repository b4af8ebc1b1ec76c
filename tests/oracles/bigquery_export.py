"""Google's export as a table of an emulated BigQuery: the schema that Google documents, and rows of made bills.

Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/detailed-usage.
"""

import gzip
import json
from collections.abc import Collection, Mapping
from typing import Any

from tests.oracles.bigquery_emulator import BATCH, DATASET, PROJECT
from tools.bills.company import Made

_PAIR = {"key": "STRING", "value": "STRING"}
SCHEMA: dict[str, Any] = {
    "billing_account_id": "STRING",
    "service": {"id": "STRING", "description": "STRING"},
    "sku": {"id": "STRING", "description": "STRING"},
    "usage_start_time": "TIMESTAMP",
    "usage_end_time": "TIMESTAMP",
    "project": {"id": "STRING", "number": "STRING", "name": "STRING", "ancestry_numbers": "STRING", "labels": [_PAIR]},
    "labels": [_PAIR],
    "system_labels": [_PAIR],
    "location": {"location": "STRING", "country": "STRING", "region": "STRING", "zone": "STRING"},
    "transaction_type": "STRING",
    "seller_name": "STRING",
    "export_time": "TIMESTAMP",
    "cost": "FLOAT",
    "currency": "STRING",
    "currency_conversion_rate": "FLOAT",
    "usage": {"amount": "FLOAT", "unit": "STRING", "amount_in_pricing_units": "FLOAT", "pricing_unit": "STRING"},
    "credits": [{"name": "STRING", "amount": "FLOAT", "full_name": "STRING", "id": "STRING", "type": "STRING"}],
    "invoice": {"month": "STRING", "publisher_type": "STRING"},
    "cost_type": "STRING",
    "adjustment_info": {"id": "STRING"},
    "resource": {"name": "STRING", "global_name": "STRING"},
    "price": {"effective_price": "NUMERIC", "effective_price_default": "NUMERIC", "unit": "STRING"},
    "cost_at_list": "NUMERIC",
    "cost_at_effective_price_default": "NUMERIC",
    "consumption_model": {"id": "STRING", "description": "STRING"},
    "subscription": {"instance_id": "STRING"},
}


def fields(schema: Mapping[str, Any] = SCHEMA, *, without: Collection[str] = ()) -> list[Any]:
    """Schema of the client's library; a list stands for a repeated record."""
    from google.cloud import bigquery

    made = []
    for name, kind in schema.items():
        if name in without:
            continue
        inner = kind[0] if isinstance(kind, list) else kind
        nested = fields(inner) if isinstance(inner, Mapping) else ()
        mode = "REPEATED" if isinstance(kind, list) else "NULLABLE"
        made.append(bigquery.SchemaField(name, "RECORD" if nested else inner, mode=mode, fields=nested))
    return made


def rows_of(made: Made) -> list[dict[str, Any]]:
    """Lines of a made bill of JSON, decimals as text."""
    found = []
    for file in made.files:
        with gzip.open(file, "rt") as stream:
            found += [json.loads(line) for line in stream]
    return found


def load_export(
    client: Any, name: str, rows: list[dict[str, Any]], *, without: Collection[str] = (), partition: Any = None
) -> str:
    """Make a table of rows and give its full name."""
    from google.cloud import bigquery

    client.create_dataset(DATASET, exists_ok=True)
    table = bigquery.Table(f"{PROJECT}.{DATASET}.{name}", schema=fields(without=without))
    table.time_partitioning = partition
    made = client.create_table(table)
    kept = [{key: value for key, value in row.items() if key not in without} for row in rows]
    for start in range(0, len(kept), BATCH):
        assert client.insert_rows_json(made, kept[start : start + BATCH]) == []
    return f"{PROJECT}.{DATASET}.{name}"
