"""Which sizes are open: machines that were measured, with the types that would save enough to be worth the change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from costopt.analyzer.checks.ec2_rightsize import CHECK, Params
from costopt.economics.usage_items import Place, Zones, without_zone
from costopt.model.finding import ComputeUsage
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.plan import Unplanned
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import Ec2Instance
from costopt.optimizer.sizing.judgement import Candidates, Judge
from costopt.optimizer.sizing.machines import Catalog, Flags, Floats, tabulate
from costopt.pipeline.planning.snapshot.estate import PlannedEstate
from costopt.pipeline.planning.snapshot.measured_machines import machines_on_offer, measured_machines


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenSizes:
    """Workloads whose size is decided, with their options."""

    offer: tuple[Catalog, Judge] | None
    """Types on offer, and who says which of them would do; None where nothing can be judged."""
    candidates: tuple[Candidates, ...]
    """Options of each workload: what it runs on, and what saves enough."""
    members: Mapping[str, tuple[Resource, ...]]
    """Machines of each workload, by its name."""
    running: Mapping[Place, Decimal]
    """Units that these machines are today."""
    places: Mapping[str, Place]
    """What each workload is today, by its name."""
    considered: Mapping[Place, Decimal]
    """Every usage that an option would be, at nothing: each needs an item of demand."""
    unplanned: tuple[Unplanned, ...]
    """Machines whose size stays, and why."""


def open_sizes(estate: PlannedEstate, params: Params, zonal: Zones) -> OpenSizes:
    """Find the open sizes of a snapshot.

    A change must save as much as `ec2_rightsize` asks for: less is not worth a restart.

    Args:
        estate: snapshot and audit.
        params: thresholds of `ec2_rightsize`.
        zonal: where zones matter.
    """
    measured = measured_machines(estate.snapshot, estate.context, params, estate.findings.gone, zonal)
    machines = machines_on_offer(measured.workloads, estate.book)
    if not machines:
        return OpenSizes(
            offer=None, candidates=(), members={}, running={}, places={}, considered={}, unplanned=measured.unplanned
        )
    catalog = tabulate(machines)
    judge = Judge(catalog)
    unplanned = list(measured.unplanned)
    candidates = []
    for workload in measured.workloads:
        found = judge.options(workload)
        now = _now(found, catalog)
        members = len(measured.members[workload.name])
        if not now.any() or found.replicas[now][0] > members:
            reason = "its load with headroom is more than what runs carries; `ec2_underprovisioned` looks at that"
            unplanned.append(Unplanned(subject=workload.name, reason=reason))
            continue
        today = float(catalog.hourly[found.machine[now]][0]) * members
        candidates.append(found.only(now | _worth_changing(found.on_demand, today, params)))
    open_ = [options.workload.name for options in candidates]
    return OpenSizes(
        offer=(catalog, judge),
        candidates=tuple(candidates),
        members={name: measured.members[name] for name in open_},
        running=_running([one for name in open_ for one in measured.members[name]], zonal),
        places={name: next(iter(_running(measured.members[name], zonal))) for name in open_},
        considered=_considered(candidates, catalog),
        unplanned=tuple(unplanned),
    )


def chosen_params(settings_of_checks: Mapping[str, Mapping[str, object]]) -> Params:
    """Thresholds of `ec2_rightsize` with what the user set."""
    from costopt.analyzer.registry import thresholds

    params: Params = thresholds(CHECK, settings_of_checks.get(CHECK.id, {}))
    return params


def _now(options: Candidates, catalog: Catalog) -> Flags:
    """Which options are the type that runs today, [options]."""
    current = options.workload.current
    names = [catalog.machines[row].shape.instance_type for row in options.machine.tolist()]
    return np.array([current is not None and name == current.instance_type for name in names], dtype=bool)


def _worth_changing(hourly: Floats, today: float, params: Params) -> Flags:
    least = max(float(params.min_saving_monthly / HOURS_PER_MONTH), float(params.min_saving_fraction) * today)
    return hourly <= today - least


def _running(members: Sequence[Resource], zonal: Zones) -> Mapping[Place, Decimal]:
    found: dict[Place, Decimal] = {}
    for resource in members:
        spec = resource.spec
        if isinstance(spec, Ec2Instance):
            used = ComputeUsage(
                service="ec2",
                instance_type=spec.instance_type,
                variant=spec.platform,
                availability_zone=spec.availability_zone,
                tenancy=spec.tenancy,
            )
            place = without_zone((resource.account, (resource.region, used)), zonal)
            found[place] = found.get(place, Decimal(0)) + 1
    return found


def _considered(candidates: Sequence[Candidates], catalog: Catalog) -> Mapping[Place, Decimal]:
    places: dict[Place, Decimal] = {}
    for options in candidates:
        for row in options.machine.tolist():
            machine = catalog.machines[row]
            used = ComputeUsage(service="ec2", instance_type=machine.shape.instance_type, variant=machine.platform)
            places[options.workload.account, (machine.region, used)] = Decimal(0)
    return places
