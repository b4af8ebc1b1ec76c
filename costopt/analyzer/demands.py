"""Which aggregates the checks want, so that each is computed once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from costopt.analyzer.check import Check, Need
from costopt.model.utilization import Demand, Facts, MetricFacts


def demands(checks: Sequence[Check[Any, Any]], params: Mapping[str, Any]) -> tuple[Demand, ...]:
    """What all checks together want of the metrics, once each.

    Args:
        checks: the checks that will run.
        params: thresholds by check id.
    """
    hour_of_week: dict[tuple[str, str, int], bool] = defaultdict(bool)
    above: dict[tuple[str, str, int], set[float]] = defaultdict(set)
    for check in checks:
        for need in check.needs:
            place = (check.applies_to.KIND, need.metric, days_of(need, params[check.id]))
            hour_of_week[place] |= need.hour_of_week
            above[place] |= {float(getattr(params[check.id], need.above))} if need.above else set()
    return tuple(
        Demand(kind=kind, metric=metric, days=days, hour_of_week=grid, above=tuple(sorted(above[kind, metric, days])))
        for (kind, metric, days), grid in sorted(hour_of_week.items())
    )


def days_of(need: Need, params: Any) -> int:
    """Look-back of a need in days, which is one of the check's parameters."""
    return int(getattr(params, need.days))


def facts_of(check: Check[Any, Any], params: Any, known: MetricFacts) -> Facts:
    """The aggregates that one check reads, by metric, out of all that are known of a resource."""
    found = {}
    for need in check.needs:
        utilization = known.get((need.metric, days_of(need, params)))
        if utilization is not None:
            found[need.metric] = utilization
    return found
