"""Replay policies of buying commitments on past demand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import numpy as np

from costopt.economics.demand import HourlyDemand, UsageItem
from costopt.errors import DemandError, UsageError
from costopt.model.backtest import BacktestReport
from costopt.model.period import Period
from costopt.optimizer.backtest.assumed_offers import ASSUMPTION, assume_prices, assumed_offers
from costopt.optimizer.backtest.calendar import Rhythm
from costopt.optimizer.backtest.compare import Estate, replay
from costopt.pipeline.backtest_history import DEFAULT_SEEDS, chosen_policies, report_of, usual_assumptions
from costopt.pipeline.demand_file import Columns, DemandTable, read_demand
from costopt.pipeline.demand_holes import Fill

_REGION = "region"
_UNKNOWN = Columns()


class Unit(StrEnum):
    """What the demand of a file is counted in."""

    UNITS = "units"
    """Of capacity; a price of a unit is assumed for each family."""
    DOLLARS = "dollars"
    """Dollars at on-demand prices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestRequest:
    """What to replay."""

    demand: Path
    """CSV file of hourly demand."""
    columns: Columns = _UNKNOWN
    """What its columns mean, where that cannot be found out."""
    fill: Fill = Fill.REFUSE
    """What to do about missing hours."""
    unit: Unit = Unit.UNITS
    """What demand is counted in."""
    apart: str | None = None
    """Column whose values are customers of their own; None for a column of regions, where there is one."""
    together: bool = False
    """Whether all is one customer's, so that wide plans pay for all of it."""
    months: int | None = None
    """Only the last months of history, of 730 hours; None for all."""
    seeds: tuple[int, ...] = DEFAULT_SEEDS
    """Draws of prices, and of policies that draw."""
    policies: tuple[str, ...] = ()
    """Ids of policies to play beside the default; empty for all."""
    rhythm: Rhythm = Rhythm.CALENDAR
    """How months are counted."""


def run_backtest(request: BacktestRequest, *, progress: Callable[[str], None] = lambda _: None) -> BacktestReport:
    """Replay policies on a demand file.

    Args:
        request: what to replay.
        progress: is told what is being done.

    Raises:
        DemandError: a file that cannot be used, or a history that is too short.
        UsageError: an unknown policy, no seed, or a column that is not a group.
    """
    chosen_policies(request.policies, seed=0)
    if not request.seeds:
        raise UsageError("no seed is given: prices are drawn, so at least one is needed")
    progress(f"reading {request.demand}")
    table = read_demand(request.demand, columns=request.columns, fill=request.fill)
    table = table if request.months is None else _last_months(table, request.months)
    apart = None if request.together else _apart(table, request.apart)
    replays = [
        replay(estate, chosen_policies(request.policies, seed=seed), rhythm=request.rhythm, progress=progress)
        for seed in request.seeds
        for estate in estates(table, apart=apart, unit=request.unit, seed=seed)
    ]
    start = _moment(table.start)
    return report_of(
        replays,
        source=str(request.demand),
        period=Period(start=start, end=start + timedelta(hours=len(table.values))),
        assumptions=(ASSUMPTION, *_of_units(request.unit), *usual_assumptions(replays, request.rhythm)),
        notes=(*table.notes, *_said_apart(apart, replays=len(replays), seeds=len(request.seeds))),
    )


def estates(table: DemandTable, *, apart: str | None, unit: Unit, seed: int) -> tuple[Estate, ...]:
    """The customers of a table, with assumed prices.

    Args:
        table: demand.
        apart: group column whose values are customers of their own; None for one customer.
        unit: what demand is counted in.
        seed: of the prices.
    """
    place = None if apart is None else table.group_names.index(apart)
    names = ["all"] if place is None else sorted({key[place] for key in table.keys})
    running = np.asarray(table.values.any(axis=0))
    found = []
    for name in names:
        own = [
            index for index, key in enumerate(table.keys) if running[index] and (place is None or key[place] == name)
        ]
        if own:
            label = name if apart is None else f"{apart} {name}"
            found.append(_estate(table, own, label, unit=unit, seed=seed))
    if not found:
        raise DemandError("all demand is zero")
    return tuple(found)


def _estate(table: DemandTable, own: Sequence[int], name: str, *, unit: Unit, seed: int) -> Estate:
    region = _region_place(table)
    items = tuple(_item(table.keys[index], region) for index in own)
    prices = assume_prices([item.family for item in items], seed)
    if unit is Unit.DOLLARS:
        prices = replace(prices, unit_price=np.ones_like(prices.unit_price))
    per_unit = np.array([prices.unit_price[prices.families.index(item.family)] for item in items])
    demand = HourlyDemand(items=items, dollars=table.values[:, own] * per_unit, start=_moment(table.start))
    return Estate(name=name, demand=demand, offers=assumed_offers(items, prices), seed=seed)


def _item(key: tuple[str, ...], region: int | None) -> UsageItem:
    family = " ".join(part for index, part in enumerate(key) if index != region) or "all"
    return UsageItem(
        provider="aws",
        account="all",
        region="any" if region is None else key[region],
        service="ec2",
        family=family,
        variant="any",
    )


def _region_place(table: DemandTable) -> int | None:
    return next((index for index, name in enumerate(table.group_names) if _REGION in name.lower()), None)


def _apart(table: DemandTable, wanted: str | None) -> str | None:
    """The column that tells customers apart."""
    if wanted is None:
        place = _region_place(table)
        return None if place is None else table.group_names[place]
    if wanted not in table.group_names:
        raise UsageError(f"{wanted!r} is no group column", hint=f"There are {', '.join(table.group_names)}.")
    return wanted


def _last_months(table: DemandTable, months: int) -> DemandTable:
    hours = months * 730
    cut = max(len(table.values) - hours, 0)
    return replace(table, values=table.values[cut:], start=table.start + np.timedelta64(cut, "h"))


def _moment(hour: np.datetime64) -> datetime:
    return datetime.fromtimestamp(int(hour.astype("datetime64[s]").astype(np.int64)), tz=UTC)


def _of_units(unit: Unit) -> tuple[str, ...]:
    return ("A unit of demand costs 0.5, 1 or 2 dollars an hour, drawn too.",) if unit is Unit.UNITS else ()


def _said_apart(apart: str | None, *, replays: int, seeds: int) -> tuple[str, ...]:
    if apart is None or replays == seeds:
        return ()
    return (f"Each {apart} is replayed as a customer of its own; --together makes them one.",)
