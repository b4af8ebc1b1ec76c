"""Machines of EC2 with an open size: those that were measured, with the types that would save enough."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial

import numpy as np

from costopt.analyzer.checks.ec2_rightsize import CHECK, Params
from costopt.economics.ec2_cost import ec2_usage
from costopt.economics.usage_items import Place, Zones, without_zone
from costopt.model.plan import Unplanned
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import Ec2Instance
from costopt.optimizer.sizing.explanation import explain_size
from costopt.optimizer.sizing.judgement import Candidates, Judge
from costopt.optimizer.sizing.machines import Catalog, Flags, tabulate
from costopt.optimizer.sizing.workload import Workload
from costopt.pipeline.planning.snapshot.estate import PlannedEstate
from costopt.pipeline.planning.snapshot.measured_machines import machines_on_offer, measured_machines
from costopt.pipeline.planning.snapshot.open_workload import (
    MOST_RELAXED,
    OpenWorkload,
    ProviderSizes,
    saving_words,
    worth_changing,
)


def open_ec2_sizes(estate: PlannedEstate, params: Params, zonal: Zones) -> ProviderSizes:
    """Find the open sizes of EC2.

    A change must save as much as `ec2_rightsize` asks for: less is not worth a restart.

    Args:
        estate: snapshot and audit.
        params: thresholds of `ec2_rightsize`.
        zonal: where zones matter.
    """
    measured = measured_machines(estate.snapshot, estate.context, params, estate.findings.gone, zonal)
    machines = machines_on_offer(measured.workloads, estate.book)
    if not machines:
        return ProviderSizes(unplanned=measured.unplanned)
    catalog = tabulate(machines)
    judge = Judge(catalog)
    unplanned = list(measured.unplanned)
    open_ = []
    for workload in measured.workloads:
        found = judge.options(workload)
        now = _now(found, catalog)
        members = measured.members[workload.name]
        if not now.any() or found.replicas[now][0] > len(members):
            reason = "its load with headroom is more than what runs carries; `ec2_underprovisioned` looks at that"
            unplanned.append(Unplanned(subject=workload.name, reason=reason))
            continue
        today = float(catalog.hourly[found.machine[now]][0]) * len(members)
        worth = worth_changing(found.on_demand, today, params.min_saving_monthly, params.min_saving_fraction)
        open_.append(
            OpenWorkload(
                options=found.only(now | worth),
                members=members,
                running=_running(members, zonal),
                relaxing=partial(_relaxing, judge, catalog, workload),
            )
        )
    return ProviderSizes(machines=machines, workloads=tuple(open_), unplanned=tuple(unplanned))


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


def _running(members: Sequence[Resource], zonal: Zones) -> Mapping[Place, Decimal]:
    found: dict[Place, Decimal] = {}
    for resource in members:
        spec = resource.spec
        if isinstance(spec, Ec2Instance):
            place = without_zone((resource.account, (resource.region, ec2_usage(spec))), zonal)
            found[place] = found.get(place, Decimal(0)) + 1
    return found


def _relaxing(judge: Judge, catalog: Catalog, workload: Workload, hourly: Decimal) -> tuple[str, ...]:
    found = explain_size(judge, catalog, workload, hourly)
    return tuple(
        saving_words(one.description, one.replicas, one.machine.shape.instance_type, one.hourly_saving)
        for one in found[:MOST_RELAXED]
    )
