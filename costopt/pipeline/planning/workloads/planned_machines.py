"""A fixed number of machines, each on the cheapest type that will do."""

from collections.abc import Sequence

import numpy as np

from costopt.economics.feasibility import Load
from costopt.errors import WorkloadError
from costopt.model.utilization import HOURS_PER_WEEK
from costopt.model.workload import Workload
from costopt.optimizer.commitments.worth_of_hours import Factor, Mix, Proof
from costopt.pipeline.planning.workloads.conditions import Conditions
from costopt.pipeline.planning.workloads.offered_type import OfferedType
from costopt.pipeline.planning.workloads.planned_workload import (
    Asked,
    Floats,
    Pattern,
    PlannedWorkload,
    Use,
    capacity,
    on_demand_use,
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
    able = conditions.judged.able(workload, load, offered, conditions.performance)
    plain = able[0]
    best = min(able, key=lambda one: (one.price(conditions.basis), one.shape.vcpu, one.name))
    running = (week > 0).astype(float) * workload.count
    return PlannedWorkload(
        workload=workload,
        plain=(capacity(plain.name, workload.count, plain.on_demand),),
        plain_uses=(_use(workload, plain, np.full(HOURS_PER_WEEK, float(workload.count))),),
        after=(capacity(best.name, workload.count, best.on_demand),),
        on_demand=(_use(workload, best, running),),
        asked=(Asked(hours=Pattern.within(week > 0), prove=_Floor(able, workload.count)),),
        method="the cheapest of all types that will do",
        reasons=_reasons(workload),
        schedule=_schedule(running),
        notes=offered.notes,
    )


class _Floor:
    """What so many machines of one of these types cost at least."""

    def __init__(self, types: Sequence[OfferedType], count: int) -> None:
        self._dollars = np.array([float(one.on_demand) for one in types]) * count
        self._rates, self._rate = np.unique([one.rate for one in types], return_inverse=True)

    def __call__(self, factor: Factor) -> Proof:
        """The cheapest type where dollars on demand are multiplied with the factor."""
        costs = self._dollars * np.array([factor(rate) for rate in self._rates.tolist()])[self._rate]
        best = int(np.argmin(costs))
        return Proof(
            float(costs[best]), Mix(dollars={float(self._rates[self._rate[best]]): float(self._dollars[best])})
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


def _use(workload: Workload, chosen: OfferedType, counts: Floats) -> Use:
    return on_demand_use(workload, chosen, Pattern(values=counts))


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
