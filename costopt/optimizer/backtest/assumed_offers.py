"""Prices for a demand that has none: ratios in the manner of AWS, drawn by a seed. They are assumptions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import UsageItem
from costopt.economics.instruments import Instrument, InstrumentKind

COMPUTE_PLAN = (0.70, 0.76)
"""What a one-year Compute Savings Plan without upfront pays, over the on-demand price: drawn for each family."""
FAMILY_PLAN_BELOW = (0.09, 0.11)
"""By how much an EC2 Instance Savings Plan is below it."""
UNIT_PRICES = (0.5, 1.0, 1.0, 2.0)
"""On-demand dollars an hour of one unit of demand, where it is counted in units: drawn for each family."""
_DIGITS = 6
ASSUMPTION = (
    f"Prices are assumed, not read: a one-year Compute Savings Plan pays {COMPUTE_PLAN[0]:.2f} to"
    f" {COMPUTE_PLAN[1]:.2f} of on-demand, an EC2 Instance Savings Plan {FAMILY_PLAN_BELOW[0]:.2f} to"
    f" {FAMILY_PLAN_BELOW[1]:.2f} less, each family drawn by the seed."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AssumedPrices:
    """Prices of some families."""

    families: tuple[str, ...]
    """Families, sorted."""
    unit_price: NDArray[np.float64]
    """On-demand dollars an hour of one unit, [families]."""
    wide_ratio: NDArray[np.float64]
    """Compute Savings Plan over on-demand, [families]."""
    family_ratio: NDArray[np.float64]
    """EC2 Instance Savings Plan over on-demand, [families]."""


def assume_prices(families: Sequence[str], seed: int) -> AssumedPrices:
    """Draw prices; the same families and seed have the same prices.

    Args:
        families: names; the first two in order of the alphabet have the unit price 1, so that most of the demand of
            the published data is in one unit.
        seed: of the draw.
    """
    names = sorted(set(families))
    generator = np.random.default_rng(seed)
    unit_price = generator.choice(UNIT_PRICES, len(names))
    unit_price[:2] = 1.0
    wide = generator.uniform(*COMPUTE_PLAN, len(names))
    below = generator.uniform(*FAMILY_PLAN_BELOW, len(names))
    return AssumedPrices(
        families=tuple(names),
        unit_price=unit_price,
        wide_ratio=np.round(wide, _DIGITS),
        family_ratio=np.round(wide - below, _DIGITS),
    )


def assumed_offers(items: Sequence[UsageItem], prices: AssumedPrices) -> tuple[Instrument, ...]:
    """One Compute Savings Plan for all items, and for each family and region an EC2 Instance Savings Plan.

    Args:
        items: what is run; their families have prices.
        prices: as drawn.
    """
    place = [prices.families.index(item.family) for item in items]
    wide = Instrument(
        id="compute_sp 1y no_upfront",
        kind=InstrumentKind.COMPUTE_SP,
        scope="all items",
        term_months=12,
        payment="no_upfront",
        hourly_cost=Decimal(1),
        upfront=Decimal(0),
        take=prices.wide_ratio[place],
    )
    offers = [wide]
    for family, region in sorted({(item.family, item.region) for item in items}):
        own = np.array([(item.family, item.region) == (family, region) for item in items])
        offers.append(
            replace(
                wide,
                id=f"ec2_instance_sp {family} {region} 1y no_upfront",
                kind=InstrumentKind.EC2_INSTANCE_SP,
                scope=f"{family} {region}",
                take=np.where(own, prices.family_ratio[place], np.inf),
            )
        )
    return tuple(offers)
