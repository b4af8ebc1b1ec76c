"""One option for each workload under shared limits, with a proven gap.

Families are chosen first, with workloads split: by an integer problem over those families that a bound does not rule
out (`family_bound`), of a large estate over a sample of its workloads. With families fixed, a basic solution splits no
more workloads than limits bind (`limit_prices`); those, and others that are nearly undecided, go into a small integer
problem. Small estates are one integer problem from the start, and without shared limits none is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from costopt.errors import InfeasiblePlan, SolverFailed
from costopt.optimizer.sizing.assignment import billed, solve_model
from costopt.optimizer.sizing.coupling import Coupling, OptionTable
from costopt.optimizer.sizing.family_bound import bound_families
from costopt.optimizer.sizing.limit_prices import Prices, Relaxed, cheapest_rows, price_limits, relax_all
from costopt.optimizer.sizing.machines import Flags, Floats, Integers
from costopt.optimizer.solver import Deadline, Status, relative_gap

DEFAULT_TOLERANCE = 0.0025
"""Relative gap at which the choice counts as optimal."""

_WHOLE_OPTIONS = 2500
"""Options up to which the problem is solved in one piece."""

_WHOLE_WORKLOADS, _SAMPLE = 1000, 300
"""Workloads up to which families are chosen for all of them, and how many stand for them beyond."""

_UNDECIDED_OPTIONS = 1500
"""Options beside the relaxed solution that the last integer problem may choose from, cheapest to switch to first."""


_ROUNDS, _SAMPLE_ROUNDS, _FIRST_MIX = 2, 8, 0.3
"""Rounds of prices and families where an integer problem follows and where none does, and the part of new prices in the
first. Measured: the best families of 500 made workloads are found in the first round, those of 300 out of 5,000 in the
third; the bound grows up to the sixth."""

_FAMILY_SHARE, _WORKLOAD_SHARE = 0.75, 0.125
"""Parts of the tolerance for the choice of families and for whole workloads in them."""

_HAIR = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assignment:
    """The options chosen."""

    status: Status
    """OPTIMAL where the gap is within the tolerance."""
    rows: Integers
    """Row in the table of each workload's option, [workloads]."""
    cost: float
    """Dollars an hour after what reserved pools pay for, in the solver's floats."""
    bound: float
    """Dollars an hour that no choice betters."""
    prices: Prices
    """What one unit more of each limit would save at the margin, with the families as they are."""

    @property
    def gap(self) -> float:
        """Relative distance of cost and bound, at least 0."""
        return relative_gap(self.cost, min(self.bound, self.cost))


def assign(
    table: OptionTable,
    coupling: Coupling,
    *,
    tolerance: float = DEFAULT_TOLERANCE,
    time_limit: float | None = None,
) -> Assignment:
    """The cheapest choice of one option for each workload.

    Args:
        table: options, each workload with one at least.
        coupling: limits that workloads share.
        tolerance: relative gap at which to end.
        time_limit: seconds, after which the best so far is given with its gap.

    Raises:
        InfeasiblePlan: no choice keeps the limits; the message names those that are in the way.
        SolverFailed: the time is over before there is any choice.
    """
    if not coupling.couples:
        free = cheapest_rows(table, table.hourly)
        cost = float(table.hourly[free].sum())
        return _assignment(free, cost, cost, Prices.free(coupling), tolerance)
    deadline = Deadline.after(time_limit)
    if len(table.workload) <= _WHOLE_OPTIONS:
        found, rows = solve_model(table, coupling, time_limit=deadline.left, gap=tolerance / 2)
        inside = table.only(np.isin(table.family, table.family[rows]))
        prices = price_limits(inside, coupling, Prices.free(coupling), deadline).prices
        bound = -np.inf if found.bound is None else found.bound
        return _assignment(rows, billed(table, rows, coupling), bound, prices, tolerance)
    if coupling.max_families is None:
        return _fix(table, coupling, _Families.all_of(table, coupling), tolerance, deadline)
    return _fix(table, coupling, _choose_families(table, coupling, tolerance, deadline), tolerance, deadline)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Families:
    """Families to use, found with workloads split."""

    used: Flags
    """Which, [families]."""
    cost: float
    """What they cost, dollars an hour."""
    bound: float
    """What no choice of families and options betters."""
    proved_at: Prices
    """Prices that the bound was proved with."""
    prices: Prices
    """Prices of the limits within these families."""
    possible: Flags
    """Families that a choice better than `cost` might use, [families]."""

    @classmethod
    def all_of(cls, table: OptionTable, coupling: Coupling) -> "_Families":
        """All families, with nothing proved yet."""
        every, free = np.ones(len(table.families), dtype=bool), Prices.free(coupling)
        return cls(used=every, cost=np.inf, bound=-np.inf, proved_at=free, prices=free, possible=every)


def _choose_families(table: OptionTable, coupling: Coupling, tolerance: float, deadline: Deadline) -> _Families:
    """Families to use, and a bound over all choices."""
    sample, scaled = _sample(table, coupling)
    rounds = _ROUNDS if sample is table else _SAMPLE_ROUNDS
    found = _price_families(sample, scaled, tolerance, deadline, rounds)
    if sample is not table:
        return replace(found, bound=bound_families(table, coupling, found.proved_at).bound)
    if found.cost - found.bound <= tolerance / 2 * abs(found.cost):
        return found
    left = table.only(found.possible[table.family])
    try:
        solved, rows = solve_model(left, coupling, time_limit=deadline.left, gap=tolerance * _FAMILY_SHARE, split=True)
    except SolverFailed:
        if not deadline.passed:
            raise
        return found
    used = np.zeros(len(table.families), dtype=bool)
    used[left.family[rows]] = True
    proved = -np.inf if solved.bound is None else min(solved.bound, found.cost)
    return replace(found, used=used, bound=max(found.bound, proved))


