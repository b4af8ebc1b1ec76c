"""Budgets that no bill can be held against are refused in words."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from costopt.errors import ConfigError
from costopt.model.budget import Budget, BudgetPeriod, Measure, ScopeFilter, Threshold

D = Decimal


@pytest.mark.parametrize("fraction", ["0", "-0.5", "NaN", "Infinity"])
def test_a_threshold_of_zero_or_less_is_refused(fraction: str) -> None:
    with pytest.raises(ConfigError, match="would fire always") as caught:
        Threshold(measure=Measure.ACTUAL, fraction=D(fraction))
    assert "0.8" in caught.value.hint


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "no name"),
        ({"amount": D(0)}, "an amount of 0"),
        ({"amount": D("NaN")}, "an amount of NaN"),
        ({"period": BudgetPeriod.ROLLING}, "no rolling days"),
        ({"rolling_days": 30}, "30 rolling days"),
        ({"period": BudgetPeriod.ROLLING, "rolling_days": 0}, "0 rolling days"),
        ({"growth_fraction": D("0.1")}, "a period to grow from"),
        ({"growth_fraction": D(-1), "growth_from": date(2026, 1, 1)}, "leaves nothing"),
        ({"time_zone": "Mars/Olympus"}, "no time zone"),
        ({"time_zone": "../etc/passwd"}, "no time zone"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_name_of_the_budget(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        Budget(**({"name": "web", "amount": D(100)} | wrong))
    assert "budget" in str(caught.value)
    assert caught.value.hint


def test_a_scope_without_values_is_refused() -> None:
    with pytest.raises(ConfigError, match="names no value"):
        ScopeFilter(column="ServiceName", values=())


def test_the_scope_reads_as_questions_to_the_bill_have_it() -> None:
    budget = Budget(
        name="web",
        amount=D(100),
        scope=(
            ScopeFilter(column="tag:team", values=("web", "shop")),
            ScopeFilter(column="RegionId", values=("eu-west-1",), exclude=True),
        ),
        credits_count=False,
    )
    assert budget.conditions == ("tag:team=web", "tag:team=shop", "RegionId!=eu-west-1", "ChargeCategory!=Credit")
