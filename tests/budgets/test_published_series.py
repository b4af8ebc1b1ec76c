"""What docs/budget-models.md promises, at a smaller size: published demand, and anomalies planted in its noise."""

from pathlib import Path

import numpy as np
import pytest

from costopt.budgets.anomaly import USUAL_SENSITIVITY
from tools.budget_trials import NAIVE, OURS, by_region, daily_usage, plant, score_anomalies, score_forecasts

NOISES = (0.015, 0.063, 0.067, 0.103, 0.152)
"""Of the published types with usage on most days, as docs/budget-models.md has them."""


def test_planted_anomalies_are_found_and_few_others_are() -> None:
    precision, recall, total = score_anomalies(plant(NOISES, 100, seed=1), USUAL_SENSITIVITY.threshold)
    assert total > 60
    assert precision >= 0.8
    assert recall >= 0.8


def test_months_of_published_demand_are_foretold_better_than_by_the_last_week(shared_data: Path) -> None:
    path = shared_data / "shavedice/hourly_normalized_dev.csv.gz"
    score = score_forecasts(by_region(daily_usage(path)), step=28)
    ours, naive = (float(np.median(score.errors[name])) for name in (OURS, NAIVE))
    assert ours < 0.85 * naive
    assert score.covered[OURS].mean() == pytest.approx(0.8, abs=0.1)
