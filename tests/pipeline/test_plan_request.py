from decimal import Decimal

import pytest

from costopt.errors import UsageError
from costopt.pipeline.plan_request import PlanRequest


def test_nothing_asked_is_a_year_without_growth_and_without_limits() -> None:
    request = PlanRequest()
    assert (request.horizon_months, request.growth, request.goal) == (12, 0.0, "balanced")
    assert (request.max_risk, request.upfront_budget, request.time_limit, request.what_if) == (None,) * 4


def test_the_boundaries_are_allowed() -> None:
    PlanRequest(horizon_months=1, growth=-0.99, max_risk=0.0, upfront_budget=Decimal(0), time_limit=0.001)
    PlanRequest(horizon_months=60, growth=9.0, max_risk=1.0)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"horizon_months": 0}, "horizon 0"),
        ({"horizon_months": 61}, "horizon 61"),
        ({"growth": -1.0}, "growth -1.0"),
        ({"growth": float("nan")}, "growth nan"),
        ({"growth": float("inf")}, "growth inf"),
        ({"growth": 20.0}, "growth 20.0"),
        ({"upfront_budget": Decimal("1e999999")}, "upfront-budget"),
        ({"max_risk": 1.01}, "max-risk 1.01"),
        ({"max_risk": float("nan")}, "max-risk nan"),
        ({"upfront_budget": Decimal("-1")}, "upfront-budget -1"),
        ({"upfront_budget": Decimal("NaN")}, "upfront-budget NaN"),
        ({"discount_rate": -0.01}, "discount-rate -0.01"),
        ({"discount_rate": 8.0}, "discount-rate 8.0"),
        ({"discount_rate": float("nan")}, "discount-rate nan"),
        ({"time_limit": 0.0}, "time-limit 0.0"),
        ({"time_limit": float("inf")}, "time-limit inf"),
    ],
)
def test_a_figure_that_cannot_be_meant_is_refused_by_its_name(asked: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        PlanRequest(**asked)  # type: ignore[arg-type]
    assert caught.value.hint.startswith("Give ")
