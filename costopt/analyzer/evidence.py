"""Evidence from a measurement: the observed value beside its threshold, with look-back and coverage."""

from costopt.analyzer.judgement import MINIMUM_COVERAGE
from costopt.model.finding import Evidence
from costopt.model.utilization import Utilization


def measured(
    utilization: Utilization, statement: str, *, observed: float | None = None, threshold: float | None = None
) -> Evidence:
    """What `utilization` shows, in words and figures.

    Args:
        utilization: the aggregates that were read.
        statement: in words, with the statistic and the threshold.
        observed: the value that was held against the threshold, in the metric's unit.
        threshold: the limit, in the same unit.
    """
    return Evidence(
        statement=statement,
        metric=utilization.metric,
        observed=observed,
        threshold=threshold,
        period=utilization.period,
        coverage_fraction=utilization.coverage_fraction,
    )


def usable(utilization: Utilization | None) -> bool:
    """Whether a metric that a check can do without is there and covers enough of the look-back to rest on."""
    return utilization is not None and utilization.points > 0 and utilization.coverage_fraction >= MINIMUM_COVERAGE
