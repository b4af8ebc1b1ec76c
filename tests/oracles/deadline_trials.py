"""Policies tried on windows of a history of which they were fitted on the first third."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from costopt.optimizer.training.availability import Trace
from costopt.optimizer.training.job import Capacity, CapacityKind, TrainingJob
from costopt.optimizer.training.simulation import Outcome, Policy, carry_out, omniscient_dollars
from costopt.optimizer.training.timetable import Timetable, lay_out
from tests.oracles.spot_processes import PER_DAY, TICK_HOURS, Flags

SPOT, ON_DEMAND = 0, 1
CAPACITIES = (
    Capacity(name="spot", kind=CapacityKind.SPOT, price_per_hour=Decimal("0.3")),
    Capacity(name="on demand", kind=CapacityKind.ON_DEMAND, price_per_hour=Decimal(1)),
)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Work, slack and restart of the jobs of a trial."""

    work_hours: float = 24.0
    slack: float = 1.5
    restart_hours: float = 1 / 6
    days: int = 90
    windows: int = 12


@dataclass(frozen=True, slots=True)
class Tried:
    """Dollars of each policy in each window, over the dollars of the work on demand, and whether any was missed."""

    shares: np.ndarray
    """[windows, 1 + policies]: omniscient first."""
    missed: int


def table_at(setting: Setting, tick: int) -> Timetable:
    start = BEGIN + timedelta(hours=tick * TICK_HOURS)
    job = TrainingJob(
        name="train",
        work_hours=setting.work_hours,
        start=start,
        deadline=start + timedelta(hours=round(setting.work_hours * setting.slack / TICK_HOURS) * TICK_HOURS),
        restart_hours=setting.restart_hours,
    )
    return lay_out(job, CAPACITIES, tick_hours=TICK_HOURS)


def try_out(there: Flags, setting: Setting, make: Callable[[Trace], Callable[[Timetable], Sequence[Policy]]]) -> Tried:
    """Fit on the first third; windows that begin at 0, 8 and 16 o'clock, spread over the rest.

    Args:
        there: The history.
        setting: The jobs.
        make: From the first third to what gives the policies of a timetable.
    """
    trace = Trace(start=BEGIN, tick_hours=TICK_HOURS, available=there)
    third = len(there) // 3
    policies_of = make(trace.between(0, third))
    length = table_at(setting, 0).ticks
    known: dict[int, Sequence[Policy]] = {}
    rows, missed = [], 0
    for number, begin in enumerate(np.linspace(third, len(there) - length, setting.windows).astype(int)):
        clock = 8 * 6 * (number % 3)
        start = max(third, min(begin // PER_DAY * PER_DAY, len(there) - length - PER_DAY)) + clock
        table = table_at(setting, int(start))
        if clock not in known:
            known[clock] = policies_of(table)
        window = np.column_stack([there[start : start + length], np.ones(length, dtype=bool)])
        before = {SPOT: trace.between(start - 4 * PER_DAY, start)}
        runs: list[Outcome] = [carry_out(table, window, one.begin(table, before)) for one in known[clock]]
        missed += sum(run.missed for run in runs)
        rows.append([omniscient_dollars(table, window), *(run.dollars for run in runs)])
    return Tried(shares=np.array(rows) / setting.work_hours, missed=missed)
