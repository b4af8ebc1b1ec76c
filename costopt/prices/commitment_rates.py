"""Rates of EC2 commitments that no row states, from those that one does, by documented rules.

The rules hold for Linux without licence. They follow AWS's own price structure, measured over the 186 instance types
and 16 regions of the ec2instances.info data of 2019-04 (https://github.com/vantage-sh/ec2instances.info, MIT): the
ratios between payment options are the same to 0.7 % in 90 % of the rows, so what follows from them is called derived;
a region's ratio of reserved to on-demand price differs from us-east-1's by 2 % in the median, but by more than 17 %
in 5 % of the rows, so what follows from that is called an estimate.

Compute Savings Plans and convertible reservations follow neither rule nor each other and are left out: they are gaps.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from statistics import median
from typing import Final

from costopt.model.price import Price, Purchase, Quality, worst_quality

HOME_REGION: Final = "us-east-1"
"""Where the 3-year All Upfront rates are known."""

ALL_OF_PARTIAL_3Y: Final = Decimal("0.94")
"""3 years: All Upfront costs 0.94 of Partial Upfront, as effective hourly rates (5th to 95th percentile 0.938 to
0.942)."""

NONE_OF_PARTIAL_3Y: Final = Decimal("1.08")
"""3 years: No Upfront costs 1.08 of Partial Upfront (1.074 to 1.087)."""

ALL_OF_PARTIAL_1Y: Final = Decimal("0.98")
"""1 year: All Upfront costs 0.98 of Partial Upfront (0.978 to 0.982)."""

NONE_OF_PARTIAL_1Y: Final = Decimal("1.05")
"""1 year: No Upfront costs 1.05 of Partial Upfront (median 1.050; m1, c1 and the like differ)."""

ONE_YEAR_OF_ON_DEMAND: Final = {
    family: Decimal(ratio)
    for family, ratio in {
        "a1": "0.630",
        "c1": "0.700",
        "c3": "0.695",
        "c4": "0.633",
        "c5": "0.630",
        "c5d": "0.630",
        "c5n": "0.630",
        "d2": "0.583",
        "f1": "0.676",
        "g2": "0.729",
        "g3": "0.683",
        "g3s": "0.735",
        "h1": "0.679",
        "i2": "0.497",
        "i3": "0.686",
        "m1": "0.640",
        "m2": "0.453",
        "m3": "0.714",
        "m4": "0.619",
        "m5": "0.639",
        "m5a": "0.637",
        "m5ad": "0.640",
        "m5d": "0.637",
        "p2": "0.682",
        "p3": "0.683",
        "p3dn": "0.616",
        "r3": "0.629",
        "r4": "0.632",
        "r5": "0.630",
        "r5a": "0.631",
        "r5ad": "0.634",
        "r5d": "0.631",
        "t2": "0.620",
        "t3": "0.627",
        "x1": "0.616",
        "x1e": "0.616",
        "z1d": "0.632",
    }.items()
}
"""1 year No Upfront as a fraction of on-demand, per family: median over the family's sizes in us-east-1."""

ONE_YEAR_OF_THREE: Final = Decimal("1.66")
"""1 year No Upfront over 3 years All Upfront, for families that are younger than the table: the median of the general
purpose families (t3 1.665, m5 1.664, m5a 1.664, a1 1.675) that still holds for m6a (published 2022: 34 % off for 1
year No Upfront)."""

Rates = Callable[[str, str, Purchase], Price | None]
"""Looks up a stored Linux price: instance type, region, purchase."""

_EXACT: Final = Decimal("0.00000001")


def commitment_rate(
    stored: Rates, family_types: Callable[[str], list[str]], name: str, region: str, how: Purchase
) -> Price | None:
    """Rate of a commitment, or None where no rule gives one.

    Args:
        stored: looks up stored prices.
        family_types: all types of a family, for sizes whose own ratio is unknown.
        name: instance type.
        region: where it runs.
        how: the commitment.
    """
    if how.name.startswith("EC2_SP_"):
        return _savings_plan(stored, family_types, name, region, how)
    if how.name.startswith("RI_3Y_"):
        rate = _three_years(stored, family_types, name, region, how)
    elif how.name.startswith("RI_1Y_"):
        rate = _one_year(stored, family_types, name, region, how)
    else:
        return None
    on_demand = stored(name, region, Purchase.ON_DEMAND)
    if rate is not None and on_demand is not None and rate.amount >= on_demand.amount:
        return None
    return rate


