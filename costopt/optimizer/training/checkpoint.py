"""How often to write a checkpoint, and what that and interruptions take from the time of a job."""

import math
from dataclasses import dataclass

from costopt.errors import WorkloadError


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointPlan:
    """A checkpoint interval and what it means. All times are hours."""

    interval_hours: float
    """Hours of work between two checkpoints."""
    share: float
    """Time spent on writing checkpoints over time of work: `TrainingJob.checkpoint_share`."""
    lost_hours: float
    """Expected hours of work that an interruption destroys: those since the last checkpoint."""
    rework_hours: float
    """The most that it destroys: `TrainingJob.rework_hours`."""
    overhead: float
    """Expected hours beyond the work for an hour of work: checkpoints, rework and restarts."""


def young_interval(*, checkpoint_hours: float, mean_up_hours: float) -> float:
    """Hours between checkpoints that lose the least time, to first order: sqrt(2 x checkpoint x mean time to failure).

    Raises:
        WorkloadError: a time that is not above zero.

    Source: J. W. Young, "A first order approximation to the optimum checkpoint interval", CACM 17(9), 1974,
    https://doi.org/10.1145/361147.361115.
    """
    _require_times(checkpoint_hours, mean_up_hours)
    return math.sqrt(2 * checkpoint_hours * mean_up_hours)


def daly_interval(*, checkpoint_hours: float, mean_up_hours: float) -> float:
    """The same to higher order, which matters where a checkpoint takes more than a hundredth of the time to failure.

    Raises:
        WorkloadError: a time that is not above zero.

    Source: J. T. Daly, "A higher order estimate of the optimum checkpoint interval for restart dumps", FGCS 22(3),
    2006, https://doi.org/10.1016/j.future.2004.11.016.
    """
    _require_times(checkpoint_hours, mean_up_hours)
    if checkpoint_hours >= 2 * mean_up_hours:
        return mean_up_hours
    ratio = checkpoint_hours / (2 * mean_up_hours)
    young = young_interval(checkpoint_hours=checkpoint_hours, mean_up_hours=mean_up_hours)
    return young * (1 + math.sqrt(ratio) / 3 + ratio / 9) - checkpoint_hours


def plan_checkpoints(
    *, checkpoint_hours: float, mean_up_hours: float, restart_hours: float = 0.0, notice_hours: float = 0.0
) -> CheckpointPlan:
    """The interval for a job on spot capacity.

    Args:
        checkpoint_hours: Hours that writing a checkpoint stops the work.
        mean_up_hours: Mean hours for which capacity stays.
        restart_hours: Hours from getting machines to going on with the work.
        notice_hours: Warning before capacity is taken: 2 minutes on AWS, 30 seconds on Google. Where a checkpoint fits
            in it and the job listens, nothing is lost and the interval is that of other failures: here, a mean up time.

    Raises:
        WorkloadError: a time that is not above zero.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html and
    https://cloud.google.com/compute/docs/instances/spot.
    """
    if checkpoint_hours <= notice_hours:
        _require_times(checkpoint_hours, mean_up_hours)
        interval, lost, most = mean_up_hours, 0.0, 0.0
    else:
        interval = daly_interval(checkpoint_hours=checkpoint_hours, mean_up_hours=mean_up_hours)
        most = interval + checkpoint_hours
        lost = expected_lost_hours(interval_hours=most, mean_up_hours=mean_up_hours)
    share = checkpoint_hours / interval
    return CheckpointPlan(
        interval_hours=interval,
        share=share,
        lost_hours=lost,
        rework_hours=most,
        overhead=share + (1 + share) * (lost + restart_hours) / mean_up_hours,
    )


def expected_lost_hours(*, interval_hours: float, mean_up_hours: float) -> float:
    """Expected hours since the last checkpoint when capacity is lost at a constant rate: just under half an interval.

    With rate 1/m and interval t it is m - t / (exp(t/m) - 1).
    """
    _require_times(interval_hours, mean_up_hours)
    return mean_up_hours - interval_hours / math.expm1(interval_hours / mean_up_hours)


def expected_hours(
    *, work_hours: float, interval_hours: float, checkpoint_hours: float, mean_up_hours: float, restart_hours: float
) -> float:
    """Expected hours until work is done on capacity lost at a constant rate and replaced at once (Daly's full model).

    m exp(r/m) (exp((t + d)/m) - 1) work / t, with mean up time m, restart r, interval t and checkpoint d. It is what
    the intervals above approximately minimise.

    Raises:
        WorkloadError: a time that is not above zero.

    Source: Daly, as above.
    """
    _require_times(interval_hours, mean_up_hours)
    segment = math.expm1((interval_hours + checkpoint_hours) / mean_up_hours)
    return mean_up_hours * math.exp(restart_hours / mean_up_hours) * segment * work_hours / interval_hours


def _require_times(*hours: float) -> None:
    if any(not 0 < one < math.inf for one in hours):
        raise WorkloadError(
            f"checkpoints need times above zero, not {', '.join(f'{one:g}' for one in hours)} hours",
            hint="Give the time that a checkpoint takes and the mean time between interruptions.",
        )
