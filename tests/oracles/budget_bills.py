"""Bills of even days, so that every figure of a budget can be worked out in the head."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from costopt.config.budget_settings import BudgetEntry, BudgetSettings
from costopt.config.settings import BillingSettings, Settings
from costopt.model.budget_check import BudgetCheck
from costopt.pipeline.budgets.check import CheckRequest, CheckRun, check_budgets
from tests.oracles.bill_rows import Row, bill_row, publish

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""Nineteen of thirty days are over."""
DAY = timedelta(days=1)
ONE_DIMENSION = BudgetSettings(group_by=("ServiceName",))
"""Fewer questions than usual, for tests that are not about dimensions."""


def days(first: date, last: date, cost: object, **cells: Any) -> list[Row]:
    """A row of usage for each UTC day from `first` to `last`."""
    return [bill_row(cost, hours=24, ChargePeriodStart=_start(day), **cells) for day in _days(first, last)]


def hours(first: date, last: date, cost: object, **cells: Any) -> list[Row]:
    """A row of usage for each hour of the days from `first` to `last`."""
    return [
        bill_row(cost, ChargePeriodStart=_start(day) + timedelta(hours=hour), **cells)
        for day in _days(first, last)
        for hour in range(24)
    ]


def autumn(cost: object = 10, **cells: Any) -> list[Row]:
    """Daily usage from 1 September to 19 November."""
    return days(date(2026, 9, 1), date(2026, 11, 19), cost, **cells)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + number * DAY for number in range((last - first).days + 1))


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)


def budget(name: str = "web", amount: object = 400, **more: Any) -> BudgetEntry:
    """One entry of the settings."""
    return BudgetEntry(name=name, amount=Decimal(str(amount)), **more)


def run_check(
    place: Path,
    rows: Sequence[Row],
    *budgets: BudgetEntry,
    now: datetime = NOW,
    limits: BudgetSettings | None = None,
    billing: BillingSettings | None = None,
    **request: Any,
) -> CheckRun:
    """Rows as a store that was written at `now`, and the budgets held against it."""
    if rows:
        publish(place, rows, now=now)
    settings = Settings(
        budgets=budgets, budget=limits or ONE_DIMENSION, billing=billing or BillingSettings(store=str(place))
    )
    return check_budgets(settings, CheckRequest(now=now, **request))


def checked(place: Path, rows: Sequence[Row], *budgets: BudgetEntry, **more: Any) -> BudgetCheck:
    """The check alone."""
    return run_check(place, rows, *budgets, **more).check
