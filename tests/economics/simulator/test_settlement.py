"""How commitments pay, by hand and in the manner of AWS's own examples."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from costopt.economics.instruments import InstrumentKind as Kind
from costopt.economics.simulator.settlement import Settlement, settle
from tests.oracles.hourly_estate import START, demand, holding, item

C5_LINUX = item("c5.9xlarge", dollars_per_unit=4.0 / 72)
C5_WINDOWS = item("c5.24xlarge", variant="windows", tenancy="dedicated", dollars_per_unit=10.0 / 192)
FARGATE_VCPU = item("vcpu", service="fargate", region="us-west-1", dollars_per_unit=1.5)
FARGATE_GIB = item("gib", service="fargate", region="us-west-1", dollars_per_unit=2.0)
EXAMPLE = demand({C5_LINUX: 4.0, C5_WINDOWS: 10.0, FARGATE_VCPU: 15.0, FARGATE_GIB: 10.0})
"""The hour of AWS's example: a c5.9xlarge at $4, a Windows c5.24xlarge at $10, 10 vCPU at $1.50 and 5 GB at $2."""
COMPUTE = {C5_LINUX: 2 / 4, C5_WINDOWS: 8 / 10, FARGATE_VCPU: 1 / 1.5, FARGATE_GIB: 1 / 2}
INSTANCE = {C5_LINUX: 1 / 4, C5_WINDOWS: 6 / 10}
"""Its rates over on-demand rates.
Source: https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html."""


def left(settled: Settlement) -> list[float]:
    """Dollars on demand of each item in the first hour."""
    return pytest.approx(settled.on_demand[0].tolist())


def test_without_commitments_everything_is_on_demand() -> None:
    settled = settle(EXAMPLE, [])
    assert settled.bill.total == Decimal("39.000000000")
    assert settled.total_coverage == 0.0
    assert settled.total_utilisation is None


def test_a_plan_that_is_large_enough_pays_for_everything_at_its_own_rates() -> None:
    """AWS's scenario: $25 an hour is 2 + 8 + 10 + 5, so nothing is left on demand and nothing is unused."""
    settled = settle(EXAMPLE, [holding(Kind.COMPUTE_SP, 25, COMPUTE, EXAMPLE)])
    assert (settled.bill.total, settled.bill.on_demand_cost, settled.bill.unused_cost) == (25, 0, 0)


def test_the_highest_saving_comes_first_and_of_equal_savings_the_lowest_rate() -> None:
    """Both c5 Linux and Fargate memory save 50 %; memory's rate of $1 is lower than $2, so $5 pay for memory alone."""
    settled = settle(EXAMPLE, [holding(Kind.COMPUTE_SP, 5, COMPUTE, EXAMPLE)])
    assert left(settled) == [4, 10, 15, 0]


def test_savings_that_differ_only_in_their_last_bit_are_equal() -> None:
    """Ratios of prices are quotients of floats; 0.1 * 3 / 0.6 is not 0.5."""
    cheap, dear = item("m5", dollars_per_unit=0.1), item("c5", dollars_per_unit=0.6)
    hour = demand({dear: 1.0, cheap: 1.0})
    settled = settle(hour, [holding(Kind.COMPUTE_SP, 0.5, {cheap: 0.1 * 3 / 0.6, dear: 0.5}, hour)])
    assert left(settled) == [1, 0]


def test_a_plan_goes_on_to_the_next_saving_until_it_is_used_up() -> None:
    """$10: memory takes $5, c5 Linux $2, and $3 of Fargate's vCPU at two thirds leave $15 - $4.50."""
    settled = settle(EXAMPLE, [holding(Kind.COMPUTE_SP, 10, COMPUTE, EXAMPLE)])
    assert left(settled) == [0, 10, 10.5, 0]
    assert settled.bill.total == Decimal("30.5")


