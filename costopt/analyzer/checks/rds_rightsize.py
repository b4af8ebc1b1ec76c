"""Databases that would fit on a smaller class of their family.

Signal: with 20 % headroom, the CPU of all but 0.5 % of the hours (each at its peak minute) and the least free memory
of 14 days fit on a smaller class of the same family and generation; so do the most connections (where the engine's
default limit follows from memory) and the daily reads and writes (where the class's limit is known). The memory of
the present class is that of the EC2 type behind it, and what is not free is taken as needed: a cache that fills the
memory blocks the step down, on purpose. Classes whose CPU is metered by credits must do with their baseline. All
these measurements are reported by every running database, so a missing one is unknown and gives `no data`. Serverless
and stopped instances are not concerned.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.economics.rds_classes import default_connections, shape_of, smaller_classes, sustained_vcpu
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
    Verdict,
    no_data,
)
from costopt.model.price import Price
from costopt.model.resource import Resource
from costopt.model.shape import Shape
from costopt.model.specs.databases import RdsInstance
from costopt.model.utilization import Facts

_GIB = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `rds_rightsize`."""

    days: int = 14
    """Look-back in days."""
    headroom_fraction: float = 0.2
    """Part of CPU, memory and connections of the smaller class that must stay free."""
    min_saving_usd: Decimal = Decimal(5)
    """Least saving a month."""
    min_saving_fraction: Decimal = Decimal("0.05")
    """Least saving as a share of the present price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Demand:
    """What a class must offer, headroom included."""

    vcpu: float
    """Virtual CPUs that can be used all the time."""
    memory_gib: float
    """Memory in GiB."""
    connections: float
    """Connections at once."""
    iops: float
    """Reads and writes a second."""

    def fits(self, shape: Shape, engine: str) -> bool:
        """Whether a class on that machine offers all of it; what is not known of the machine limits nothing."""
        allowed = default_connections(engine, shape.memory_gib)
        return (
            sustained_vcpu(shape) >= self.vcpu
            and shape.memory_gib >= self.memory_gib
            and (allowed is None or allowed >= self.connections)
            and (shape.ebs_baseline_iops is None or shape.ebs_baseline_iops >= self.iops)
        )


def _excludes(instance: Resource, spec: RdsInstance) -> str | None:
    if not spec.billed:
        return "not running"
    return "serverless" if spec.instance_class == "db.serverless" else None


def _demand(facts: Facts, shape: Shape, params: Params) -> _Demand:
    room = 1 - params.headroom_fraction
    free_gib = (facts["db_freeable_memory_min_bytes"].minimum or 0.0) / _GIB
    operations = sum(facts[f"db_{verb}_ops_per_second"].maximum or 0.0 for verb in ("read", "write"))
    return _Demand(
        vcpu=(facts["db_cpu_max_percent"].p99_5 or 0.0) / 100 * shape.vcpu / room,
        memory_gib=(shape.memory_gib - free_gib) / room,
        connections=(facts["db_connections_max"].maximum or 0.0) / room,
        iops=operations / room,
    )


def _feasible(
    instance: Resource, spec: RdsInstance, demand: _Demand, context: Context
) -> Iterator[tuple[Price, str, Shape]]:
    """Smaller classes that fit and whose price is known."""
    for name in smaller_classes(spec.instance_class):
        shape = shape_of(name, context.prices)
        if shape is None:
            continue
        if not demand.fits(shape, spec.engine):
            return  # the next ones are smaller still
        try:
            yield instance_price(instance, spec, name, context.prices), name, shape
        except PriceNotFound:
            continue


def _run(instance: Resource, spec: RdsInstance, facts: Facts, context: Context, params: Params) -> Verdict:
    shape = shape_of(spec.instance_class, context.prices)
    if shape is None:
        return no_data("size of the instance class unknown")
    demand = _demand(facts, shape, params)
    best = min(_feasible(instance, spec, demand, context), key=lambda one: (one[0].amount, one[1]), default=None)
    if best is None:
        return CLEAR
    now = instance_price(instance, spec, spec.instance_class, context.prices)
    price, name, smaller = best
    saving = Saving(
        terms=(
            instance_term(instance, spec, spec.instance_class, now),
            instance_term(instance, spec, name, price, sign=-1),
        )
    )
    least = max(params.min_saving_usd, saving.terms[0].amount * params.min_saving_fraction)
    if saving.monthly.amount < least:
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=_evidence(facts, shape, smaller, params),
        action=Action(kind=ActionKind.RESIZE, summary=f"Resize the database to {name}", target=name, restart=True),
        saving=saving,
        confidence=Confidence.MEDIUM,
        effort=Effort.MEDIUM,
    )


def _evidence(facts: Facts, shape: Shape, smaller: Shape, params: Params) -> tuple[Evidence, ...]:
    cpu, memory = facts["db_cpu_max_percent"], facts["db_freeable_memory_min_bytes"]
    room = 1 - params.headroom_fraction
    free = (memory.minimum or 0.0) / _GIB
    return (
        Evidence(
            statement=f"peak CPU (P99.5 of the hours) {cpu.p99_5 or 0.0:.1f} % of {shape.vcpu} vCPU;"
            f" {smaller.instance_type} sustains {sustained_vcpu(smaller):g}",
            metric=cpu.metric,
            observed=cpu.p99_5,
            threshold=100 * room * sustained_vcpu(smaller) / shape.vcpu,
            period=cpu.period,
            coverage_fraction=cpu.coverage_fraction,
        ),
        Evidence(
            statement=f"at least {free:.1f} of {shape.memory_gib:g} GiB memory were free;"
            f" {smaller.instance_type} has {smaller.memory_gib:g} GiB",
            metric=memory.metric,
            observed=memory.minimum,
            threshold=(shape.memory_gib - room * smaller.memory_gib) * _GIB,
            period=memory.period,
            coverage_fraction=memory.coverage_fraction,
        ),
    )


CHECK = Check(
    id="rds_rightsize",
    title="Database is larger than its load",
    category=Category.OPTIMISATION,
    lever="Right-sizing",
    applies_to=RdsInstance,
    params=Params,
    source="https://docs.aws.amazon.com/compute-optimizer/latest/ug/rds-preferences.html;"
    " https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html",
    run=_run,
    excludes=_excludes,
    needs=(
        Need(metric="db_cpu_max_percent"),
        Need(metric="db_freeable_memory_min_bytes"),
        Need(metric="db_connections_max"),
        Need(metric="db_read_ops_per_second"),
        Need(metric="db_write_ops_per_second"),
    ),
    grace_days=14,
)
