"""Linux machines on x86-64 for which an Arm type of at least the same size costs less.

Signal: an Arm type of the same series and the same or a later generation, with at least the same vCPUs, memory and
local disk and at least 90 % of the network and EBS bandwidth, costs less.

No metric is read: the new type is of equal size. Whether the software runs on Arm cannot be seen from outside, so the
confidence is medium and the effort high (medium for nodes of a cluster, whose images are often built for both). Only
plain Linux: Windows does not run on Arm, and for paid Linux distributions the subscription must fit.
"""

from dataclasses import dataclass
from decimal import Decimal

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.ec2_cost import LEAST_FRACTION, LEAST_MONTHLY, replacement_terms
from costopt.economics.feasibility import takes_over
from costopt.economics.instance_families import is_accelerated
from costopt.economics.replacements import Replacement, cheaper, same_series
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Effort,
    Evidence,
    Outcome,
    Risk,
    Saving,
    Verdict,
)
from costopt.model.resource import Resource
from costopt.model.shape import Shape
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ec2_graviton`."""

    min_saving_monthly: Decimal = LEAST_MONTHLY
    """Least saving a month."""
    min_saving_fraction: Decimal = LEAST_FRACTION
    """Least saving as a share of today's price, 0..1."""


def _excludes(_: Resource, spec: Ec2Instance) -> str | None:
    if spec.state != "running":
        return "not running"
    if spec.platform != "linux":
        return "not plain Linux"
    if spec.architecture == "arm64":
        return "already Arm"
    if is_accelerated(spec.instance_type):
        return "accelerated type"
    if spec.tenancy != "default":
        return "dedicated hardware"
    return "paid in advance" if spec.lifecycle == "capacity_block" else None


def _run(instance: Resource, spec: Ec2Instance, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    current = context.prices.shape(spec.instance_type)
    chosen = _arm(instance, spec, current, context, params)
    if chosen is None:
        return CLEAR
    target = chosen.shape
    statement = (
        f"{target.instance_type} ({target.vcpu} Arm vCPUs, {target.memory_gib:g} GiB) costs less than"
        f" {spec.instance_type} ({current.vcpu} vCPUs, {current.memory_gib:g} GiB); the software must run on Arm"
    )
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(Evidence(statement=statement),),
        action=Action(
            kind=ActionKind.MIGRATE,
            summary=f"Rebuild on an Arm image and move to {target.instance_type}",
            target=target.instance_type,
            restart=True,
        ),
        saving=Saving(terms=replacement_terms(instance, spec, context.prices, target.instance_type)),
        confidence=Confidence.MEDIUM,
        risk=Risk.DESTRUCTIVE if current.local_disk_gib else Risk.REVERSIBLE,
        effort=Effort.MEDIUM if spec.managed_by else Effort.HIGH,
    )


def _arm(instance: Resource, spec: Ec2Instance, current: Shape, context: Context, params: Params) -> Replacement | None:
    """The cheapest Arm type of at least the same size; worked out once for all instances of a sort."""
    place = ("ec2_graviton", instance.region, spec.instance_type, spec.platform, spec.lifecycle, params)
    if place not in context.memo:

        def accepts(shape: Shape) -> bool:
            arm = "arm64" in shape.architectures and "arm64" not in current.architectures
            return arm and same_series(current, shape) and takes_over(shape, current)

        found = cheaper(instance, spec, context.prices, accepts, params.min_saving_monthly, params.min_saving_fraction)
        context.memo[place] = found[0] if found else None
    chosen: Replacement | None = context.memo[place]
    return chosen


CHECK = Check(
    id="ec2_graviton",
    title="An Arm type of equal size costs less",
    category=Category.OPTIMISATION,
    lever="Newer generations",
    applies_to=Ec2Instance,
    params=Params,
    source="https://docs.aws.amazon.com/compute-optimizer/latest/ug/rightsizing-preferences.html"
    " (Graviton-based recommendations); https://github.com/aws/aws-graviton-getting-started",
    run=_run,
    excludes=_excludes,
)
