"""Pods onto the cheapest nodes: column generation, whole numbers by diving and searching, a proven bound."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

import numpy as np

from costopt.errors import InfeasiblePlan, SolverFailed, WorkloadError
from costopt.optimizer.fleets.branching import raise_bound
from costopt.optimizer.fleets.columns import Master, whole_nodes
from costopt.optimizer.fleets.first_fit import Column, first_fit, worth_of_sizes
from costopt.optimizer.fleets.knapsack import Bins, Counts, Items, Pricer, Values
from costopt.optimizer.fleets.pods import NodeType, PackedNodes, Packing, PodKind
from costopt.optimizer.solver import Deadline

MILLI = 1000
MIB = 1024

_GAP_OF_BOUND = 5e-4
"""Gap at which column generation ends: a tenth of what whole numbers lose."""

_MOST_ROUNDS = 300
_ROUNDS_OF_DIVE = 3
"""Rounds of pricing after each step of the dive: the residual needs a few patterns of its own, not a proof."""

_FEW_NODES = 30
"""Nodes up to which whole numbers of each type are worth a search of their own; of more the bound hardly moves."""

_FEW_PATTERNS = 2000
"""Contents of nodes up to which all are given to the search over whole numbers."""

_FOR_COLUMNS = 0.5
"""Share of the time for column generation, which ends long before where there are few kinds."""

_WHOLE = 1e-6
_ROUNDING = 1e-9
_MICRODOLLAR = Decimal("0.000001")
"""To which a bound is rounded down."""

Nodes = list[tuple[Column, int]]
"""Columns and how many nodes there are of each."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Problem:
    """Pods and nodes in whole numbers."""

    items: Items
    bins: Bins
    prices: Values
    """Dollars an hour of each type, [types]."""
    demand: Counts
    """Pods of each kind, [kinds]."""

    @property
    def trimmed(self) -> Bins:
        """Nodes cut to what all pods together ask for, so that a giant among them does not make the tables large."""
        return Bins(
            cpu=np.minimum(self.bins.cpu, int(self.items.cpu @ self.demand)),
            memory=np.minimum(self.bins.memory, int(self.items.memory @ self.demand)),
            pods=np.minimum(self.bins.pods, int(self.demand.sum())),
        )

    def cost(self, plan: Nodes) -> float:
        """Dollars an hour."""
        return sum(float(self.prices[column.type]) * count for column, count in plan)

    def cheaper(self, plan: Nodes, other: Nodes | None) -> Nodes:
        """The cheaper of two plans, the first where there is no other, without what neither needs."""
        plans = [self._tightened(one) for one in (plan, other) if one is not None]
        return min(plans, key=self.cost)

    def _tightened(self, plan: Nodes) -> Nodes:
        """The plan without pods that are there twice, each node of the cheapest type for what it then carries."""
        surplus = sum(np.array(column.pattern) * count for column, count in plan) - self.demand
        tightened: dict[Column, int] = {}
        for column, count in sorted(plan, key=lambda one: -float(self.prices[one[0].type])):
            whole = np.array(column.pattern)
            left = count
            while left and (dropped := np.minimum(whole, surplus)).any():
                surplus, left = surplus - dropped, left - 1
                self._put(tightened, whole - dropped, 1)
            self._put(tightened, whole, left)
        return list(tightened.items())

    def _put(self, plan: dict[Column, int], pattern: Counts, count: int) -> None:
        """Add nodes of the cheapest type for what they carry, where they carry anything."""
        if count and pattern.any():
            fitting = self._cheapest(pattern)
            plan[fitting] = plan.get(fitting, 0) + count

    def _cheapest(self, pattern: Counts) -> Column:
        """A node of the cheapest type that carries the pattern."""
        fits = (
            (self.bins.cpu >= pattern @ self.items.cpu)
            & (self.bins.memory >= pattern @ self.items.memory)
            & (self.bins.pods >= pattern.sum())
        )
        return Column(type=int(np.argmin(np.where(fits, self.prices, np.inf))), pattern=tuple(pattern.tolist()))


