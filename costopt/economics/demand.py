"""What commitments may pay for, hour by hour, in dollars at on-demand prices."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from costopt.errors import DemandError

Dollars = NDArray[np.float64]
"""Dollars at on-demand prices, [hours, items]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageItem:
    """Usage that every commitment treats alike. What no commitment in question tells apart may be left None."""

    provider: str
    """`aws` or `gcp`."""
    account: str
    """Account or project that runs it; hostile until escaped."""
    region: str
    """Region."""
    service: str
    """As in `PriceBook.instance` (`ec2`, `rds`, `elasticache`, `sagemaker`, ...), `fargate`, `lambda`; `gce` of GCP."""
    family: str
    """Instance family or series, such as `m5`, `db.m5`, `n2`; of Fargate and Lambda the unit."""
    variant: str
    """Operating system, engine, or for `gce` the resource: `vcpu` or `memory`."""
    instance_type: str | None = None
    """Type, where a commitment in question is bound to a size."""
    zone: str | None = None
    """Zone, where a commitment in question is bound to one."""
    tenancy: str = "default"
    """`default` or `dedicated`."""
    dollars_per_unit: float | None = None
    """On-demand dollars an hour of one normalised unit (EC2, RDS, ElastiCache), one instance where sizes are fixed, one
    vCPU or GiB (GCP). None where only plans in dollars may pay for it."""

    @property
    def label(self) -> str:
        """For readers: `m5 linux eu-west-1`."""
        return " ".join((self.instance_type or self.family, self.variant, self.zone or self.region))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HourlyDemand:
    """The demand of an estate over consecutive hours. Its hours are never missing: a hole is an error, not a zero."""

    items: tuple[UsageItem, ...]
    """Columns, each once."""
    dollars: Dollars
    """On-demand dollars in each hour of each item, [hours, items], finite and not negative."""
    start: datetime
    """First moment of the first hour, UTC."""

    def __post_init__(self) -> None:
        """Refuse what no bill can hold; whole numbers become floats.

        Raises:
            DemandError: no hours or items, a shape that differs, negative or missing hours, a start without UTC or
                within an hour.
        """
        object.__setattr__(self, "dollars", np.asarray(self.dollars, dtype=np.float64))
        if self.start.utcoffset() != timedelta(0) or (self.start.minute, self.start.second) != (0, 0):
            raise DemandError(f"demand starts at {self.start}, which is not a full hour in UTC")
        if len(set(self.items)) != len(self.items):
            raise DemandError("an item of demand is named twice")
        if self.dollars.shape != (len(self.dollars), len(self.items)) or not self.dollars.size:
            raise DemandError(f"there is no demand: {self.dollars.shape} for {len(self.items)} items")
        for wrong, what in ((~np.isfinite(self.dollars), "missing"), (self.dollars < 0, "negative")):
            if wrong.any():
                hour, item = (int(place) for place in np.argwhere(wrong)[0])
                raise DemandError(
                    f"demand of {self.items[item].label} is {what} at {self.start + timedelta(hours=hour)}, and in"
                    f" {int(wrong.sum()) - 1} other places",
                    hint="Fill holes knowingly before planning: a missing hour is not an idle one.",
                )

    @property
    def hours(self) -> int:
        """Number of hours."""
        return len(self.dollars)

    @property
    def end(self) -> datetime:
        """First moment after the last hour, UTC."""
        return self.start + timedelta(hours=self.hours)

    @property
    def used(self) -> NDArray[np.bool_]:
        """Which items are used in any hour, [items]; the first one where none is."""
        used: NDArray[np.bool_] = np.asarray(self.dollars.max(axis=0) > 0)
        return used if used.any() else np.arange(len(used)) == 0

    def only(self, items: NDArray[np.bool_]) -> "HourlyDemand":
        """Some of its items, [items]."""
        kept = tuple(item for item, keep in zip(self.items, items, strict=True) if keep)
        return HourlyDemand(items=kept, dollars=self.dollars[:, items], start=self.start)

    @property
    def total(self) -> float:
        """Dollars of all hours at on-demand prices."""
        return float(self.dollars.sum())
