"""What no plan of a file costs less than, whatever runs and whatever is bought."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.optimizer.commitments.worth_of_hours import Kinds, Need, prove_floor
from costopt.optimizer.solver import Deadline
from costopt.pipeline.planning.workloads.planned_workload import Pattern, PlannedWorkload
from costopt.pipeline.planning.workloads.workload_demand import HOURS_PER_MONTH, Horizon

_MONTHS_PER_YEAR = 12
_MOST_KINDS = 1000
"""Kinds of hours above which months of growing demand are not told apart: a coarser bound is a bound, and quick."""


def floor_of(plans: Sequence[PlannedWorkload], horizon: Horizon, deadline: Deadline) -> Decimal:
    """Dollars a month, in the mean of the horizon.

    Args:
        plans: all workloads, with what they ask for.
        horizon: the hours.
        deadline: after which the bound is not improved.
    """
    asked = [one for plan in plans for one in plan.asked]
    levels = np.array([one.hours.over(horizon.start, horizon.hours) for one in asked])
    kind_of, kinds = _kinds(levels, horizon)
    growth = horizon.grown(Pattern.always(1.0))
    # Work that may wait is counted with the least that its month grew by, whenever in it it is done.
    least = growth.reshape(horizon.months, -1).min(axis=1).repeat(HOURS_PER_MONTH)
    needs = []
    for one, hours in zip(asked, levels, strict=True):
        grown = hours * (least if one.anywhere else growth)
        weights = np.bincount(kind_of, weights=grown, minlength=len(kinds.hours)).astype(float)
        needs.append(Need(weights=weights, prove=one.prove, anywhere=one.anywhere))
    dollars = prove_floor(kinds, [one for one in needs if one.weights.any()], deadline).dollars
    return Decimal(repr(dollars)) / horizon.months


def _kinds(levels: NDArray[np.float64], horizon: Horizon) -> tuple[NDArray[np.int64], Kinds]:
    """Which kind each hour of the horizon is, and the kinds: hours in which the same is asked for in the same time.

    Purchases are made at the start and each year after, for whole years; so the years are the spans.
    """
    month = np.arange(horizon.hours) // HOURS_PER_MONTH
    year = month // _MONTHS_PER_YEAR
    kind_of, first = _apart(levels, month if horizon.growth else year)
    if len(first) > _MOST_KINDS:
        kind_of, first = _apart(levels, year)
    hours = np.bincount(kind_of).astype(float)
    return kind_of, Kinds(hours=hours, span=year[first])


def _apart(levels: NDArray[np.float64], time: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The kind of each hour, and the first hour of each kind."""
    rows = np.column_stack([levels.T, time])
    _, first, kind_of = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return kind_of.ravel(), first
