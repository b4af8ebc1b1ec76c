"""Two currencies meet only through a dated rate."""

from datetime import date
from decimal import Decimal

import pytest

from costopt.billing.currency import Exchange, Rate, convert
from costopt.errors import CurrencyMismatch

D = Decimal
RATES = [
    Rate(currency="EUR", into="USD", since=date(2026, 10, 1), rate=D("1.10")),
    Rate(currency="EUR", into="USD", since=date(2026, 10, 15), rate=D("1.20")),
    Rate(currency="EUR", into="GBP", since=date(2026, 1, 1), rate=D("0.80")),
]


def test_the_rate_of_a_day_is_the_last_one_that_holds() -> None:
    exchange = Exchange(RATES, "USD")
    assert exchange.rate("USD", date(1999, 1, 1)) == 1
    assert exchange.rate("EUR", date(2026, 10, 14)) == D("1.10")
    assert exchange.rate("EUR", date(2026, 10, 15)) == D("1.20")
    with pytest.raises(CurrencyMismatch, match="no rate from EUR into USD holds on 2026-09-30"):
        exchange.rate("EUR", date(2026, 9, 30))
    with pytest.raises(CurrencyMismatch, match="no rate from GBP into USD"):
        exchange.rate("GBP", date(2026, 10, 15))


def test_every_day_is_converted_at_its_own_rate_and_then_summed() -> None:
    rows = [
        {"s": "a", "day": date(2026, 10, 1), "BillingCurrency": "EUR", "cost": D(100), "list": D(2), "n": 1},
        {"s": "a", "day": date(2026, 10, 20), "BillingCurrency": "EUR", "cost": D(100), "list": D(5), "n": 2},
        {"s": "a", "day": date(2026, 10, 20), "BillingCurrency": "USD", "cost": D(7), "list": D(1), "n": 4},
        {"s": "b", "day": date(2026, 10, 20), "BillingCurrency": "USD", "cost": D(1), "list": None, "n": 1},
    ]
    found = convert(rows, Exchange(RATES, "USD"), money=("cost", "list"), keys=("s", "BillingCurrency"), day="day")
    assert found == [
        {"s": "a", "BillingCurrency": "USD", "cost": D(110) + D(120) + D(7), "list": D("2.2") + D(6) + D(1), "n": 7},
        {"s": "b", "BillingCurrency": "USD", "cost": D(1), "list": None, "n": 1},
    ]


@pytest.mark.parametrize("unknown", [0, 1, 2])
def test_a_total_is_unknown_where_that_of_any_day_is(unknown: int) -> None:
    days = (date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 3))
    rows = [
        {"day": day, "BillingCurrency": "USD", "cost": D(1), "list": None if number == unknown else D(3), "n": 1}
        for number, day in enumerate(days)
    ]
    (found,) = convert(rows, Exchange(RATES, "USD"), money=("cost", "list"), keys=("BillingCurrency",), day="day")
    assert found == {"BillingCurrency": "USD", "cost": D(3), "list": None, "n": 3}
