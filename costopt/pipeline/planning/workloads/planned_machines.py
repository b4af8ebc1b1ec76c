"""A fixed number of machines, each on the cheapest type that will do."""

from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from costopt.economics.feasibility import Load
from costopt.errors import WorkloadError
from costopt.model.utilization import HOURS_PER_WEEK
from costopt.model.workload import Workload
from costopt.optimizer.sizing.candidates import find_candidates
from costopt.optimizer.sizing.machines import Machine, tabulate
from costopt.optimizer.sizing.workload import Workload as SizedWorkload
from costopt.pipeline.planning.workloads.conditions import Conditions
from costopt.pipeline.planning.workloads.offered_types import Offered, OfferedType
from costopt.pipeline.planning.workloads.planned_workload import (
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
    load = _load(workload, float(week[week > 0].mean()))
    best = _cheapest(
        workload, load, {one.name: one.price(conditions.basis) for one in offered.types}, offered, conditions
    )
    plain = _cheapest(workload, load, {one.name: one.on_demand for one in offered.types}, offered, conditions)
    running = (week > 0).astype(float) * workload.count
    return PlannedWorkload(
        workload=workload,
        plain=(capacity(plain.name, workload.count, plain.on_demand),),
        plain_uses=(_use(workload, plain, np.full(HOURS_PER_WEEK, float(workload.count))),),
        after=(capacity(best.name, workload.count, best.on_demand),),
        on_demand=(_use(workload, best, running),),
        bound=Pattern(values=running * float(best.price(conditions.basis))),
        method="the cheapest of all types that will do",
        reasons=_reasons(workload),
        schedule=_schedule(running),
        notes=offered.notes,
    )


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


def _cheapest(
    workload: Workload, load: Load, prices: Mapping[str, Decimal], offered: Offered, conditions: Conditions
) -> OfferedType:
    """The cheapest type of one machine."""
    needs = workload.requirements
    catalog = tabulate(
        [
            Machine(shape=one.shape, region=workload.region, hourly=prices[one.name], platform=needs.operating_system)
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
    return offered.types[int(options.machine[0])]


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
