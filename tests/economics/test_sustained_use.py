"""Sustained use discounts: Google's published figures, and slots counted one by one."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.economics.demand import UsageItem
from costopt.economics.sustained_rates import slot_price
from costopt.economics.sustained_use import MonthlyDiscount, incremental_rates, sustained_use_discounts
from tests.oracles.hourly_estate import gce, item

JANUARY, FEBRUARY = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
MONTH = 31 * 24
N1 = (1.0, 0.8, 0.6, 0.4)


def discount(one: UsageItem, used: np.ndarray, start: datetime = JANUARY) -> float:
    """Share of the dollars that is taken off."""
    dollars = used[:, np.newaxis]
    return float(sustained_use_discounts([one], dollars, start).sum() / dollars.sum())


@pytest.mark.parametrize(
    ("series", "published"),
    [("n1", 0.30), ("m1", 0.30), ("m2", 0.30), ("n2", 0.20), ("n2d", 0.20), ("c2", 0.20),
     ("e2", 0), ("c3", 0), ("n4", 0)],
)  # fmt: skip
def test_a_full_month_has_the_published_discount(series: str, published: float) -> None:
    for resource in ("vcpu", "memory"):
        assert discount(gce(series, variant=resource), np.ones(MONTH)) == pytest.approx(published, abs=3e-4)


@pytest.mark.parametrize(("share", "published"), [(0.25, 0), (0.5, 0.10), (0.75, 0.20), (1, 0.30)])
def test_part_of_a_month_has_the_published_discount(share: float, published: float) -> None:
    used = np.zeros(MONTH)
    used[: int(MONTH * share)] = 1
    assert discount(gce("n1"), used) == pytest.approx(published)


def test_usage_that_does_not_overlap_is_joined_to_one_instance() -> None:
    """Two instances of half a month each, in two zones and one after the other, have the discount of a full month."""
    used = np.zeros((MONTH, 2))
    used[: MONTH // 2, 0] = used[MONTH // 2 :, 1] = 1
    zones = [gce("n1", zone=zone) for zone in ("a", "b")]
    assert sustained_use_discounts(zones, used, JANUARY).sum() / MONTH == pytest.approx(0.30)


@pytest.mark.parametrize(
    "other", [gce("n1", "q"), gce("n1", region="west"), gce("n2"), gce("n1", variant="memory"), gce("n1", tenancy="x")]
)
def test_usage_of_another_project_region_series_or_resource_is_not(other: UsageItem) -> None:
    used = np.zeros((MONTH, 2))
    used[: MONTH // 4, 0] = used[MONTH // 4 : MONTH // 2, 1] = 1
    assert sustained_use_discounts([gce("n1"), other], used, JANUARY).sum() == pytest.approx(0, abs=1e-9)


def test_each_month_begins_anew() -> None:
    """The last quarter of January and the first of February: twice a quarter of a month, not half of one."""
    used = np.zeros(MONTH + 28 * 24)
    used[MONTH * 3 // 4 : MONTH + 7 * 24] = 1
    assert discount(gce("n1"), used) == pytest.approx(0, abs=1e-9)


def test_a_month_that_is_known_in_part_is_taken_to_go_on_as_it_was() -> None:
    assert discount(gce("n1"), np.ones(48), FEBRUARY) == pytest.approx(0.30)


def test_other_usage_has_none() -> None:
    assert incremental_rates(item("n1")) is None
    assert incremental_rates(gce("n1", variant="gpu")) is None
    assert discount(item("m5"), np.ones(MONTH)) == 0


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60).filter(any))
@settings(max_examples=60, deadline=None)
def test_it_is_what_slots_cost_one_by_one(load: list[int]) -> None:
    """The k-th unit is one inferred instance, in use in the hours whose load is k or more."""
    hours = len(load)
    cost = 0.0
    for slot in range(1, max(load) + 1):
        in_use = sum(one >= slot for one in load) / hours
        for level, (low, high) in enumerate(pairwise((0, 0.25, 0.5, 0.75, 1))):
            cost += N1[level] * max(0.0, min(in_use, high) - low) * hours
    used = np.array(load, dtype=float)
    assert used.sum() * (1 - discount(gce("n1"), used)) == pytest.approx(cost)


def test_a_slot_costs_less_for_each_further_hour() -> None:
    prices = [slot_price(share, N1) for share in (0, 0.25, 0.5, 0.75, 1)]
    assert prices == pytest.approx([0, 0.25, 0.45, 0.6, 0.7])


@settings(max_examples=25, deadline=None)
@given(levels=st.lists(st.integers(0, 3), min_size=48, max_size=48), seed=st.integers(0, 100))
def test_hours_that_are_the_same_are_discounted_together_as_one_by_one(levels: list[int], seed: int) -> None:
    """Two days, one in each of two months, as they are and with the equal hours of each month given once."""
    rng = np.random.default_rng(seed)
    items, start = [gce("n1"), gce("n1", zone="b"), gce("n2"), gce("e2")], datetime(2026, 1, 31, tzinfo=UTC)
    dollars = rng.integers(0, 4, size=(4, len(items))).astype(float)[levels]
    days = [np.unique(dollars[hours], axis=0, return_counts=True) for hours in (slice(0, 24), slice(24, 48))]
    rows, weight = np.vstack([one for one, _ in days]), np.concatenate([count for _, count in days]).astype(float)
    split = len(days[0][0])
    together = MonthlyDiscount(items, weight, [slice(0, split), slice(split, len(rows))])
    assert together(rows.T) == pytest.approx(sustained_use_discounts(items, dollars, start).sum(), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(load=st.lists(st.floats(0, 10), min_size=24, max_size=24), seed=st.integers(0, 100))
def test_rates_in_any_other_order_of_the_hours_come_to_no_more(load: list[float], seed: int) -> None:
    """The bound that plans rest on: what one demand's hours pay is no more than the true cost of another demand."""
    other = np.random.default_rng(seed).random((24, 1)) + 0.1
    rates = 1 - sustained_use_discounts([gce("n2")], other, JANUARY) / other
    used = np.array(load)[:, np.newaxis]
    paid = used.sum() - sustained_use_discounts([gce("n2")], used, JANUARY).sum()
    assert float((rates * used).sum()) <= paid + 1e-9
