"""What Application Auto Scaling decides for a table or a cache: capacity between two bounds."""

from decimal import Decimal

from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.reading import NotKnown

_SCALED = ("aws_dynamodb_table", "aws_elasticache_replication_group")
_Targets = dict[tuple[str, str], Item]


def scaled_capacity(item: Item, estate: Estate, dimension: str, name: str) -> Decimal | None:
    """Capacity of a dimension that is scaled: what the usage file says of the target, else the least.

    Args:
        item: what is scaled.
        estate: all resources.
        dimension: such as `dynamodb:table:ReadCapacityUnits`.
        name: what `resource_id` is where nothing refers to the item.

    Returns:
        None where the dimension is not scaled.

    Raises:
        NotKnown: the target's bounds are not known.
    """
    targets = estate.once("scaled", lambda: _targets(estate))
    target = targets.get((dimension, item.address)) or targets.get((dimension, name))
    if target is None:
        return None
    given = target.usage.number("capacity")
    return given if given is not None else target.number("min_capacity")


def _targets(estate: Estate) -> _Targets:
    """By dimension, and address of what is scaled where the target refers to it, else its name."""
    found: _Targets = {}
    for target in estate.of_type("aws_appautoscaling_target"):
        dimension = target.resource.values.get("scalable_dimension")
        followed = estate.follow(target, "resource_id", *_SCALED)
        try:
            place = followed.address if followed is not None else target.text("resource_id")
        except NotKnown:
            continue
        found.setdefault((str(dimension), place), target)
    return found
