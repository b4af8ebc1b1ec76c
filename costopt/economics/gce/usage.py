"""What a running machine of Compute Engine uses that a commitment may pay for."""

from decimal import Decimal

from costopt.economics.gce.machines import SERVICE, machine_type
from costopt.errors import PriceNotFound
from costopt.model.finding import ComputeUsage
from costopt.model.specs.gce import GceInstance

_RESOURCES = ("vcpu", "extended_memory", "memory")


def machine_usages(spec: GceInstance) -> tuple[tuple[ComputeUsage, Decimal], ...]:
    """Units that the machine takes now and that are paid on demand, with how many of each.

    A type with accelerators, which no plan here commits to, and one whose units are not known, is one unit by its own
    name; where that has no price, it is named as left out.
    Spot machines, those on sole-tenant nodes and those that stand still have none.
    """
    if not spec.running or spec.provisioning_model != "standard" or spec.sole_tenant:
        return ()
    try:
        machine = machine_type(spec.machine_type)
    except PriceNotFound:
        machine = None
    units = ((spec.machine_type, Decimal(1)),) if machine is None or machine.gpus else machine.units()
    return tuple((unit_usage(item), count) for item, count in units)


def unit_usage(item: str) -> ComputeUsage:
    """Usage of an item of the price book, such as `n2_custom_vcpu`."""
    resource = next((name for name in _RESOURCES if item.endswith(f"_{name}")), "machine")
    return ComputeUsage(service=SERVICE, instance_type=item, variant=resource)
