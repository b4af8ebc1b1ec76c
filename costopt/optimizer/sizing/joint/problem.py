"""What is decided together: options of workloads, each adding demand to a usage item, and commitments on offer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding, Instrument
from costopt.errors import DemandError
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.optimizer.sizing.joint.columns import Billed, Columns
from costopt.optimizer.sizing.judgement import Candidates
from costopt.optimizer.sizing.machines import Catalog, Flags, Floats, Integers
from costopt.optimizer.sizing.pruning import prune, prune_parts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JointProblem:
    """An estate whose sizes and commitments are both open."""

    candidates: tuple[Candidates, ...]
    """Options of each workload."""
    catalog: Catalog
    """The machines that they refer to."""
    base: HourlyDemand
    """Usage that is not open. Its items hold one for every option: a column of zeros where nothing runs yet."""
    profiles: Floats
    """Share of a workload's machines that run in each hour, 0..1, [hours, profiles]; see `Workload.profile`."""
    offers: tuple[Instrument, ...]
    """Commitments on offer, against the items of `base`."""
    owned: tuple[Holding, ...] = ()
    """Commitments that are owned: their cost is sunk."""
    terms: PlanTerms = field(default_factory=PlanTerms)
    """Limits on purchases."""

    def __post_init__(self) -> None:
        """Refuse profiles that are none.

        Raises:
            DemandError: profiles of other hours than the demand's, outside 0..1, or that a workload refers to in vain.
        """
        hours, number = self.profiles.shape
        if hours != self.base.hours:
            raise DemandError(f"profiles have {hours} hours, the demand {self.base.hours}")
        if not ((self.profiles >= 0) & (self.profiles <= 1)).all():
            raise DemandError(
                "a profile is not within 0 to 1", hint="Give shares of the machines that run at the peak."
            )
        for options in self.candidates:
            if not 0 <= options.workload.profile < number:
                raise DemandError(
                    f"workload {options.workload.name!r} follows profile {options.workload.profile} of {number}"
                )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JointOptions:
    """The options of all workloads one after the other, sorted by workload, those that no plan needs left out.

    What options add to demand is only known to the oracle by `slot`: a profile and an item. So the hours are never
    multiplied by options.
    """

    problem: JointProblem
    """Whose."""
    workload: Integers
    """Place of the workload, [options]."""
    machine: Integers
    """Row in the catalog, [options]."""
    replicas: Integers
    """Machines, [options]."""
    on_demand: Floats
    """Dollars an hour when all machines run and nothing is committed, [options]."""
    licence: Floats
    """Dollars of licences over all hours, [options]."""
    part: Integers
    """Option that each part is of, in ascending order, [parts]: machines may be billed as several items."""
    slot: Integers
    """Place in `slots` of what a part adds to, [parts]."""
    dollars: Floats
    """Dollars an hour on demand that a part adds when all machines run, before any discount, [parts]."""
    slots: tuple[tuple[int, int], ...]
    """Profile and item of each slot."""
    current: Integers
    """Row of the machine that each workload runs on now, [workloads]; -1 where it is unknown or no longer will do."""

    @property
    def hours(self) -> Floats:
        """Hours in which the machines of each option run, [options]."""
        running = self.problem.profiles.sum(axis=0)
        follows = np.array([options.workload.profile for options in self.problem.candidates], dtype=np.int64)
        hours: Floats = running[follows[self.workload]]
        return hours

    def of_slots(self, figures: Floats) -> Floats:
        """Sum of a figure of slots [slots] over the parts of each option, [options]."""
        return _sums(self.part, figures[self.slot], len(self.workload))

    def amounts(self, chosen: Integers) -> Floats:
        """Dollars an hour on demand at the peak in each slot under a choice (rows), [slots]."""
        among = np.zeros(len(self.workload))
        among[chosen] = 1.0
        return _sums(self.slot, self.dollars * among[self.part], len(self.slots))

    def demand(self, chosen: Integers) -> HourlyDemand:
        """Demand of the whole estate under a choice of one row for each workload."""
        return HourlyDemand(
            items=self.problem.base.items,
            dollars=self.problem.base.dollars + self.added(self.amounts(chosen)),
            start=self.problem.base.start,
        )

    def added(self, amounts: Floats) -> Floats:
        """On-demand dollars that amounts [slots] add, [hours, items]."""
        by_item = np.zeros((self.problem.profiles.shape[1], len(self.problem.base.items)))
        for (profile, item), amount in zip(self.slots, amounts.tolist(), strict=True):
            by_item[profile, item] += amount
        dollars: Floats = self.problem.profiles @ by_item
        return dollars

    def largest_amounts(self) -> Floats:
        """Most that each slot can have, [slots]."""
        largest = np.zeros((len(self.problem.candidates), len(self.slots)))
        np.maximum.at(largest, (self.workload[self.part], self.slot), self.dollars)
        amounts: Floats = largest.sum(axis=0)
        return amounts

    def largest_demand(self) -> HourlyDemand:
        """Demand with every item as large as any choice makes it."""
        base = self.problem.base
        dollars = base.dollars + self.added(self.largest_amounts())
        return HourlyDemand(items=base.items, dollars=dollars, start=base.start)

    def cheapest(self, costs: Floats) -> Integers:
        """Row of each workload's cheapest option at `costs` [options], [workloads]."""
        order = np.lexsort((costs, self.workload))
        return order[np.searchsorted(self.workload[order], np.arange(len(self.problem.candidates)))]

    def costs_at(self, prices: Floats) -> Floats:
        """Dollars of each option over all hours at marginal prices of slots, [options].

        Args:
            prices: dollars over all hours of one dollar more an hour on demand at the peak, [slots].
        """
        return _sums(self.part, self.dollars * prices[self.slot], len(self.workload)) + self.licence

    def licence_cost(self, chosen: Integers) -> Decimal:
        """Dollars of licences over all hours."""
        return sum((Decimal(repr(amount)) for amount in self.licence[chosen].tolist()), Decimal(0))


