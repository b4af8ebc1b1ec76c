"""Columns of the catalog's files. A refreshed catalog in the user's cache has the same files as the embedded one.

A catalog is a directory: `catalog.json` and the Parquet files below. `TABLES` lists them. Every priced row says where
it comes from (`source`), when that was published (`as_of`) and how far to trust it (`quality`).
"""

from typing import Final

import pyarrow as pa

SCHEMA_VERSION: Final = 1
"""Rises when a column changes its meaning; a catalog of another version is refused."""

_WORD: Final = pa.dictionary(pa.int32(), pa.string())
"""Repeated words, stored once."""

HOURLY_USD: Final = pa.decimal128(18, 8)
"""Dollars an hour, as exact as AWS's own files."""

UNIT_USD: Final = pa.decimal128(18, 10)
"""Dollars a unit; requests and Lambda seconds need ten digits."""


def _column(name: str, kind: pa.DataType, *, null: bool = False) -> pa.Field:
    return pa.field(name, kind, nullable=null)


_PROVENANCE: Final = (
    _column("source", _WORD),
    _column("as_of", pa.date32()),
)

SHAPES: Final = pa.schema(
    [
        _column("instance_type", pa.string()),
        _column("family", _WORD),
        _column("vcpu", pa.int32()),
        _column("memory_gib", pa.float64()),
        _column("architectures", _WORD),  # joined by a comma, such as `i386,x86_64`
        _column("current_generation", pa.bool_()),
        _column("burstable", pa.bool_()),
        _column("bare_metal", pa.bool_()),
        _column("gpu_count", pa.int32()),
        _column("gpu_name", _WORD, null=True),
        _column("gpu_memory_gib", pa.float64(), null=True),
        _column("local_disk_gib", pa.float64()),
        _column("network_gbps", pa.float64(), null=True),
        _column("ebs_baseline_mibps", pa.float64(), null=True),
        _column("ebs_baseline_iops", pa.int32(), null=True),
        _column("hypervisor", _WORD, null=True),
        *_PROVENANCE,
    ]
)
"""One row per EC2 instance type: every field of `model.shape.Shape`. Key: instance_type."""

OFFERINGS: Final = pa.schema([_column("instance_type", _WORD), _column("region", _WORD)])
"""Which type can be started where. Key: both. A refresh that holds any row of a region replaces that region's list."""

HOURLY: Final = pa.schema(
    [
        _column("service", _WORD),  # ec2, rds, elasticache, sagemaker
        _column("instance_type", _WORD),  # the service's own name, such as db.m5.large
        _column("region", _WORD),
        _column("variant", _WORD),  # see PriceBook.instance
        _column("purchase", _WORD),  # a value of model.price.Purchase; reserved rates are effective
        _column("usd_per_hour", HOURLY_USD),
        *_PROVENANCE,
        _column("quality", _WORD),  # a value of model.price.Quality
    ]
)
"""Prices of instance hours. Key: service, instance_type, region, variant, purchase."""

UNITS: Final = pa.schema(
    [
        _column("service", _WORD),
        _column("item", _WORD),
        _column("region", _WORD),
        _column("usd", UNIT_USD),
        _column("unit", _WORD),
        *_PROVENANCE,
        _column("quality", _WORD),
    ]
)
"""Prices of things that are not instances. Key: service, item, region."""

SPOT_ADVICE: Final = pa.schema(
    [
        _column("instance_type", _WORD),
        _column("region", _WORD),
        _column("os", _WORD),  # linux, windows
        _column("saving_fraction", pa.float64()),  # off the on-demand price, 0..1
        _column("interruption_band", pa.int8()),  # 0: <5 %, 1: 5-10, 2: 10-15, 3: 15-20, 4: >20 a month
        *_PROVENANCE,
    ]
)
"""The spot advisor's view. Empty in the embedded catalog. Key: instance_type, region, os."""

TABLES: Final = {
    "shapes": SHAPES,
    "offerings": OFFERINGS,
    "hourly": HOURLY,
    "units": UNITS,
    "spot_advice": SPOT_ADVICE,
}
"""Table name to schema; the file is `<name>.parquet`."""

KEYS: Final = {
    "shapes": ("instance_type",),
    "offerings": ("instance_type", "region"),
    "hourly": ("service", "instance_type", "region", "variant", "purchase"),
    "units": ("service", "item", "region"),
    "spot_advice": ("instance_type", "region", "os"),
}
"""Columns that name a row; a table holds each name once."""

MANIFEST_NAME: Final = "catalog.json"
"""The manifest's file, written last, so that a half-written catalog is never read."""
