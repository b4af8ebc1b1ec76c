"""Databases on instance classes that AWS has replaced.

Signal: the class is of a previous generation (t1, t2, m1 to m4, r3, r4) and a class of equal size of a newer
generation costs less. Arm classes are offered where the engine is open source and its version runs on them: databases
need no new build for that. The engine's own limits (t3 needs a recent minor version) are for the upgrade's test to
show. No metric is read and age does not matter. A class that AWS retires is worth leaving whatever it costs: where a
price is not known, the finding stands without a saving.
"""

from dataclasses import dataclass
from decimal import Decimal

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.pricing_gaps import priced
from costopt.economics.rds_classes import is_previous_generation, shape_of, successors
from costopt.economics.rds_cost import instance_price, instance_term
from costopt.errors import PriceNotFound
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Effort,
    Evidence,
    Outcome,
    Saving,
    Term,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.databases import RdsInstance
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `rds_previous_generation`."""

    min_saving_usd: Decimal = Decimal(5)
    """Least saving a month."""
    min_saving_fraction: Decimal = Decimal("0.05")
    """Least saving as a share of the present price."""


def _excludes(instance: Resource, spec: RdsInstance) -> str | None:
    if not spec.billed:
        return "not running"
    return None if is_previous_generation(spec) else "not a previous generation"


def _equal_or_larger(spec: RdsInstance, context: Context) -> list[str]:
    """Successors that exist and are at least as large; the closest first."""
    old = shape_of(spec.instance_class, context.prices)
    shapes = [(name, shape_of(name, context.prices)) for name in successors(spec)]
    return [
        name
        for name, new in shapes
        if old is not None and new is not None and new.vcpu >= old.vcpu and new.memory_gib >= old.memory_gib
    ]


def _cheapest(instance: Resource, spec: RdsInstance, names: list[str], context: Context) -> str:
    """The cheapest of the classes, or the first where no price is known."""
    known: list[tuple[Decimal, str]] = []
    for name in names:
        try:
            known.append((instance_price(instance, spec, name, context.prices).amount, name))
        except PriceNotFound:
            continue
    return min(known)[1] if known else names[0]


def _terms(instance: Resource, spec: RdsInstance, name: str, context: Context) -> tuple[Term, ...]:
    now = instance_price(instance, spec, spec.instance_class, context.prices)
    new = instance_price(instance, spec, name, context.prices)
    return (
        instance_term(instance, spec, spec.instance_class, now),
        instance_term(instance, spec, name, new, sign=-1),
    )


def _worth_it(saving: Saving, params: Params) -> bool:
    least = max(params.min_saving_usd, saving.terms[0].amount * params.min_saving_fraction)
    return saving.monthly.amount >= least


def _run(instance: Resource, spec: RdsInstance, facts: Facts, context: Context, params: Params) -> Verdict:
    names = _equal_or_larger(spec, context)
    if not names:
        return no_data("no successor of equal size known")
    name = _cheapest(instance, spec, names, context)
    saving, price_gap = priced(lambda: _terms(instance, spec, name, context))
    if saving is not None and not _worth_it(saving, params):
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(statement=f"{spec.instance_class} is of a previous generation; {name} is at least as large"),
        ),
        action=Action(kind=ActionKind.MIGRATE, summary=f"Change the class to {name}", target=name, restart=True),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.HIGH if saving is not None else Confidence.MEDIUM,
        effort=Effort.MEDIUM,
    )


CHECK = Check(
    id="rds_previous_generation",
    title="Database class of a previous generation",
    category=Category.OPTIMISATION,
    lever="Newer generations",
    applies_to=RdsInstance,
    params=Params,
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html;"
    " thrifty mods: RDS DB instances of old generations",
    run=_run,
    excludes=_excludes,
    grace_days=0,
)