def _sums(place: Integers, figures: Floats, places: int) -> Floats:
    return np.bincount(place, weights=figures, minlength=places).astype(np.float64)


def list_joint_options(problem: JointProblem) -> JointOptions:
    """The options that a plan may need: of those of one workload and the same items only the undominated.

    Raises:
        DemandError: an option belongs to no item of the demand.
    """
    columns = Columns(problem.base.items, problem.catalog)
    slots: dict[tuple[int, int], int] = {}
    parts: list[_Part] = []
    kept: list[Candidates] = []
    current: list[int] = []
    count = 0
    for options in problem.candidates:
        billed = columns.of(options)
        now = _current(options, problem.catalog)
        keep = now | np.isin(options.machine, _prune(options, billed).machine)
        rows = np.flatnonzero(keep)
        current.append(count + int(now[rows].argmax()) if now.any() else -1)
        for place, row in enumerate(rows.tolist(), start=count):
            for item, dollars in billed[row]:
                slot = slots.setdefault((options.workload.profile, item), len(slots))
                parts.append(_Part(place, slot, dollars))
        kept.append(options.only(rows))
        count += len(rows)
    running = problem.profiles.sum(axis=0)
    counts = [len(options.machine) for options in kept]
    hours = np.repeat([running[options.workload.profile] for options in kept], counts)
    option, slot_of, dollars_of = zip(*parts, strict=True)
    return JointOptions(
        problem=problem,
        workload=np.repeat(np.arange(len(kept)), counts),
        machine=np.concatenate([options.machine for options in kept]),
        replicas=np.concatenate([options.replicas for options in kept]),
        on_demand=np.concatenate([options.on_demand for options in kept]),
        licence=np.concatenate([options.licence for options in kept]) * hours,
        part=np.array(option, dtype=np.int64),
        slot=np.array(slot_of, dtype=np.int64),
        dollars=np.array(dollars_of),
        slots=tuple(slots),
        current=np.array(current, dtype=np.int64),
    )


class _Part(NamedTuple):
    option: int
    slot: int
    dollars: float


def _prune(options: Candidates, billed: Sequence[Billed]) -> Candidates:
    if all(len(each) == 1 for each in billed):
        return prune(options, np.array([each[0][0] for each in billed]), count_vcpu=False)
    column = {item: place for place, item in enumerate(sorted({item for each in billed for item, _ in each}))}
    dollars = np.zeros((len(billed), len(column)))
    for row, each in enumerate(billed):
        for item, amount in each:
            dollars[row, column[item]] += amount
    return prune_parts(options, dollars)


def _current(options: Candidates, catalog: Catalog) -> Flags:
    """Whether an option is the one that runs now, [options]; of several regions only the cheapest."""
    current = options.workload.current
    names = [catalog.machines[row].shape.instance_type for row in options.machine.tolist()]
    same = np.array([current is not None and name == current.instance_type for name in names], dtype=bool)
    first: Flags = same & (np.cumsum(same) == 1)
    return first
