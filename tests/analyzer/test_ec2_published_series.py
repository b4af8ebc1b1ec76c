"""Real CloudWatch CPU series of others, whose verdicts are known; network and memory beside them are made."""

import pytest

from costopt.analyzer.checks import ec2_idle, ec2_off_hours, ec2_rightsize, ec2_underprovisioned
from costopt.model.finding import Outcome
from tests.oracles.compute import instance, load, market, real_cpu
from tests.oracles.judging import judge

IDLE = ("ec2_cpu_utilization_24ae8d", "ec2_cpu_utilization_53ea38")
BUSY = ("ec2_cpu_utilization_825cc2", "ec2_cpu_utilization_5f5533")
SILENT = 2_000.0
"""Made: bytes an hour in each direction, 96 kB a day in all."""


@pytest.mark.parametrize("name", IDLE)
def test_idle_series_with_a_silent_network_is_idle(shared_data, name):
    peak, _ = real_cpu(shared_data, name)
    facts = load(peak, network_in=SILENT, network_out=SILENT)
    assert judge(ec2_idle.CHECK, instance("m5.large"), facts=facts, prices=market()).outcome is Outcome.FLAGGED


@pytest.mark.parametrize("name", IDLE)
def test_idle_series_with_a_busy_network_is_not_idle(shared_data, name):
    peak, _ = real_cpu(shared_data, name)
    facts = load(peak, network_in=1e6, network_out=1e6)
    assert judge(ec2_idle.CHECK, instance("m5.large"), facts=facts, prices=market()).outcome is Outcome.CLEAR


@pytest.mark.parametrize("name", IDLE)
def test_idle_series_alone_is_no_data(shared_data, name):
    peak, _ = real_cpu(shared_data, name)
    assert judge(ec2_idle.CHECK, instance("m5.large"), facts=load(peak), prices=market()).outcome is Outcome.NO_DATA


@pytest.mark.parametrize("name", BUSY)
@pytest.mark.parametrize("check", [ec2_idle.CHECK, ec2_off_hours.CHECK, ec2_rightsize.CHECK], ids=lambda one: one.id)
def test_busy_series_is_neither_idle_nor_too_large(shared_data, name, check):
    peak, mean = real_cpu(shared_data, name)
    facts = load(peak, mean=mean, memory=60.0, network_in=SILENT, network_out=SILENT)
    assert judge(check, instance("m5.xlarge"), facts=facts, prices=market()).outcome is Outcome.CLEAR


@pytest.mark.parametrize(("name", "outcome"), [(BUSY[0], Outcome.FLAGGED), (BUSY[1], Outcome.CLEAR)])
def test_the_series_at_90_percent_is_overloaded_and_the_one_at_43_is_not(shared_data, name, outcome):
    peak, mean = real_cpu(shared_data, name)
    assert judge(ec2_underprovisioned.CHECK, instance(), facts=load(peak, mean=mean)).outcome is outcome


@pytest.mark.parametrize("name", IDLE)
def test_idle_series_on_a_larger_machine_could_shrink(shared_data, name):
    peak, mean = real_cpu(shared_data, name)
    facts = load(peak, mean=mean, memory=30.0, network_in=SILENT, network_out=SILENT)
    verdict = judge(ec2_rightsize.CHECK, instance("m5.xlarge"), facts=facts, prices=market())
    assert verdict.action.target == "m5.large"
