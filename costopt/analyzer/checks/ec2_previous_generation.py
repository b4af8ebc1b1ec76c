"""Machines for which a newer type of equal size costs less.

Signal: a type of the same series and a later generation, with the same vCPUs and architecture and at least the same
memory and local disk and at least 90 % of the network and EBS bandwidth, costs less at the same operating system and
way of buying.

No metric is read: the new type is of equal size, so the load does not matter. A bandwidth that the catalog does not
know for the new type is taken as too little. From Xen to Nitro the system needs ENA and NVMe drivers: more effort.
"""

from dataclasses import dataclass
from decimal import Decimal

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.ec2_cost import LEAST_FRACTION, LEAST_MONTHLY, replacement_terms
from costopt.economics.feasibility import takes_over
from costopt.economics.instance_families import is_accelerated
from costopt.economics.replacements import Replacement, architecture_of, cheaper, is_newer, same_hypervisor
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Effort, Evidence, Outcome, Risk, Saving, Verdict
from costopt.model.resource import Resource
from costopt.model.shape import Shape
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ec2_previous_generation`."""

    min_saving_monthly: Decimal = LEAST_MONTHLY
    """Least saving a month."""
    min_saving_fraction: Decimal = LEAST_FRACTION
    """Least saving as a share of today's price, 0..1."""


def _excludes(_: Resource, spec: Ec2Instance) -> str | None:
    if spec.state != "running":
        return "not running"
    if is_accelerated(spec.instance_type):
        return "accelerated type"
    if spec.tenancy != "default":
        return "dedicated hardware"
    return "paid in advance" if spec.lifecycle == "capacity_block" else None


def _run(instance: Resource, spec: Ec2Instance, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    current = context.prices.shape(spec.instance_type)
    chosen = _newer(instance, spec, current, context, params)
    if chosen is None:
        return CLEAR
    target = chosen.shape
    statement = (
        f"{target.instance_type} ({target.vcpu} vCPUs, {target.memory_gib:g} GiB) is newer than {spec.instance_type}"
        f" ({current.vcpu} vCPUs, {current.memory_gib:g} GiB) and costs less"
    )
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(Evidence(statement=statement),),
        action=Action(
            kind=ActionKind.MIGRATE, summary=_advice(spec, target), target=target.instance_type, restart=True
        ),
        saving=Saving(terms=replacement_terms(instance, spec, context.prices, target.instance_type)),
        risk=Risk.DESTRUCTIVE if current.local_disk_gib else Risk.REVERSIBLE,
        effort=Effort.LOW if same_hypervisor(current, target) else Effort.MEDIUM,
    )


def _newer(
    instance: Resource, spec: Ec2Instance, current: Shape, context: Context, params: Params
) -> Replacement | None:
    """The cheapest newer type of equal size; worked out once for all instances of a sort."""
    architecture = architecture_of(spec, current)
    sort = (instance.region, spec.instance_type, spec.platform, spec.lifecycle, architecture, params)
    place = ("ec2_previous_generation", *sort)
    if place not in context.memo:

        def accepts(shape: Shape) -> bool:
            equal = architecture in shape.architectures and shape.vcpu == current.vcpu
            return equal and is_newer(current, shape) and takes_over(shape, current)

        found = cheaper(instance, spec, context.prices, accepts, params.min_saving_monthly, params.min_saving_fraction)
        context.memo[place] = found[0] if found else None
    chosen: Replacement | None = context.memo[place]
    return chosen


def _advice(spec: Ec2Instance, target: Shape) -> str:
    """Where to change the type."""
    if spec.auto_scaling_group:
        return f"Change the type to {target.instance_type} in the template of group {spec.auto_scaling_group}"
    if spec.managed_by:
        return f"Change the type to {target.instance_type} in the {spec.managed_by} node group"
    return f"Stop the instance, change its type to {target.instance_type}, start it"


CHECK = Check(
    id="ec2_previous_generation",
    title="A newer type of equal size costs less",
    category=Category.OPTIMISATION,
    lever="Newer generations",
    applies_to=Ec2Instance,
    params=Params,
    source="https://aws.amazon.com/ec2/previous-generation/",
    run=_run,
    excludes=_excludes,
)