def _price_families(
    table: OptionTable, coupling: Coupling, tolerance: float, deadline: Deadline, rounds: int
) -> _Families:
    """Alternate: families at prices, prices at families; a part of the new prices is mixed into the best so far."""
    prices = relax_all(table, coupling)
    found = _Families.all_of(table, coupling)
    proved = np.full(len(table.families), -np.inf)
    for number in range(rounds):
        choice = bound_families(table, coupling, prices)
        proved = np.maximum(proved, choice.with_family)
        if choice.bound > found.bound:
            found = replace(found, bound=choice.bound, proved_at=prices)
        inside = price_limits(table.only(choice.used[table.family]), coupling, prices, deadline)
        if inside.bound < found.cost:
            found = replace(found, used=choice.used, cost=inside.bound, prices=inside.prices)
        if found.cost - found.bound <= tolerance / 2 * abs(found.cost) or deadline.passed:
            break
        prices = _mixed(table, found.proved_at, inside.prices, choice.used, _FIRST_MIX / (1 + number / 4))
    # A hair above, lest the best choice itself be ruled out by rounding.
    return replace(found, possible=proved <= found.cost + _HAIR * abs(found.cost))


def _mixed(table: OptionTable, best: Prices, new: Prices, used: Flags, part: float) -> Prices:
    """Prices between two; limits of families that are not used have no new price."""

    def mix(old: Floats, found: Floats, cells: Flags) -> Floats:
        families = [table.family_of(each) for each in cells]
        told = np.array([family is None or used[family] for family in families], dtype=bool)
        return np.where(told, (1 - part) * old + part * found, old)

    return Prices(toll=mix(best.toll, new.toll, table.in_quota), rebate=mix(best.rebate, new.rebate, table.in_pool))


def _sample(table: OptionTable, coupling: Coupling) -> tuple[OptionTable, Coupling]:
    """Evenly chosen workloads in the order of their cost, with limits that are smaller in the same proportion."""
    number = len(table.workloads)
    if number <= _WHOLE_WORKLOADS:
        return table, coupling
    least = table.hourly[cheapest_rows(table, table.hourly)]
    places = np.linspace(0, number - 1, _SAMPLE).round().astype(np.int64)
    kept = np.sort(np.argsort(least, kind="stable")[places])
    share = float(least[kept].sum() / least.sum())
    quotas = tuple(replace(quota, vcpus=quota.vcpus * share) for quota in coupling.quotas)
    pools = tuple(replace(pool, hourly=pool.hourly * Decimal(share)) for pool in coupling.pools)
    return table.of_workloads(kept), replace(coupling, quotas=quotas, pools=pools)


def _fix(
    table: OptionTable, coupling: Coupling, families: _Families, tolerance: float, deadline: Deadline
) -> Assignment:
    """Whole workloads within the families chosen."""
    allowed = np.flatnonzero(families.used[table.family])
    inside, within = table.only(allowed), replace(coupling, max_families=None)
    relaxed = price_limits(inside, within, families.prices, deadline)
    near = allowed[_near_rows(inside, relaxed)]
    rows = _first_solved(table, [(near, within), (allowed, within)], coupling, tolerance, deadline)
    bound = relaxed.bound if coupling.max_families is None else families.bound
    return _assignment(rows, billed(table, rows, coupling), bound, relaxed.prices, tolerance)


def _first_solved(
    table: OptionTable,
    tries: Sequence[tuple[Integers, Coupling]],
    coupling: Coupling,
    tolerance: float,
    deadline: Deadline,
) -> Integers:
    """Rows chosen from the first options that whole workloads fit in.

    Where a quota all but binds, the few options near the relaxed solution may be too few, and even families in which
    split workloads fit may be too small for whole ones: only the whole problem can say that nothing fits.
    """
    for options, limits in tries:
        try:
            _, chosen = solve_model(
                table.only(options), limits, time_limit=deadline.left, gap=tolerance * _WORKLOAD_SHARE
            )
        except InfeasiblePlan:
            continue
        return options[chosen]
    return solve_model(table, coupling, time_limit=deadline.left, gap=tolerance)[1]


def _near_rows(table: OptionTable, relaxed: Relaxed) -> Integers:
    """The options of the relaxed solution and those that cost least to switch to at its prices."""
    costs = relaxed.prices.of_options(table)
    extra = costs - costs[cheapest_rows(table, costs)][table.workload]
    nearest = np.argsort(extra, kind="stable")[: len(table.workloads) + _UNDECIDED_OPTIONS]
    return np.union1d(relaxed.rows, nearest)


def _assignment(rows: Integers, cost: float, bound: float, prices: Prices, tolerance: float) -> Assignment:
    bound = min(bound, cost)
    status = Status.OPTIMAL if cost - bound <= tolerance * abs(cost) else Status.FEASIBLE
    return Assignment(status=status, rows=rows, cost=cost, bound=bound, prices=prices)
