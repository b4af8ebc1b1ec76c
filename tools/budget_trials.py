"""Forecast and anomaly models held against series whose continuation, or whose anomalies, are known."""

import csv
import gzip
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from costopt.budgets.anomaly import Sensitivity, find_anomalies
from costopt.budgets.forecast import DailyCosts, Forecaster, forecast_days
from costopt.budgets.series import CostSeries, Step
from costopt.budgets.views import expected_days
from costopt.model.bill import FileForm
from tools.bills.company import make_bill
from tools.bills.request import Cloud, Edp, Form

Costs = NDArray[np.float64]
Forecast = Callable[[DailyCosts, int], float]

HORIZON = 30
FIRST_MOMENT = 84
"""Days of history before the first trial."""
STEADY_DAYS = 500
"""A published series that has usage on so many days is called steady."""


def daily_usage(path: Path) -> dict[str, DailyCosts]:
    """Normalised usage a day of each region and instance type of the Shaved Ice data, from its first day on."""
    sums: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    with gzip.open(path, "rt", newline="") as lines:
        for row in csv.DictReader(lines):
            name = f"region {row['REGION_NUM']}, type {row['INSTANCE_TYPE']}"
            sums[name][date.fromisoformat(row["USAGE_HOUR"][:10])] += float(row["NORM_USAGE"])
    last = max(max(days) for days in sums.values())
    return {name: _series(days, last) for name, days in sums.items()}


def by_region(series: Mapping[str, DailyCosts]) -> dict[str, DailyCosts]:
    """The same by region alone."""
    sums: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for name, one in series.items():
        for number, cost in enumerate(one.costs):
            sums[name.partition(",")[0]][one.first_day + timedelta(days=number)] += float(cost)
    return {name: _series(days, max(days)) for name, days in sums.items()}


def demo_usage() -> dict[str, DailyCosts]:
    """Effective cost of usage a day of each service of a year of Harbourline Freight's bill."""
    sums: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    columns = ["ChargePeriodStart", "ServiceName", "EffectiveCost", "ChargeCategory", "ChargeClass"]
    with tempfile.TemporaryDirectory() as folder:
        made = make_bill(
            Path(folder), form=Form.FOCUS, file=FileForm.PARQUET, cloud=Cloud.AWS, lines=36_000, months=12, seed=1,
            first_month=date(2025, 11, 1), edp=Edp.NONE, edition=1, split=1, truth=False,
        )  # fmt: skip
        for row in (row for path in made.files for row in pq.read_table(path, columns=columns).to_pylist()):
            if row["ChargeCategory"] == "Usage" and row["ChargeClass"] is None:
                sums[row["ServiceName"]][row["ChargePeriodStart"].date()] += float(row["EffectiveCost"])
    known = {name: days for name, days in sums.items() if sum(days.values()) >= len(days)}
    return {name: _series(days, date(2026, 10, 31)) for name, days in known.items()}


def _series(days: Mapping[date, float], last: date) -> DailyCosts:
    first = min(days)
    count = (last - first).days + 1
    return DailyCosts(
        first_day=first, costs=np.array([days.get(first + timedelta(days=number), 0.0) for number in range(count)])
    )


def steady(series: Mapping[str, DailyCosts]) -> dict[str, DailyCosts]:
    """Those with usage on most days."""
    return {name: one for name, one in series.items() if np.count_nonzero(one.costs) >= STEADY_DAYS}


OURS = "costopt: three views, weighted by their own past"
BANDED: Mapping[str, Forecaster] = {OURS: forecast_days}
"""Forecasts that give an interval."""
PLAIN: Mapping[str, Forecast] = {
    "weekday median x Theil-Sen alone": lambda past, days: float(expected_days(past.costs, days)[0].sum()),
    "level of four weeks alone": lambda past, days: float(expected_days(past.costs, days)[1].sum()),
    "mean of 28 days": lambda past, days: float(past.costs[-28:].mean() * days),
    "seasonal naive (last week again)": lambda past, days: float(np.resize(past.costs[-7:], days).sum()),
}
"""Forecasts that give none."""
NAIVE = list(PLAIN)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastScore:
    """How forecasts of one set did, relative to what came."""

    trials: int
    """Moments over all series."""
    errors: Mapping[str, Costs]
    """Absolute relative error of each, by model."""
    covered: Mapping[str, Costs]
    """Whether what came was within the interval, 0 or 1, by model that gives one."""


def score_forecasts(
    series: Mapping[str, DailyCosts], *, step: int, days: int = HORIZON, banded: Mapping[str, Forecaster] = BANDED
) -> ForecastScore:
    """Forecasts of the sum of `days` days at moments `step` days apart; months in which nothing runs are left out."""
    errors: dict[str, list[float]] = {name: [] for name in (*banded, *PLAIN)}
    covered: dict[str, list[bool]] = {name: [] for name in banded}
    moments = list(_moments(series, step, days))
    for past, actual in moments:
        for name, forecaster in banded.items():
            outlook = forecaster(past, days)
            expected, margin = (outlook.expected, outlook.margin) if outlook else (0.0, 0.0)
            errors[name].append(abs(expected - actual) / actual)
            covered[name].append(abs(expected - actual) <= margin)
        for name, forecast in PLAIN.items():
            errors[name].append(abs(forecast(past, days) - actual) / actual)
    return ForecastScore(
        trials=len(moments),
        errors={name: np.array(found) for name, found in errors.items()},
        covered={name: np.array(found, dtype=float) for name, found in covered.items()},
    )


