"""Costs that the past does not explain: seasonal robust z-scores with a floor in money, judged without hindsight.

A step is expected to cost the level of the week before, times what its hour or weekday is of a week. How far off that
usually is, is the median of the six weeks before. A step that is off by `threshold` such deviations and by a floor of
money is an anomaly; steps in a row are one. After a lasting change the level follows within four days, so that it is
told once. What begins is told once as new, and days of the month on which the same has been seen before are left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from costopt.budgets.month_days import month_day_effects
from costopt.budgets.series import CostSeries, Step
from costopt.model.budget_status import Anomaly, AnomalyKind

Costs = NDArray[np.float64]

SEASONS = 6
"""Weeks of which profile and usual deviation are taken."""
LEAST_SEASONS = 2
"""Weeks of history below which nothing is judged: a start has no usual."""
MAD_TO_SIGMA = 1.4826
LEAST_DEVIATION = 0.03
"""Relative deviation that every cost has: a bill that is the same to the cent would find anything odd."""
CENTS = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What is out of the ordinary. Defaults are measured in docs/budget-models.md."""

    threshold: float = 5.5
    """Robust deviations."""
    floor: Decimal = Decimal(10)
    """Money a day; less is not worth a message."""
    relative_floor: float = 0.15
    """Share of what is expected."""
    look_back_days: int = 30
    """Steps before are not judged, only learned from."""


USUAL_SENSITIVITY = Sensitivity()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What steps were expected to cost, each from the steps before it alone."""

    expected: Costs
    """Shape (steps,); NaN where there is too little history."""
    scores: Costs
    """Robust deviations from it, shape (steps,); NaN likewise."""


def expect(series: CostSeries, *, first: int = 0) -> Expectation:
    """What each step from `first` on was expected to cost, and how far off it is.

    Args:
        series: complete steps.
        first: number of the first step that is asked about.
    """
    season, costs = series.step.season, series.costs
    started = _start_of(costs)
    earliest = max(started + LEAST_SEASONS * season, first - SEASONS * season)
    expected = np.full(len(costs), np.nan)
    for number in range(earliest, len(costs)):
        expected[number] = _expected(costs[max(started, number - SEASONS * season) : number], season)
    off = (costs - expected) / np.maximum(np.abs(expected), 1e-9)
    scores = np.full(len(costs), np.nan)
    for number in range(max(earliest + season, first), len(costs)):
        usual = np.median(np.abs(off[max(earliest, number - SEASONS * season) : number]))
        scores[number] = off[number] / max(MAD_TO_SIGMA * float(usual), LEAST_DEVIATION)
    return Expectation(expected=expected, scores=scores)


def find_anomalies(series: CostSeries, sensitivity: Sensitivity = USUAL_SENSITIVITY) -> tuple[Anomaly, ...]:
    """Anomalies of the last days of a series, oldest first, without their causes."""
    steps = series.step.value
    first = max(0, len(series.costs) - sensitivity.look_back_days * steps)
    started = _start_of(series.costs)
    found = [_new(series, started, sensitivity)] if first <= started and started >= series.step.season else []
    expectation = expect(series, first=first)
    odd = [
        number
        for number in range(first, len(series.costs))
        if _is_odd(series, number, expectation, sensitivity) and not _is_day_of_month(series, number, expectation)
    ]
    found += [_anomaly(series, run, expectation) for run in _runs(odd, steps)]
    return tuple(one for one in found if one is not None)


def find_all(many: Sequence[CostSeries], sensitivity: Sensitivity = USUAL_SENSITIVITY) -> tuple[Anomaly, ...]:
    """Anomalies of all series, most money a day first."""
    found = [anomaly for series in many for anomaly in find_anomalies(series, sensitivity)]
    return tuple(sorted(found, key=lambda one: (-one.severity, one.start, one.dimension, one.value or "")))


def _start_of(costs: Costs) -> int:
    """Number of the first step that cost anything; of all steps where none did."""
    started = np.flatnonzero(costs)
    return int(started[0]) if len(started) else len(costs)


def _expected(past: Costs, season: int) -> float:
    """What the step after `past` will cost: the level of a week, times what its place in the week is of it."""
    seasons = past[-(len(past) // season) * season :].reshape(-1, season)
    means = seasons.mean(axis=1, keepdims=True)
    if means.min() <= 0:
        return float(np.median(seasons[:, 0]))
    profile = np.median(seasons / means, axis=0)
    usable = profile > 0
    if not usable[0] or not usable.any():
        return float(np.median(seasons[:, 0]))
    return float(np.median(seasons[-1, usable] / profile[usable]) * profile[0])


def _is_odd(series: CostSeries, number: int, expectation: Expectation, sensitivity: Sensitivity) -> bool:
    score, expected = expectation.scores[number], expectation.expected[number]
    if not np.isfinite(score) or abs(score) < sensitivity.threshold:
        return False
    excess = abs(series.costs[number] - expected)
    floor = max(float(sensitivity.floor) / series.step.value, sensitivity.relative_floor * abs(expected))
    return bool(excess >= floor)


def _is_day_of_month(series: CostSeries, number: int, expectation: Expectation) -> bool:
    """Whether the same day of the month before was off to the same side, by half as much or more."""
    if series.step is not Step.DAY:
        return False
    past = series.costs[:number]
    _, (effect,) = month_day_effects(series.start.date(), past, 1, occurrences=1)
    excess = series.costs[number] - expectation.expected[number]
    return bool(effect * excess > 0 and abs(excess) <= 2 * abs(effect))


def _runs(numbers: Sequence[int], gap: int) -> Iterator[list[int]]:
    """Steps that follow each other, with at most a day between them."""
    breaks = np.cumsum([number - before > gap + 1 for before, number in zip([-9999, *numbers], numbers, strict=False)])
    for _, run in groupby(zip(breaks, numbers, strict=True), key=lambda pair: int(pair[0])):
        yield [number for _, number in run]


def _anomaly(series: CostSeries, run: Sequence[int], expectation: Expectation) -> Anomaly:
    steps = series.step.value
    actual, expected = (float(values[run].mean()) * steps for values in (series.costs, expectation.expected))
    return Anomaly(
        dimension=series.dimension,
        value=series.value,
        kind=AnomalyKind.RISE if actual > expected else AnomalyKind.DROP,
        start=series.moment(run[0]),
        end=series.moment(run[-1] + 1),
        actual=_money(actual),
        expected=_money(expected),
        score=float(np.abs(expectation.scores[run]).max()),
        ongoing=run[-1] == len(series.costs) - 1,
    )


def _new(series: CostSeries, started: int, sensitivity: Sensitivity) -> Anomaly | None:
    """The beginning of something that cost nothing for a week or longer, if its first week is above the floor."""
    week = series.costs[started : started + series.step.season]
    if not len(week) or week.mean() * series.step.value < float(sensitivity.floor):
        return None
    return Anomaly(
        dimension=series.dimension,
        value=series.value,
        kind=AnomalyKind.NEW,
        start=series.moment(started),
        end=series.moment(started + len(week)),
        actual=_money(float(week.mean()) * series.step.value),
        expected=_money(0.0),
        score=None,
        ongoing=len(series.costs) - started <= series.step.season,
    )


def _money(amount: float) -> Decimal:
    return Decimal(repr(amount)).quantize(CENTS)
