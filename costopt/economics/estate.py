"""The instance hours of an estate that commitments may pay for, aggregated by what the provider prices alike."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from costopt.economics.ec2_cost import ec2_usage
from costopt.economics.fargate_cost import fargate_usages
from costopt.economics.gce.usage import device_usages, machine_usages, reserved_usages, whole_usages
from costopt.economics.lambda_cost import provisioned_usages
from costopt.economics.slot_usage import baseline_slots
from costopt.model.finding import ComputeUsage
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.resource import Resource
from costopt.model.specs.databases import ElasticacheCluster, RdsInstance
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.specs.gce import GceInstance, GceReservation
from costopt.model.specs.ml import SagemakerEndpoint, SagemakerNotebook
from costopt.model.specs.serverless import EcsService, LambdaFunction

RegionalUsage = tuple[str, ComputeUsage]
"""Region and what runs there."""

Hours = Mapping[RegionalUsage, Decimal]
"""Instance hours (or other units that a plan pays for) a month of each usage."""


OnDemandPrice = Callable[[RegionalUsage], Decimal | None]
"""Dollars an hour on demand of a usage, None where none is known."""

Usages = tuple[tuple[ComputeUsage, Decimal], ...]
"""What runs, and how much of each a month."""


def usages_of(resource: Resource) -> Usages:
    """What a resource runs that a commitment may cover, and how much of each a month if it ran like now."""
    match resource.spec:
        case EcsService() as service:
            return fargate_usages(service)
        case LambdaFunction() as function:
            return provisioned_usages(function)
        case GceInstance() as machine:
            return tuple((usage, HOURS_PER_MONTH * count) for usage, count in machine_usages(machine))
        case GceReservation() as reservation:
            return tuple((usage, HOURS_PER_MONTH * count) for usage, count in reserved_usages(reservation))
        case _:
            return tuple((usage, HOURS_PER_MONTH * count) for usage, count in _instances(resource))


def _instances(resource: Resource) -> tuple[tuple[ComputeUsage, int], ...]:
    """Instances of each type that a resource runs."""
    spec = resource.spec
    match spec:
        case Ec2Instance(state="running", lifecycle="on_demand"):
            return ((ec2_usage(spec), 1),)
        case RdsInstance(billed=True):
            deployment = "multi_az" if spec.multi_az else "single_az"
            variant = f"{spec.engine}:{deployment}"
            return ((ComputeUsage(service="rds", instance_type=spec.instance_class, variant=variant), 1),)
        case ElasticacheCluster(status="available"):
            usage = ComputeUsage(service="elasticache", instance_type=spec.node_type, variant=spec.engine)
            return ((usage, spec.nodes),)
        case SagemakerEndpoint(status="InService" | "Updating"):
            return tuple(
                (_sagemaker(variant.instance_type, "hosting"), variant.instance_count)
                for variant in spec.variants
                if variant.instance_type is not None
            )
        case SagemakerNotebook(status="InService"):
            return ((_sagemaker(spec.instance_type, "notebook"), 1),)
        case _:
            return ()


def _sagemaker(instance_type: str, variant: str) -> ComputeUsage:
    return ComputeUsage(service="sagemaker", instance_type=instance_type, variant=variant)


def estate_hours(resources: Iterable[Resource], on_demand: OnDemandPrice | None = None) -> Hours:
    """Instance hours a month of everything that runs now, as if it ran the whole month; added devices and slots too.

    Capacity that is reserved and not used counts as running: it is billed like that, and commitments pay for it.

    Args:
        resources: of a snapshot.
        on_demand: where it is given, machines of Compute Engine are counted by what has a price, as savings are: by the
            name of their type where only that has one.
    """
    hours: dict[RegionalUsage, Decimal] = defaultdict(Decimal)
    for resource in resources:
        used = usages_of(resource)
        if on_demand is not None:
            used = _as_priced(resource, used, on_demand)
        for usage, quantity in (*used, *_unplanned(resource)):
            hours[resource.region, usage] += quantity
    return hours


def _as_priced(resource: Resource, used: Usages, on_demand: OnDemandPrice) -> Usages:
    """Machines of Compute Engine by the name of their type where their vCPUs and memory have no prices."""
    match resource.spec:
        case GceInstance() | GceReservation() as spec:
            if all(on_demand((resource.region, usage)) is not None for usage, _ in used):
                return used
            whole = tuple((usage, HOURS_PER_MONTH * count) for usage, count in whole_usages(spec))
            return whole if all(on_demand((resource.region, usage)) is not None for usage, _ in whole) else used
        case _:
            return used


def _unplanned(resource: Resource) -> Usages:
    """What is committed beside machines and can be planned by nothing here: devices, and slots of BigQuery."""
    match resource.spec:
        case GceInstance() | GceReservation() as spec:
            return device_usages(spec)
        case _:
            return tuple((usage, HOURS_PER_MONTH * slots) for usage, slots in baseline_slots(resource))
