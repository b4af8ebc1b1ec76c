"""A fixed number of machines, each on the cheapest type that will do."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from costopt.economics.feasibility import Load
from costopt.errors import WorkloadError
from costopt.model.utilization import HOURS_PER_WEEK
from costopt.model.workload import Workload
from costopt.optimizer.commitments.worth_of_hours import Factor, Mix, Proof
from costopt.optimizer.sizing.candidates import find_candidates
from costopt.optimizer.sizing.machines import Machine, tabulate
from costopt.optimizer.sizing.workload import Workload as SizedWorkload
from costopt.pipeline.planning.workloads.conditions import Conditions
from costopt.pipeline.planning.workloads.offered_types import Offered, OfferedType
from costopt.pipeline.planning.workloads.planned_workload import (
    Asked,
    Floats,
    Pattern,
    PlannedWorkload,
    Use,
    capacity,
    ec2_usage,
)


def plan_machines_workload(workload: Workload, conditions: Conditions) -> PlannedWorkload:
    """Plan machines: they cannot scale, and are stopped in hours whose share of the load is 0.

    Raises:
        InfeasiblePlan: no type will do; the message names the workload and the requirement.
        WorkloadError: a region that is not known.
    """
    offered = conditions.market.offered(workload)
    week = np.resize(np.array(workload.profile), HOURS_PER_WEEK)
    able = _able(workload, _load(workload, float(week[week > 0].mean())), offered, conditions)
    best = min(able, key=lambda one: _dearness(one, one.price(conditions.basis)))
    plain = min(able, key=lambda one: _dearness(one, one.on_demand))
    running = (week > 0).astype(float) * workload.count
    return PlannedWorkload(
        workload=workload,
        plain=(capacity(plain.name, workload.count, plain.on_demand),),
        plain_uses=(_use(workload, plain, np.full(HOURS_PER_WEEK, float(workload.count))),),
        after=(capacity(best.name, workload.count, best.on_demand),),
        on_demand=(_use(workload, best, running),),
        asked=(Asked(hours=Pattern.within(week > 0), prove=_Floor(types=able, count=workload.count)),),
        method="the cheapest of all types that will do",
        reasons=_reasons(workload),
        schedule=_schedule(running),
        notes=offered.notes,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Floor:
    """What so many machines of one of these types cost at least."""

    types: tuple[OfferedType, ...]
    count: int

    def __call__(self, factor: Factor) -> Proof:
        """The cheapest type where dollars on demand are multiplied with the factor."""
        factors = {rate: factor(rate) for rate in {one.rate for one in self.types}}
        best = min(self.types, key=lambda one: _dearness(one, one.on_demand * Decimal(repr(factors[one.rate]))))
        dollars = float(best.on_demand) * self.count
        return Proof(dollars * factors[best.rate], Mix(dollars={best.rate: dollars}))


def _dearness(one: OfferedType, price: Decimal) -> tuple[Decimal, int, str]:
    """What to sort types by: of those that cost the same the smallest."""
    return price, one.shape.vcpu, one.name


def _load(workload: Workload, mean_share: float) -> Load:
    needs = workload.requirements
    vcpu = needs.vcpu or 0.0
    return Load(
        peak_vcpu=vcpu,
        mean_vcpu=vcpu * mean_share,
        memory_gib=needs.memory_gib or 0.0,
        network_gbps=needs.network_gbps,
        ebs_mibps=needs.ebs_mibps,
        ebs_iops=needs.ebs_iops,
    )


def _able(workload: Workload, load: Load, offered: Offered, conditions: Conditions) -> tuple[OfferedType, ...]:
    """Types of which one machine carries the load."""
    needs = workload.requirements
    catalog = tabulate(
        [
            Machine(shape=one.shape, region=workload.region, hourly=one.on_demand, platform=needs.operating_system)
            for one in offered.types
        ],
        performance=conditions.performance,
        reference_architecture=needs.architectures[0],
    )
    asked = SizedWorkload(
        name=workload.name,
        account="",
        load=load,
        regions=frozenset({workload.region}),
        platform=needs.operating_system,
        architectures=frozenset(needs.architectures),
        burstable=needs.burstable,
        gpus=needs.gpus or 0,
        gpu_names=frozenset(needs.gpu_names) or None,
        gpu_memory_gib=needs.gpu_memory_gib or 0.0,
        local_disk_gib=needs.local_disk_gib or 0.0,
    )
    (options,) = find_candidates([asked], catalog)
    return tuple(offered.types[place] for place in options.machine.tolist())


def _use(workload: Workload, chosen: OfferedType, counts: Floats) -> Use:
    return Use(usage=ec2_usage(workload, chosen.name), hourly=chosen.on_demand, counts=Pattern(values=counts))


def _reasons(workload: Workload) -> tuple[str, ...]:
    needs = workload.requirements
    asked = [
        f"{figure:g} {unit}"
        for figure, unit in (
            (needs.vcpu, "vCPUs"),
            (needs.memory_gib, "GiB of memory"),
            (needs.gpus, "accelerators"),
            (needs.local_disk_gib, "GiB of local disk"),
        )
        if figure
    ]
    if not asked:
        raise WorkloadError(f"workload {workload.name!r} asks for nothing", hint="Give vcpu, memory_gib or gpus.")
    return (f"each of {workload.count} machines needs {', '.join(asked)}",)


def _schedule(running: Floats) -> tuple[str, ...]:
    """One line where machines are stopped in some hours."""
    hours = int((running > 0).sum())
    return (
        () if hours == HOURS_PER_WEEK else (f"they run {hours} of {HOURS_PER_WEEK} hours a week and are stopped else",)
    )
