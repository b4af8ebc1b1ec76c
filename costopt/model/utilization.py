"""What the metric engine says of one metric of one resource over one look-back."""

from collections.abc import Mapping
from dataclasses import dataclass

from costopt.model.period import Period

HOURS_PER_WEEK = 168


@dataclass(frozen=True, slots=True, kw_only=True)
class Utilization:
    """Aggregates over the steps of a look-back; the unit is the metric's own.

    Where absence means zero, missing steps are counted as zero and coverage is 1. Statistics are None
    where there was no point at all.
    """

    metric: str
    """Canonical name, a key of `model.metrics.METRICS`."""
    period: Period
    """The look-back, UTC."""
    step_seconds: int
    """Length of one step."""
    points: int
    """Steps with a value."""
    expected_points: int
    """Steps in the look-back."""
    total: float | None
    """Sum of the values."""
    mean: float | None
    """Mean of the values."""
    minimum: float | None
    """Least value."""
    maximum: float | None
    """Greatest value."""
    p95: float | None
    """95th percentile, linearly interpolated."""
    p99_5: float | None
    """99.5th percentile, linearly interpolated."""
    daily_maximum: float | None
    """Greatest sum over one of the look-back's blocks of 24 hours, counted from its start."""
    fraction_above: Mapping[float, float] | None = None
    """For thresholds that a check asked for: share of the points above it, 0..1."""
    hour_of_week_maximum: tuple[float | None, ...] | None = None
    """168 values, Monday 00:00 UTC first: the greatest value seen in that hour of the week, None where never
    measured. Present only where a check asked for it."""

    @property
    def coverage_fraction(self) -> float:
        """Share of the expected steps that have a value, 0..1."""
        return self.points / self.expected_points if self.expected_points else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What one or more checks want to know of one metric of one kind of resource."""

    kind: str
    """Kind of resource."""
    metric: str
    """Canonical name."""
    days: int
    """Look-back in days."""
    hour_of_week: bool = False
    """Whether `hour_of_week_maximum` is wanted."""
    above: tuple[float, ...] = ()
    """Thresholds whose `fraction_above` is wanted, ascending."""


MetricFacts = Mapping[tuple[str, int], Utilization]
"""All aggregates of one resource by canonical metric name and look-back in days."""

Facts = Mapping[str, Utilization]
"""The aggregates of one resource, by canonical metric name, over the look-back that the running check asked for."""
