"""The settlement beside a slow biller written from the providers' pages, and what must hold of every settlement."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding
from costopt.economics.instruments import InstrumentKind as Kind
from costopt.economics.simulator.settlement import settle
from tests.oracles.hourly_billing import bill
from tests.oracles.hourly_estate import START, demand, holding, item

HOURS = 3
M5 = [
    item(f"m5.{size}", account, zone=zone, dollars_per_unit=0.024)
    for size, account, zone in (("large", "1", "a"), ("xlarge", "2", "b"), ("2xlarge", "1", "a"), ("4xlarge", "2", "a"))
]
ITEMS = [
    *M5,
    item("m5.large", "1", variant="windows", zone="a", dollars_per_unit=0.047),
    item("c5.large", "2", zone="b", dollars_per_unit=0.02125),
    item("vcpu", "2", service="fargate", dollars_per_unit=0.04),
]
EC2 = ITEMS[:-1]
SCOPES = {
    Kind.ZONAL_RI: M5[:1],
    Kind.SIZE_BOUND_RI: ITEMS[4:5],
    Kind.REGIONAL_RI: M5,
    Kind.EC2_INSTANCE_SP: [*M5, ITEMS[4]],
    Kind.COMPUTE_SP: ITEMS,
}
DOLLARS = st.one_of(st.just(0.0), st.floats(0.01, 4.0))
ACCOUNT = st.sampled_from(["1", "2", "3", None])
COSTS = {Kind.ZONAL_RI: "0.05", Kind.SIZE_BOUND_RI: "0.1", Kind.REGIONAL_RI: "0.015"}


@st.composite
def demands(draw: st.DrawFn) -> HourlyDemand:
    return demand({one: draw(st.lists(DOLLARS, min_size=HOURS, max_size=HOURS)) for one in ITEMS})


@st.composite
def holdings(draw: st.DrawFn) -> list[Holding]:
    """Any mix; no two savings are equal, since the pages do not say which of them comes first."""
    empty = demand(dict.fromkeys(ITEMS, 0.0))
    kinds = draw(st.lists(st.sampled_from(list(SCOPES)), max_size=6))
    savings = iter(draw(st.permutations([0.31 + number / 97 for number in range(len(kinds) * len(ITEMS))])))
    return [
        holding(
            kind,
            draw(st.decimals(0, 3, places=3)) * (1 if kind.in_dollars else 20),
            {one: next(savings) if kind.in_dollars else 1 / one.dollars_per_unit for one in SCOPES[kind]},
            empty,
            account=draw(ACCOUNT),
            name=f"{kind.value} {place}",
            cost=COSTS.get(kind, "1"),
            start=START + timedelta(hours=draw(st.integers(-1, 2))),
            end=START + timedelta(hours=draw(st.integers(3, 4))),
        )
        for place, kind in enumerate(kinds)
    ]


@given(demands(), holdings(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_every_hour_is_billed_as_the_slow_biller_does(usage: HourlyDemand, owned: list[Holding], sharing: bool) -> None:
    expected = np.array(bill(usage, owned, sharing=sharing), dtype=float)
    np.testing.assert_allclose(settle(usage, owned, sharing=sharing).on_demand, expected, rtol=0, atol=1e-9)


@given(demands(), holdings(), st.randoms(use_true_random=False), st.booleans())
@settings(max_examples=40, deadline=None)
def test_how_items_and_commitments_are_listed_changes_nothing(usage, owned, random, sharing) -> None:
    columns, rows = list(range(len(usage.items))), list(range(len(owned)))
    random.shuffle(columns)
    random.shuffle(rows)
    shuffled = HourlyDemand(
        items=tuple(usage.items[column] for column in columns), dollars=usage.dollars[:, columns], start=usage.start
    )
    moved = [
        replace(owned[row], instrument=replace(owned[row].instrument, take=owned[row].instrument.take[columns]))
        for row in rows
    ]
    before, after = (settle(one, two, sharing=sharing) for one, two in ((usage, owned), (shuffled, moved)))
    assert before.bill.total == after.bill.total
    assert [before.bill.on_demand[column] for column in columns] == list(after.bill.on_demand)
    assert [before.bill.unused[row] for row in rows] == list(after.bill.unused)


@given(demands(), holdings())
@settings(max_examples=60, deadline=None)
def test_nothing_is_paid_twice_and_nothing_is_used_that_is_not_there(usage: HourlyDemand, owned: list[Holding]) -> None:
    settled = settle(usage, owned)
    assert (settled.on_demand >= 0).all()
    assert (settled.used >= 0).all()
    assert (settled.used <= settled.committed).all()
    paid = settled.on_demand.sum(axis=1) + settled.covered.sum(axis=1)
    np.testing.assert_allclose(paid, usage.dollars.sum(axis=1), rtol=1e-12)


@given(demands(), holdings())
@settings(max_examples=60, deadline=None)
def test_one_commitment_never_makes_the_bill_on_demand_larger(usage: HourlyDemand, owned: list[Holding]) -> None:
    for alone in owned:
        assert settle(usage, [alone]).bill.on_demand_cost <= settle(usage, []).bill.on_demand_cost


@given(demands(), holdings(), st.sampled_from([2, 0.5, 8]))
@settings(max_examples=40, deadline=None)
def test_at_twice_the_prices_everything_costs_twice_as_much(
    usage: HourlyDemand, owned: list[Holding], factor: float
) -> None:
    """Reservations at twice the price of a unit; of plans, which are in dollars, twice as many."""
    dear = HourlyDemand(items=usage.items, dollars=usage.dollars * factor, start=usage.start)
    scaled = [
        replace(one, quantity=one.quantity * Decimal(factor))
        if one.instrument.kind.in_dollars
        else replace(
            one,
            instrument=replace(
                one.instrument,
                take=one.instrument.take / factor,
                hourly_cost=one.instrument.hourly_cost * Decimal(factor),
            ),
        )
        for one in owned
    ]
    once, more = settle(usage, owned).bill, settle(dear, scaled).bill
    assert abs(more.total - once.total * Decimal(factor)) < Decimal("1e-6")
