"""Prices that were typed by hand, each with its source and day: the CSV files in tools/facts."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from catalog_sources import CAPACITY_MODELING, Sources

from costopt.model.price import Purchase, Quality, worst_quality
from costopt.prices.guard_rules import size_units
from costopt.prices.rows import HourlyRow, UnitRow

FACTS = Path(__file__).parent / "facts"
UNCOMPARED = "(typed by hand, not compared with a file)"
"""Said of a price that nothing at hand confirms; such prices are estimates until a refresh."""
HOME = "us-east-1"
HOURS_PER_YEAR = Decimal(8760)
EXACT = Decimal("0.00000001")

COMPARED_RDS = {(engine, "db.t3.large") for engine in ("mysql", "postgres", "aurora-mysql", "aurora-postgresql")}
"""Typed RDS prices that published estimates of others confirm (a test compares them)."""

RDS_SIZES = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")
"""Sizes that every listed RDS family has; their price is that of `large` times the size, to a tenth of a cent.
Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html
"""

RDS_INTEL_SIZES = ("24xlarge",)
"""A size that only the Intel families have."""

MULTI_AZ_ENGINES = ("mysql", "mariadb", "postgres")
"""Engines whose Multi-AZ deployment (one standby) costs two instances; Aurora's replicas are instances of their own.
Source: https://aws.amazon.com/rds/mysql/pricing/ (db.t3.large: 0.136 Single-AZ, 0.272 Multi-AZ).
"""

PLAIN_AURORA_FAMILIES = ("db.r5", "db.r6g", "db.r6i", "db.t3", "db.t4g", "db.x2g")
"""Families whose rate in service-capacity-modeling is Aurora Standard's. For the others (r6gd, r6id, r7g) the package
took whichever of Standard and I/O-Optimized came last, so they are left out."""

TWIN_REGIONS = ("us-east-2", "us-west-2")
"""Regions that AWS prices like us-east-1: of the EC2 prices in this catalog, 95 % are the same to the last digit and
the others to 0.4 %. For what was not read there itself, us-east-1's price is an estimate."""

ELASTICACHE_SOURCE = "https://aws.amazon.com/elasticache/pricing/"
ELASTICACHE_DAY = date(2025, 4, 24)
SAGEMAKER_SOURCE = "https://aws.amazon.com/sagemaker/ai/pricing/"
SAGEMAKER_DAY = date(2026, 5, 20)

NOTEBOOK_FAMILIES = ("ml.c5", "ml.m5", "ml.r5", "ml.g4dn", "ml.g5", "ml.p3")
"""Families whose notebook instances cost what hosting on them costs.
Source: https://aws.amazon.com/sagemaker/ai/pricing/ (ml.m5.xlarge 0.23, ml.c5.xlarge 0.204, ml.p3.2xlarge 3.825 in
both tables)."""

NOTEBOOK_PRICES = {
    "ml.t2.medium": "0.0464",
    "ml.t3.medium": "0.05",
    "ml.t3.large": "0.10",
    "ml.t3.xlarge": "0.20",
    "ml.t3.2xlarge": "0.399",
}
"""Burstable notebook instances in us-east-1; hosting has other prices. Source:
https://aws.amazon.com/sagemaker/ai/pricing/."""


def unit_rows() -> list[UnitRow]:
    """Rows of `units.parquet`."""
    typed = [
        UnitRow(
            row["service"],
            row["item"],
            row["region"],
            Decimal(row["usd"]),
            row["unit"],
            row["source"],
            date.fromisoformat(row["as_of"]),
            Quality(row["quality"]),
        )
        for row in _read("units.csv")
    ]
    known = {(row.service, row.item, row.region) for row in typed}
    return typed + [
        row._replace(region=twin, source=f"{row.source}, as in {HOME}", quality=Quality.ESTIMATE)
        for row in typed
        for twin in TWIN_REGIONS
        if row.region == HOME and (row.service, row.item, twin) not in known
    ]


def rds_rows(sources: Sources) -> list[HourlyRow]:
    """RDS in us-east-1 and its twins: typed prices, sizes and Multi-AZ derived from them, Aurora's 3-year rates."""
    typed = {(row.variant, row.instance_type): row for row in _typed_rds()}
    single = dict(typed)
    for (variant, name), row in typed.items():
        for derived in _other_sizes(row) if name.endswith(".large") and ".t" not in name else ():
            single.setdefault((variant, derived.instance_type), derived)
    rows = list(single.values())
    rows += [_multi_az(row) for row in single.values() if row.variant.partition(":")[0] in MULTI_AZ_ENGINES]
    rows += [
        row._replace(region=twin, source=f"{row.source}, as in {HOME}", quality=Quality.ESTIMATE)
        for row in rows.copy()
        for twin in TWIN_REGIONS
    ]
    return [*rows, *_aurora_reserved(sources)]


