"""What a change of sizes takes away from commitments that are owned, and which changes had better wait."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np

from costopt.economics.instruments import Holding
from costopt.economics.simulator.settlement import Settlement, settle
from costopt.optimizer.sizing.joint.problem import JointOptions
from costopt.optimizer.sizing.machines import Integers, Machine


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stranded:
    """An owned commitment that pays for less than with today's sizes."""

    holding: Holding
    """Which."""
    dollars: Decimal
    """What it costs in the hours of the plan and pays for nothing more, beyond what was idle before."""
    until: datetime
    """When its term ends, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Postponed:
    """A size that is cheaper on demand than the one chosen, which a commitment pays for until it ends."""

    workload: str
    """Whose."""
    machine: Machine
    """The cheaper type."""
    replicas: int
    """How many."""
    hourly_saving: Decimal
    """Dollars an hour that it saves at on-demand prices, licences left out."""
    until: datetime
    """End of the last owned commitment that pays for what is chosen, UTC: the day to look again."""


def find_stranded(options: JointOptions, settlement: Settlement) -> tuple[Stranded, ...]:
    """Owned commitments that the plan uses less than today's sizes do.

    Workloads that do not run yet, or whose machine no longer carries them, are left out of today.
    """
    problem = options.problem
    if not problem.owned:
        return ()
    now = options.demand(options.current[options.current >= 0])
    terms = problem.terms
    before = settle(now, problem.owned, sharing=terms.sharing, sustained_use=terms.sustained_use).bill.unused
    after = settlement.bill.unused
    return tuple(
        Stranded(holding=holding, dollars=idle - idle_before, until=holding.end)
        for holding, idle, idle_before in zip(problem.owned, after, before, strict=False)
        if idle > idle_before
    )


def find_postponed(options: JointOptions, chosen: Integers) -> tuple[Postponed, ...]:
    """Workloads that stay on a dearer size because an owned commitment pays for it."""
    problem = options.problem
    cheapest = options.cheapest(options.on_demand * options.hours + options.licence)
    found = []
    for place in np.flatnonzero(chosen != cheapest).tolist():
        slots = options.slot[options.part == chosen[place]].tolist()
        items = [options.slots[slot][1] for slot in slots]
        bound = [one for one in problem.owned if one.instrument.kind.family_bound]
        ends = [one.end for one in bound if one.instrument.covers[items].any()]
        row, better = int(chosen[place]), int(cheapest[place])
        saving = _hourly(options, row) - _hourly(options, better)
        if ends and saving > 0:
            found.append(
                Postponed(
                    workload=problem.candidates[place].workload.name,
                    machine=problem.catalog.machines[options.machine[better]],
                    replicas=int(options.replicas[better]),
                    hourly_saving=saving,
                    until=max(ends),
                )
            )
    return tuple(found)


def _hourly(options: JointOptions, row: int) -> Decimal:
    machine = options.problem.catalog.machines[int(options.machine[row])]
    return machine.hourly * int(options.replicas[row])
