"""Capacity by the hour of the week, learnt from the last weeks and judged on weeks that it had not seen."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from costopt.errors import DemandError
from costopt.optimizer.fleets.windows import HOURS_A_DAY, HOURS_A_WEEK, Week, Window, merge, week_of

Hourly = NDArray[np.float64]
"""What was busy in each hour (vCPUs, instances, requests), [hours]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleParams:
    """How a schedule is made and when it is not worth having."""

    weeks: int = 8
    """Weeks that it is learnt from, and after which it is renewed every week; at least 2."""
    quantile: float = 0.9
    """Quantile of an hour of the week over these weeks, 0..1."""
    headroom: float = 1.1
    """Factor on it. With these three defaults the 168 capacities kept 1.20 and 1.12 times of what was used and left
    1.4 and 0.05 % of it unmet, in 96 weeks not seen of two regions of a published trace; a fixed fleet kept 2.2 and 1.4
    times. Source: https://github.com/Snowflake-Labs/shavedice-dataset."""
    unit: float | None = None
    """Capacity is rounded up to multiples of it, such as the size of an instance; None where any amount can run."""
    least_capacity: float = 0.0
    """What always runs."""
    most_windows: int = 8
    """Windows that the week may be told in."""
    least_periodicity: float = 0.5
    """Part of the variation within weeks that other weeks must explain."""
    least_saving: float = 0.05
    """Part of a fixed fleet's capacity that the windows must save."""
    most_unmet: float = 0.02
    """Part of the load that may find no capacity in weeks not seen."""


DEFAULTS = ScheduleParams()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How a way to set the capacity did in weeks that it had not seen, each with what was known before it."""

    weeks: int
    """How many weeks."""
    capacity_to_usage: float
    """Capacity over usage, both summed over all hours; 1 would be the exact load."""
    unmet_share: float
    """Usage beyond the capacity of its hour over all usage, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A capacity for every hour of the week."""

    capacity: tuple[float, ...]
    """What each hour needs, [168], from Monday 00:00 in `zone`, in the load's unit."""
    windows: tuple[Window, ...]
    """The same in few windows, nowhere less."""
    zone: str
    """Time zone of hours and windows."""
    periodicity: float
    """Part of the variation within weeks that other weeks explain, 0..1."""
    by_slot: Evaluation
    """How 168 capacities did."""
    by_window: Evaluation
    """How the windows did."""
    fixed: Evaluation
    """How a fixed fleet did that was as large as the largest hour of the same weeks."""

    @property
    def saving_share(self) -> float:
        """Part of a fixed fleet's capacity that the windows save, in weeks not seen."""
        return 1 - self.by_window.capacity_to_usage / self.fixed.capacity_to_usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """No schedule, and why."""

    reason: str
    """In words, with what was measured."""
    periodicity: float | None
    """Part of the variation within weeks that other weeks explain, 0..1; None where there are too few weeks."""


def plan_schedule(
    load: Hourly, start: datetime, *, zone: tzinfo = UTC, params: ScheduleParams = DEFAULTS
) -> Schedule | Declined:
    """A schedule for a load that repeats by the week, or the reason why it should have none.

    Args:
        load: the load of consecutive hours, [hours], not negative.
        start: first moment of the first hour, UTC.
        zone: time zone in which people live by the clock; summer time moves the windows with it.
        params: how it is made.

    Raises:
        DemandError: missing or negative hours, no load at all, a start that is not a full hour in UTC.
    """
    _refuse(load, start, params)
    known = len(load) // HOURS_A_WEEK
    if known <= params.weeks:
        return Declined(reason=f"{known} weeks are known and {params.weeks + 1} are needed", periodicity=None)
    rhythm = periodicity(load[-params.weeks * HOURS_A_WEEK :])
    if rhythm < params.least_periodicity:
        reason = f"weeks do not repeat: others explain {rhythm:.0%} of the variation in one"
        return Declined(reason=f"{reason}, {params.least_periodicity:.0%} is asked for", periodicity=rhythm)
    slots = hours_of_week(len(load), start, zone)
    capacity = slot_capacity(load[-params.weeks * HOURS_A_WEEK :], slots[-params.weeks * HOURS_A_WEEK :], params)
    by_slot, by_window, fixed = _evaluate(load, slots, params)
    schedule = Schedule(
        capacity=tuple(capacity.tolist()),
        windows=merge(capacity, most_windows=params.most_windows),
        zone=str(zone),
        periodicity=rhythm,
        by_slot=by_slot,
        by_window=by_window,
        fixed=fixed,
    )
    return _worth_having(schedule, params)


