"""Which parts of the bill an anomaly comes from: what each cost beyond its own expectation."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby

import numpy as np

from costopt.budgets.anomaly import expect
from costopt.budgets.series import CostSeries
from costopt.model.budget_status import Anomaly, Contribution

MOST_CAUSES = 3
"""Parts of one dimension that are named."""
ENOUGH = 0.8
"""Share of the excess after which no further part is named."""
CENTS = Decimal("0.01")


def explain(anomaly: Anomaly, parts: Sequence[CostSeries]) -> Anomaly:
    """The anomaly with its causes.

    Args:
        anomaly: of a series that the parts of each dimension sum to.
        parts: series by service, account, tag, SKU or resource, of the same steps; sorted by nothing.

    Returns:
        With the largest parts of each dimension that are off to the same side, until they explain most of it; the
        dimension that one part explains best comes first.
    """
    by_dimension = groupby(sorted(parts, key=lambda one: one.dimension), key=lambda one: one.dimension)
    named = [tuple(_largest(anomaly, tuple(group))) for _, group in by_dimension]
    ordered = sorted((one for one in named if one), key=lambda causes: (-causes[0].share, causes[0].dimension))
    return replace(anomaly, causes=tuple(cause for causes in ordered for cause in causes))


def _largest(anomaly: Anomaly, parts: Sequence[CostSeries]) -> Iterator[Contribution]:
    total = anomaly.actual - anomaly.expected
    contributions = [_contribution(anomaly, part, total) for part in parts]
    explained = 0.0
    for one in sorted(contributions, key=lambda one: (-one.share, one.value or ""))[:MOST_CAUSES]:
        if one.share <= 0 or explained >= ENOUGH:
            return
        explained += one.share
        yield one


def _contribution(anomaly: Anomaly, part: CostSeries, total: Decimal) -> Contribution:
    first, last = (_number(part, moment) for moment in (anomaly.start, anomaly.end))
    expected = expect(part, first=first).expected[first:last]
    before = part.costs[:first]
    expected = np.where(np.isnan(expected), before[-part.step.season :].mean() if len(before) else 0.0, expected)
    excess = float((part.costs[first:last] - expected).mean()) * part.step.value if last > first else 0.0
    return Contribution(
        dimension=part.dimension,
        value=part.value,
        excess=Decimal(repr(excess)).quantize(CENTS),
        share=excess / float(total) if total else 0.0,
    )


def _number(part: CostSeries, moment: datetime) -> int:
    """Number of the step that begins at a moment, within the series; days of 23 and 25 hours count as days."""
    steps = round((moment - part.start).total_seconds() / 86_400 * part.step.value)
    return min(max(steps, 0), len(part.costs))
