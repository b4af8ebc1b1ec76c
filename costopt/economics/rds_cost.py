"""What a managed database costs a month: instance hours, storage, snapshots, extended support."""

from dataclasses import replace
from decimal import Decimal

from costopt.economics.cost_subjects import RDS_SNAPSHOT_CHAIN, chain_of, surcharge_of
from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.finding import ComputeUsage, Term
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.price import Price, Quality
from costopt.model.resource import Resource
from costopt.model.specs.databases import RdsInstance, RdsSnapshot

OWN_LICENCE = "bring-your-own-license"
"""Licence model whose price list is not the one of the catalog."""


def variant_of(spec: RdsInstance) -> str:
    """Engine and deployment as the price book names them."""
    return f"{spec.engine}:{'multi_az' if spec.multi_az else 'single_az'}"


def instance_price(instance: Resource, spec: RdsInstance, instance_class: str, prices: PriceBook) -> Price:
    """Price of an hour of `instance_class` with the engine and deployment of `spec`.

    Raises:
        PriceNotFound: no such price, or the user brings the licence, whose prices are not known.
    """
    if spec.license_model == OWN_LICENCE:
        raise PriceNotFound(f"price of {instance_class} for {spec.engine} with an own licence in {instance.region}")
    return prices.instance("rds", instance_class, instance.region, variant=variant_of(spec))


def instance_term(instance: Resource, spec: RdsInstance, instance_class: str, price: Price, *, sign: int = 1) -> Term:
    """A month of an instance class: `sign` 1 for what is no longer paid, -1 for what is paid instead."""
    return Term(
        label=f"{instance_class} {variant_of(spec)} on demand",
        subject=instance.key,
        quantity=HOURS_PER_MONTH * sign,
        price=price,
        usage=ComputeUsage(service="rds", instance_type=instance_class, variant=variant_of(spec)),
    )


def database_terms(instance: Resource, spec: RdsInstance, prices: PriceBook) -> tuple[Term, ...]:
    """All that ends when an instance is deleted: its hours and, outside of a cluster, its storage.

    Requests to magnetic storage and backups beyond the free part are left out.

    Raises:
        PriceNotFound: the price of the instance or of its storage is not known.
    """
    price = instance_price(instance, spec, spec.instance_class, prices)
    hours = instance_term(instance, spec, spec.instance_class, price)
    return (hours, *_storage_terms(instance, spec, prices))


def extended_support_terms(
    instance: Resource, spec: RdsInstance, vcpu: int, year: int, prices: PriceBook
) -> tuple[Term, ...]:
    """The surcharge for an old engine version, by the vCPU-hour; a standby is charged as well.

    It is a cost beside the hours of the instance and ends without them, so that it is counted beside a smaller class.

    Args:
        instance: whose cost it is.
        spec: its specification.
        vcpu: virtual CPUs of its class.
        year: 3 for the rate of the third year, else that of years 1 and 2.
        prices: price book.

    Raises:
        PriceNotFound: no price of extended support in the region.
    """
    item = f"extended_support_vcpu_hour_year_{'3' if year == 3 else '1_2'}"
    quantity = HOURS_PER_MONTH * vcpu * _copies(spec)
    price = prices.unit("rds", item, instance.region)
    return (Term(label="extended support, vCPU-hours", subject=surcharge_of(instance), quantity=quantity, price=price),)


def snapshot_terms(snapshot: Resource, spec: RdsSnapshot, prices: PriceBook) -> tuple[Term, ...]:
    """The most that a manual snapshot can cost a month: the whole storage that was allocated.

    Snapshots of one database share their blocks: of all of them the largest is counted, once.

    Raises:
        PriceNotFound: no price of snapshot storage in the region.
    """
    price = replace(prices.unit("rds", "snapshot_storage", snapshot.region), quality=Quality.ESTIMATE)
    quantity, subject = Decimal(spec.storage_gib), chain_of(snapshot, RDS_SNAPSHOT_CHAIN, spec.source_id)
    return (Term(label="database snapshot storage", subject=subject, quantity=quantity, price=price),)


def _copies(spec: RdsInstance) -> int:
    """A standby has its own storage and its own CPUs."""
    return 2 if spec.multi_az else 1


def _storage_terms(instance: Resource, spec: RdsInstance, prices: PriceBook) -> tuple[Term, ...]:
    if spec.cluster_id is not None or spec.storage_type is None:
        return ()  # a cluster's storage is the cluster's and outlives its instances
    price = prices.unit("rds", f"{spec.storage_type}_storage", instance.region)
    copies, label = _copies(spec), f"{spec.storage_type} database storage"
    terms = [Term(label=label, subject=instance.key, quantity=Decimal(spec.storage_gib * copies), price=price)]
    if spec.storage_type == "io1" and spec.iops:
        iops = prices.unit("rds", "io1_iops", instance.region)
        quantity = Decimal(spec.iops * copies)
        terms.append(Term(label="io1 database iops", subject=instance.key, quantity=quantity, price=iops))
    return tuple(terms)
