from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.model.money import Money
from costopt.model.period import Period
from costopt.renderers import formats


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1234.56", "USD", "$1,234.56"),
        ("0", "USD", "$0.00"),
        ("0.005", "USD", "$0.01"),
        ("-0.005", "USD", "\N{MINUS SIGN}$0.01"),
        ("-0.004", "USD", "$0.00"),
        ("-1234567.891", "USD", "\N{MINUS SIGN}$1,234,567.89"),
        ("12", "CHF", "CHF 12.00"),
        ("12", "EUR", "€12.00"),
    ],
)
def test_money_has_two_decimals_and_a_real_minus(amount, currency, text):
    assert formats.money(Money(amount=Decimal(amount), currency=currency)) == text


def test_monthly_money_says_so():
    assert formats.monthly(Money(amount=Decimal("9.5"))) == "$9.50/mo"


@pytest.mark.parametrize(
    ("price", "text"),
    [("0.384", "$0.384"), ("0.1", "$0.10"), ("2", "$2.00"), ("0.0000002", "$0.0000002"), ("1E+3", "$1,000.00")],
)
def test_a_unit_price_is_shown_with_all_its_digits(price, text):
    assert formats.unit_price(Decimal(price), "USD") == text


@pytest.mark.parametrize(
    ("number", "text"), [("730", "730"), ("-2400.50", "\N{MINUS SIGN}2,400.5"), ("1E+4", "10,000"), ("0.250", "0.25")]
)
def test_a_quantity_has_no_exponent_and_no_trailing_zeros(number, text):
    assert formats.quantity(Decimal(number)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**12), max_value=10**12))
def test_a_plain_decimal_keeps_its_exact_value(value):
    text = formats.plain(value)
    assert Decimal(text) == value
    assert "E" not in text
    assert text != "-0"


@pytest.mark.parametrize(
    ("fraction", "text"), [(0, "0%"), (0.004, "<1%"), (0.421, "42%"), (0.995, ">99%"), (1, "100%")]
)
def test_a_share_is_never_rounded_to_nothing_or_to_all(fraction, text):
    assert formats.percent(fraction) == text


def test_counts_have_their_plural():
    assert [formats.counted(n, "finding") for n in (0, 1, 1204)] == ["0 findings", "1 finding", "1,204 findings"]


def test_a_look_back_says_its_length_and_end():
    end = datetime(2026, 11, 20, tzinfo=UTC)
    assert formats.look_back(Period(start=end - timedelta(days=14), end=end)) == "14 days to 2026-11-20"
    assert formats.look_back(Period(start=end - timedelta(hours=1), end=end)) == "1 hour to 2026-11-20"