def test_an_instance_plan_pays_before_a_compute_plan() -> None:
    """The Instance plan of $4 takes Linux for $1 and half of Windows for $3; the Compute plan the rest of it last."""
    plans = [
        holding(Kind.COMPUTE_SP, 19, COMPUTE, EXAMPLE),
        holding(Kind.EC2_INSTANCE_SP, 4, INSTANCE, EXAMPLE),
    ]
    settled = settle(EXAMPLE, plans)
    assert settled.covered[0].tolist() == pytest.approx([30, 9])
    assert settled.bill.total == 23


def test_the_plans_of_one_layer_are_one_pool_in_which_the_deepest_discount_comes_first() -> None:
    m5 = item("m5")
    hour = demand({m5: 1.0})
    one_year = holding(Kind.COMPUTE_SP, 0.35, {m5: 0.7}, hour, name="1y")
    three_years = holding(Kind.COMPUTE_SP, 0.25, {m5: 0.5}, hour, name="3y")
    settled = settle(hour, [one_year, three_years])
    assert settled.covered[0].tolist() == pytest.approx([0.5, 0.5])
    assert settle(demand({m5: 0.5}), [one_year, three_years]).utilisation == pytest.approx((0.0, 1.0))


def test_a_regional_reservation_pays_for_the_smallest_sizes_first() -> None:
    """8 units: two m5.large (4 each at $0.024 a unit) before the m5.xlarge, whatever the order of the columns."""
    large, xlarge = (item(name, dollars_per_unit=0.024) for name in ("m5.large", "m5.xlarge"))
    hour = demand({xlarge: 0.192, large: 0.192})
    settled = settle(hour, [holding(Kind.REGIONAL_RI, 8, dict.fromkeys((large, xlarge), 1 / 0.024), hour)])
    assert left(settled) == [0.192, 0]


def test_a_multi_az_database_is_twice_the_size_of_a_single_one() -> None:
    single, double = (
        item("db.m5.large", service="rds", variant=f"mysql:{kind}", dollars_per_unit=0.04)
        for kind in ("single_az", "multi_az")
    )
    hour = demand({double: 0.32, single: 0.16})
    settled = settle(hour, [holding(Kind.REGIONAL_RI, 4, dict.fromkeys((single, double), 25), hour)])
    assert left(settled) == [0.32, 0]


def test_reservations_pay_by_how_narrow_they_are_and_before_plans() -> None:
    here, there = (item("m5.large", zone=zone, dollars_per_unit=0.024) for zone in ("us-east-1a", "us-east-1b"))
    hour = demand({here: 0.192, there: 0.096})
    both = dict.fromkeys((here, there), 1 / 0.096)
    settled = settle(
        hour,
        [
            holding(Kind.COMPUTE_SP, 1, dict.fromkeys((here, there), 0.7), hour, name="plan"),
            holding(Kind.SIZE_BOUND_RI, 1, both, hour, name="regional"),
            holding(Kind.ZONAL_RI, 1, {here: 1 / 0.096}, hour, name="zonal"),
        ],
    )
    assert settled.covered[0].tolist() == pytest.approx([0.096, 0.096, 0.096])


MINE, OTHER = item("m5", "1"), item("c5", "2")
HOUR = demand({MINE: 1.0, OTHER: 1.0})
TAKE = {MINE: 0.8, OTHER: 0.5}


def test_the_owners_usage_comes_first_even_where_another_would_save_more() -> None:
    assert left(settle(HOUR, [holding(Kind.COMPUTE_SP, 0.8, TAKE, HOUR, account="1")])) == [0, 1]


def test_what_the_owner_leaves_goes_to_the_organisation() -> None:
    assert left(settle(HOUR, [holding(Kind.COMPUTE_SP, 1, TAKE, HOUR, account="1")])) == [0, 0.6]


def test_a_plan_of_an_account_without_usage_goes_where_it_saves_most() -> None:
    for account in (None, "3"):
        settled = settle(HOUR, [holding(Kind.COMPUTE_SP, 0.8, TAKE, HOUR, account=account)])
        assert left(settled) == [0.625, 0]


