"""Budgets that the tests of native ones share."""

from datetime import date
from decimal import Decimal
from typing import Any

from costopt.model.budget import Budget, Measure, ScopeFilter, Threshold
from costopt.terraform.render.budgets.native import PlannedBudget

MONTHS = [date(2026, 11, 1), date(2026, 12, 1), *(date(2027, month, 1) for month in range(1, 11))]


def planned(*amounts: str, **given: Any) -> PlannedBudget:
    """A budget with these amounts, one a month from November 2026 on."""
    numbers = [Decimal(amount) for amount in amounts or ("1200",)]
    fields: dict[str, Any] = {"name": "all", "amount": numbers[0], **given}
    return PlannedBudget(budget=Budget(**fields), limits=tuple(zip(MONTHS, numbers, strict=False)))


def scope(column: str, *values: str, exclude: bool = False) -> ScopeFilter:
    """One filter."""
    return ScopeFilter(column=column, values=values, exclude=exclude)


def threshold(measure: str, fraction: str) -> Threshold:
    """One threshold."""
    return Threshold(measure=Measure(measure), fraction=Decimal(fraction))
