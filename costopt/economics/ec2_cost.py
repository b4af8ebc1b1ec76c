"""What an EC2 instance costs a month, and what is saved by another type."""

from decimal import Decimal

from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.finding import ComputeUsage, Term
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.price import Price, Purchase
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import Ec2Instance

LEAST_MONTHLY = Decimal(5)
"""Dollars a month below which a change is not worth its trouble (catalogue of checks: churn)."""

LEAST_FRACTION = Decimal("0.05")
"""Share of the cost below which it is not (catalogue of checks: churn)."""


def instance_price(resource: Resource, spec: Ec2Instance, prices: PriceBook, instance_type: str | None = None) -> Price:
    """Price of an hour of this instance, or of the same instance as another type.

    Args:
        resource: gives the region.
        spec: gives operating system, tenancy and whether it is spot.
        prices: price book.
        instance_type: what to price instead of the current type.

    Raises:
        PriceNotFound: no such price; also for dedicated machines and unknown operating systems, whose prices differ.
    """
    name = instance_type or spec.instance_type
    if spec.tenancy != "default":
        raise PriceNotFound(f"ec2 {name} with {spec.tenancy} tenancy in {resource.region}")
    if spec.lifecycle not in ("on_demand", "spot"):
        raise PriceNotFound(f"ec2 {name} bought as {spec.lifecycle} in {resource.region}")
    purchase = Purchase.SPOT if spec.lifecycle == "spot" else Purchase.ON_DEMAND
    return prices.instance("ec2", name, resource.region, variant=spec.platform, purchase=purchase)


def ec2_usage(spec: Ec2Instance, instance_type: str | None = None) -> ComputeUsage:
    """What commitments see of an instance, or of the same as another type."""
    return ComputeUsage(
        service="ec2",
        instance_type=instance_type or spec.instance_type,
        variant=spec.platform,
        availability_zone=spec.availability_zone,
        tenancy=spec.tenancy,
    )


def instance_term(
    resource: Resource,
    spec: Ec2Instance,
    price: Price,
    *,
    instance_type: str | None = None,
    hours: Decimal = HOURS_PER_MONTH,
) -> Term:
    """A month's hours of this instance as one line.

    Args:
        resource: whose cost it is.
        spec: its specification.
        price: of an hour.
        instance_type: the type, where it is not the current one.
        hours: hours a month; negative for what is paid instead.
    """
    name = instance_type or spec.instance_type
    usage = ec2_usage(spec, instance_type) if spec.lifecycle == "on_demand" else None
    label = f"{name} {spec.platform} {spec.lifecycle.replace('_', '-')}"
    return Term(label=label, subject=resource.key, quantity=hours, price=price, usage=usage)


def running_terms(
    resource: Resource, spec: Ec2Instance, prices: PriceBook, *, hours: Decimal = HOURS_PER_MONTH
) -> tuple[Term, ...]:
    """What is no longer paid where the instance does not run for `hours` of the month. Its volumes are still billed.

    Raises:
        PriceNotFound: see `instance_price`.
    """
    return (instance_term(resource, spec, instance_price(resource, spec, prices), hours=hours),)


def replacement_terms(
    resource: Resource, spec: Ec2Instance, prices: PriceBook, instance_type: str
) -> tuple[Term, Term]:
    """The hours of the current type, less those of the type that would replace it.

    Raises:
        PriceNotFound: see `instance_price`.
    """
    now = instance_price(resource, spec, prices)
    then = instance_price(resource, spec, prices, instance_type)
    return (
        instance_term(resource, spec, now),
        instance_term(resource, spec, then, instance_type=instance_type, hours=-HOURS_PER_MONTH),
    )


def worth_changing(now: Decimal, then: Decimal, least_monthly: Decimal, least_fraction: Decimal) -> bool:
    """Whether going from one hourly price to another saves enough for the trouble.

    Args:
        now: price of an hour.
        then: price of an hour after the change.
        least_monthly: least saving a month, in the same currency.
        least_fraction: least saving as a share of `now`, 0..1.
    """
    saved = now - then
    return saved * HOURS_PER_MONTH >= least_monthly and saved >= now * least_fraction