def test_the_own_usage_of_all_owners_comes_before_that_of_others() -> None:
    """Account 2's plan saves more on account 1's usage, but account 1's own plan pays for that first."""
    plans = [
        holding(Kind.COMPUTE_SP, 0.8, TAKE, HOUR, account="1", name="mine"),
        holding(Kind.COMPUTE_SP, 0.9, {MINE: 0.4, OTHER: 0.5}, HOUR, account="2", name="theirs"),
    ]
    settled = settle(HOUR, plans)
    assert settled.used[0].tolist() == pytest.approx([0.8, 0.5])


def test_within_one_account_nobody_comes_first() -> None:
    """A plan without an owner is then of the same account, and saves more."""
    m5 = item("m5")
    hour = demand({m5: 1.0})
    plans = [
        holding(Kind.COMPUTE_SP, 0.7, {m5: 0.7}, hour, account="1", name="1y"),
        holding(Kind.COMPUTE_SP, 0.5, {m5: 0.5}, hour, name="3y"),
    ]
    assert settle(hour, plans).utilisation == (0.0, 1.0)


def test_without_sharing_a_plan_pays_for_its_own_account_only() -> None:
    plan = holding(Kind.COMPUTE_SP, 9, TAKE, HOUR, account="1")
    settled = settle(HOUR, [plan], sharing=False)
    assert left(settled) == [0, 1]
    assert settled.bill.unused_cost == Decimal("8.2")


def test_a_commitment_pays_in_the_hours_that_begin_within_its_term() -> None:
    """From 00:30 to 03:00: the hours of 01 and 02 o'clock; before and after there is neither cost nor cover."""
    m5 = item("m5")
    day = demand({m5: [1.0] * 5})
    plan = holding(
        Kind.COMPUTE_SP, 0.5, {m5: 0.5}, day,
        start=START + timedelta(minutes=30), end=START + timedelta(hours=3),
    )  # fmt: skip
    settled = settle(day, [plan])
    assert settled.on_demand[:, 0].tolist() == [1, 0, 0, 1, 1]
    assert settled.bill.commitment_cost == 1
    assert (settled.utilisation, settled.coverage, settled.total_coverage) == ((1.0,), (1.0,), 0.4)


@pytest.mark.parametrize("days", [(-30, -1), (30, 60)])
def test_a_commitment_outside_the_period_costs_and_pays_nothing(days: tuple[int, int]) -> None:
    start, end = (START + timedelta(days=day) for day in days)
    settled = settle(EXAMPLE, [holding(Kind.COMPUTE_SP, 25, COMPUTE, EXAMPLE, start=start, end=end)])
    assert settled.bill.commitment_cost == 0
    assert settled.utilisation == settled.coverage == (None,)


def test_usage_of_one_hour_is_never_paid_with_another_hours_commitment() -> None:
    m5 = item("m5")
    two = demand({m5: [0.0, 2.0]})
    settled = settle(two, [holding(Kind.COMPUTE_SP, 0.5, {m5: 0.5}, two)])
    assert settled.on_demand[:, 0].tolist() == [0, 1]
    assert settled.bill.unused_cost == Decimal("0.5")
    assert settled.total_utilisation == 0.5


def test_the_demand_is_left_as_it_was() -> None:
    before = EXAMPLE.dollars.copy()
    settle(EXAMPLE, [holding(Kind.COMPUTE_SP, 25, COMPUTE, EXAMPLE)])
    assert np.array_equal(EXAMPLE.dollars, before)


def test_what_the_provider_leaves_open_does_not_depend_on_how_usage_is_listed() -> None:
    """Two accounts run the same; which of them a third one's reservation pays for is settled by name."""
    one, two = (item("m5.large", account, dollars_per_unit=0.024) for account in ("1", "2"))
    for listed in ((one, two), (two, one)):
        hour = demand(dict.fromkeys(listed, 0.096))
        reserved = holding(Kind.REGIONAL_RI, 4, dict.fromkeys(listed, 1 / 0.024), hour, account="3")
        settled = settle(hour, [reserved])
        assert settled.on_demand[0, listed.index(one)] == pytest.approx(0)
        assert settled.on_demand[0, listed.index(two)] == pytest.approx(0.096)
