"""What is decided together: options of workloads, each adding demand to a usage item, and commitments on offer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from costopt.economics.demand import HourlyDemand, UsageItem
from costopt.economics.instruments import Holding, Instrument
from costopt.errors import DemandError
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.optimizer.sizing.judgement import Candidates
from costopt.optimizer.sizing.machines import Catalog, Flags, Floats, Integers, Machine
from costopt.optimizer.sizing.pruning import prune
from costopt.optimizer.sizing.workload import Workload


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
    slot: Integers
    """Place in `slots`, [options]."""
    on_demand: Floats
    """Dollars an hour on demand when all machines run, [options]."""
    licence: Floats
    """Dollars of licences over all hours, [options]."""
    slots: tuple[tuple[int, int], ...]
    """Profile and item of each slot."""
    current: Integers
    """Row of the machine that each workload runs on now, [workloads]; -1 where it is unknown or no longer will do."""

    @property
    def hours(self) -> Floats:
        """Hours in which the machines of each option run, [options]."""
        running = self.problem.profiles.sum(axis=0)
        hours: Floats = running[[self.slots[slot][0] for slot in self.slot.tolist()]]
        return hours

    def amounts(self, chosen: Integers) -> Floats:
        """Dollars an hour on demand at the peak in each slot under a choice (rows), [slots]."""
        amounts = np.zeros(len(self.slots))
        np.add.at(amounts, self.slot[chosen], self.on_demand[chosen])
        return amounts

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

    def cheapest(self, costs: Floats) -> Integers:
        """Row of each workload's cheapest option at `costs` [options], [workloads]."""
        order = np.lexsort((costs, self.workload))
        return order[np.searchsorted(self.workload[order], np.arange(len(self.problem.candidates)))]

    def costs_at(self, prices: Floats) -> Floats:
        """Dollars of each option over all hours at marginal prices of slots, [options].

        Args:
            prices: dollars over all hours of one dollar more an hour on demand at the peak, [slots].
        """
        return self.on_demand * prices[self.slot] + self.licence

    def licence_cost(self, chosen: Integers) -> Decimal:
        """Dollars of licences over all hours."""
        return sum((Decimal(repr(amount)) for amount in self.licence[chosen].tolist()), Decimal(0))


def list_joint_options(problem: JointProblem) -> JointOptions:
    """The options that a plan may need: of those of one workload and item only the undominated.

    Raises:
        DemandError: an option belongs to no item of the demand.
    """
    columns = _Columns(problem)
    slots: dict[tuple[int, int], int] = {}
    parts: list[tuple[Candidates, Integers]] = []
    current: list[int] = []
    running = problem.profiles.sum(axis=0)
    for options in problem.candidates:
        item = columns.of(options)
        now = _current(options, problem.catalog)
        keep = now | np.isin(options.machine, prune(options, item, count_vcpu=False).machine)
        current.append(int(now[keep].argmax()) + sum(len(slot) for _, slot in parts) if now.any() else -1)
        kept, profile = options.only(keep), options.workload.profile
        slot = [slots.setdefault((profile, column), len(slots)) for column in item[keep].tolist()]
        parts.append((kept, np.array(slot, dtype=np.int64)))
    counts = [len(slot) for _, slot in parts]
    hours = np.repeat([running[options.workload.profile] for options, _ in parts], counts)
    return JointOptions(
        problem=problem,
        workload=np.repeat(np.arange(len(parts)), counts),
        machine=np.concatenate([options.machine for options, _ in parts]),
        replicas=np.concatenate([options.replicas for options, _ in parts]),
        slot=np.concatenate([slot for _, slot in parts]),
        on_demand=np.concatenate([options.on_demand for options, _ in parts]),
        licence=np.concatenate([options.licence for options, _ in parts]) * hours,
        slots=tuple(slots),
        current=np.array(current, dtype=np.int64),
    )


def _current(options: Candidates, catalog: Catalog) -> Flags:
    """Whether an option is the one that runs now, [options]; of several regions only the cheapest."""
    current = options.workload.current
    names = [catalog.machines[row].shape.instance_type for row in options.machine.tolist()]
    same = np.array([current is not None and name == current.instance_type for name in names], dtype=bool)
    first: Flags = same & (np.cumsum(same) == 1)
    return first


class _Columns:
    """Finds the column of demand that an option adds to."""

    def __init__(self, problem: JointProblem) -> None:
        self._problem = problem
        self._known: dict[tuple[str, str | None, int], int] = {}

    def of(self, options: Candidates) -> Integers:
        """Column of each option, [options]."""
        return np.array([self._column(options.workload, row) for row in options.machine.tolist()], dtype=np.int64)

    def _column(self, workload: Workload, row: int) -> int:
        key = (workload.account, workload.zone, row)
        if key not in self._known:
            self._known[key] = self._find(workload, self._problem.catalog.machines[row])
        return self._known[key]

    def _find(self, workload: Workload, machine: Machine) -> int:
        items = self._problem.base.items
        matching = [column for column, item in enumerate(items) if _belongs(item, workload, machine)]
        if not matching:
            raise DemandError(
                f"no item of demand stands for {machine.shape.family} {machine.platform} {machine.region} in account"
                f" {workload.account}, on which workload {workload.name!r} might run",
                hint="Give the demand a column of zeros for it, so that commitments are offered for it.",
            )
        return max(
            matching, key=lambda column: (items[column].zone is not None, items[column].instance_type is not None)
        )


def _belongs(item: UsageItem, workload: Workload, machine: Machine) -> bool:
    shape = machine.shape
    return (
        (item.account, item.region, item.service) == (workload.account, machine.region, "ec2")
        and (item.family, item.variant, item.tenancy) == (shape.family, machine.platform, machine.tenancy)
        and item.instance_type in (None, shape.instance_type)
        and item.zone in (None, workload.zone)
    )


def usage_items(candidates: Sequence[Candidates], catalog: Catalog) -> tuple[UsageItem, ...]:
    """The items that options add to where no commitment tells sizes or zones apart, each once, sorted."""
    found = {
        (options.workload.account, machine.region, machine.shape.family, machine.platform, machine.tenancy)
        for options in candidates
        for machine in (catalog.machines[row] for row in options.machine.tolist())
    }
    return tuple(
        UsageItem(
            provider="aws",
            account=account,
            region=region,
            service="ec2",
            family=family,
            variant=variant,
            tenancy=tenancy,
        )
        for account, region, family, variant, tenancy in sorted(found)
    )
