"""Published break-even points of commitments."""

from decimal import Decimal

import pytest

from costopt.economics.amortisation import Terms
from costopt.economics.break_even import break_even_month, break_even_utilisation
from costopt.economics.sustained_rates import Rates, slot_price
from costopt.economics.sustained_use import incremental_rates
from tests.oracles.hourly_estate import gce

N1, N2 = incremental_rates(gce("n1")), incremental_rates(gce("n2"))


@pytest.mark.parametrize(
    ("discount", "rates", "published"),
    [
        (0.37, None, 0.63),
        (0.37, N2, 0.72),
        (0.37, N1, 0.825),
        (0.28, None, 0.72),
        (0.28, N2, 0.87),
        (0.55, N2, 0.48),
    ],
)
def test_a_commitment_pays_from_the_published_utilisation_on(
    discount: float, rates: Rates | None, published: float
) -> None:
    assert break_even_utilisation(1 - discount, rates) == pytest.approx(published, abs=0.005)


def test_a_flexible_commitment_of_28_percent_never_pays_for_n1() -> None:
    """A full month on demand costs 70 % by itself."""
    assert break_even_utilisation(0.72, N1) is None


def test_at_break_even_a_slot_costs_as_much_either_way() -> None:
    for ratio in (0.1, 0.25, 0.5, 0.63, 0.7):
        share = break_even_utilisation(ratio, N1)
        assert share is not None
        assert slot_price(share, N1) == pytest.approx(ratio)


def test_what_costs_nothing_pays_at_once_and_what_costs_more_never() -> None:
    assert break_even_utilisation(0.0) == 0
    assert break_even_utilisation(1.0) == 1
    assert break_even_utilisation(1.01) is None


def terms(payment: str, upfront: str, hourly: str) -> Terms:
    return Terms(term_months=12, payment=payment, upfront=Decimal(upfront), hourly=Decimal(hourly))


def test_a_year_at_40_percent_off_paid_upfront_pays_in_the_eighth_month() -> None:
    """0.6 x 12 = 7.2 months of on-demand cost."""
    year = terms("all_upfront", str(Decimal("0.06") * 8760), "0")
    assert break_even_month(year, Decimal("0.1")) == 8


def test_a_month_that_is_met_exactly_counts() -> None:
    assert break_even_month(terms("all_upfront", "365", "0"), Decimal("0.1")) == 5


def test_less_use_breaks_even_later_or_never() -> None:
    year = terms("partial_upfront", "219", "0.025")
    assert break_even_month(year, Decimal("0.1")) == 4
    assert break_even_month(year, Decimal("0.1"), utilisation=Decimal("0.6")) == 9
    assert break_even_month(year, Decimal("0.1"), utilisation=Decimal("0.45")) is None
    assert break_even_month(year, Decimal("0.1"), utilisation=Decimal("0.25")) is None


def test_a_plan_without_upfront_pays_in_its_first_month_if_it_is_used_enough() -> None:
    plan = terms("no_upfront", "0", "0.063")
    assert break_even_month(plan, Decimal("0.1")) == 1
    assert break_even_month(plan, Decimal("0.1"), utilisation=Decimal("0.63")) == 1
    assert break_even_month(plan, Decimal("0.1"), utilisation=Decimal("0.62")) is None
