"""From units that run, or ran by the bill, to dollars by the hour, now and ahead."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from costopt.economics.demand import HourlyDemand, UsageItem
from costopt.economics.usage_items import Place
from costopt.errors import DemandError
from costopt.model.finding import ComputeUsage
from costopt.model.period import Period
from costopt.pipeline.planning.snapshot.billed_usage import BilledUsage
from costopt.pipeline.planning.snapshot.demand import carried_forward, estate_demand, last_pattern

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
PRICES = {"m5.large": Decimal("0.096"), "c5.large": Decimal("0.085"), "vcpu_hour": Decimal("0.04")}
ITEM = UsageItem(provider="aws", account="1", region="r", service="ec2", family="m5", variant="linux")


def place(name: str, service: str = "ec2") -> Place:
    return "1", ("us-east-1", ComputeUsage(service=service, instance_type=name, variant="linux"))


def on_demand(usage: tuple[str, ComputeUsage]) -> Decimal | None:
    return PRICES.get(usage[1].instance_type)


def week(hours: int = 168, start: datetime = MONDAY) -> HourlyDemand:
    """Dollars that name their hour of the week."""
    return HourlyDemand(items=(ITEM,), dollars=(np.arange(hours) % 168.0)[:, None], start=start)


def test_without_a_bill_what_runs_now_runs_at_all_hours() -> None:
    found = estate_demand({place("m5.large"): Decimal(3)}, None, on_demand, (), NOW)
    assert found.history.hours == 168
    assert found.history.dollars == pytest.approx(3 * 0.096)
    assert found.period is None
    assert "inventory" in found.words


def test_a_bill_tells_the_hours_and_the_inventory_only_what_no_bill_names() -> None:
    period = Period(start=MONDAY, end=MONDAY + timedelta(hours=4))
    billed = BilledUsage(period=period, instances={place("c5.large"): np.array([0.0, 1.0, 2.0, 3.0])})
    running = {place("m5.large"): Decimal(9), place("vcpu_hour", "fargate"): Decimal(2)}
    found = estate_demand(running, billed, on_demand, (), NOW)
    by_family = dict(zip((one.item.family for one in found.itemised.items), found.history.dollars.T, strict=True))
    assert by_family["c5"] == pytest.approx([0, 0.085, 0.17, 0.255])
    assert by_family["vcpu_hour"] == pytest.approx(0.08)
    # It may be what was c5 before: the bill alone tells of EC2.
    assert by_family["m5"] == pytest.approx(0)
    assert found.beside_bill == (("1", "fargate"),)


def test_an_account_that_the_bill_is_not_about_is_taken_from_the_inventory() -> None:
    period = Period(start=MONDAY, end=MONDAY + timedelta(hours=4))
    billed = BilledUsage(period=period, instances={place("c5.large"): np.ones(4)})
    running = {("2", place("m5.large")[1]): Decimal(3)}
    found = estate_demand(running, billed, on_demand, (), NOW)
    assert found.history.dollars.sum() == pytest.approx(4 * (0.085 + 3 * 0.096))
    assert found.beside_bill == (("2", "ec2"),)


def test_what_the_bill_shows_without_its_engine_is_left_out_and_not_doubled_by_the_inventory() -> None:
    period = Period(start=MONDAY, end=MONDAY + timedelta(hours=4))
    unknown = {("1", "us-east-1", "ec2", "x9.large")}
    billed = BilledUsage(period=period, instances={("2", place("c5.large")[1]): np.ones(4)}, unknown=unknown)
    assert estate_demand({place("m5.large"): Decimal(1)}, billed, on_demand, (), NOW).beside_bill == ()


def test_nothing_with_a_price_is_an_error_and_no_empty_plan() -> None:
    with pytest.raises(DemandError, match="nothing runs whose price is known"):
        estate_demand({place("x9.large"): Decimal(1)}, None, on_demand, (), NOW)


def test_the_future_keeps_the_hour_of_the_week() -> None:
    ahead = carried_forward(week(168 * 3), NOW, months=1)
    assert ahead.start == datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert ahead.hours == 730
    # A Friday, seven o'clock.
    assert ahead.dollars[0, 0] == 4 * 24 + 7
    assert ahead.dollars[168, 0] == ahead.dollars[0, 0]


def test_the_last_eight_weeks_are_the_pattern_and_less_than_a_week_is_taken_by_whole_days() -> None:
    long = HourlyDemand(items=(ITEM,), dollars=np.arange(168.0 * 10)[:, None], start=MONDAY)
    assert last_pattern(long)[0, 0] == 168 * 2
    assert len(last_pattern(week(100))) == 96
    assert len(last_pattern(week(7))) == 7


def test_growth_is_even_and_reaches_its_share_after_a_year() -> None:
    flat = HourlyDemand(items=(ITEM,), dollars=np.ones((168, 1)), start=MONDAY)
    ahead = carried_forward(flat, NOW, months=24, growth=0.2)
    assert ahead.dollars[0, 0] == 1
    assert ahead.dollars[8760, 0] == pytest.approx(1.2)
    assert ahead.dollars[-1, 0] == pytest.approx(1.44, rel=1e-4)


def test_growth_that_leaves_nothing_is_refused() -> None:
    with pytest.raises(DemandError, match="-100% a year"):
        carried_forward(week(), NOW, months=1, growth=-1.0)
