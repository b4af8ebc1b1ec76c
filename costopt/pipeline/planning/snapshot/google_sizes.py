"""Machines of Compute Engine with an open size: predefined and custom types that would save enough.

Savings are after sustained use discounts, as what is committed gets none; the plan weighs both. Commitments see a
machine as its vCPUs and its memory, so that a smaller one makes them smaller, and a custom type has units of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np

from costopt.analyzer.checks.gce_rightsize import Params
from costopt.economics.feasibility import Load
from costopt.economics.gce.candidates import MachineLoad, replacements
from costopt.economics.gce.costs import LICENCE_FREE
from costopt.economics.gce.machines import MachineType
from costopt.economics.gce.usage import unit_usage
from costopt.economics.lookups import PriceBook
from costopt.economics.usage_items import Place
from costopt.errors import PriceNotFound
from costopt.model.plan import Unplanned
from costopt.optimizer.sizing.judgement import Candidates
from costopt.optimizer.sizing.machines import Flags, Machine
from costopt.optimizer.sizing.workload import Workload
from costopt.pipeline.planning.google_machine import machine_on_offer
from costopt.pipeline.planning.snapshot.estate import PlannedEstate
from costopt.pipeline.planning.snapshot.measured_google import MeasuredGoogle, measured_google
from costopt.pipeline.planning.snapshot.open_workload import (
    MOST_RELAXED,
    OpenWorkload,
    ProviderSizes,
    saving_words,
    worth_changing,
)

_RELAXED = {
    "CPU": ("peak_vcpu", "mean_vcpu"),
    "memory": ("memory_gib",),
    "network": ("network_gbps",),
    "disks": ("disk_iops", "disk_mibps"),
}
"""Requirements in words, and the figures that each is."""


def open_google_sizes(estate: PlannedEstate, params: Params) -> ProviderSizes:
    """Find the open sizes of Compute Engine.

    A change must save as much as `gce_rightsize` asks for: less is not worth a restart.

    Args:
        estate: snapshot and audit.
        params: thresholds of `gce_rightsize`.
    """
    measured, unplanned = measured_google(estate.snapshot, estate.context, params, estate.findings.gone)
    shelf = _Shelf(estate.book)
    open_, left = [], list(unplanned)
    for one in measured:
        found = _open(one, shelf, params)
        if isinstance(found, str):
            left.append(Unplanned(subject=one.name, reason=found))
        else:
            open_.append(found)
    return ProviderSizes(machines=tuple(shelf.machines), workloads=tuple(open_), unplanned=tuple(left))


class _Shelf:
    """Types on offer with their prices, each worked out once."""

    def __init__(self, book: PriceBook) -> None:
        self._book = book
        self._rows: dict[tuple[str, str], int | None] = {}
        self.machines: list[Machine] = []

    def row(self, size: MachineType, region: str) -> int | None:
        """Row of a type in `machines`, None where the price of one of its units is not known."""
        key = (region, size.name)
        if key not in self._rows:
            try:
                machine = machine_on_offer(size, region, self._book)
            except PriceNotFound:
                self._rows[key] = None
            else:
                self._rows[key] = len(self.machines)
                self.machines.append(machine)
        return self._rows[key]


def _open(one: MeasuredGoogle, shelf: _Shelf, params: Params) -> OpenWorkload | str:
    """The workload with its options, or why its size stays."""
    region, count = one.members[0].region, len(one.members)
    now = shelf.row(one.current, region)
    if now is None or not _by_unit(one.current, shelf.machines[now]):
        return f"no price of its vCPUs and memory is known: {one.current.name} in {region}"
    machine = shelf.machines[now]
    workload = Workload(
        name=one.name,
        account=one.members[0].account,
        load=_as_load(one.load),
        current=machine.shape,
        regions=frozenset({region}),
        platform=LICENCE_FREE,
        architectures=frozenset(machine.shape.architectures),
        burstable=machine.shape.burstable,
        min_replicas=one.at_least,
        max_replicas=one.at_most,
    )
    found = _candidates(workload, _priced(one, one.load, shelf), shelf)
    stays = found.machine == now
    if not stays.any() or found.replicas[stays][0] > count:
        return "its load with headroom is more than what runs carries"
    today = float(machine.hourly) * count
    worth = worth_changing(found.on_demand, today, params.min_saving_monthly, params.min_saving_fraction)
    return OpenWorkload(
        options=found.only(_first(stays) | worth),
        members=one.members,
        running=_running(one, machine),
        relaxing=partial(_relaxing, one, shelf),
    )


def _by_unit(size: MachineType, machine: Machine) -> bool:
    """Whether a type is priced by the units that its demand is counted in."""
    return {part.instance_type for part in machine.parts} == {item for item, _ in size.units()}


def _first(rows: Flags) -> Flags:
    first: Flags = rows & (np.cumsum(rows) == 1)
    return first


def _priced(one: MeasuredGoogle, load: MachineLoad, shelf: _Shelf) -> Sequence[tuple[int, int]]:
    """Rows of types that carry a load, with numbers of machines; types without a price are left out."""
    region = one.members[0].region
    sizes = replacements(one.current, load, at_least=one.at_least, at_most=one.at_most)
    rows = ((shelf.row(size, region), count) for size, count in sizes)
    return [(row, count) for row, count in rows if row is not None]


def _candidates(workload: Workload, rows: Sequence[tuple[int, int]], shelf: _Shelf) -> Candidates:
    machine = np.array([row for row, _ in rows], dtype=np.int64)
    replicas = np.array([count for _, count in rows], dtype=np.int64)
    each = [shelf.machines[row] for row in machine.tolist()]
    custom = np.array(["custom" in one.shape.instance_type for one in each], dtype=bool)
    found = Candidates(
        workload=workload,
        machine=machine,
        # Known when all machines of the estate are in one catalog.
        family=np.zeros(len(rows), dtype=np.int64),
        replicas=replicas,
        on_demand=replicas * np.array([float(one.hourly) for one in each]),
        licence=np.zeros(len(rows)),
        vcpu=replicas * np.array([float(one.shape.vcpu) for one in each]),
    )
    # At the same price one of Google's own sizes goes first.
    return found.only(np.lexsort((machine, custom, found.on_demand)))


def _as_load(load: MachineLoad) -> Load:
    return Load(
        peak_vcpu=load.peak_vcpu,
        mean_vcpu=load.mean_vcpu,
        memory_gib=load.memory_gib,
        network_gbps=load.network_gbps,
        ebs_mibps=load.disk_mibps,
        ebs_iops=load.disk_iops,
    )


def _running(one: MeasuredGoogle, machine: Machine) -> Mapping[Place, Decimal]:
    first = one.members[0]
    units = one.current.units()
    return {(first.account, (first.region, unit_usage(item))): count * len(one.members) for item, count in units}


def _relaxing(one: MeasuredGoogle, shelf: _Shelf, hourly: Decimal) -> tuple[str, ...]:
    """What each requirement of the load costs at on-demand prices: what would do if nothing were asked of it."""
    found = []
    for words, figures in _RELAXED.items():
        rows = _priced(one, _without(one.load, figures), shelf)
        cheapest = min(rows, default=None, key=lambda each: shelf.machines[each[0]].hourly * each[1])
        if cheapest is not None:
            machine, count = shelf.machines[cheapest[0]], cheapest[1]
            found.append((hourly - machine.hourly * count, words, count, machine.shape.instance_type))
    saving = sorted((each for each in found if each[0] > 0), key=lambda each: (-each[0], each[1]))
    return tuple(saving_words(words, count, name, saved) for saved, words, count, name in saving[:MOST_RELAXED])


def _without(load: MachineLoad, figures: Sequence[str]) -> MachineLoad:
    nothing: dict[str, Any] = dict.fromkeys(figures, 0.0)
    return replace(load, **nothing)
