"""Checkpoint intervals against the minimum of the full model."""

import numpy as np
import pytest

from costopt.errors import WorkloadError
from costopt.optimizer.training.checkpoint import (
    daly_interval,
    expected_hours,
    expected_lost_hours,
    plan_checkpoints,
    young_interval,
)

MINUTE = 1 / 60


def test_youngs_interval_by_hand() -> None:
    assert young_interval(checkpoint_hours=0.02, mean_up_hours=4.0) == pytest.approx(0.4)


@pytest.mark.parametrize("checkpoint", [0.5 * MINUTE, 2 * MINUTE, 10 * MINUTE])
@pytest.mark.parametrize("mean_up", [1.0, 6.0, 48.0])
def test_dalys_interval_is_within_a_thousandth_of_the_least_time(checkpoint: float, mean_up: float) -> None:
    def hours(interval: float) -> float:
        return expected_hours(
            work_hours=24.0,
            interval_hours=interval,
            checkpoint_hours=checkpoint,
            mean_up_hours=mean_up,
            restart_hours=0.1,
        )

    chosen = hours(daly_interval(checkpoint_hours=checkpoint, mean_up_hours=mean_up))
    assert chosen <= 1.001 * min(hours(interval) for interval in np.geomspace(0.01, 100, 4000))


def test_youngs_interval_minimises_checkpoints_and_half_an_interval_of_rework() -> None:
    intervals = np.linspace(0.05, 3, 50_000)
    overhead = 0.03 / intervals + intervals / 2 / 5.0
    best = float(intervals[overhead.argmin()])
    assert young_interval(checkpoint_hours=0.03, mean_up_hours=5.0) == pytest.approx(best, abs=1e-4)


def test_a_checkpoint_longer_than_twice_the_up_time_is_written_once_in_that_time() -> None:
    assert daly_interval(checkpoint_hours=5.0, mean_up_hours=2.0) == 2.0


def test_the_work_lost_is_the_mean_of_sampled_interruptions() -> None:
    lost = np.random.default_rng(1).exponential(2.0, 400_000) % 0.7
    assert expected_lost_hours(interval_hours=0.7, mean_up_hours=2.0) == pytest.approx(lost.mean(), rel=0.005)


def test_a_checkpoint_that_fits_in_the_notice_loses_nothing() -> None:
    plan = plan_checkpoints(checkpoint_hours=MINUTE, mean_up_hours=4.0, restart_hours=0.1, notice_hours=2 * MINUTE)
    assert (plan.lost_hours, plan.rework_hours) == (0.0, 0.0)
    assert plan.overhead == pytest.approx(MINUTE / 4 + (1 + MINUTE / 4) * 0.1 / 4)


def test_a_checkpoint_that_does_not_fit_may_cost_an_interval() -> None:
    plan = plan_checkpoints(checkpoint_hours=3 * MINUTE, mean_up_hours=4.0, notice_hours=2 * MINUTE)
    assert plan.rework_hours == pytest.approx(plan.interval_hours + 3 * MINUTE)
    assert 0.4 * plan.rework_hours < plan.lost_hours < 0.5 * plan.rework_hours


@pytest.mark.parametrize(("checkpoint", "mean_up"), [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0), (1.0, float("inf"))])
def test_times_that_are_not_above_zero_are_refused(checkpoint: float, mean_up: float) -> None:
    with pytest.raises(WorkloadError, match="above zero"):
        plan_checkpoints(checkpoint_hours=checkpoint, mean_up_hours=mean_up)
