from datetime import timedelta

import pytest

from costopt.analyzer.checks.pd_on_stopped import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.gce import GceInstance
from tests.oracles.google_estate import REGION, UNITS, disk, instance_id, machine
from tests.oracles.judging import StaticPrices, ago, judge, monthly

PRICES = StaticPrices(units=UNITS, region=REGION)


SINCE = ago(60)


def stopped(name="web-1", since=SINCE, **fields):
    return machine(name, status="TERMINATED", last_stopped_at=since, **fields)


def verdict_of(beside, one=None, **kwargs):
    return judge(CHECK, one or disk(), beside=beside, prices=PRICES, **kwargs)


def test_a_disk_of_a_stopped_machine_saves_its_capacity():
    verdict = verdict_of([stopped()])
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == 4  # 100 GiB x 0.04
    assert verdict.action.kind is ActionKind.DELETE


@pytest.mark.parametrize(
    ("since", "outcome"),
    [(ago(30), Outcome.FLAGGED), (ago(30) + timedelta(seconds=1), Outcome.CLEAR), (ago(31), Outcome.FLAGGED)],
)
def test_thirty_days_is_the_boundary(since, outcome):
    assert verdict_of([stopped(since=since)]).outcome is outcome


def test_one_running_machine_keeps_a_shared_disk():
    shared = disk(instance_ids=(instance_id("web-1"), instance_id("web-2")))
    assert verdict_of([stopped(), machine("web-2")], shared).outcome is Outcome.CLEAR


def test_of_two_stopped_machines_the_later_stop_counts():
    shared = disk(instance_ids=(instance_id("web-1"), instance_id("web-2")))
    assert verdict_of([stopped(), stopped("web-2", ago(10))], shared).outcome is Outcome.CLEAR


def test_a_standby_of_a_group_keeps_its_disk():
    assert verdict_of([stopped(instance_group="g")]).outcome is Outcome.CLEAR


@pytest.mark.parametrize("beside", [[], [stopped(since=None)]])
def test_nothing_is_said_of_an_unknown_machine_or_stop(beside):
    assert verdict_of(beside).outcome is Outcome.NO_DATA


def test_nothing_is_said_where_machines_were_not_read():
    verdict = verdict_of([stopped()], missing_kinds=frozenset({GceInstance.KIND}))
    assert verdict.outcome is Outcome.NO_DATA


def test_a_loose_disk_is_not_concerned():
    assert verdict_of([], disk(instance_ids=())).outcome is Outcome.NOT_APPLICABLE


def test_an_unknown_price_is_a_gap():
    verdict = verdict_of([stopped()], disk(disk_type="hyperdisk-throughput"))
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
