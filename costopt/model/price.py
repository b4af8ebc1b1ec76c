"""A unit price with where it came from and how far it can be trusted."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from costopt.model.money import USD


class Quality(StrEnum):
    """How a price came to be, best first."""

    LIST = "list"
    """Published by the provider, or copied from such a publication."""
    DERIVED = "derived"
    """Computed exactly from published prices by the provider's own rule."""
    ESTIMATE = "estimate"
    """A ratio or an average; true only about."""

    @property
    def rank(self) -> int:
        """0 for the best; a figure made of several prices is as good as its worst."""
        return _RANK[self]


_RANK = {Quality.LIST: 0, Quality.DERIVED: 1, Quality.ESTIMATE: 2}


class Purchase(StrEnum):
    """Ways to buy an instance hour."""

    ON_DEMAND = "on_demand"
    SPOT = "spot"
    RI_1Y_NO_UPFRONT = "ri_1y_no_upfront"
    RI_1Y_PARTIAL_UPFRONT = "ri_1y_partial_upfront"
    RI_1Y_ALL_UPFRONT = "ri_1y_all_upfront"
    RI_3Y_NO_UPFRONT = "ri_3y_no_upfront"
    RI_3Y_PARTIAL_UPFRONT = "ri_3y_partial_upfront"
    RI_3Y_ALL_UPFRONT = "ri_3y_all_upfront"
    CONVERTIBLE_RI_1Y_NO_UPFRONT = "convertible_ri_1y_no_upfront"
    CONVERTIBLE_RI_3Y_NO_UPFRONT = "convertible_ri_3y_no_upfront"
    EC2_SP_1Y_NO_UPFRONT = "ec2_sp_1y_no_upfront"
    EC2_SP_1Y_PARTIAL_UPFRONT = "ec2_sp_1y_partial_upfront"
    EC2_SP_1Y_ALL_UPFRONT = "ec2_sp_1y_all_upfront"
    EC2_SP_3Y_NO_UPFRONT = "ec2_sp_3y_no_upfront"
    EC2_SP_3Y_PARTIAL_UPFRONT = "ec2_sp_3y_partial_upfront"
    EC2_SP_3Y_ALL_UPFRONT = "ec2_sp_3y_all_upfront"
    COMPUTE_SP_1Y_NO_UPFRONT = "compute_sp_1y_no_upfront"
    COMPUTE_SP_1Y_PARTIAL_UPFRONT = "compute_sp_1y_partial_upfront"
    COMPUTE_SP_1Y_ALL_UPFRONT = "compute_sp_1y_all_upfront"
    COMPUTE_SP_3Y_NO_UPFRONT = "compute_sp_3y_no_upfront"
    COMPUTE_SP_3Y_PARTIAL_UPFRONT = "compute_sp_3y_partial_upfront"
    COMPUTE_SP_3Y_ALL_UPFRONT = "compute_sp_3y_all_upfront"
    CUD_1Y = "cud_1y"
    """Google: a resource-based commitment of one year, paid by the hour."""
    CUD_3Y = "cud_3y"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one unit costs. Reserved rates are effective: upfront fees are spread over the term's hours."""

    amount: Decimal
    """Currency per unit, above zero unless the provider gives the thing away."""
    unit: str
    """What one costs that: `hour`, `GiB-month`, `IOPS-month`, `MiBps-month`, `GiB`, `million requests`, ..."""
    source: str
    """Where the number was read, for the user to check: a package with its version, or a URL."""
    as_of: date
    """The day the source published it."""
    quality: Quality
    """Whether it is a list price, derived exactly, or an estimate."""
    currency: str = USD
    """ISO 4217 code."""
    discount_fraction: Decimal = Decimal(0)
    """Negotiated discount already inside `amount`, 0..1; the list price is amount / (1 - discount)."""


def worst_quality(qualities: "list[Quality]") -> Quality:
    """The quality of a figure made of several prices. A figure without any price counts as LIST: it is exact."""
    return max(qualities, key=lambda quality: quality.rank, default=Quality.LIST)
