"""The time that a budget is about, between the midnights of its zone, and the times to hold it against."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from costopt.errors import ConfigError
from costopt.model.budget import Budget, BudgetPeriod
from costopt.model.period import Period

DAY = timedelta(days=1)
MONTHS_OF = {BudgetPeriod.MONTH: 1, BudgetPeriod.QUARTER: 3, BudgetPeriod.YEAR: 12}
DAYS_OF = {BudgetPeriod.DAY: 1, BudgetPeriod.WEEK: 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One period of a budget: whole days of its zone."""

    start: date
    """First day."""
    end: date
    """Day after the last."""

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    def bounds(self, zone: ZoneInfo) -> Period:
        """Its first moment and the one after its last, UTC; days on which clocks change have 23 or 25 hours."""
        return Period(start=midnight(self.start, zone), end=midnight(self.end, zone))

    def dates(self) -> Iterator[date]:
        """Its days in order."""
        return (self.start + number * DAY for number in range(self.days))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """First moment of a day in a zone, UTC.

    Where clocks go forward at midnight, the day begins at one: the moment is the same.
    """
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def local_day(now: datetime, zone: ZoneInfo) -> date:
    """The day that a moment lies in.

    Raises:
        ConfigError: a time without a zone.
    """
    if now.utcoffset() is None:
        raise ConfigError(f"{now} has no time zone", hint="Write it as 2026-11-20T12:00:00Z.")
    return now.astimezone(zone).date()


def window_of(budget: Budget, day: date) -> Window:
    """The period of the budget that a day lies in; of a rolling one, the one that ends with the day."""
    if budget.rolling_days is not None:
        return Window(start=day - (budget.rolling_days - 1) * DAY, end=day + DAY)
    if budget.period in DAYS_OF:
        start = day if budget.period is BudgetPeriod.DAY else day - day.weekday() * DAY
        return Window(start=start, end=start + DAYS_OF[budget.period] * DAY)
    months = MONTHS_OF[budget.period]
    start = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    return Window(start=start, end=_months_later(start, months))


def window_before(budget: Budget, window: Window) -> Window:
    """The period before; of a rolling budget the same number of days that end before this one begins."""
    return window_of(budget, window.start - DAY)


def same_point(budget: Budget, window: Window, days: int) -> Iterator[Window]:
    """The first `days` days of each earlier period, latest first, without end.

    A shorter period (February) gives all of its days.
    """
    before = window_before(budget, window)
    while True:
        yield Window(start=before.start, end=min(before.start + days * DAY, before.end))
        before = window_before(budget, before)


def amount_of(budget: Budget, window: Window) -> Decimal:
    """What may be spent in a period: grown, and adjusted for what is planned in it.

    Raises:
        ConfigError: adjustments leave nothing of it.
    """
    amount = budget.amount
    if budget.growth_from is not None:
        number = max(0, _number(budget, window.start) - _number(budget, window_of(budget, budget.growth_from).start))
        amount *= (1 + budget.growth_fraction) ** number
    amount += sum((one.amount for one in budget.adjustments if window.start <= one.on < window.end), Decimal(0))
    if amount <= 0:
        raise ConfigError(
            f"budget {budget.name!r}: adjustments leave {amount} for the period from {window.start}",
            hint="Lower the adjustments of that period: an amount has to be above 0.",
        )
    return amount


def label_of(budget: Budget, window: Window) -> str:
    """How a period is called, such as `2026-11`, `2026-W47`, `2026-Q4` or `30 days to 2026-11-20`."""
    start = window.start
    year, week, _ = start.isocalendar()
    return {
        BudgetPeriod.DAY: f"{start}",
        BudgetPeriod.WEEK: f"{year}-W{week:02}",
        BudgetPeriod.MONTH: f"{start:%Y-%m}",
        BudgetPeriod.QUARTER: f"{start:%Y}-Q{(start.month + 2) // 3}",
        BudgetPeriod.YEAR: f"{start:%Y}",
        BudgetPeriod.ROLLING: f"{window.days} days to {window.end - DAY}",
    }[budget.period]


def _number(budget: Budget, start: date) -> int:
    """Consecutive numbers of periods by their first day."""
    if budget.period in DAYS_OF:
        return start.toordinal() // DAYS_OF[budget.period]
    return (start.year * 12 + start.month - 1) // MONTHS_OF[budget.period]


def _months_later(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)
