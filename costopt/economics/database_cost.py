"""What caches and key-value tables cost a month."""

from decimal import Decimal

from costopt.economics.lookups import PriceBook
from costopt.model.finding import ComputeUsage, Term
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.resource import Resource
from costopt.model.specs.databases import DynamoDbTable, ElasticacheCluster

_GIB = Decimal(1024**3)


def cache_terms(cluster: Resource, spec: ElasticacheCluster, prices: PriceBook) -> tuple[Term, ...]:
    """The node hours of a cache, without backups.

    Raises:
        PriceNotFound: no price of the node type in the region.
    """
    price = prices.instance("elasticache", spec.node_type, cluster.region, variant=spec.engine)
    return (
        Term(
            label=f"{spec.node_type} {spec.engine} on demand",
            subject=cluster.key,
            quantity=HOURS_PER_MONTH * spec.nodes,
            price=price,
            usage=ComputeUsage(service="elasticache", instance_type=spec.node_type, variant=spec.engine),
        ),
    )


def table_terms(table: Resource, spec: DynamoDbTable, prices: PriceBook) -> tuple[Term, ...]:
    """Provisioned capacity and storage of a table; requests on demand, backups and the free tier are left out.

    Raises:
        PriceNotFound: one of the prices is not known in the region.
    """
    item = "standard_ia_storage" if spec.table_class == "STANDARD_INFREQUENT_ACCESS" else "standard_storage"
    terms = capacity_terms(table, spec.read_capacity_units, spec.write_capacity_units, prices)
    if spec.size_bytes:
        storage = prices.unit("dynamodb", item, table.region)
        quantity = Decimal(spec.size_bytes) / _GIB
        terms += (Term(label="table storage", subject=table.key, quantity=quantity, price=storage),)
    return terms


def capacity_terms(table: Resource, reads: int, writes: int, prices: PriceBook) -> tuple[Term, ...]:
    """A month of provisioned read and write units; zero units make no line.

    Raises:
        PriceNotFound: one of the prices is not known in the region.
    """
    return tuple(
        Term(
            label=f"provisioned {name} units, hours",
            subject=table.key,
            quantity=HOURS_PER_MONTH * units,
            price=prices.unit("dynamodb", f"{name}_unit_hour", table.region),
        )
        for name, units in (("read", reads), ("write", writes))
        if units
    )
