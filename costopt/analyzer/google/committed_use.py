"""How much is used of what Google's commitments hold, as far as an inventory shows it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from costopt.analyzer.context import Context
from costopt.analyzer.google.commitments import active_commitments, in_region
from costopt.economics.gce.committed_amounts import YEARS, Amount, Units, amounts
from costopt.economics.gce.machines import SERVICE, machine_type
from costopt.economics.gce.usage import (
    GPU,
    LOCAL_SSD,
    committed_family,
    device_usages,
    machine_usages,
    reserved_usages,
)
from costopt.errors import PriceNotFound
from costopt.model.finding import ComputeUsage
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import GceInstance, GceReservation


def used_of(owned: Resource, amount: Amount, units: Units, context: Context) -> Decimal:
    """How much of an amount is used, where the commitments of its region that end later are used first.

    So what nobody needs lies with the one that can be let go first.

    Args:
        owned: an active commitment.
        amount: one of its amounts.
        units: what is used of everything in its region.
        context: surroundings.
    """
    left = amount.within(units)
    order = sorted(active_commitments(context, owned.region), key=lambda pair: (-pair[1].end.timestamp(), pair[0].key))
    for one, spec in order:
        if one.key == owned.key:
            break
        same = (other for other in amounts(spec) if (other.families, other.kind) == (amount.families, amount.kind))
        left -= sum((other.count for other in same), Decimal(0))
    return min(amount.count, max(left, Decimal(0)))


def running_units(context: Context, region: str, *, since: datetime) -> Units:
    """What machines of all projects use, those that have stopped since then too: as much as can have been in use."""
    place = ("committed_use", "running", region, since)
    if place not in context.memo:
        context.memo[place] = _sum(_of_machines(context, region, since))
    found: Units = context.memo[place]
    return found


def uncountable(context: Context, region: str) -> Mapping[str, str]:
    """Series of which it cannot be said how many units are in use, with the reason."""
    place = ("committed_use", "uncountable", region)
    if place not in context.memo:
        reasons = {}
        for _, spec in in_region(context, region, GceInstance):
            if spec.sole_tenant:
                reasons[_series_of(spec.machine_type)] = "machines of the series run on sole-tenant nodes"
            elif any(used.variant == "machine" for used, _ in machine_usages(spec)):
                reasons[_series_of(spec.machine_type)] = "units of machines of the series not known"
        context.memo[place] = reasons
    found: Mapping[str, str] = context.memo[place]
    return found


def _series_of(name: str) -> str:
    try:
        return machine_type(name).series
    except PriceNotFound:
        return name.partition("-")[0]


def steady_units(context: Context, region: str, *, since: datetime) -> Mapping[str, Units]:
    """What machines use that have run since then without a stop, by project."""
    place = ("committed_use", "steady", region, since)
    if place not in context.memo:
        usages: dict[str, list[tuple[ComputeUsage, Decimal]]] = defaultdict(list)
        for machine, spec in in_region(context, region, GceInstance):
            started = spec.last_started_at or machine.created_at
            if started is not None and started <= since:
                usages[machine.account] += machine_usages(spec)
        context.memo[place] = {project: _sum(some) for project, some in usages.items()}
    found: Mapping[str, Units] = context.memo[place]
    return found


def committed(context: Context, region: str, series: str, kind: str) -> Amount:
    """What all active commitments of a region hold for a series."""
    held = [
        one.count
        for _, spec in active_commitments(context, region)
        for one in amounts(spec)
        if one.kind == kind and series in one.families
    ]
    return Amount(families=(series,), kind=kind, count=sum(held, Decimal(0)))


def reserved_units(context: Context, region: str) -> Units:
    """What reservations of all projects hold that nobody has started: billed, and paid for by commitments."""
    return _sum(
        pair
        for _, spec in in_region(context, region, GceReservation)
        for pair in (*reserved_usages(spec), *_devices(spec))
    )


def monthly_cost(amount: Amount, count: Decimal, spec: CommittedUse, region: str, context: Context) -> Decimal | None:
    """What so much of an amount costs a month at today's committed price; None where that is not known."""
    name = amount.families[0] if amount.kind in (GPU, LOCAL_SSD) else f"{amount.families[0]}_{amount.kind}"
    try:
        price = context.prices.unit(SERVICE, f"{name}_cud_{YEARS[spec.plan]}y", region)
    except (PriceNotFound, KeyError):
        return None
    return price.amount * count * (1 if amount.kind == LOCAL_SSD else HOURS_PER_MONTH)


def _of_machines(context: Context, region: str, since: datetime) -> Iterator[tuple[ComputeUsage, Decimal]]:
    for _, spec in in_region(context, region, GceInstance):
        stopped = [at for at in (spec.last_stopped_at, spec.last_suspended_at) if at is not None]
        if spec.running or any(at >= since for at in stopped):
            as_if = replace(spec, status="RUNNING")
            yield from machine_usages(as_if)
            yield from _devices(as_if)


def _devices(spec: GceInstance | GceReservation) -> Iterator[tuple[ComputeUsage, Decimal]]:
    """GPUs, and GiB of local SSD."""
    for used, monthly in device_usages(spec):
        yield used, monthly if used.variant == LOCAL_SSD else monthly / HOURS_PER_MONTH


def _sum(usages: Iterable[tuple[ComputeUsage, Decimal]]) -> Units:
    units: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for used, count in usages:
        units[committed_family(used), used.variant] += count
    return units
