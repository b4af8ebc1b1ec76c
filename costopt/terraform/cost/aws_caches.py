"""Components of ElastiCache clusters.

Source: https://aws.amazon.com/elasticache/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from costopt.model.price import Purchase
from costopt.model.terraform_cost import Component, InstanceRate, NoRate, Rate
from costopt.terraform.cost.autoscaling import scaled_capacity
from costopt.terraform.cost.aws_ec2 import purchase_name
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import hours, reserved_purchase, unit_rate, used


def replication_group(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_elasticache_replication_group`.

    Raises:
        NotKnown: an argument is not known.
    """
    place = f"replication-group/{item.text('replication_group_id')}"
    dimension = "elasticache:replication-group:"
    scaled_groups = scaled_capacity(item, estate, f"{dimension}NodeGroups", place)
    scaled_replicas = scaled_capacity(item, estate, f"{dimension}Replicas", place)
    groups = scaled_groups if scaled_groups is not None else item.number("num_node_groups")
    if groups is None:
        nodes = item.number("num_cache_clusters") or item.number("number_cache_clusters") or Decimal(1)
    else:
        own = item.number("replicas_per_node_group") or Decimal(0)
        nodes = groups * (1 + (scaled_replicas if scaled_replicas is not None else own))
    scales = scaled_groups is not None or scaled_replicas is not None
    yield _nodes(item, item.text("engine", "redis"), nodes, scales=scales)
    yield from _backups(item)


def cache_cluster(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_elasticache_cluster`, unless it is a member of a replication group, which is what is paid.

    Raises:
        NotKnown: an argument is not known.
    """
    if item.given("replication_group_id"):
        if estate.follow(item, "replication_group_id", "aws_elasticache_replication_group") is None:
            rate = NoRate(reason="its replication group is not in this configuration")
            yield hours(f"ElastiCache (on-demand, {item.text('node_type')})", 1, rate)
        return
    yield _nodes(item, item.text("engine", "redis"), item.number("num_cache_nodes") or Decimal(1), scales=False)
    yield from _backups(item)


def _nodes(item: Item, engine: str, nodes: Decimal, *, scales: bool) -> Component:
    bought = reserved_purchase(item.usage) or Purchase.ON_DEMAND
    node_type = item.text("node_type")
    name = f"ElastiCache ({purchase_name(bought)}, {node_type}{', autoscaling' if scales else ''})"
    rate: Rate = bought if isinstance(bought, NoRate) else InstanceRate(
        service="elasticache", instance_type=node_type, variant=engine, purchase=bought
    )  # fmt: skip
    return hours(name, nodes, rate)


def _backups(item: Item) -> Iterator[Component]:
    """Every kept snapshot but the first is charged."""
    kept = item.number("snapshot_retention_limit") or Decimal(0)
    if kept > 1:
        rate = unit_rate("elasticache", "backup_storage")
        yield used("Backup storage", item.usage, "snapshot_storage_size_gb", "GB", rate, times=kept - 1)
