"""Budgets as settings: what is written is read back as the same budgets."""

import tomllib
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from costopt.config.budget_settings import BudgetEntry, budgets_of
from costopt.model.budget import Adjustment, Basis, Budget, BudgetPeriod, Measure, ScopeFilter, Threshold
from costopt.model.imported_budget import ImportedBudget
from costopt.renderers.budget_toml import budgets_toml


def read_back(text: str) -> tuple[Budget, ...]:
    entries = tomllib.loads(text, parse_float=Decimal).get("budgets", [])
    return budgets_of(tuple(msgspec.convert(one, type=BudgetEntry, strict=False) for one in entries))


FULL = Budget(
    name='a "quoted" \\ name = ${x} # é',
    amount=Decimal("1234567890.12"),
    period=BudgetPeriod.QUARTER,
    scope=(
        ScopeFilter(column="SubAccountId", values=("1", "2")),
        ScopeFilter(column="tag:a.b c'\"", values=('v"\\',)),
        ScopeFilter(column="RegionId", values=("us-east-1",), exclude=True),
    ),
    thresholds=(
        Threshold(measure=Measure.ACTUAL, fraction=Decimal("0.333195")),
        Threshold(measure=Measure.FORECAST, fraction=Decimal(1)),
        Threshold(measure=Measure.PACE, fraction=Decimal("1.3")),
    ),
    basis=Basis.EFFECTIVE,
    currency="EUR",
    credits_count=False,
    time_zone="Europe/Berlin",
    adjustments=(Adjustment(on=date(2026, 12, 1), amount=Decimal("-500.5"), reason='planned "there"'),),
)


def imported(budget: Budget, *remarks: str) -> ImportedBudget:
    return ImportedBudget(name=budget.name, budget=budget, remarks=remarks)


@pytest.mark.parametrize("budget", [FULL, Budget(name="all", amount=Decimal(5), thresholds=())], ids=["full", "bare"])
def test_a_budget_is_read_back_as_it_was(budget: Budget) -> None:
    assert read_back(budgets_toml([imported(budget)])) == (budget,)


def test_several_are_read_back_in_their_order() -> None:
    budgets = [Budget(name=name, amount=Decimal(1)) for name in ("b", "a", "c")]
    assert [one.name for one in read_back(budgets_toml(list(map(imported, budgets))))] == ["b", "a", "c"]


def test_what_cannot_be_said_is_a_comment_that_no_name_can_leave() -> None:
    evil = "x\n[[budgets]]\nname = 'evil'\r\u2028amount = 1"
    text = budgets_toml(
        [
            ImportedBudget(name=evil, budget=None, remarks=(evil, "why")),
            imported(Budget(name="all", amount=Decimal(1)), f"remark {evil}"),
        ]
    )
    assert [one.name for one in read_back(text)] == ["all"]
    assert "# why\n" in text
    assert text.startswith("# not imported: x [[budgets]]")


def test_nothing_is_no_text() -> None:
    assert budgets_toml([]) == ""