def elasticache_rows() -> list[HourlyRow]:
    """ElastiCache nodes, on demand."""
    return [
        HourlyRow(
            "elasticache",
            row["instance_type"],
            row["region"],
            row["engine"],
            Purchase.ON_DEMAND,
            Decimal(row["usd_per_hour"]),
            ELASTICACHE_SOURCE,
            ELASTICACHE_DAY,
            Quality.LIST,
        )
        for row in _read("elasticache_nodes.csv")
    ]


def sagemaker_rows() -> list[HourlyRow]:
    """SageMaker hosting, and notebook instances where the price is the same or typed."""
    rows = []
    for fact in _read("sagemaker_hosting.csv"):
        hosting = _sagemaker(fact["instance_type"], fact["region"], "hosting", fact["usd_per_hour"], Quality.LIST)
        rows.append(hosting)
        if hosting.family in NOTEBOOK_FAMILIES:
            rows.append(hosting._replace(variant="notebook", quality=Quality.ESTIMATE))
    rows += [_sagemaker(name, HOME, "notebook", usd, Quality.ESTIMATE) for name, usd in NOTEBOOK_PRICES.items()]
    return rows


def _read(name: str) -> list[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _typed_rds() -> Iterator[HourlyRow]:
    for row in _read("rds_instances.csv"):
        variant = f"{row['engine']}:single_az"
        day = date.fromisoformat(row["as_of"])
        usd = Decimal(row["usd_per_hour"])
        compared = (row["engine"], row["instance_type"]) in COMPARED_RDS
        source = row["source"] if compared else f"{row['source']} {UNCOMPARED}"
        quality = Quality.LIST if compared else Quality.ESTIMATE
        yield HourlyRow("rds", row["instance_type"], HOME, variant, Purchase.ON_DEMAND, usd, source, day, quality)


def _other_sizes(large: HourlyRow) -> Iterator[HourlyRow]:
    sizes = RDS_SIZES if large.family.endswith("g") else RDS_SIZES + RDS_INTEL_SIZES
    one = size_units("large")
    for size in sizes:
        units = size_units(size)
        if units is not None and one is not None:
            usd = (large.usd_per_hour * units / one).quantize(Decimal("0.001"))
            source = f"{large.source}, by size"
            yield large._replace(
                instance_type=f"{large.family}.{size}", usd_per_hour=usd, source=source, quality=_derived(large)
            )


def _multi_az(single: HourlyRow) -> HourlyRow:
    return single._replace(
        variant=single.variant.replace(":single_az", ":multi_az"),
        usd_per_hour=single.usd_per_hour * 2,
        source=f"{single.source}, twice Single-AZ",
        quality=_derived(single),
    )


def _derived(row: HourlyRow) -> Quality:
    """Quality of what follows exactly from a row: derived, unless the row itself is an estimate."""
    return worst_quality([row.quality, Quality.DERIVED])


def _aurora_reserved(sources: Sources) -> Iterator[HourlyRow]:
    """3-year All Upfront rates of Aurora PostgreSQL."""
    member = "service_capacity_modeling/hardware/profiles/pricing/aws/3yr-reserved_rds.json"
    for name, entry in sorted(sources.json(CAPACITY_MODELING, member)[HOME]["instances"].items()):
        if name.rpartition(".")[0] in PLAIN_AURORA_FAMILIES:
            yield HourlyRow(
                "rds",
                name,
                HOME,
                "aurora-postgresql:single_az",
                Purchase.RI_3Y_ALL_UPFRONT,
                (Decimal(str(entry["annual_cost"])) / HOURS_PER_YEAR).quantize(EXACT),
                CAPACITY_MODELING.source,
                CAPACITY_MODELING.as_of,
                Quality.LIST,
            )


def _sagemaker(name: str, region: str, variant: str, usd: str, quality: Quality) -> HourlyRow:
    price = Decimal(usd)
    return HourlyRow(
        "sagemaker", name, region, variant, Purchase.ON_DEMAND, price, SAGEMAKER_SOURCE, SAGEMAKER_DAY, quality
    )