def periodicity(load: Hourly) -> float:
    """Part of the variation within a week that the other weeks explain, 0..1.

    Weeks are divided by their own mean, so that growth is no variation. 1 - sum (week - mean of the others)^2 / sum
    (week - 1)^2, at least 0: 1 for weeks that repeat exactly, 0 for noise and for a load that never changes.

    Args:
        load: whole weeks of hours, [hours], at least two weeks.
    """
    weeks = load.reshape(-1, HOURS_A_WEEK)
    means = weeks.mean(axis=1, keepdims=True)
    shapes = np.divide(weeks, means, out=np.ones_like(weeks), where=means > 0)
    others = (shapes.sum(axis=0) - shapes) / (len(shapes) - 1)
    variation = float(((shapes - 1) ** 2).sum())
    if variation < 1e-9 * shapes.size:
        return 0.0
    return max(0.0, 1 - float(((shapes - others) ** 2).sum()) / variation)


def hours_of_week(hours: int, start: datetime, zone: tzinfo) -> NDArray[np.int64]:
    """Hour of the week, 0..167 from Monday 00:00 in `zone`, of each hour since `start`, [hours]."""
    moments = ((start + timedelta(hours=hour)).astimezone(zone) for hour in range(hours))
    return np.array([moment.weekday() * HOURS_A_DAY + moment.hour for moment in moments], dtype=np.int64)


def slot_capacity(load: Hourly, slots: NDArray[np.int64], params: ScheduleParams) -> Week:
    """Capacity of each hour of the week, [168]: the quantile of its loads, with headroom, in whole units."""
    order = np.argsort(slots, kind="stable")
    counts = np.bincount(slots, minlength=HOURS_A_WEEK)
    by_slot = np.full((HOURS_A_WEEK, int(counts.max())), np.nan)
    by_slot[np.arange(by_slot.shape[1]) < counts[:, None]] = load[order]
    capacity = np.nanquantile(by_slot, params.quantile, axis=1) * params.headroom
    if params.unit is not None:
        capacity = np.ceil(capacity / params.unit - 1e-9) * params.unit
    kept: Week = np.maximum(capacity, params.least_capacity)
    return kept


def _evaluate(
    load: Hourly, slots: NDArray[np.int64], params: ScheduleParams
) -> tuple[Evaluation, Evaluation, Evaluation]:
    """Slots, windows and a fixed fleet in every week that has enough weeks before it."""
    learnt = params.weeks * HOURS_A_WEEK
    offset = len(load) % HOURS_A_WEEK
    by_slot, by_window, fixed, used = [], [], [], []
    for now in range(offset + learnt, len(load), HOURS_A_WEEK):
        past, week = slice(now - learnt, now), slice(now, now + HOURS_A_WEEK)
        capacity = slot_capacity(load[past], slots[past], params)
        by_slot.append(capacity[slots[week]])
        by_window.append(week_of(merge(capacity, most_windows=params.most_windows))[slots[week]])
        fixed.append(np.full(HOURS_A_WEEK, load[past].max()))
        used.append(load[week])
    usage = np.concatenate(used)
    slot, window, constant = (_judged(np.concatenate(one), usage) for one in (by_slot, by_window, fixed))
    return slot, window, constant


def _judged(capacity: Hourly, usage: Hourly) -> Evaluation:
    total = float(usage.sum()) or 1.0
    return Evaluation(
        weeks=len(usage) // HOURS_A_WEEK,
        capacity_to_usage=float(capacity.sum()) / total,
        unmet_share=float(np.maximum(usage - capacity, 0).sum()) / total,
    )


def _worth_having(schedule: Schedule, params: ScheduleParams) -> Schedule | Declined:
    unmet, saving = schedule.by_window.unmet_share, schedule.saving_share
    if unmet > params.most_unmet:
        reason = f"in {schedule.by_window.weeks} weeks not seen {unmet:.1%} of the load found no capacity"
        return Declined(reason=f"{reason}, {params.most_unmet:.1%} may", periodicity=schedule.periodicity)
    if saving < params.least_saving:
        reason = f"a schedule saves {saving:.1%} of a fixed fleet"
        return Declined(reason=f"{reason}, {params.least_saving:.1%} is asked for", periodicity=schedule.periodicity)
    return schedule


def _refuse(load: Hourly, start: datetime, params: ScheduleParams) -> None:
    if start.utcoffset() != timedelta(0) or (start.minute, start.second, start.microsecond) != (0, 0, 0):
        raise DemandError(f"a load starts at {start}, which is not a full hour in UTC")
    if params.weeks < 2 or not 0 <= params.quantile <= 1 or params.most_windows < 1:
        raise DemandError(
            f"a schedule from {params.weeks} weeks at quantile {params.quantile} in {params.most_windows} windows"
            " cannot be: at least 2 weeks, 0..1 and 1 window are"
        )
    for wrong, what in ((~np.isfinite(load), "missing"), (load < 0, "negative")):
        if wrong.any():
            hour = start + timedelta(hours=int(np.argmax(wrong)))
            raise DemandError(
                f"the load is {what} at {hour}, and in {int(wrong.sum()) - 1} other hours",
                hint="Fill holes knowingly before planning: a missing hour is not an idle one.",
            )
    if not load.any():
        raise DemandError("there is no load to plan a schedule for")