def pack(
    kinds: Sequence[PodKind], types: Sequence[NodeType], *, gap: float = 0.005, time_limit: float = 20.0
) -> Packing:
    """Nodes that carry all pods.

    Args:
        kinds: the pods.
        types: nodes on offer, each in any number.
        gap: share of the cost within which the plan need not be improved, 0..1.
        time_limit: seconds. What was begun is finished: a round of pricing may take a second of its own where there are
            a hundred kinds of pods.

    Raises:
        WorkloadError: no pods, or two kinds of one name.
        InfeasiblePlan: a pod fits on no node.
    """
    _refuse(kinds, types)
    offered = _undominated(types)
    problem = _whole_sizes(kinds, offered)
    deadline, of_columns = Deadline.after(time_limit), Deadline.after(time_limit * _FOR_COLUMNS)
    pricer = Pricer(problem.items, problem.trimmed)
    master = Master(pricer, problem.prices, len(kinds))
    start = first_fit(problem.items, problem.bins, problem.prices, problem.demand)
    master.add(column for column, _ in start)
    generated = master.generate(problem.demand, gap=_GAP_OF_BOUND, most_rounds=_MOST_ROUNDS, deadline=of_columns)
    bound = max(generated.bound, _bound_by_sizes(problem, pricer))
    best = problem.cheaper(start, None if deadline.passed else dive(problem, master, deadline))
    if left := deadline.left:
        best, bound = _improved(problem, master, best, bound, gap=gap, time_limit=left)
    return _packing(best, start, kinds, offered, bound=bound, rounds=master.rounds)


class Fraction(NamedTuple):
    """The cheapest parts of nodes that carry all pods, as far as they were found."""

    bound: float
    """Dollars an hour below which no nodes carry the pods."""
    nodes: tuple[tuple[NodeType, float], ...]
    """How many of each type, in parts."""


def pack_in_parts(kinds: Sequence[PodKind], types: Sequence[NodeType], *, time_limit: float) -> Fraction:
    """What nodes cost at least, without the search for whole ones, which takes most of the time of `pack`.

    Args:
        kinds: the pods.
        types: nodes on offer, each in any number.
        time_limit: seconds; with 0 only what the sizes of the pods prove.

    Raises:
        WorkloadError: no pods, or two kinds of one name.
        InfeasiblePlan: a pod fits on no node.
    """
    _refuse(kinds, types)
    deadline = Deadline.after(time_limit)
    offered = _undominated(types)
    problem = _whole_sizes(kinds, offered)
    pricer = Pricer(problem.items, problem.trimmed)
    master = Master(pricer, problem.prices, len(kinds))
    master.add(column for column, _ in first_fit(problem.items, problem.bins, problem.prices, problem.demand))
    plan = master.generate(problem.demand, gap=_GAP_OF_BOUND, most_rounds=_MOST_ROUNDS, deadline=deadline)
    counts = np.zeros(len(offered))
    np.add.at(counts, [column.type for column in master.columns], plan.counts)
    return Fraction(
        bound=max(plan.bound, _bound_by_sizes(problem, pricer)),
        nodes=tuple((node, float(count)) for node, count in zip(offered, counts, strict=True) if count > _WHOLE),
    )


def _bound_by_sizes(problem: _Problem, pricer: Pricer) -> float:
    """Dollars an hour that pods cost at least where each is worth its cores and memory: proved without any table.

    With q the largest worth over price of a node, worth / q overprices no node (Farley 1990).
    """
    worth = worth_of_sizes(problem.items, problem.bins, problem.prices)
    largest = float((pricer.upper(worth, problem.demand) / problem.prices).max())
    return float(worth @ problem.demand) / largest


def _improved(
    problem: _Problem, master: Master, best: Nodes, bound: float, *, gap: float, time_limit: float
) -> tuple[Nodes, float]:
    """The plan and its bound after searches, as far as the gap asks for them and the time allows."""

    def missing() -> bool:
        return problem.cost(best) * (1 - gap) > bound

    few = sum(count for _, count in best) <= _FEW_NODES
    if missing():
        master.add(_patterns_of_few(problem))
        first = time_limit / 3 if few else time_limit
        best = problem.cheaper(best, _searched(problem, master, time_limit=first, gap=gap / 2))
    if few and missing():
        deadline = Deadline.after(time_limit / 3)
        cost, columns = problem.cost(best), len(master.columns)
        bound = raise_bound(
            master, problem.prices, problem.demand, bound=bound, cost=cost, gap=gap / 2, deadline=deadline
        )
        if missing() and len(master.columns) > columns:
            best = problem.cheaper(best, _searched(problem, master, time_limit=time_limit / 3, gap=gap / 4))
    return best, bound


def _patterns_of_few(problem: _Problem) -> list[Column]:
    """Every content of every type of node where there are few: pricing may miss one where the number of pods binds."""
    bins, items = problem.bins, problem.items
    if (problem.demand + 1).astype(float).prod() * len(problem.prices) > _FEW_PATTERNS:
        return []
    counts = np.indices((problem.demand + 1).tolist()).reshape(len(problem.demand), -1).T
    fits = (
        ((counts @ items.cpu)[:, None] <= bins.cpu)
        & ((counts @ items.memory)[:, None] <= bins.memory)
        & (counts.sum(axis=1)[:, None] <= bins.pods)
    )
    return [Column(type=int(type_), pattern=tuple(counts[row].tolist())) for row, type_ in np.argwhere(fits)]


