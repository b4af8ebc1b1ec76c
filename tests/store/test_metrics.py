"""The aggregates against an independent computation in plain Python, and what holes mean."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costopt.model.resource import ResourceKey
from costopt.model.series import Series
from costopt.model.utilization import Demand, Utilization
from costopt.store.metrics import aggregate, metrics_period
from tests.store.conftest import NOW, Keep

KEY = ResourceKey("aws", "111111111111", "us-east-1", "ec2_instance", "i-1")
LAST_HOUR = datetime(2026, 11, 20, 10, tzinfo=UTC)
LAST_DAY = datetime(2026, 11, 20, tzinfo=UTC)


def hourly(values: list[float | None], metric: str = "cpu_max_percent", end: datetime = LAST_HOUR) -> Series:
    return Series(
        resource=KEY, metric=metric, start=end - timedelta(hours=len(values)), step_seconds=3600, values=values
    )


def facts(keep: Keep, series: Series, demand: Demand) -> Utilization:
    return aggregate(keep(series=[series]), [demand]).of(KEY)[demand.metric, demand.days]


def want(metric: str = "cpu_max_percent", days: int = 1, **more: object) -> Demand:
    return Demand(kind="ec2_instance", metric=metric, days=days, **more)  # type: ignore[arg-type]


def quantile(values: list[float], fraction: float) -> float:
    """Linear interpolation between order statistics, the usual definition."""
    ordered = sorted(values)
    place = fraction * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


@given(st.lists(st.none() | st.floats(0, 1e9), min_size=48, max_size=80))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_statistics_agree_with_plain_python(keep: Keep, values: list[float | None]) -> None:
    found = facts(keep, hourly(values), want(days=2, above=(5.0,)))
    window = values[-48:]
    present = [value for value in window if value is not None]
    assert (found.points, found.expected_points) == (len(present), 48)
    if not present:
        assert found.maximum is None
        assert found.p99_5 is None
        return
    assert found.maximum == max(present)
    assert found.minimum == min(present)
    assert found.total == pytest.approx(sum(present))
    assert found.mean == pytest.approx(sum(present) / len(present))
    assert found.p95 == pytest.approx(quantile(present, 0.95))
    assert found.p99_5 == pytest.approx(quantile(present, 0.995))
    days = [[value for value in window[at : at + 24] if value is not None] for at in (0, 24)]
    assert found.daily_maximum == pytest.approx(max(sum(day) for day in days if day))
    assert found.fraction_above is not None
    assert found.fraction_above[5.0] == pytest.approx(sum(value > 5 for value in present) / len(present))


def test_only_the_look_back_counts(keep: Keep) -> None:
    found = facts(keep, hourly([99.0] * 30 + [1.0] * 24), want(days=1))
    assert found.maximum == 1.0
    assert found.period.end == LAST_HOUR
    assert found.period.start == LAST_HOUR - timedelta(days=1)


def test_a_shorter_series_lowers_the_coverage_and_never_the_look_back(keep: Keep) -> None:
    found = facts(keep, hourly([3.0] * 12), want(days=1))
    assert found.coverage_fraction == 0.5
    assert found.daily_maximum == 36.0


def test_values_after_the_snapshot_are_not_seen(keep: Keep) -> None:
    found = facts(keep, hourly([1.0] * 24 + [77.0], end=LAST_HOUR + timedelta(hours=1)), want(days=1))
    assert found.maximum == 1.0
    assert found.points == 24


def test_holes_of_a_metric_that_is_silent_when_idle_are_zeros(keep: Keep) -> None:
    silent = Series(
        resource=KEY,
        metric="lambda_invocations",
        start=LAST_DAY - timedelta(days=4),
        step_seconds=86400,
        values=[None, 8.0, None, None],
    )
    found = facts(keep, silent, want("lambda_invocations", days=4))
    assert (found.points, found.total, found.mean, found.minimum) == (4, 8.0, 2.0, 0.0)


def test_holes_of_a_machine_are_unknown(keep: Keep) -> None:
    found = facts(keep, hourly([None] * 24), want())
    assert (found.points, found.total, found.maximum, found.coverage_fraction) == (0, None, None, 0.0)


def test_a_series_that_was_never_read_has_no_aggregates(keep: Keep) -> None:
    assert not aggregate(keep(series=[hourly([1.0])]), [want("network_in_bytes")]).of(KEY)


def test_the_hour_of_the_week_begins_on_monday_and_keeps_the_greatest_of_all_weeks(keep: Keep) -> None:
    values = [0.0] * 336
    start = LAST_HOUR - timedelta(days=14)
    for week, load in ((0, 40.0), (1, 60.0)):
        monday_nine = datetime(2026, 11, 9, 9, tzinfo=UTC) + timedelta(weeks=week)
        values[int((monday_nine - start) / timedelta(hours=1))] = load
    grid = facts(keep, hourly(values), want(days=14, hour_of_week=True)).hour_of_week_maximum
    assert grid is not None
    assert len(grid) == 168
    assert grid[9] == 60.0
    assert sum(value or 0 for value in grid) == 60.0


def test_a_week_that_was_not_measured_is_a_hole_in_the_grid(keep: Keep) -> None:
    grid = facts(keep, hourly([5.0] * 24), want(days=7, hour_of_week=True)).hour_of_week_maximum
    assert grid is not None
    assert sum(value is not None for value in grid) == 24


def test_the_period_of_the_metrics_is_that_of_the_longest_series(keep: Keep) -> None:
    period = metrics_period(keep(series=[hourly([1.0] * 24)]))
    assert period is not None
    assert (period.start, period.end) == (LAST_HOUR - timedelta(days=1), LAST_HOUR)
    assert period.end < NOW
