"""Hours of capacity that the bill names, as usage that commitments may pay for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from costopt.billing.dimensions import parse_condition
from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.lake import Lake
from costopt.billing.query import load
from costopt.economics.usage_items import Place
from costopt.errors import DemandError
from costopt.model.finding import ComputeUsage
from costopt.model.focus import TYPES
from costopt.model.period import Period
from costopt.pipeline.planning.snapshot.billed_google import SERVICE_NAME, google_place

SERVICES = {
    "Amazon Elastic Compute Cloud": "ec2",
    "Amazon Relational Database Service": "rds",
    "Amazon ElastiCache": "elasticache",
    "Amazon SageMaker": "sagemaker",
}
"""Service names of bills to those of prices. Source: ServiceName of AWS's FOCUS exports."""

_SYSTEMS = {"linux": "linux", "linux/unix": "linux", "windows": "windows", "rhel": "rhel", "suse": "sles"}
_AT_ONCE = 90
_NOT_SPOT = "PricingCategory!=Dynamic"
_HOUR = timedelta(hours=1)

Kind = tuple[str, str, str, str]
"""Account, region, service, type: what a bill tells of usage in any case."""

Kin = Mapping[Kind, Mapping[Place, float]]
"""Instances that run now, by kind."""


@dataclass(slots=True)
class BilledUsage:
    """Instances that ran in each hour of a window, by usage."""

    period: Period
    """The window, UTC, in whole hours."""
    instances: dict[Place, NDArray[np.float64]] = field(default_factory=dict)
    """Mean number of instances, of Compute Engine vCPUs or GiB, in each hour, [hours]. In a bill of days the day's mean
    stands in each of its hours."""
    hourly: bool = True
    """Whether any of it is known by the hour."""
    unknown: set[Kind] = field(default_factory=set)
    """Usage of which the bill does not tell the engine or operating system, and the inventory neither."""


def read_billed_usage(
    store: Path, windows: Mapping[str, Period], accounts: Sequence[str], inventory: Mapping[Place, Decimal]
) -> BilledUsage | None:
    """Instances by hour from every source of a store.

    Spot capacity is left out: commitments never pay for it.

    Args:
        store: directory of the store.
        windows: source to the window of it that is whole.
        accounts: accounts that are planned for.
        inventory: instances that run now; tells engine and zone where a bill does not.

    Returns:
        None where no source names any instance. Only hours that all sources know are told: what one of them does not
        know yet is not idle.

    Raises:
        StoreError: no store there, or a damaged one.
        EngineError: its files cannot be read.
        DemandError: two sources have no day in common.
    """
    kin = _kin(inventory)
    lake = Lake(store)
    found = [_read(lake, source, window, accounts, kin) for source, window in sorted(windows.items())]
    told = [one for one in found if one.instances]
    return _joined(told, {kind for one in found for kind in one.unknown}) if told else None


def _read(lake: Lake, source: str, window: Period, accounts: Sequence[str], kin: Kin) -> BilledUsage:
    """What one source tells of its own window."""
    usage = BilledUsage(period=window, hourly=False)
    with open_duckdb(lake, source=source) as engine:
        for at in range(0, len(accounts), _AT_ONCE):
            chosen = [f"SubAccountId={account}" for account in accounts[at : at + _AT_ONCE]]
            where = parse_condition([*chosen, _NOT_SPOT], TYPES)
            for row in _rows(engine, "hourly_usage", window, where):
                _add(usage, row, kin)
            compute_engine = parse_condition([*chosen, f"ServiceName={SERVICE_NAME}", _NOT_SPOT], TYPES)
            for row in _rows(engine, "sku_usage", window, compute_engine):
                place = google_place(row)
                if place is not None:
                    _spread(usage, row, place, row["quantity"])
    return usage


def _rows(engine: Any, question: str, window: Period, where: Any) -> Iterator[Mapping[str, Any]]:
    """Rows of an answer, batch by batch."""
    table = engine.query(load(question).bind(start=window.start, end=window.end, where=where))
    for batch in table.to_batches():
        yield from batch.to_pylist()


def _joined(found: Sequence[BilledUsage], unknown: set[Kind]) -> BilledUsage:
    """What several sources tell of the hours that all of them know.

    Raises:
        DemandError: there are none.
    """
    start, end = max(one.period.start for one in found), min(one.period.end for one in found)
    if start >= end:
        said = ", ".join(f"{one.period.start:%Y-%m-%d} to {one.period.end:%Y-%m-%d}" for one in found)
        raise DemandError(
            f"no day is known to all bills: they tell of {said}",
            hint="Bring the oldest one up to date with `costopt collect`, or plan with `--no-bill`.",
        )
    joined = BilledUsage(period=Period(start=start, end=end), hourly=any(one.hourly for one in found), unknown=unknown)
    length = (end - start) // _HOUR
    for one in found:
        first = (start - one.period.start) // _HOUR
        for place, hours in one.instances.items():
            within = hours[first : first + length]
            joined.instances[place] = joined.instances[place] + within if place in joined.instances else within
    return joined


def _add(usage: BilledUsage, row: Mapping[str, Any], kin: Kin) -> None:
    service = SERVICES.get(row["ServiceName"])
    if service is None or row["instance_type"] is None or not row["quantity"]:
        return
    kind = (row["SubAccountId"], row["RegionId"], service, row["instance_type"])
    for place, share in _shares(kind, row["operating_system"], kin, usage):
        _spread(usage, row, place, share * row["quantity"])


def _spread(usage: BilledUsage, row: Mapping[str, Any], place: Place, quantity: float) -> None:
    """Divide a quantity of unit hours over the hours of its charge period."""
    start, end = (row[name].replace(tzinfo=UTC) for name in ("charge_period_start", "charge_period_end"))
    first, last = _places(usage.period, start, end)
    usage.hourly |= end - start <= _HOUR
    if place not in usage.instances:
        usage.instances[place] = np.zeros((usage.period.end - usage.period.start) // _HOUR)
    # What reaches beyond the window counts for its part within it.
    usage.instances[place][first:last] += quantity / max((end - start) / _HOUR, 1.0)


def _places(period: Period, start: datetime, end: datetime) -> tuple[int, int]:
    """Hours of the window that a charge concerns, from the first up to the last, which is not in it."""
    hours = (period.end - period.start) // _HOUR
    first = (start - period.start) // _HOUR
    return max(first, 0), min(max((end - period.start) // _HOUR, first + 1), hours)


def _shares(kind: Kind, system: str | None, kin: Kin, usage: BilledUsage) -> Iterator[tuple[Place, float]]:
    """Usage that hours of a kind are, with their shares: divided as what runs now of that kind is."""
    account, region, service, instance_type = kind
    # A database's bill may name the system under it, which tells nothing of its engine.
    variant = None if system is None or service != "ec2" else _SYSTEMS.get(system.lower(), system.lower())
    known = {place: count for place, count in kin.get(kind, {}).items() if variant in (None, place[1][1].variant)}
    if not known and variant is not None:
        used = ComputeUsage(service=service, instance_type=instance_type, variant=variant)
        known = {(account, (region, used)): 1.0}
    if not known:
        usage.unknown.add(kind)
    total = sum(known.values())
    for place, count in known.items():
        yield place, count / total


def _kin(inventory: Mapping[Place, Decimal]) -> Kin:
    """What runs now by what a bill tells of it."""
    found: dict[Kind, dict[Place, float]] = defaultdict(dict)
    for place, count in inventory.items():
        account, (region, used) = place
        if count:
            found[account, region, used.service, used.instance_type][place] = float(count)
    return found