def dive(problem: _Problem, master: Master, deadline: Deadline) -> Nodes:
    """Whole nodes from fractional ones: take the whole part, price patterns for the pods that are left, and again.

    Args:
        problem: pods and nodes.
        master: columns that carry every kind; patterns for the pods left over are added to it.
        deadline: after which the pods that are left are put on nodes one after the other.
    """
    left = problem.demand.copy()
    chosen: Nodes = []
    while left.any():
        if deadline.passed:
            return [*chosen, *first_fit(problem.items, problem.bins, problem.prices, left)]
        plan = master.generate(left, gap=_GAP_OF_BOUND, most_rounds=_ROUNDS_OF_DIVE, deadline=deadline)
        whole = np.floor(plan.counts + _WHOLE).astype(np.int64)
        if not whole.any():
            whole[int(np.argmax(plan.counts))] = 1
        for number in np.flatnonzero(whole).tolist():
            column = master.columns[number]
            chosen.append((column, int(whole[number])))
            left = np.maximum(left - whole[number] * np.array(column.pattern), 0)
    return chosen


def _searched(problem: _Problem, master: Master, *, time_limit: float, gap: float) -> Nodes | None:
    """The plan of the search over all known columns; None where its time was too short."""
    try:
        return whole_nodes(master.columns, problem.prices, problem.demand, time_limit=time_limit, gap=gap)
    except SolverFailed:
        return None


def _refuse(kinds: Sequence[PodKind], types: Sequence[NodeType]) -> None:
    if not kinds:
        raise WorkloadError("there are no pods to pack")
    if len({kind.name for kind in kinds}) != len(kinds):
        raise WorkloadError("two kinds of pods have the same name")
    for kind in kinds:
        if not any(node.pods and node.cpu >= kind.cpu and node.memory_gib >= kind.memory_gib for node in types):
            raise InfeasiblePlan(
                f"pods {kind.name}: none of {len(types)} node types has {kind.cpu} cores and {kind.memory_gib} GiB"
                " left for one",
                hint="Allow larger node types, or ask for less; the kernel, the kubelet and daemons take their part.",
            )


def _undominated(types: Sequence[NodeType]) -> list[NodeType]:
    """Types beside which no other offers as much for no more money; of equal ones the first."""
    figures = np.array([[node.cpu, node.memory_gib, node.pods, -float(node.hourly_price)] for node in types])
    kept = []
    for place, node in enumerate(types):
        as_good = (figures >= figures[place]).all(axis=1)
        better = as_good & (figures > figures[place]).any(axis=1)
        if not (better.any() or as_good[:place].any()):
            kept.append(node)
    return kept


def _whole_sizes(kinds: Sequence[PodKind], types: Sequence[NodeType]) -> _Problem:
    """Requests rounded up and nodes rounded down to millicores and MiB."""

    def up(figures: list[float], unit: int) -> Counts:
        return np.ceil(np.array(figures) * unit - 1e-6).astype(np.int64)

    def down(figures: list[float], unit: int) -> Counts:
        return np.floor(np.array(figures) * unit + 1e-6).astype(np.int64)

    items = Items(cpu=up([one.cpu for one in kinds], MILLI), memory=up([one.memory_gib for one in kinds], MIB))
    bins = Bins(
        cpu=down([one.cpu for one in types], MILLI),
        memory=down([one.memory_gib for one in types], MIB),
        pods=np.array([one.pods for one in types], dtype=np.int64),
    )
    prices = np.array([float(one.hourly_price) for one in types])
    return _Problem(items=items, bins=bins, prices=prices, demand=np.array([one.count for one in kinds], np.int64))


def _packing(
    plan: Nodes, start: Nodes, kinds: Sequence[PodKind], types: Sequence[NodeType], *, bound: float, rounds: int
) -> Packing:
    """The plan in the user's terms, priced in decimals."""
    nodes = tuple(
        PackedNodes(
            node=types[column.type],
            count=count,
            pods=tuple((kind.name, pods) for kind, pods in zip(kinds, column.pattern, strict=True) if pods),
        )
        for column, count in sorted(plan, key=lambda one: -types[one[0].type].hourly_price)
    )
    cost = sum((one.node.hourly_price * one.count for one in nodes), Decimal(0))
    greedy = sum((types[column.type].hourly_price * count for column, count in start), Decimal(0))
    reached = bound >= float(cost) * (1 - _ROUNDING)
    proven = cost if reached else Decimal(bound).quantize(_MICRODOLLAR, ROUND_FLOOR)
    return Packing(nodes=nodes, hourly_cost=cost, bound=proven, first_fit_cost=greedy, rounds=rounds)
