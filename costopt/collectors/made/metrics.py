"""Shapes of load, drawn step by step: the working week, bursts at night, training runs, quiet machines."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from costopt.collectors.made.plan import DAY, HOUR, Plan

_DAYTIME = (
    0.06,
    0.03,
    0.0,
    0.0,
    0.04,
    0.1,
    0.25,
    0.5,
    0.8,
    0.95,
    1.0,
    1.0,
    0.92,
    0.95,
    1.0,
    1.0,
    0.95,
    0.85,
    0.7,
    0.5,
    0.35,
    0.25,
    0.18,
    0.1,
)
"""Share of the day's peak in each hour, UTC: parcels are booked and scanned by day."""
_WEEKEND = 0.35
"""Share of a working day's load on Saturday and Sunday."""
_NOISE = 0.06
"""Share of the range that is noise."""


def steps(plan: Plan, step: int, days: int | None = None) -> int:
    """How many steps the look-back of that step length, or of so many days, has."""
    return int(plan.period(step, days).duration.total_seconds()) // step


def _hours(plan: Plan) -> list[datetime]:
    start = plan.period(HOUR).start
    return [start + timedelta(hours=hour) for hour in range(steps(plan, HOUR))]


def working_week(plan: Plan, low: float, high: float) -> list[float]:
    """Hourly: follows the working day, near `high` for hours on every working day, never outside low..high."""
    draw, span = plan.rng.random, high - low
    values = []
    for moment in _hours(plan):
        weight = _DAYTIME[moment.hour] * (_WEEKEND if moment.weekday() > 4 else 1.0)
        values.append(round(low + span * (weight * (1 - _NOISE) + _NOISE * draw()), 2))
    return values


def steady(plan: Plan, low: float, high: float, step: int = HOUR, days: int | None = None) -> list[float]:
    """The same all the time, with noise between `low` and `high`."""
    draw, span = plan.rng.random, high - low
    return [round(low + span * draw(), 2) for _ in range(steps(plan, step, days))]


def flat(plan: Plan, value: float, step: int = HOUR, days: int | None = None) -> list[float]:
    """One value all the time, zero say."""
    return [value] * steps(plan, step, days)


def silent(plan: Plan, step: int = HOUR, days: int | None = None) -> list[float | None]:
    """Asked for, and nothing came."""
    return [None] * steps(plan, step, days)


def peaking(plan: Plan, low: float, peak: float, step: int = HOUR, times: int = 6) -> list[float]:
    """Noise between `low` and 70 % of `peak`, and steps that reach `peak` exactly, spread evenly."""
    values = steady(plan, low, max(low, 0.7 * peak), step)
    part = len(values) // times
    for start in range(0, part * times, part):
        values[start + plan.rng.randrange(part)] = peak
    return values


def nightly_batch(plan: Plan, low: float, high: float, *, start_hour: int = 1, hours: int = 4) -> list[float]:
    """Hourly: works near `high` for some hours each night and rests near `low` otherwise."""
    draw = plan.rng.random
    busy = {(start_hour + offset) % 24 for offset in range(hours)}
    return [
        round((high * (0.94 + 0.06 * draw())) if moment.hour in busy else low * (1 + 0.2 * draw()), 2)
        for moment in _hours(plan)
    ]


def office_hours(plan: Plan, off: float, low: float, high: float) -> list[float]:
    """Hourly: between `low` and `high` from 7 to 19 UTC on working days, at most `off` outside."""
    draw = plan.rng.random
    return [
        round(low + (high - low) * draw() if m.weekday() < 5 and 7 <= m.hour < 19 else off * (0.4 + 0.6 * draw()), 2)
        for m in _hours(plan)
    ]


def weekly_rest(plan: Plan, off: float, low: float, high: float, hours: int) -> list[float]:
    """Hourly: at most `off` in the last hours of the week up to Sunday midnight UTC, else between `low` and `high`."""
    draw = plan.rng.random
    return [
        round(
            off * (0.4 + 0.6 * draw()) if m.weekday() * 24 + m.hour >= 168 - hours else low + (high - low) * draw(), 2
        )
        for m in _hours(plan)
    ]


def training_runs(plan: Plan, rest: float, low: float, high: float) -> list[float]:
    """Hourly: runs of 6 to 30 hours between `low` and `high`, with pauses of 1 to 5 hours near `rest`."""
    draw, count = plan.rng.random, steps(plan, HOUR)
    values: list[float] = []
    while len(values) < count:
        values += [round(low + (high - low) * draw(), 2) for _ in range(plan.rng.randint(6, 30))]
        values += [round(rest * draw(), 2) for _ in range(plan.rng.randint(1, 5))]
    return values[:count]


def counts(plan: Plan, low: float, high: float, step: int = DAY, days: int | None = None) -> list[float]:
    """Whole numbers between `low` and `high`, as counters report them."""
    draw, span = plan.rng.random, high - low
    return [float(int(low + span * draw())) for _ in range(steps(plan, step, days))]


def once(plan: Plan, days_ago: int, value: float) -> list[float | None]:
    """Daily: one point so many whole days before the end of the look-back, nothing else."""
    values: list[float | None] = [None] * steps(plan, DAY)
    values[-days_ago] = value
    return values


def share(values: Sequence[float], factor: float) -> list[float]:
    """The values times a factor: a mean below its maximum, an answer larger than its question."""
    return [round(value * factor, 2) for value in values]
