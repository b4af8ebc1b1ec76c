"""Idle GPUs: measured where the agent reports, hinted at where it does not."""

from decimal import Decimal

import pytest

from costopt.analyzer.checks.ec2_gpu_idle import CHECK
from costopt.model.finding import Confidence, Outcome
from tests.oracles.compute import instance, load, market
from tests.oracles.judging import judge, monthly, series

GPU = "g4dn.xlarge"


def gpu(values):
    return (series("gpu_used_percent", values), *load(50.0, network_in=1e9, network_out=1e9))


def test_idle_gpu_is_waste_although_cpu_and_network_work():
    verdict = judge(CHECK, instance(GPU), facts=gpu(2.0), prices=market())
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.confidence is Confidence.HIGH
    assert monthly(verdict) == Decimal("383.980")  # 730 x 0.526


@pytest.mark.parametrize(("busy_hours", "outcome"), [(3, Outcome.FLAGGED), (4, Outcome.CLEAR)])
def test_one_hour_in_a_hundred_may_be_busy(busy_hours, outcome):
    hours = [90.0] * busy_hours + [0.0] * (336 - busy_hours)  # 3 of 336 are 0.9 %, 4 are 1.2 %
    assert judge(CHECK, instance(GPU), facts=gpu(hours), prices=market()).outcome is outcome


def test_exactly_five_percent_is_not_above():
    assert judge(CHECK, instance(GPU), facts=gpu(5.0), prices=market()).outcome is Outcome.FLAGGED
    assert judge(CHECK, instance(GPU), facts=gpu(5.01), prices=market()).outcome is Outcome.CLEAR


def test_without_gpu_metric_idle_host_is_a_hint_only():
    verdict = judge(CHECK, instance(GPU), facts=load(4.9, network_in=1e4, network_out=1e4), prices=market())
    assert (verdict.outcome, verdict.confidence) == (Outcome.FLAGGED, Confidence.LOW)


@pytest.mark.parametrize(("cpu", "network"), [(5.0, 1e4), (4.9, 2.5e6 / 24)])
def test_without_gpu_metric_busy_host_is_clear(cpu, network):
    facts = load(cpu, network_in=network, network_out=network)
    assert judge(CHECK, instance(GPU), facts=facts, prices=market()).outcome is Outcome.CLEAR


def test_empty_gpu_series_is_as_good_as_none():
    facts = (series("gpu_used_percent", []), *load(1.0, network_in=1.0, network_out=1.0))
    assert judge(CHECK, instance(GPU), facts=facts, prices=market()).confidence is Confidence.LOW


def test_few_gpu_points_are_no_data_and_not_a_reason_to_guess():
    facts = (series("gpu_used_percent", [0.0] * 200), *load(1.0, network_in=1.0, network_out=1.0))
    assert judge(CHECK, instance(GPU), facts=facts, prices=market()).outcome is Outcome.NO_DATA


def test_neither_gpu_nor_network_is_no_data():
    assert judge(CHECK, instance(GPU), facts=load(0.1), prices=market()).outcome is Outcome.NO_DATA
    assert judge(CHECK, instance(GPU), prices=market()).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("machine", "reason"),
    [
        (instance("m5.large"), "not an accelerated type"),
        (instance(GPU, state="stopped"), "not running"),
        (instance(GPU, tenancy="host"), "billed by its dedicated host"),
        (instance("p5.48xlarge", lifecycle="capacity_block"), "paid in advance"),
    ],
)
def test_not_applicable(machine, reason):
    verdict = judge(CHECK, machine, prices=market())
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_APPLICABLE, reason)


def test_missing_price_is_a_gap():
    verdict = judge(CHECK, instance("p4d.24xlarge"), facts=gpu(0.0), prices=market())
    assert verdict.outcome is Outcome.FLAGGED
    assert (verdict.saving, bool(verdict.price_gap)) == (None, True)
