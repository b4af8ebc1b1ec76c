"""How many machines of each type a workload needs, and which requirement a type fails."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from costopt.economics.feasibility import takes_over
from costopt.economics.replacements import same_kind
from costopt.model.shape import Shape
from costopt.optimizer.sizing.machines import CAPACITIES, Catalog, Flags, Floats, Integers, Machine
from costopt.optimizer.sizing.workload import Licence, Limit, Workload

LIMITS = tuple(Limit)
"""Limits by their code in `Judgement.failed`."""

_SLACK = 1e-9
"""A billionth of a machine is no reason for another one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judgement:
    """What one workload can do with each machine of the catalog."""

    replicas: Integers
    """Machines needed, [machines]; 0 where the type will not do."""
    failed: Integers
    """Place in `LIMITS` of the first requirement that the type fails, [machines]; -1 where it will do."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """The options of one workload. All arrays are [options], cheapest first."""

    workload: Workload
    """Whose."""
    machine: Integers
    """Row in the catalog."""
    family: Integers
    """Family's place in the catalog."""
    replicas: Integers
    """Machines that run at the peak."""
    on_demand: Floats
    """Dollars an hour of the machines on demand, which commitments may reduce."""
    licence: Floats
    """Dollars an hour of licences, which they may not."""
    vcpu: Floats
    """vCPUs that run at the peak, which service quotas count."""

    @property
    def hourly(self) -> Floats:
        """Dollars an hour in all without commitments, [options]."""
        return self.on_demand + self.licence

    def only(self, rows: Integers | Flags) -> "Candidates":
        """The options at `rows`."""
        return Candidates(
            workload=self.workload,
            machine=self.machine[rows],
            family=self.family[rows],
            replicas=self.replicas[rows],
            on_demand=self.on_demand[rows],
            licence=self.licence[rows],
            vcpu=self.vcpu[rows],
        )


