"""Rows of the catalog's tables while it is built, refreshed or checked."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from costopt.model.price import Purchase, Quality


class HourlyRow(NamedTuple):
    """Price of an instance hour; fields in the order of `schema.HOURLY`. A tuple, because a refresh makes a million."""

    service: str
    """`ec2`, `rds`, `elasticache` or `sagemaker`."""
    instance_type: str
    """The service's own name, such as `db.m5.large`."""
    region: str
    """Such as `eu-west-1`."""
    variant: str
    """Operating system, engine with deployment, engine, or use: see `PriceBook.instance`."""
    purchase: Purchase
    """How it is bought."""
    usd_per_hour: Decimal
    """Effective: upfront fees are spread over the hours of the term."""
    source: str
    """Where the number was read."""
    as_of: date
    """The day the source published it."""
    quality: Quality
    """How it came to be."""

    @property
    def family(self) -> str:
        """Name without the size, such as `db.m5`."""
        return self.instance_type.rpartition(".")[0]

    @property
    def size(self) -> str:
        """Size without the family, such as `2xlarge`."""
        return self.instance_type.rpartition(".")[2]


class UnitRow(NamedTuple):
    """Price of a unit of something else; fields in the order of `schema.UNITS`."""

    service: str
    """`ebs`, `s3`, `vpc`, ..."""
    item: str
    """Such as `gp3_storage`."""
    region: str
    """Such as `eu-west-1`."""
    usd: Decimal
    """Dollars a unit."""
    unit: str
    """Such as `GiB-month`."""
    source: str
    """Where the number was read."""
    as_of: date
    """The day the source published it."""
    quality: Quality
    """How it came to be."""