def _savings_plan(
    stored: Rates, family_types: Callable[[str], list[str]], name: str, region: str, how: Purchase
) -> Price | None:
    """EC2 Instance Savings Plans have the rate of the standard reservation of the same term and payment.

    Source: https://aws.amazon.com/savingsplans/compute-pricing/ (same rates as
    https://aws.amazon.com/ec2/pricing/reserved-instances/pricing/).
    """
    same = Purchase[how.name.replace("EC2_SP_", "RI_")]
    reserved = stored(name, region, same) or commitment_rate(stored, family_types, name, region, same)
    return reserved and _made(reserved.amount, [reserved], "the standard reservation's rate", Quality.DERIVED)


def _three_years(
    stored: Rates, family_types: Callable[[str], list[str]], name: str, region: str, how: Purchase
) -> Price | None:
    all_upfront = stored(name, region, Purchase.RI_3Y_ALL_UPFRONT) or _abroad(stored, family_types, name, region)
    if all_upfront is None or how is Purchase.RI_3Y_ALL_UPFRONT:
        return all_upfront
    partial = all_upfront.amount / ALL_OF_PARTIAL_3Y
    amount = partial if how is Purchase.RI_3Y_PARTIAL_UPFRONT else partial * NONE_OF_PARTIAL_3Y
    return _made(amount, [all_upfront], "by payment option", Quality.DERIVED)


def _abroad(stored: Rates, family_types: Callable[[str], list[str]], name: str, region: str) -> Price | None:
    """3 years All Upfront in another region: its on-demand price times us-east-1's ratio."""
    on_demand = stored(name, region, Purchase.ON_DEMAND)
    if on_demand is None:
        return None
    ratio = _home_ratio(stored, name)
    if ratio is None:
        family = [_home_ratio(stored, size) for size in family_types(name.partition(".")[0])]
        known = [one for one in family if one is not None]
        ratio = Decimal(median(known)) if known else None
    if ratio is None:
        return None
    return _made(on_demand.amount * ratio, [on_demand], "by us-east-1's ratio", Quality.ESTIMATE)


def _home_ratio(stored: Rates, name: str) -> Decimal | None:
    reserved = stored(name, HOME_REGION, Purchase.RI_3Y_ALL_UPFRONT)
    on_demand = stored(name, HOME_REGION, Purchase.ON_DEMAND)
    return reserved.amount / on_demand.amount if reserved and on_demand else None


def _one_year(
    stored: Rates, family_types: Callable[[str], list[str]], name: str, region: str, how: Purchase
) -> Price | None:
    no_upfront = _one_year_no_upfront(stored, family_types, name, region)
    if no_upfront is None or how is Purchase.RI_1Y_NO_UPFRONT:
        return no_upfront
    partial = no_upfront.amount / NONE_OF_PARTIAL_1Y
    amount = partial if how is Purchase.RI_1Y_PARTIAL_UPFRONT else partial * ALL_OF_PARTIAL_1Y
    return _made(amount, [no_upfront], "by payment option", Quality.ESTIMATE)


def _one_year_no_upfront(
    stored: Rates, family_types: Callable[[str], list[str]], name: str, region: str
) -> Price | None:
    on_demand = stored(name, region, Purchase.ON_DEMAND)
    ratio = ONE_YEAR_OF_ON_DEMAND.get(name.partition(".")[0])
    if on_demand is not None and ratio is not None:
        return _made(on_demand.amount * ratio, [on_demand], "by the family's 1-year ratio", Quality.ESTIMATE)
    three = _three_years(stored, family_types, name, region, Purchase.RI_3Y_ALL_UPFRONT)
    return three and _made(three.amount * ONE_YEAR_OF_THREE, [three], "by the usual 1-year ratio", Quality.ESTIMATE)


def _made(amount: Decimal, of: list[Price], rule: str, quality: Quality) -> Price:
    """A price made of others: as old as the oldest, and never better than the worst."""
    oldest = min(of, key=lambda price: price.as_of)
    return replace(
        oldest,
        amount=amount.quantize(_EXACT).normalize(),
        source=f"{oldest.source}, {rule}",
        quality=worst_quality([quality, *(price.quality for price in of)]),
    )
