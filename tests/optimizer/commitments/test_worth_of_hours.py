"""The bound for machines and commitments together: by hand, and against every choice of both."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.optimizer.commitments.worth_of_hours import Factor, Kinds, Mix, Need, Proof, kept_in_mean, prove_floor
from costopt.optimizer.solver import Deadline

NEVER = Deadline.after(None)


def kinds(*hours: float, span: Sequence[int] | None = None) -> Kinds:
    return Kinds(hours=np.array(hours), span=np.array(span or [0] * len(hours)))


def need(weights: Sequence[float], *mixes: Mix, anywhere: bool = False) -> Need:
    """A workload that runs on whichever of the mixes is cheapest."""

    def cost(mix: Mix, factor: Factor) -> float:
        return mix.fixed + sum(dollars * factor(rate) for rate, dollars in mix.dollars.items())

    def prove(factor: Factor) -> Proof:
        best = min(mixes, key=lambda mix: cost(mix, factor))
        return Proof(cost(best, factor), best)

    return Need(weights=np.array(weights, dtype=float), prove=prove, anywhere=anywhere)


def one(dollars: float, rate: float = 0.6) -> Mix:
    return Mix(dollars={rate: dollars})


def test_a_short_peak_is_not_committed_for() -> None:
    """A dollar in 25 of 100 hours and 0.40 else, at 0.6: 40 cents committed, 60 on demand for 25 hours."""
    floor = prove_floor(kinds(25, 75), [need([25, 0], one(1.0)), need([0, 75], one(0.4))], NEVER)
    assert floor.dollars == pytest.approx(0.4 * 0.6 * 100 + 0.6 * 25, rel=1e-3)
    assert floor.worth[0] == pytest.approx(1 / 0.6, rel=1e-3)


def test_a_long_peak_is_committed_for() -> None:
    """In 75 of 100 hours a dollar is cheaper committed for (60) than on demand (75)."""
    floor = prove_floor(kinds(75, 25), [need([75, 0], one(1.0)), need([0, 25], one(0.4))], NEVER)
    assert floor.dollars == pytest.approx(60, rel=1e-3)


def test_workloads_that_take_turns_share_a_commitment() -> None:
    """One by day, one by night: a dollar an hour committed serves both, 60 in 100 hours, and not 100 on demand."""
    floor = prove_floor(kinds(50, 50), [need([50, 0], one(1.0)), need([0, 50], one(1.0))], NEVER)
    assert floor.dollars == pytest.approx(60, rel=1e-3)


def test_a_plan_for_all_families_moves_between_them() -> None:
    """A family by day and another by night: a Compute Savings Plan at 0.6 pays for both, so that no more is proved."""
    day, night = need([50, 0], one(1.0, rate=0.6)), need([0, 50], one(1.0, rate=0.6001))
    assert prove_floor(kinds(50, 50), [day, night], NEVER).dollars <= 60.01


def test_a_commitment_of_next_year_pays_nothing_this_year() -> None:
    """Load in the second year alone: it is committed for then."""
    floor = prove_floor(kinds(100, 100, span=[0, 1]), [need([0, 100], one(1.0))], NEVER)
    assert floor.dollars == pytest.approx(60, rel=1e-3)


def test_a_dearer_type_that_is_cheap_in_the_peak_is_seen() -> None:
    """On demand the one at 0.9 wins the peak, committed the one at 1.0 and 0.5 wins the base: 0.5 x 100 + 0.9 x 20."""
    both = (one(1.0, rate=0.5), one(0.9, rate=0.9))
    floor = prove_floor(kinds(20, 80), [need([100, 0], *both), need([0, 80], *both)], NEVER)
    # Five machines in 20 hours and one in 80.
    assert floor.dollars <= 0.5 * 100 + 4 * 0.9 * 20
    assert floor.dollars >= 0.99 * (0.5 * 100 + 4 * 0.9 * 20)


def test_spot_costs_what_it_does_in_every_hour() -> None:
    floor = prove_floor(kinds(25, 75), [need([25, 0], Mix(dollars={}, fixed=0.2)), need([0, 75], one(1.0))], NEVER)
    assert floor.dollars == pytest.approx(0.2 * 25 + 0.6 * 100, rel=1e-3)


def test_work_that_may_wait_is_done_in_the_cheapest_hours() -> None:
    """A dollar in 50 hours at 0.8, and work for 10 dollars at any time.

    20 cents committed are 16, of the peak 40 are left on demand, and the work uses by night what is committed.
    """
    peak, work = need([50, 0], one(1.0, rate=0.8)), need([50, 50], one(0.1, rate=0.8), anywhere=True)
    floor = prove_floor(kinds(50, 50), [peak, work], NEVER)
    assert floor.dollars == pytest.approx(56, rel=1e-3)


def test_without_time_the_lowest_rate_of_every_hour_is_proved() -> None:
    over = Deadline.after(0.0)
    floor = prove_floor(kinds(25, 75), [need([25, 0], one(1.0)), need([0, 75], one(0.4))], over)
    assert floor.dollars == pytest.approx(0.6 * (25 + 30))
    assert floor.rounds == 1


def test_no_worth_is_above_one_in_the_mean_of_a_year() -> None:
    scaled = kept_in_mean(kinds(30, 70, 100, span=[0, 0, 1]), np.array([2.0, 1.0, 0.5]))
    assert scaled[:2] @ [30, 70] <= 100
    assert scaled[:2] == pytest.approx(np.array([2.0, 1.0]) / 1.3)
    assert scaled[2] == 0.5


prices = st.sampled_from([0.5, 0.8, 1.0, 1.3])
rates = st.sampled_from([0.4, 0.6, 0.9, 1.0])
choices = st.lists(st.tuples(st.integers(0, 1), prices), min_size=1, max_size=2)


@settings(max_examples=40, deadline=None)
@given(rates=st.tuples(rates, rates), hours=st.lists(choices, min_size=2, max_size=4))
def test_no_machines_and_no_commitments_cost_less_than_the_bound(
    rates: tuple[float, float], hours: list[list[tuple[int, float]]]
) -> None:
    """Every machine for every hour, and for each family every commitment at which its cost can be least."""
    count = len(hours)
    needs = [
        need(
            np.eye(count)[hour],
            *(Mix(dollars={rates[family]: price}) for family, price in options),
        )
        for hour, options in enumerate(hours)
    ]
    floor = prove_floor(kinds(*[1.0] * count), needs, NEVER)
    optimum = min(_cheapest_commitments(rates, chosen) for chosen in product(*hours))
    flat = sum(min(rates[family] * price for family, price in options) for options in hours)
    assert flat * (1 - 1e-6) <= floor.dollars <= optimum * (1 + 1e-9)


def _cheapest_commitments(rates: tuple[float, float], chosen: Sequence[tuple[int, float]]) -> float:
    """What hours of machines cost with the best commitment for each family: none, or as much as some hour uses."""
    total = 0.0
    for family, rate in enumerate(rates):
        used = [price if of == family else 0.0 for of, price in chosen]
        total += min(rate * level * len(used) + sum(max(one - level, 0) for one in used) for level in {0.0, *used})
    return total
