"""The belief follows what was seen, and forgets."""

import numpy as np
import pytest

from costopt.errors import DemandError
from costopt.optimizer.training.beliefs import FITTED_WEIGHT, VARIANTS, Belief, Candidates
from tests.optimizer.training.conftest import MakeModel, MakeTrace

PAIRS = [(loss, back) for loss in VARIANTS for back in VARIANTS]


def test_before_anything_is_seen_the_fitted_model_weighs_most(make_model: MakeModel) -> None:
    weights = Belief(Candidates.around({0: make_model(0.1, 0.2)}), {}, 1.0).weights
    assert weights[PAIRS.index((1.0, 1.0))] == pytest.approx(FITTED_WEIGHT)
    assert weights.sum() == pytest.approx(1.0)


def test_capacity_lost_more_often_than_foretold_moves_the_belief(make_model: MakeModel, make_trace: MakeTrace) -> None:
    candidates = Candidates.around({0: make_model(0.1, 0.5)})
    weights = Belief(candidates, {0: make_trace("10" * 24)}, 1.0).weights
    assert sum(weights[PAIRS.index(pair)] for pair in PAIRS if pair[0] == VARIANTS[-1]) > 0.9


def test_what_is_observed_one_by_one_counts_as_a_history_does(make_model: MakeModel, make_trace: MakeTrace) -> None:
    candidates, there = Candidates.around({0: make_model(0.1, 0.3)}), "110001101100111110"
    whole = Belief(candidates, {0: make_trace(there)}, 1.0)
    steps = Belief(candidates, {0: make_trace(there[:1])}, 1.0)
    for one in there[1:]:
        steps.observe(0, np.array([one == "1"]))
    assert steps.weights == pytest.approx(whole.weights)
    assert steps.state == whole.state


def test_what_lies_far_back_is_forgotten(make_model: MakeModel, make_trace: MakeTrace) -> None:
    candidates = Candidates.around({0: make_model(0.1, 0.3)})
    changed = Belief(candidates, {0: make_trace("10" * 200 + "1" * 150)}, 1.0).weights
    steady = Belief(candidates, {0: make_trace("1" * 550)}, 1.0).weights
    assert changed == pytest.approx(steady, abs=0.02)


def test_capacities_that_are_steady_do_not_vary(make_model: MakeModel) -> None:
    models = Candidates.around({0: make_model(0.1, 0.3), 1: make_model(0.5, 0.5)}, steady=[1]).models
    assert {float(one[1].chance_of_loss[0, 0]) for one in models} == {0.5}
    assert len({float(one[0].chance_of_loss[0, 0]) for one in models}) == len(VARIANTS)


def test_a_history_in_other_ticks_is_refused(make_model: MakeModel, make_trace: MakeTrace) -> None:
    with pytest.raises(DemandError, match=r"ticks of 0.5 hours, the job of 1"):
        Belief(Candidates.around({0: make_model(0.1, 0.3)}), {0: make_trace("110", 0.5)}, 1.0)
