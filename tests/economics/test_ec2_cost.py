"""Instance hours as lines of a saving."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.economics.ec2_cost import instance_price, replacement_terms, running_terms, worth_changing
from costopt.errors import PriceNotFound
from costopt.model.finding import Saving
from tests.oracles.compute import instance, market


def test_a_month_has_730_hours():
    machine = instance("m5.large")
    (term,) = running_terms(machine, machine.spec, market())
    assert (term.quantity, term.price.amount, term.subject) == (730, Decimal("0.096"), machine.key)
    assert (term.usage.availability_zone, term.usage.tenancy) == ("us-east-1a", "default")


def test_replacement_is_what_is_paid_less_what_will_be_paid():
    machine = instance("m5.xlarge")
    terms = replacement_terms(machine, machine.spec, market(), "m5.large")
    assert Saving(terms=terms).monthly.amount == Decimal("70.080")
    assert {term.subject for term in terms} == {machine.key}


@pytest.mark.parametrize(
    "fields",
    [{"tenancy": "dedicated"}, {"tenancy": "host"}, {"lifecycle": "capacity_block"}, {"platform": "unknown"}],
)
def test_what_has_no_price_raises_and_is_never_zero(fields):
    machine = instance("m5.large", **fields)
    with pytest.raises(PriceNotFound):
        instance_price(machine, machine.spec, market())


def test_windows_is_not_priced_as_linux():
    machine = instance("m5.large", platform="windows")
    assert instance_price(machine, machine.spec, market(windows={"m5.large": "0.188"})).amount == Decimal("0.188")


@pytest.mark.parametrize(
    ("now", "then", "worth"),
    [
        ("0.10", "0.0931506", True),  # 5.00006 dollars a month, 6.8 %
        ("0.10", "0.0931508", False),  # 4.9999 dollars
        ("1.00", "0.95", True),  # 5 % exactly
        ("1.00", "0.9501", False),
        ("1.00", "1.10", False),
    ],
)
def test_below_five_dollars_or_five_percent_is_not_worth_it(now, then, worth):
    assert worth_changing(Decimal(now), Decimal(then), Decimal(5), Decimal("0.05")) is worth


@given(
    now=st.decimals("0.001", 50, places=4),
    then=st.decimals("0.001", 50, places=4),
)
def test_a_dearer_or_equal_price_is_never_worth_changing_to(now, then):
    if then >= now:
        assert not worth_changing(now, then, Decimal(0), Decimal("0.01"))
