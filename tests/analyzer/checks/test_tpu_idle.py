from decimal import Decimal

import pytest

from costopt.analyzer.checks.tpu_idle import CHECK
from costopt.model.finding import Outcome, Risk
from costopt.model.specs.google_ml import TpuNode
from tests.oracles.google_estate import REGION, ZONE, google
from tests.oracles.judging import StaticPrices, judge, monthly, series

CHIPS = {("tpu", "v3_device_chip"): "2.00", ("tpu", "v3_device_chip_spot"): "0.60"}
PRICES = StaticPrices(units=CHIPS, region=REGION)


def node(**fields):
    spec = TpuNode(**{"accelerator_type": "v3-8", "state": "READY", "zone": ZONE, **fields})
    return google(spec, f"locations/{ZONE}/nodes/trainer")


def verdict_of(duty=1.0, one=None):
    facts = [] if duty is None else [series("tpu_duty_max_percent", duty)]
    return judge(CHECK, one or node(), facts=facts, prices=PRICES)


def test_an_idle_tpu_saves_the_hours_of_its_chips():
    verdict = verdict_of()
    assert (verdict.outcome, verdict.risk) == (Outcome.FLAGGED, Risk.DESTRUCTIVE)
    assert monthly(verdict) == 5840  # 730 x 4 chips x 2


def test_a_spot_node_saves_the_spot_price():
    assert monthly(verdict_of(one=node(spot=True))) == 730 * 4 * Decimal("0.60")


@pytest.mark.parametrize(("duty", "outcome"), [(1.99, Outcome.FLAGGED), (2.0, Outcome.FLAGGED), (2.01, Outcome.CLEAR)])
def test_two_percent_is_the_boundary(duty, outcome):
    assert verdict_of(duty).outcome is outcome


def test_one_busy_hour_within_the_week_is_use_and_one_before_is_not():
    week = 7 * 24
    assert verdict_of([50.0] + [0.0] * (week - 1)).outcome is Outcome.CLEAR
    assert verdict_of([50.0] + [0.0] * week).outcome is Outcome.FLAGGED


@pytest.mark.parametrize("duty", [None, [], [0.0] * 100])
def test_missing_points_are_never_idleness(duty):
    assert verdict_of(duty).outcome is Outcome.NO_DATA


@pytest.mark.parametrize("state", ["STOPPED", "PREEMPTED", "CREATING"])
def test_other_states_are_not_concerned(state):
    assert verdict_of(one=node(state=state)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("fields", [{"reserved": True}, {"accelerator_type": "v6e-8"}])
def test_reserved_capacity_and_unknown_prices_are_a_gap(fields):
    verdict = verdict_of(one=node(**fields))
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert verdict.price_gap