def _moments(series: Mapping[str, DailyCosts], step: int, days: int) -> Iterator[tuple[DailyCosts, float]]:
    for one in series.values():
        for moment in range(FIRST_MOMENT, len(one.costs) - days + 1, step):
            actual = float(one.costs[moment : moment + days].sum())
            if actual > 0 and one.costs[moment - 28 : moment].sum() > 0:
                yield DailyCosts(first_day=one.first_day, costs=one.costs[:moment]), actual


def noise_of(series: DailyCosts) -> float:
    """Robust deviation of the logarithm of single days from their week's level and weekday's share."""
    whole = series.costs[series.costs > 0]
    by_week = whole[len(whole) % 7 :].reshape(-1, 7)
    profile = np.median(by_week / by_week.mean(axis=1, keepdims=True), axis=0)
    level = np.median(by_week / profile, axis=1, keepdims=True)
    return 1.4826 * float(np.median(np.abs(np.log(by_week / (level * profile)))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A series in which it is known what is out of the ordinary."""

    series: CostSeries
    """By day."""
    days: tuple[tuple[int, int], ...]
    """First and last day of each planted anomaly."""


def plant(noises: Sequence[float], count: int, seed: int) -> list[Planted]:
    """Half a year of daily cost each: level, drift, weekends, fees on the first, noise of real series, and anomalies.

    Anomalies are rises by 40 to 300 % for 1 to 3 days, steps up by 24 to 180 % that last, and falls to 5 to 40 % for 1
    to 2 days; from day 90 on, two weeks apart.
    """
    rng = np.random.default_rng(seed)
    return [_planted(rng, float(rng.choice(noises))) for _ in range(count)]


def _planted(rng: np.random.Generator, noise: float) -> Planted:
    days, start = np.arange(180), datetime(2026, 1, 1, tzinfo=UTC)
    level = np.exp(rng.normal(5, 1.5))
    weekend = 1 - rng.uniform(0, 0.35) * np.isin(days % 7, [2, 3])
    costs = level * (1 + rng.normal(0, 0.0015) * days) * weekend * np.exp(rng.normal(0, noise, 180))
    if rng.random() < 0.25:
        firsts = [(start + timedelta(days=int(day))).day == 1 for day in days]
        costs[firsts] += level * rng.uniform(0.3, 1)
    moments = sorted(int(day) for day in rng.integers(90, 175, rng.poisson(0.8)))
    apart = [day for before, day in pairwise([0, *moments]) if day - before >= 14]
    spans = tuple(_disturb(costs, day, rng) for day in apart)
    return Planted(
        series=CostSeries(dimension="ServiceName", value="made", start=start, step=Step.DAY, costs=costs), days=spans
    )


def _disturb(costs: Costs, day: int, rng: np.random.Generator) -> tuple[int, int]:
    kind, more = rng.random(), rng.uniform(0.4, 3)
    if kind < 0.5:
        length = int(rng.integers(1, 4))
        costs[day : day + length] *= 1 + more
    elif kind < 0.8:
        length = 5
        costs[day:] *= 1 + more * 0.6
    else:
        length = int(rng.integers(1, 3))
        costs[day : day + length] *= rng.uniform(0.05, 0.4)
    return day, day + max(length, 2)


def score_anomalies(planted: Sequence[Planted], threshold: float) -> tuple[float, float, int]:
    """Precision, recall and number of planted anomalies. What is found beside them counts against the precision."""
    right = wrong = found = total = 0
    for one in planted:
        hits: set[int] = set()
        for anomaly in find_anomalies(one.series, sensitive(threshold, 110)):
            first, last = ((moment - one.series.start).days for moment in (anomaly.start, anomaly.end))
            met = {place for place, (begin, end) in enumerate(one.days) if first <= end and last > begin}
            hits |= met
            right, wrong = right + bool(met), wrong + (not met)
        found, total = found + len(hits), total + len(one.days)
    return right / max(1, right + wrong), found / max(1, total), total


def sensitive(threshold: float, days: int) -> Sensitivity:
    """The usual sensitivity with another threshold, over more days; levels are made, so that money has no floor."""
    return Sensitivity(threshold=threshold, floor=Decimal(1), look_back_days=days)


def found_a_year(series: Mapping[str, DailyCosts], threshold: float) -> float:
    """Anomalies a year and series in the second half of series as they are: nobody knows which are real."""
    counts, years = 0, 0.0
    for name, one in series.items():
        start = datetime.combine(one.first_day, datetime.min.time(), tzinfo=UTC)
        plain = CostSeries(dimension="", value=name, start=start, step=Step.DAY, costs=one.costs)
        half = len(one.costs) // 2
        counts += len(find_anomalies(plain, sensitive(threshold, half)))
        years += half / 365
    return counts / years
