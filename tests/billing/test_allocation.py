"""Shared cost is divided without a remainder."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.billing.allocation import UNIT, allocate_by_cost, allocate_evenly, allocate_fixed
from costopt.errors import BillError

MONEY = st.decimals(min_value=Decimal("-1E17"), max_value=Decimal("1E17"), places=10)
D = Decimal


def test_an_even_part_that_does_not_come_out_goes_to_the_first_names() -> None:
    # 1 / 3 = 0.3333333333; one unit of 1E-10 is missing, all lost the same, so the first name in order gets it.
    parts = allocate_evenly(D("1"), ["web", "data", "ml"])
    assert parts == {"data": D("0.3333333334"), "ml": D("0.3333333333"), "web": D("0.3333333333")}


def test_a_credit_is_divided_as_a_cost_is() -> None:
    assert allocate_evenly(D("-1"), ["a", "b", "c"]) == {
        "a": D("-0.3333333334"),
        "b": D("-0.3333333333"),
        "c": D("-0.3333333333"),
    }


def test_parts_by_cost() -> None:
    # 30 : 10 of 100; a team whose credits exceed its cost bears nothing.
    parts = allocate_by_cost(D("100"), {"ml": D("30"), "web": D("10"), "credits": D("-5"), "idle": D(0)})
    assert parts == {"credits": D(0), "idle": D(0), "ml": D("75"), "web": D("25")}


def test_the_missing_unit_goes_to_whom_the_cut_took_most() -> None:
    # 1E-9 is ten units; 2 : 1 of ten is 6.67 and 3.33: cut to 6 and 3, and a lost more.
    assert allocate_by_cost(D("1E-9"), {"b": D(1), "a": D(2)}) == {"a": 7 * UNIT, "b": 3 * UNIT}


def test_fixed_parts() -> None:
    parts = allocate_fixed(D("10.0000000001"), {"a": D("0.5"), "b": D("0.3"), "c": D("0.2")})
    # In units 50000000000.5, 30000000000.3 and 20000000000.2: the missing one goes to a.
    assert parts == {"a": D("5.0000000001"), "b": D("3"), "c": D("2")}


@pytest.mark.parametrize(
    ("fractions", "words"),
    [
        ({"a": D("0.5"), "b": D("0.4")}, "sum to 0.9"),
        ({"a": D("1.5"), "b": D("-0.5")}, "a, b is outside"),
        ({}, "sum to 0"),
    ],
)
def test_fractions_that_are_no_whole_are_refused(fractions: dict[str, Decimal], words: str) -> None:
    with pytest.raises(BillError, match=words) as refused:
        allocate_fixed(D(1), fractions)
    assert "sum to exactly 1" in refused.value.hint


def test_nobody_to_bear_it() -> None:
    with pytest.raises(BillError, match="nobody to bear it"):
        allocate_evenly(D(1), [])
    with pytest.raises(BillError, match="no proportion") as refused:
        allocate_by_cost(D(1), {"a": D(0), "b": D(-1)})
    assert "evenly" in refused.value.hint


def test_money_finer_than_the_table_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="ten digits"):
        allocate_evenly(D("1E-11"), ["a"])


@given(total=MONEY, costs=st.dictionaries(st.text(max_size=3), MONEY, min_size=1, max_size=30))
def test_parts_always_sum_to_the_total(total: Decimal, costs: dict[str, Decimal]) -> None:
    ways = [allocate_evenly(total, costs)]
    if any(cost > 0 for cost in costs.values()):
        ways.append(allocate_by_cost(total, costs))
    for parts in ways:
        assert parts.keys() == costs.keys()
        assert sum(map(exactly, parts.values())) == exactly(total)
        assert all(exactly(part) * exactly(total) >= 0 for part in parts.values())


@given(total=MONEY, names=st.sets(st.text(max_size=3), min_size=1, max_size=30))
def test_even_parts_differ_by_one_unit_at_most(total: Decimal, names: set[str]) -> None:
    units = [exactly(part) for part in allocate_evenly(total, names).values()]
    assert max(units) - min(units) <= 1


def exactly(money: Decimal) -> int:
    """Units of 1E-10, without any rounding of Decimal's context."""
    sign, digits, exponent = money.as_tuple()
    assert isinstance(exponent, int)
    number = int("".join(map(str, digits)))
    scaled = number * 10 ** (exponent + 10) if exponent >= -10 else number // 10 ** -(exponent + 10)
    return -scaled if sign else scaled
