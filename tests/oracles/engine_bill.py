"""One bill, and every question to it in several forms, for engines to be compared on."""

import json
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from costopt.billing.dimensions import EVERY_ROW, parse_condition, parse_grouping, parse_tag
from costopt.billing.query import load, names
from costopt.model.focus import COLUMNS, TYPES
from tests.oracles.bill_rows import START, Row, bill_row, bill_table

KEYS = (
    "team", "aws:createdBy", "a.b", "a/b~c", "it's", 'q"t', "back\\slash", "*", "ü/é", " lead", "${env:HOME}", "a?b",
    "new\nline", "0",
)  # fmt: skip
"""Keys of tags, most of which have a letter that some engine takes for syntax."""
PATH_KEYS = tuple(key for key in KEYS if not set(key) & set('"\\\n'))
"""Those that BigQuery and Athena can look up."""
VALUES = ("ml", "", "${env:HOME}", "x\\ny", "'; DROP TABLE cost; --", 'say "hi"', "Ω≈ç🙂", "a\nb", "%_", "\\", "`tick`")
SERVICES = ("Amazon EC2", "Amazon S3", 'it\'s\\a "service"', "${env:HOME}", "bell\a sub\x1a tab\t del\x7f7")
QUANTITIES = (1.0, 0.1, 730.25, 1 / 3, 1e-9, 12345678.901)
_METERS = (
    "BoxUsage:m5.large", "USE1-DataTransfer-Out-Bytes", "EUC1-NatGateway-Bytes", "USE1-USW2-AWS-Out-Bytes",
    "DataTransfer-Regional-Bytes", None,
)  # fmt: skip
FILTERS = (
    *(f"ServiceName={name}" for name in SERVICES if name != "Amazon S3"),
    "tag:team!='; DROP TABLE cost; --",
    "tag:ü/é!=\\",
    "RegionId!=",
)
GROUPINGS: tuple[tuple[str, ...], ...] = (
    (),
    ("day", "ServiceName", "tag:team"),
    ("hour", "RegionId", "SubAccountId"),
    ("month", "period", "tag:ü/é", "tag:it's", "tag:a.b", "tag:a/b~c", "tag:*", "tag:${env:HOME}"),
)


def bill(count: int = 3000, *, places: int = 10, quantities: tuple[float, ...] = QUANTITIES) -> list[Row]:
    """Rows of three months with everything that the questions tell apart, many cells of them NULL.

    Args:
        count: of rows.
        places: decimal places of costs.
        quantities: that are used.
    """
    dice = random.Random(7)
    return [_row(dice, places, quantities) for _ in range(count)]


def _row(dice: random.Random, places: int, quantities: tuple[float, ...]) -> Row:
    cost = Decimal(2 * dice.randrange(-(10**12), 4 * 10**13)).scaleb(-places)
    start = START + timedelta(hours=dice.randrange(-24 * 40, 24 * 24))
    category = dice.choice(("Usage",) * 8 + ("Purchase", "Tax", "Credit", "Adjustment"))
    status = dice.choice((None, None, "Used", "Unused")) if category == "Usage" else None
    meter = dice.choice(_METERS)
    quantity = dice.choice((*quantities, None))
    tags = {key: dice.choice(VALUES) for key in KEYS if dice.random() < 0.3}
    return bill_row(
        cost,
        tags=None if dice.random() < 0.1 else tags,
        ChargePeriodStart=start,
        ChargeCategory=category,
        ChargeClass="Correction" if dice.random() < 0.05 else None,
        EffectiveCost=cost / 2 if status else cost,
        ListCost=dice.choice((cost * 2, cost * 2, None, 0)),
        ContractedCost=dice.choice((cost, None)),
        BillingCurrency=dice.choice(("USD", "USD", "EUR")),
        ServiceName=dice.choice(SERVICES),
        RegionId=dice.choice(("us-east-1", "eu-west-1", None)),
        SubAccountId=dice.choice(("111", "222", None)),
        ResourceId=dice.choice((f"arn:{dice.randrange(50)}", None)),
        PricingCategory="Committed" if status == "Used" else dice.choice(("Standard", "Dynamic", None)),
        PricingUnit=dice.choice(("Hours", "GB", None)),
        PricingQuantity=quantity,
        ConsumedQuantity=quantity,
        ConsumedUnit=dice.choice(("Hours", "GB", None)),
        ListUnitPrice=dice.choice((0.096, 0.1, None)),
        CommitmentDiscountStatus=status,
        CommitmentDiscountId=dice.choice(("sp-1", "ri-2")) if status or category == "Purchase" else None,
        CommitmentDiscountCategory="Spend" if status else None,
        CommitmentDiscountType="Savings Plan" if status else None,
        SkuId=dice.choice(("SKU1", "SKU2", None)),
        SkuMeter=meter,
        ChargeDescription=dice.choice(("$0.01 per GB - regional data transfer", "Network Inter Zone Egress", None)),
        x_UsageType=meter if dice.random() < 0.7 else None,
        x_InstanceType=dice.choice(("m5.large", None)),
        x_OperatingSystem=dice.choice(("Linux", None)),
    )


