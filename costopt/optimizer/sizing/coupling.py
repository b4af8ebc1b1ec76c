"""Limits that several workloads share, and the options of all workloads in one table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

import numpy as np

from costopt.errors import WorkloadError
from costopt.optimizer.sizing.judgement import Candidates
from costopt.optimizer.sizing.machines import Catalog, Flags, Floats, Integers
from costopt.optimizer.sizing.pruning import prune


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which machines of which account a limit or a reservation is about. None means all."""

    families: frozenset[str] | None = None
    """Families."""
    region: str | None = None
    """Region."""
    account: str | None = None
    """Account."""
    platform: str | None = None
    """Operating system."""

    def covers(self, *, family: str, region: str, account: str, platform: str) -> bool:
        """Whether the machines of an account are within the scope."""
        return (
            (self.families is None or family in self.families)
            and self.region in (None, region)
            and self.account in (None, account)
            and self.platform in (None, platform)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """A service quota on running vCPUs.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html#ec2-on-demand-instances-limits.
    """

    name: str
    """Unique name, for rows and messages."""
    vcpus: float
    """vCPUs that may run at a time."""
    scope: Scope
    """What it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Machines that are paid for already."""

    name: str
    """Unique name, for rows and messages."""
    hourly: Decimal
    """What it pays for in an hour, in dollars at on-demand prices."""
    scope: Scope
    """What it pays for. Scopes of several pools may not overlap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupling:
    """What makes the choice for one workload depend on that for others."""

    quotas: tuple[Quota, ...] = ()
    """Service quotas."""
    pools: tuple[Pool, ...] = ()
    """Reserved pools."""
    max_families: int | None = None
    """Families that the estate may use at most, None for any number."""

    def __post_init__(self) -> None:
        """Refuse limits that cannot be meant.

        Raises:
            WorkloadError: a name used twice, a negative figure, or no family allowed.
        """
        names = [quota.name for quota in self.quotas] + [pool.name for pool in self.pools]
        if len(set(names)) != len(names):
            raise WorkloadError("two quotas or pools have the same name")
        if any(quota.vcpus < 0 for quota in self.quotas) or any(pool.hourly < 0 for pool in self.pools):
            raise WorkloadError("a quota or a pool is negative")
        if self.max_families is not None and self.max_families < 1:
            raise WorkloadError(f"at most {self.max_families} families leave none to run on")

    @property
    def couples(self) -> bool:
        """Whether there is anything to solve: without limits each workload takes its cheapest option."""
        return bool(self.quotas or self.pools) or self.max_families is not None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OptionTable:
    """The options of all workloads one after the other, sorted by workload and then by family."""

    workloads: tuple[str, ...]
    """Names of the workloads."""
    families: tuple[str, ...]
    """Names of the families."""
    workload: Integers
    """Place of the workload, [options]."""
    place: Integers
    """Place among the workload's pruned candidates, [options]."""
    family: Integers
    """Place of the family, [options]."""
    on_demand: Floats
    """Dollars an hour on demand, [options]."""
    licence: Floats
    """Dollars an hour of licences, [options]."""
    vcpu: Floats
    """vCPUs, [options]."""
    cell: Integers
    """What limits tell apart (family, region, account, platform), [options]."""
    cell_family: Integers
    """Place of each cell's family, [cells]."""
    in_quota: Flags
    """Which cells a quota counts, [quotas, cells]."""
    in_pool: Flags
    """Which cells a pool pays for, [pools, cells]."""

    @property
    def hourly(self) -> Floats:
        """Dollars an hour in all, [options]."""
        return self.on_demand + self.licence

    def only(self, rows: Integers | Flags) -> "OptionTable":
        """The table of the options at `rows`; workloads, families and cells keep their places."""
        return OptionTable(
            workloads=self.workloads,
            families=self.families,
            workload=self.workload[rows],
            place=self.place[rows],
            family=self.family[rows],
            on_demand=self.on_demand[rows],
            licence=self.licence[rows],
            vcpu=self.vcpu[rows],
            cell=self.cell[rows],
            cell_family=self.cell_family,
            in_quota=self.in_quota,
            in_pool=self.in_pool,
        )

    def of_workloads(self, kept: Integers) -> "OptionTable":
        """The table of the workloads at `kept` (sorted) alone, which get new places."""
        rows = np.flatnonzero(np.isin(self.workload, kept))
        names = tuple(self.workloads[place] for place in kept.tolist())
        return replace(self.only(rows), workloads=names, workload=np.searchsorted(kept, self.workload[rows]))

    def family_of(self, cells: Flags) -> int | None:
        """Place of the one family that all of these cells [cells] belong to, None where they are of several."""
        families = np.unique(self.cell_family[cells])
        return int(families[0]) if len(families) == 1 else None


def prune_all(found: Sequence[Candidates], catalog: Catalog, coupling: Coupling) -> tuple[Candidates, ...]:
    """The candidates that an optimum under these limits may need."""
    regions = {region: n for n, region in enumerate(sorted({machine.region for machine in catalog.machines}))}
    region = np.array([regions[machine.region] for machine in catalog.machines])
    group = catalog.family * len(regions) + region
    count = bool(coupling.quotas)
    return tuple(prune(options, group[options.machine], count_vcpu=count) for options in found)


def list_options(pruned: Sequence[Candidates], catalog: Catalog, coupling: Coupling) -> OptionTable:
    """The options of all workloads in one table.

    Raises:
        WorkloadError: the scopes of two pools overlap, so that a dollar might be paid for twice.
    """
    cells: dict[tuple[str, str, str, str], int] = {}
    cell = [_cells_of(options, catalog, cells) for options in pruned]
    in_pool = _membership([pool.scope for pool in coupling.pools], cells)
    if (in_pool.sum(axis=0) > 1).any():
        raise WorkloadError("the scopes of two reserved pools overlap", hint="Give each dollar to one pool.")
    workload = np.repeat(np.arange(len(pruned)), [len(options.machine) for options in pruned])
    family = np.concatenate([options.family for options in pruned])
    order = np.lexsort((family, workload))
    table = OptionTable(
        workloads=tuple(options.workload.name for options in pruned),
        families=catalog.families,
        workload=workload,
        place=np.concatenate([np.arange(len(options.machine)) for options in pruned]),
        family=family,
        on_demand=np.concatenate([options.on_demand for options in pruned]),
        licence=np.concatenate([options.licence for options in pruned]),
        vcpu=np.concatenate([options.vcpu for options in pruned]),
        cell=np.concatenate(cell),
        cell_family=np.array([catalog.families.index(family) for family, *_ in cells]),
        in_quota=_membership([quota.scope for quota in coupling.quotas], cells),
        in_pool=in_pool,
    )
    return table.only(order)


def _cells_of(options: Candidates, catalog: Catalog, cells: dict[tuple[str, str, str, str], int]) -> Integers:
    workload = options.workload
    found = []
    for row in options.machine.tolist():
        machine = catalog.machines[row]
        key = (machine.shape.family, machine.region, workload.account, machine.platform)
        found.append(cells.setdefault(key, len(cells)))
    return np.array(found, dtype=np.int64)


def _membership(scopes: Sequence[Scope], cells: dict[tuple[str, str, str, str], int]) -> Flags:
    inside = [
        [scope.covers(family=family, region=region, account=account, platform=platform) for scope in scopes]
        for family, region, account, platform in cells
    ]
    return np.array(inside, dtype=bool).reshape(len(cells), len(scopes)).T


def rows_by(keys: Integers, number: int) -> list[list[int]]:
    """Rows of each key 0..number-1, in order."""
    order = np.argsort(keys, kind="stable")
    edges = np.searchsorted(keys[order], np.arange(number + 1))
    return [order[low:high].tolist() for low, high in pairwise(edges)]
