"""The instance hours of an estate that commitments may pay for, aggregated by what the provider prices alike."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from costopt.model.finding import ComputeUsage
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.resource import Resource
from costopt.model.specs.databases import ElasticacheCluster, RdsInstance
from costopt.model.specs.ec2 import Ec2Instance

RegionalUsage = tuple[str, ComputeUsage]
"""Region and what runs there."""

Hours = Mapping[RegionalUsage, Decimal]
"""Instance hours a month of each usage."""


def usage_of(resource: Resource) -> tuple[ComputeUsage, int] | None:
    """What a resource runs that a commitment may cover, and how many of it; None where it runs nothing such."""
    spec = resource.spec
    match spec:
        case Ec2Instance(state="running", lifecycle="on_demand"):
            usage = ComputeUsage(
                service="ec2",
                instance_type=spec.instance_type,
                variant=spec.platform,
                availability_zone=spec.availability_zone,
                tenancy=spec.tenancy,
            )
            return usage, 1
        case RdsInstance(status="available"):
            deployment = "multi_az" if spec.multi_az else "single_az"
            variant = f"{spec.engine}:{deployment}"
            return ComputeUsage(service="rds", instance_type=spec.instance_class, variant=variant), 1
        case ElasticacheCluster(status="available"):
            usage = ComputeUsage(service="elasticache", instance_type=spec.node_type, variant=spec.engine)
            return usage, spec.nodes
        case _:
            return None


def estate_hours(resources: Iterable[Resource]) -> Hours:
    """Instance hours a month of everything that runs now, as if it ran the whole month."""
    hours: dict[RegionalUsage, Decimal] = defaultdict(Decimal)
    for resource in resources:
        found = usage_of(resource)
        if found is not None:
            hours[resource.region, found[0]] += HOURS_PER_MONTH * found[1]
    return hours


def changed(hours: Hours, changes: Iterable[tuple[RegionalUsage, Decimal]]) -> Hours:
    """`hours` after `changes` are taken off (positive) or added (negative); never below zero."""
    result = defaultdict(Decimal, hours)
    for usage, quantity in changes:
        result[usage] -= quantity
    return {usage: max(Decimal(0), quantity) for usage, quantity in result.items()}