def questions(keys: tuple[str, ...] = KEYS, filters: tuple[str, ...] = FILTERS) -> dict[str, str]:
    """Every question by a label, bound: plain, grouped in each way, by each of `keys`, and once with `filters`."""
    made = {}
    for name in names():
        groupings = GROUPINGS if "by" in load(name).parameters else GROUPINGS[:1]
        for number, dimensions in enumerate(groupings):
            by = tuple(label for label in dimensions if label.removeprefix("tag:") in keys or "tag:" not in label)
            if name != "costs" or not parse_grouping(by, TYPES).derived:
                made[f"{name}-{number}"] = question(name, by, filters=filters if number == 1 else ())
    halves = (keys[::2], keys[1::2])
    tags = {f"tags-{number}": question("costs_derived", tuple(map(_tag, half))) for number, half in enumerate(halves)}
    return made | tags


def tag_questions() -> dict[str, str]:
    """Those questions that do something to Tags."""
    return {label: sql for label, sql in questions().items() if label.startswith(("tag", "shared", "costs_derived"))}


def question(name: str, by: tuple[str, ...] = (), *, filters: tuple[str, ...] = (), tag: str = "team") -> str:
    """SQL of one question for September and October 2026."""
    query = load(name)
    values: dict[str, Any] = {
        "start": datetime(2026, 10, 1, tzinfo=UTC),
        "end": datetime(2026, 11, 1, tzinfo=UTC),
        "previous_start": datetime(2026, 9, 1, tzinfo=UTC),
        "previous_end": datetime(2026, 9, 20, tzinfo=UTC),
        "billed": False,
        "by": parse_grouping(by, TYPES).fragment,
        "where": parse_condition(filters, TYPES) if filters else EVERY_ROW,
        "tag": parse_tag(tag),
        "count": 10,
    }
    return query.bind(**{parameter: values[parameter] for parameter in query.parameters})


def write_bill(folder: Path, rows: list[Row]) -> tuple[Path, Path]:
    """The bill as two Parquet files: with Tags as text of JSON, and as a map."""
    as_json, as_map = folder / "bill.parquet", folder / "bill-map.parquet"
    table = bill_table(rows)
    pq.write_table(table, as_json)
    tags = pa.array([_pairs(text) for text in table["Tags"].to_pylist()], type=pa.map_(pa.string(), pa.string()))
    pq.write_table(table.set_column(table.schema.get_field_index("Tags"), "Tags", tags), as_map)
    return as_json, as_map


def write_large_bill(path: Path, count: int) -> Path:
    """Many rows whose costs, as doubles, sum to something else in another order."""
    units = "CAST((i * 7919 + 13) % 1000000007 + (i % 97) * 10000000000 AS DECIMAL(18, 0))"
    cost = f"{units} * CAST('0.0000000001' AS DECIMAL(10, 10))"
    start = "TIMESTAMP '2026-10-01 00:00:00' + to_hours(CAST(i % 744 AS INTEGER))"
    cells = {
        **dict.fromkeys(("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"), cost),
        **dict.fromkeys(("ChargePeriodStart", "ChargePeriodEnd", "BillingPeriodStart", "BillingPeriodEnd"), start),
        "ServiceName": "['Amazon EC2', 'Amazon S3', 'Tax'][i % 3 + 1]",
        "BillingCurrency": "['USD', 'EUR'][i % 2 + 1]",
        "BillingAccountId": "'1'",
        "ChargeCategory": "'Usage'",
        "PricingCategory": "'Standard'",
        "PricingUnit": "'Hours'",
        "PricingQuantity": "CAST(i + 1 AS DOUBLE) / 7",
        "Tags": """CASE WHEN i % 5 > 0 THEN '{"team": "' || (i % 5) || '"}' END""",
    }
    selected = ", ".join(
        f'CAST({cells.get(column.name, "NULL")} AS {column.type.value}) AS "{column.name}"' for column in COLUMNS
    )
    duckdb.sql(f"COPY (SELECT {selected} FROM range({count}) AS rows(i)) TO '{path}' (FORMAT parquet)")
    return path


def _tag(key: str) -> str:
    return f"tag:{key}"


def _pairs(text: str | None) -> list[tuple[str, str]] | None:
    return None if text is None else list(json.loads(text).items())
