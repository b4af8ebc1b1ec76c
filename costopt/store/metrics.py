"""Aggregates of the metric series of a snapshot, computed by DuckDB over lists of values.

One query a demand: the lists are cut to the look-back, holes of metrics whose absence means zero are filled, and the
statistics are list functions, so that a series is never taken apart into rows.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from costopt.errors import ConfigError
from costopt.model.metrics import METRICS, Absence
from costopt.model.period import Period, look_back
from costopt.model.resource import ResourceKey
from costopt.model.utilization import HOURS_PER_WEEK, Demand, MetricFacts, Utilization
from costopt.store.bounds import EARLIEST, LATEST, MAX_DAYS, MAX_MEMORY, require_small_series
from costopt.store.snapshot import Part, Snapshot, corrupt

# 1 January 1970 was a Thursday: its first hour is number 72 of a week that begins on Monday.
_QUERY = """
WITH cut AS (
    SELECT provider, account, region, kind, id, step_seconds AS step,
           epoch(start)::BIGINT AS first_second,
           ($end_second - $end_second % step_seconds)::BIGINT AS last_second,
           ($days * 86400 // step_seconds)::BIGINT AS expected,
           "values" AS kept
    FROM read_parquet($path)
    WHERE kind = $kind AND metric = $metric
), placed AS (
    SELECT *, greatest((last_second - expected * step - first_second) // step, -expected) AS skipped FROM cut
), aligned AS (
    SELECT provider, account, region, kind, id, step, last_second, expected,
           CASE WHEN skipped >= 0 THEN kept[skipped + 1 : skipped + expected]
                ELSE list_concat(list_resize([]::DOUBLE[], -skipped), kept)[: expected] END AS holed
    FROM placed
), filled AS (
    SELECT *, {fill} AS v, (168 - (last_second // 3600 - expected + 72) % 168) % 168 AS monday FROM aligned
)
SELECT provider, account, region, kind, id, step, last_second, expected,
       list_count(v) AS points, list_sum(v) AS total, list_avg(v) AS mean, list_min(v) AS minimum,
       list_max(v) AS maximum, list_aggregate(v, 'quantile_cont', [0.95, 0.995]) AS quantiles,
       list_max(list_transform(range(0, $days), lambda d:
           list_sum(v[d * (86400 // step) + 1 : (d + 1) * (86400 // step)]))) AS daily_maximum,
       {above} AS above, {grid} AS grid
FROM filled
"""
_FILL = {
    Absence.UNKNOWN: "holed",
    Absence.ZERO: "list_transform(holed, lambda x: coalesce(x, 0.0))",
}
# Hour by hour of the look-back's first 168 hours the greatest of all weeks, then turned so that Monday 00:00 is first.
_GRID = """CASE WHEN step = 3600 THEN list_concat(
    list_transform(range(monday + 1, 169), lambda s: greatest({weeks})),
    list_transform(range(1, monday + 1), lambda s: greatest({weeks}))) END"""


class FactTable:
    """Aggregates of all resources of a snapshot."""

    def __init__(self, rows: Mapping[ResourceKey, MetricFacts]) -> None:
        self._rows = rows

    def of(self, key: ResourceKey) -> MetricFacts:
        """Aggregates of one resource; empty where none of its metrics was read."""
        return self._rows.get(key, {})


def aggregate(snapshot: Snapshot, demands: Iterable[Demand]) -> FactTable:
    """All aggregates that the checks want, over look-backs that end when its collection began.

    Raises:
        SnapshotError: the series cannot be read, or are more than `store.bounds` allows.
        ConfigError: a look-back that no provider keeps.
    """
    rows: dict[ResourceKey, dict[tuple[str, int], Utilization]] = defaultdict(dict)
    wanted = tuple(demands)
    for demand in wanted:
        _require_days(demand)
    for part in snapshot.parts:
        for key, demand, utilization in _aggregates(part, wanted):
            rows[key][demand.metric, demand.days] = utilization
    return FactTable(rows)


def _aggregates(part: Part, demands: Iterable[Demand]) -> Iterator[tuple[ResourceKey, Demand, Utilization]]:
    path = str(part.series_path)
    try:
        require_small_series(part.series_path)
        with _connect() as connection:
            _require_grid(connection, path)
            measured = _measured(connection, path)
            # Planning a query costs milliseconds, and most demands are of kinds that the other clouds have.
            for demand in (one for one in demands if (one.kind, one.metric) in measured):
                for key, utilization in _rows(connection, path, demand, part.manifest.collected_at):
                    yield key, demand, utilization
    except (duckdb.Error, pa.ArrowException, OSError, ValueError) as error:
        raise corrupt(part.series_path, error) from error


@contextmanager
def _connect() -> Iterator[Any]:
    """A database in memory that fetches nothing, spills nothing, and has bounds."""
    settings = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": MAX_MEMORY,
        "max_temp_directory_size": "0B",
    }
    with duckdb.connect(config=settings) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        # Standard output is for results: DuckDB would draw a bar there once a query takes two seconds.
        connection.execute("SET enable_progress_bar = false")
        yield connection


def _require_days(demand: Demand) -> None:
    if demand.days > MAX_DAYS:
        raise ConfigError(
            f"a look-back of {demand.days:,} days for {demand.metric}", hint=f"Set `days` to at most {MAX_DAYS}."
        )


def _require_grid(connection: Any, path: str) -> None:
    """Refuse steps that divide no day and times that no clock showed: nothing could be aligned to them.

    Raises:
        ValueError: such a step or time.
    """
    query = """SELECT
        count(*) FILTER (NOT (step_seconds BETWEEN 60 AND 86400 AND 86400 % greatest(step_seconds, 1) = 0)),
        count(*) FILTER (NOT (start >= $earliest AND start < $latest)) FROM read_parquet($path)"""
    steps, starts = connection.execute(query, {"path": path, "earliest": EARLIEST, "latest": LATEST}).fetchone()
    if steps:
        raise ValueError(f"{steps:,} series have steps that do not divide a day into minutes")
    if starts:
        raise ValueError(f"{starts:,} series begin before {EARLIEST:%Y} or after {LATEST:%Y}")


def _measured(connection: Any, path: str) -> frozenset[tuple[str, str]]:
    """Kinds and metrics of which there are series."""
    query = "SELECT DISTINCT kind, metric FROM read_parquet($path)"
    return frozenset(connection.execute(query, {"path": path}).fetchall())


def _rows(
    connection: Any, path: str, demand: Demand, collected_at: datetime
) -> Iterable[tuple[ResourceKey, Utilization]]:
    above = ", ".join(f"list_count(list_filter(v, lambda x: x > {threshold!r}))" for threshold in demand.above)
    query = _QUERY.format(
        fill=_FILL[METRICS[demand.metric].absence],
        above=f"[{above}]" if above else "NULL",
        grid=_GRID.format(weeks=_weeks(demand.days)) if demand.hour_of_week else "NULL",
    )
    parameters = {
        "path": path,
        "kind": demand.kind,
        "metric": demand.metric,
        "days": demand.days,
        "end_second": int(collected_at.timestamp()),
    }
    relation = connection.execute(query, parameters)
    periods: dict[int, Period] = {}
    while batch := relation.fetchmany(10_000):
        for row in batch:
            step = row[5]
            if step not in periods:
                periods[step] = look_back(collected_at, days=demand.days, step=timedelta(seconds=step))
            yield ResourceKey(*row[:5]), _utilization(row, demand, periods[step])


def _weeks(days: int) -> str:
    """The values of one hour of the week in every week of the look-back."""
    return ", ".join(f"v[s + {first}]" for first in range(0, days * 24, HOURS_PER_WEEK))


def _utilization(row: Sequence[Any], demand: Demand, period: Period) -> Utilization:
    _, _, _, _, _, step, _, expected, points, total, mean, low, high, quantiles, daily, above, grid = row
    p95, p99_5 = quantiles if quantiles else (None, None)
    if total is not None and not math.isfinite(total):
        raise ValueError(f"{demand.metric} of {row[3]} {row[4]!r} holds values that are no finite numbers")
    return Utilization(
        metric=demand.metric,
        period=period,
        step_seconds=step,
        points=points or 0,
        expected_points=expected,
        total=total,
        mean=mean,
        minimum=low,
        maximum=high,
        p95=p95,
        p99_5=p99_5,
        daily_maximum=daily,
        fraction_above={threshold: count / points for threshold, count in zip(demand.above, above, strict=True)}
        if above and points
        else None,
        hour_of_week_maximum=tuple(grid) if grid is not None else None,
    )


def metrics_period(snapshot: Snapshot) -> Period | None:
    """The longest time that any series of the snapshot spans, UTC; None where there are none.

    Raises:
        SnapshotError: the series cannot be read.
    """
    spans = [span for part in snapshot.parts if (span := _span(part)) is not None]
    if not spans:
        return None
    return Period(start=min(span.start for span in spans), end=max(span.end for span in spans))


def _span(part: Part) -> Period | None:
    query = """SELECT min(start), max(start + to_seconds(step_seconds * len("values"))) FROM read_parquet($path)"""
    try:
        with _connect() as connection:
            first, last = connection.execute(
                f"SELECT epoch(a)::BIGINT, epoch(b)::BIGINT FROM ({query}) AS t(a, b)",  # noqa: S608 - a constant
                {"path": str(part.series_path)},
            ).fetchone()
        if first is None:
            return None
        from_epoch = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
        return Period(start=from_epoch + timedelta(seconds=first), end=from_epoch + timedelta(seconds=last))
    except (duckdb.Error, OverflowError) as error:
        raise corrupt(part.series_path, error) from error