class Judge:
    """Judges workloads against one catalog; what depends on the current type alone is worked out once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._shapes = [machine.shape for machine in catalog.machines]
        self._cores = _column([machine.cores for machine in catalog.machines])
        self._sockets = _column([machine.sockets for machine in catalog.machines])
        self._known: dict[tuple[str, Shape | None], Floats] = {}
        self._masks: dict[tuple[object, ...], Flags] = {}

    def judge(self, workload: Workload, *, ignoring: frozenset[Limit] = frozenset()) -> Judgement:
        """Machines needed of each type, and the first requirement that it fails.

        Args:
            workload: what is asked for.
            ignoring: requirements to leave out, to learn what they cost.
        """
        speed = self._of_current("speed", workload.current)
        checks = {limit: ok for limit, ok in self._checks(workload, speed).items() if limit not in ignoring}
        needed = self._needed(workload, speed, ignoring)
        wrong = [(limit, ~ok) for limit, ok in checks.items()]
        wrong += [(limit, ~(needed[:, column] <= workload.max_replicas)) for column, limit in enumerate(CAPACITIES)]
        failed = np.full(len(self._shapes), -1)
        for limit, fails in wrong:
            failed[(failed < 0) & fails] = LIMITS.index(limit)
        replicas = np.maximum(workload.min_replicas, np.where(failed < 0, needed.max(axis=1), 0.0))
        return Judgement(replicas=np.where(failed < 0, replicas, 0).astype(np.int64), failed=failed)

    def options(self, workload: Workload, *, ignoring: frozenset[Limit] = frozenset()) -> Candidates:
        """The options of a workload, none where nothing will do. Arguments as of `judge`."""
        judged = self.judge(workload, ignoring=ignoring)
        rows = np.flatnonzero(judged.failed < 0)
        catalog, replicas = self._catalog, judged.replicas[rows]
        found = Candidates(
            workload=workload,
            machine=rows,
            family=catalog.family[rows],
            replicas=replicas,
            on_demand=replicas * catalog.hourly[rows],
            licence=replicas * self.licence_hourly(workload.licence)[rows],
            vcpu=replicas * catalog.vcpu[rows],
        )
        return found.only(np.lexsort((rows, found.vcpu, found.hourly)))

    def licence_hourly(self, licence: Licence | None) -> Floats:
        """Dollars an hour of the licences of one machine of each type, [machines]; NaN where it cannot be told."""
        total = np.zeros(len(self._shapes))
        if licence is None:
            return total
        if licence.hourly_per_core:
            total = total + np.maximum(self._cores, licence.least_cores) * float(licence.hourly_per_core)
        if licence.hourly_per_socket:
            total = total + self._sockets * float(licence.hourly_per_socket)
        return total

    def _checks(self, workload: Workload, speed: Floats) -> dict[Limit, Flags]:
        """Requirements that are met or not, whatever the number of machines, in the order of `Limit`."""
        current, measured = workload.current, workload.load is not None
        mask = self._mask
        every = np.ones(len(self._shapes), dtype=bool)
        gpu_names = workload.gpu_names
        return {
            Limit.REGION: mask("region", workload.regions),
            Limit.PLATFORM: mask("platform", frozenset({workload.platform})),
            Limit.TENANCY: mask("tenancy", frozenset({workload.tenancy})),
            Limit.FAMILY: (every if workload.families is None else mask("family", workload.families))
            & ~mask("family", workload.excluded_families),
            Limit.ARCHITECTURE: mask("architecture", workload.architectures),
            Limit.HARDWARE: every if current is None else self._of_current("kin", current) > 0,
            Limit.AS_LARGE: every if measured or current is None else self._of_current("larger", current) > 0,
            Limit.BURSTABLE: every if workload.burstable else ~mask("burstable", frozenset({"yes"})),
            Limit.PERFORMANCE: ~np.isnan(speed) if measured else every,
            Limit.LICENCE: ~np.isnan(self.licence_hourly(workload.licence)),
            Limit.LEAST_CPU: ~(self._catalog.vcpu * speed < workload.least_vcpu),
            Limit.LEAST_MEMORY: self._catalog.capacity[:, CAPACITIES.index(Limit.MEMORY)] >= workload.least_memory_gib,
            Limit.GPU: every if gpu_names is None or not workload.gpus else mask("gpu", gpu_names),
        }

    def _needed(self, workload: Workload, speed: Floats, ignoring: frozenset[Limit]) -> Floats:
        """Machines needed for each capacity, [machines, `CAPACITIES`]; NaN where what is offered is not stated."""
        capacity = self._catalog.capacity
        needed = np.zeros(capacity.shape)
        for column, (limit, need) in enumerate(zip(CAPACITIES, needs_of(workload), strict=True)):
            if need is None or limit in ignoring:
                continue
            offered = capacity[:, column]
            if limit in (Limit.CPU, Limit.SUSTAINED_CPU):
                offered = offered * np.nan_to_num(speed, nan=1.0)
            needed[:, column] = _machines(need, offered)
        return needed

    def _of_current(self, what: str, current: Shape | None) -> Floats:
        key = (what, current)
        if key not in self._known:
            if current is None or what == "speed":
                self._known[key] = self._catalog.speed(current)
            elif what == "kin":
                self._known[key] = np.array([_kin(current, shape) for shape in self._shapes], dtype=float)
            else:
                self._known[key] = np.array([_as_large(current, shape) for shape in self._shapes], dtype=float)
        return self._known[key]

    def _mask(self, what: str, accepted: frozenset[str]) -> Flags:
        """Whether each machine has one of the accepted values, [machines]."""
        key = (what, accepted)
        if key not in self._masks:
            values = (_values(what, machine) for machine in self._catalog.machines)
            self._masks[key] = np.array([not accepted.isdisjoint(each) for each in values], dtype=bool)
        return self._masks[key]


def needs_of(workload: Workload) -> tuple[float | None, ...]:
    """What all machines together must offer, in the order of `CAPACITIES`; None where nothing is asked."""
    load = workload.load
    asked = (
        (None,) * 6
        if load is None
        else (load.peak_vcpu, load.mean_vcpu, load.memory_gib, load.network_gbps, load.ebs_mibps, load.ebs_iops)
    )
    extra = (workload.gpus or None, workload.gpu_memory_gib or None, workload.local_disk_gib or None)
    return (*extra, *asked)


def _machines(need: float, offered: Floats) -> Floats:
    """Machines that offer `need` together: as many as needed, inf where one offers none, NaN where unknown."""
    if need == 0:
        return np.where(np.isnan(offered), np.nan, 0.0)
    if math.isinf(need):
        return np.full(len(offered), np.inf)
    ratio = np.divide(need, offered, out=np.full(len(offered), np.inf), where=offered != 0)
    whole: Floats = np.ceil(ratio * (1 - _SLACK))
    return whole


def _kin(current: Shape, other: Shape) -> bool:
    return other.instance_type == current.instance_type or same_kind(current, other)


def _as_large(current: Shape, other: Shape) -> bool:
    return other.instance_type == current.instance_type or takes_over(other, current)


def _column(values: Sequence[int | None]) -> Floats:
    return np.array(values, dtype=float)


def _values(what: str, machine: Machine) -> tuple[str, ...]:
    shape = machine.shape
    listed: Mapping[str, tuple[str, ...]] = {
        "region": (machine.region,),
        "platform": (machine.platform,),
        "tenancy": (machine.tenancy,),
        "family": (shape.family,),
        "architecture": shape.architectures,
        "burstable": ("yes",) if shape.burstable else (),
        "gpu": () if shape.gpu_name is None else (shape.gpu_name,),
    }
    return listed[what]
