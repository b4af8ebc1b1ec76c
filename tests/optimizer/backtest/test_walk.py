"""Deciding and settling month by month, by hand."""

from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.economics.simulator.settlement import settle
from costopt.optimizer.backtest.calendar import Month, Rhythm, decision_months
from costopt.optimizer.backtest.policies.registry import policies
from costopt.optimizer.backtest.policies.rules import AllOnDemand
from costopt.optimizer.backtest.policy import Quantities, Situation
from costopt.optimizer.backtest.walk import in_steps, settle_purchases, walk
from tests.oracles.made_replays import MONTH, demand, family_plan, steps, wide_plan


@dataclass(frozen=True, kw_only=True)
class Scripted:
    """Buys what it is told, and remembers what it was shown."""

    script: tuple[tuple[float, ...], ...]
    seen: list[Situation] = field(default_factory=list)
    id: str = "scripted"
    title: str = "Scripted"

    def decide(self, situation: Situation) -> Quantities:
        self.seen.append(situation)
        return np.array(self.script[situation.decision])


def average_months(*levels: float) -> tuple[Month, ...]:
    return decision_months(steps(*levels), rhythm=Rhythm.AVERAGE)


def test_all_on_demand_costs_all_on_demand() -> None:
    past = steps(3, 5, 4)
    made = walk(past, [wide_plan(0.5)], AllOnDemand(), average_months(3, 5, 4))
    assert made.cost == made.without == Decimal(MONTH * 9)
    assert made.coverage_fraction == 0
    assert made.utilisation_fraction is None
    assert made.liability == 0


def test_a_month_costs_its_commitments_and_the_rest() -> None:
    """A unit at half the price covers two dollars: of 5 dollars 3 are left, of 1 dollar half the unit is idle."""
    past = steps(9, 5, 1)
    made = walk(past, [wide_plan(0.5)], Scripted(script=((1.0,), (0.0,))), average_months(9, 5, 1))
    assert [month.cost for month in made.settled] == [Decimal(MONTH * 4), Decimal(MONTH)]
    assert [month.unused for month in made.settled] == [0, Decimal(MONTH) / 2]
    assert made.coverage_fraction == pytest.approx(3 / 6)
    assert made.utilisation_fraction == pytest.approx(0.75)


def test_a_commitment_ends_after_its_term_and_what_is_left_of_it_is_a_liability() -> None:
    levels = [4.0] * 6
    past = steps(*levels)
    short = [wide_plan(0.5, months=3)]
    script = ((2.0,), (0.0,), (0.0,), (1.0,))
    made = walk(past, short, Scripted(script=script), average_months(*levels))
    assert [month.commitments / MONTH for month in made.settled] == [2, 2, 2, 1]
    assert made.liability == 2 * MONTH


def test_a_policy_sees_what_still_runs_in_the_month_that_begins() -> None:
    levels = [4.0] * 6
    policy = Scripted(script=((2.0,), (1.0,), (0.0,), (0.0,)))
    walk(steps(*levels), [wide_plan(0.5, months=3)], policy, average_months(*levels))
    assert [float(seen.active[0]) for seen in policy.seen] == [0, 2, 3, 1]
    assert [seen.past.hours for seen in policy.seen] == [2 * MONTH, 3 * MONTH, 4 * MONTH, 5 * MONTH]
    assert policy.seen[-1].bought[:, 0].tolist() == [2, 1, 0]
    assert policy.seen[-1].bought_at == (2 * MONTH, 3 * MONTH, 4 * MONTH)


def test_a_policy_cannot_write_to_the_past() -> None:
    policy = Scripted(script=((0.0,), (0.0,)))
    walk(steps(1, 2, 3), [wide_plan(0.5)], policy, average_months(1, 2, 3))
    with pytest.raises(ValueError, match="read-only"):
        policy.seen[0].past.dollars[0] = 9


def test_quantities_are_whole_steps_rounded_down_and_never_negative() -> None:
    assert in_steps(np.array([1.2349, -3.0]), [wide_plan(0.5), wide_plan(0.5)]).tolist() == [1234, 0]
    assert in_steps(np.array([0.003 - 1e-12]), [wide_plan(0.5)]).tolist() == [3]


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000), data=st.data())
def test_the_future_never_changes_a_decision(seed: int, data: st.DataObject) -> None:
    """Whatever comes after a month, all purchases up to it stay as they are."""
    generator = np.random.default_rng(seed)
    dollars = generator.integers(1, 9, (5 * MONTH, 2)).astype(float)
    offers = [wide_plan(0.7, 0.72), family_plan(0, 0.6, 2), family_plan(1, 0.62, 2)]
    months = decision_months(demand(dollars), rhythm=Rhythm.AVERAGE)
    number = data.draw(st.integers(0, len(months) - 2))
    changed = dollars.copy()
    changed[months[number].begin :] = generator.integers(0, 30, changed[months[number].begin :].shape)
    policy = data.draw(st.sampled_from(policies(seed)))
    one, other = (walk(demand(values), offers, policy, months) for values in (dollars, changed))
    assert (one.purchases[: number + 1] == other.purchases[: number + 1]).all()


def test_purchases_settled_together_cost_what_they_cost_one_by_one() -> None:
    """Two purchases of one offer run as one within a month; the bill of both as holdings of their own is the same."""
    from costopt.economics.instruments import Holding

    generator = np.random.default_rng(0)
    past = demand(generator.integers(0, 9, (4 * MONTH, 2)).astype(float))
    offers = [wide_plan(0.7, 0.75, months=2), family_plan(0, 0.6, 2, months=2)]
    months = decision_months(past, rhythm=Rhythm.AVERAGE)
    purchases = np.array([[1000, 500], [700, 900], [300, 0]])
    holdings = [
        Holding(
            instrument=offer,
            quantity=offer.step * int(purchases[number, index]),
            start=month.start,
            end=months[min(number + 1, 2)].start + (months[1].start - months[0].start),
        )
        for number, month in enumerate(months)
        for index, offer in enumerate(offers)
        if purchases[number, index]
    ]
    settled = demand(past.dollars[MONTH:], months[0].start)
    assert settle_purchases(past, offers, months, purchases).cost == pytest.approx(settle(settled, holdings).bill.total)
