"""What a negotiated discount does to Savings Plans: they are bought, and applied, at public rates.

A dollar of hourly commitment pays for a dollar at the plan's public rate, and costs a dollar less the discount. So
its quantity stays what the provider's console calls it. Source: the application of plans is at Savings Plans rates
(https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html); private discounts are taken off the bill.
"""

from decimal import Decimal

from costopt.economics.estate import RegionalUsage
from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound

_UNIT_PRICED = ("fargate", "lambda")


def discount_of(prices: PriceBook, usage: RegionalUsage) -> Decimal:
    """Discount that is inside the on-demand price of a usage, 0..1; 0 where no price is known."""
    region, used = usage
    try:
        if used.service in _UNIT_PRICED:
            return prices.unit(used.service, f"{used.instance_type}_{used.variant}", region).discount_fraction
        return prices.instance(used.service, used.instance_type, region, variant=used.variant).discount_fraction
    except PriceNotFound:
        return Decimal(0)
