"""What stands in the way of a cheaper size: requirements that bind, and what relaxing each would save."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from costopt.optimizer.sizing.infeasibility import describe_limit
from costopt.optimizer.sizing.judgement import LIMITS, Candidates, Judge
from costopt.optimizer.sizing.machines import Catalog, Machine
from costopt.optimizer.sizing.workload import Limit, Workload

_NO_REQUIREMENT = frozenset({Limit.PERFORMANCE, Limit.LICENCE})
"""What is not known cannot be relaxed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A requirement without which a workload would cost less on demand."""

    limit: Limit
    """Which."""
    description: str
    """The requirement in words."""
    machine: Machine
    """What the workload would run on without it."""
    replicas: int
    """How many of them."""
    hourly_saving: Decimal
    """Dollars an hour that it would save at on-demand prices, licences included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The dearest type that would still be cheaper than the one chosen, and why it will not do."""

    machine: Machine
    """Which."""
    limit: Limit
    """First requirement that it fails."""
    description: str
    """The requirement in words."""


def explain_size(judge: Judge, catalog: Catalog, workload: Workload, hourly: Decimal) -> tuple[Binding, ...]:
    """Requirements that bind, the most saving first.

    Each is left out in turn, so that a type is only offered if it keeps all the others.

    Args:
        judge: of the catalog.
        catalog: what is on offer.
        workload: whose size is explained.
        hourly: dollars an hour on demand, licences included, of what was chosen.
    """
    found = []
    for limit in LIMITS:
        if limit in _NO_REQUIREMENT:
            continue
        options = judge.options(workload, ignoring=frozenset({limit}))
        if not len(options.machine):
            continue
        saving = hourly - exact_hourly(options, catalog, 0)
        if saving > 0:
            found.append(
                Binding(
                    limit=limit,
                    description=describe_limit(limit, workload, catalog),
                    machine=catalog.machines[options.machine[0]],
                    replicas=int(options.replicas[0]),
                    hourly_saving=saving,
                )
            )
    return tuple(sorted(found, key=lambda binding: -binding.hourly_saving))


def next_cheaper_rejected(judge: Judge, catalog: Catalog, workload: Workload, hourly: Decimal) -> Rejected | None:
    """The next cheaper type that will not do, at the least number of machines allowed; None where there is none.

    Args:
        judge: of the catalog.
        catalog: what is on offer.
        workload: whose size is explained.
        hourly: dollars an hour on demand of what was chosen, licences left out.
    """
    failed = judge.judge(workload).failed
    costs = [machine.hourly * workload.min_replicas for machine in catalog.machines]
    cheaper = [row for row in np.flatnonzero(failed >= 0).tolist() if costs[row] < hourly]
    if not cheaper:
        return None
    row = max(cheaper, key=lambda each: (costs[each], catalog.machines[each].shape.instance_type))
    limit = LIMITS[failed[row]]
    return Rejected(machine=catalog.machines[row], limit=limit, description=describe_limit(limit, workload, catalog))


def exact_hourly(options: Candidates, catalog: Catalog, row: int) -> Decimal:
    """Dollars an hour on demand of an option, licences included."""
    machine = catalog.machines[int(options.machine[row])]
    licence = Decimal(repr(float(options.licence[row])))
    return machine.hourly * int(options.replicas[row]) + licence
