"""The two questions that are asked of a pricing export: which days it has, and the prices of one of them.

Google appends the prices of all SKUs once a day. The **survey** counts the SKUs of the newest days, by five narrow
columns; the **prices** are then read from the partitions of one day, and only of the services that are of use.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from costopt.collectors.gcp.export_query import Question
from costopt.collectors.gcp.export_table import since
from costopt.collectors.gcp.price_table import ACCOUNT_PRICE, PriceTable

if TYPE_CHECKING:
    from google.cloud import bigquery

DAYS: Final = 35
"""How far back the survey looks. Prices from before would not be today's."""
_DAY = timedelta(days=1)
_SERVICES = "services"
_LINE = ", ".join(
    (
        "STRUCT(service.id AS id) AS service",
        "STRUCT(sku.id AS id, sku.description AS description) AS sku",
        "STRUCT(geo_taxonomy.type AS type, geo_taxonomy.regions AS regions) AS geo_taxonomy",
        "pricing_unit AS pricing_unit",
        "account_currency_code AS account_currency_code",
        "UNIX_MICROS(export_time) AS exported",
        "STRUCT(list_price.tiered_rates AS tiered_rates) AS list_price",
        f"STRUCT({ACCOUNT_PRICE}.tiered_rates AS tiered_rates) AS {ACCOUNT_PRICE}",
    )
)
"""What is read: nothing else, for a query is billed by its columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceDay:
    """What the export has of one day and billing account, of the services that are of use."""

    account: str
    """Billing account."""
    as_of: datetime
    """When Google generated the prices, UTC."""
    lines: int
    """How many."""
    skus: int
    """Different SKUs among them."""
    first_partition: Any = None
    """Partition of its first line, of the type of the table's partitions; None without partitions."""
    last_partition: Any = None
    """Of its last."""


def days_question(table: PriceTable, services: Collection[str], now: datetime) -> Question:
    """Which days of the last `DAYS` the export has."""
    part = table.partition
    spans = f", MIN({part.column}) AS first_partition, MAX({part.column}) AS last_partition" if part else ""
    oldest = _midnight(now) - DAYS * _DAY
    condition, bounds = since(part, oldest)
    where = f" AND {condition}" if condition else ""
    sql = (
        # Names and table are checked, values are parameters.
        "SELECT billing_account_id AS account, pricing_as_of_time AS as_of, COUNT(*) AS line_count, "  # noqa: S608
        f"COUNT(DISTINCT sku.id) AS skus{spans} FROM `{table.address}` "
        f"WHERE pricing_as_of_time >= @oldest AND service.id IN UNNEST(@{_SERVICES}){where} GROUP BY 1, 2"
    )
    values = (("oldest", "TIMESTAMP", oldest), *bounds)
    return Question(sql=sql, values=values, texts=((_SERVICES, tuple(services)),))


def price_day(row: "bigquery.Row") -> PriceDay:
    """One row of the survey's answer."""
    return PriceDay(
        account=row["account"] or "",
        as_of=row["as_of"],
        lines=row["line_count"],
        skus=row["skus"],
        first_partition=row.get("first_partition"),
        last_partition=row.get("last_partition"),
    )


def prices_question(table: PriceTable, services: Collection[str], day: PriceDay) -> Question:
    """The price of every SKU of some services on one day, from the partitions that the survey found it in."""
    values = [("account", "STRING", day.account), ("as_of", "TIMESTAMP", day.as_of)]
    condition = "billing_account_id = @account AND pricing_as_of_time = @as_of"
    part = table.partition
    if part is not None and day.first_partition is not None:
        condition += f" AND {part.column} >= @first AND {part.column} < @after"
        # A day later is after the last partition, or at most some partitions of an hour too many.
        values += [("first", part.type, day.first_partition), ("after", part.type, day.last_partition + _DAY)]
    return _prices(table, services, condition, values)


def most_prices_question(table: PriceTable, services: Collection[str], now: datetime) -> Question:
    """As `prices_question` before anything is read: all days that the survey looks at, so never less."""
    oldest = _midnight(now) - DAYS * _DAY
    condition, bounds = since(table.partition, oldest)
    where = "billing_account_id IS NOT NULL AND pricing_as_of_time >= @oldest" + (
        f" AND {condition}" if condition else ""
    )
    return _prices(table, services, where, [("oldest", "TIMESTAMP", oldest), *bounds])


def _prices(
    table: PriceTable, services: Collection[str], condition: str, values: list[tuple[str, str, Any]]
) -> Question:
    """One JSON object a line, made by BigQuery, so that no decimal becomes a binary number on the way."""
    sql = (
        f"SELECT TO_JSON_STRING(STRUCT({_LINE})) AS line FROM `{table.address}` "  # noqa: S608
        f"WHERE service.id IN UNNEST(@{_SERVICES}) AND {condition}"
    )
    return Question(sql=sql, values=tuple(values), texts=((_SERVICES, tuple(services)),))


def _midnight(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
