"""Upfront fees by the hour."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.economics.amortisation import Terms, effective_hourly, hourly_equivalent
from costopt.errors import UsageError


def terms(payment: str, upfront: str = "0", hourly: str = "0", months: int = 12) -> Terms:
    return Terms(term_months=months, payment=payment, upfront=Decimal(upfront), hourly=Decimal(hourly))


def test_without_interest_a_fee_is_spread_evenly() -> None:
    assert effective_hourly(terms("all_upfront", "876")) == Decimal("0.1")
    assert effective_hourly(terms("all_upfront", "2628", months=36)) == Decimal("0.1")
    assert effective_hourly(terms("partial_upfront", "438", "0.05")) == Decimal("0.10")


def test_what_is_paid_by_the_hour_has_no_interest() -> None:
    assert effective_hourly(terms("no_upfront", hourly="0.06"), annual_rate=Decimal("0.5")) == Decimal("0.06")


def test_with_interest_a_fee_costs_its_annuity() -> None:
    """$8,760 for a year at 8 %: i = 1.08^(1/8760) - 1, and 8760 i / (1 - 1/1.08) = $1.03897 an hour."""
    assert float(hourly_equivalent(Decimal(8760), hours=8760, annual_rate=Decimal("0.08"))) == pytest.approx(
        8760 * (1.08 ** (1 / 8760) - 1) / (1 - 1 / 1.08), rel=1e-9
    )


@given(st.sampled_from([12, 36]), st.decimals("0.001", "0.5", places=3), st.decimals(1, 10000, places=2))
def test_the_payments_are_worth_the_fee(months: int, rate: Decimal, fee: Decimal) -> None:
    """Discounted hour by hour, as a geometric series."""
    hourly = float(effective_hourly(terms("all_upfront", str(fee), months=months), annual_rate=rate))
    growth = (1 + float(rate)) ** (1 / 8760)
    worth = sum(hourly / growth**hour for hour in range(1, 8760 * months // 12 + 1, 1095)) * 1095
    assert worth == pytest.approx(float(fee), rel=0.05)
    exact = hourly * (1 - growth ** -(8760 * months // 12)) / (growth - 1)
    assert exact == pytest.approx(float(fee), rel=1e-6)


def test_a_rate_near_zero_is_near_none() -> None:
    plain, little = (
        hourly_equivalent(Decimal(1000), hours=26280, annual_rate=Decimal(rate)) for rate in ("0", "1e-12")
    )
    assert abs(plain - little) < Decimal("1e-12")


@pytest.mark.parametrize(
    ("payment", "upfront", "hourly", "message"),
    [
        ("all_upfront", "10", "1", "all is paid upfront and still"),
        ("no_upfront", "10", "1", "where nothing is paid upfront"),
        ("monthly", "10", "1", "where nothing is paid upfront"),
        ("partial_upfront", "-1", "1", "-1 upfront"),
    ],
)
def test_terms_that_contradict_themselves_are_refused(payment: str, upfront: str, hourly: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        terms(payment, upfront, hourly)


def test_a_term_of_no_time_and_a_negative_rate_are_refused() -> None:
    with pytest.raises(UsageError, match="0 months"):
        terms("no_upfront", months=0)
    with pytest.raises(UsageError, match="discount rate"):
        effective_hourly(terms("all_upfront", "1"), annual_rate=Decimal("-0.1"))
