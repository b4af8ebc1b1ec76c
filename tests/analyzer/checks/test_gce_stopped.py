from datetime import timedelta

import pytest

from costopt.analyzer.checks.gce_stopped import CHECK
from costopt.model.finding import ActionKind, Outcome, Risk
from costopt.model.specs.gce import InstanceDisk
from costopt.model.specs.persistent_disks import PersistentDisk
from tests.oracles.google_estate import REGION, UNITS, disk, disk_id, instance_id, machine
from tests.oracles.judging import StaticPrices, ago, judge, monthly

PRICES = StaticPrices(units=UNITS, region=REGION)


SINCE = ago(60)


def stopped(since=SINCE, **fields):
    return machine(status="TERMINATED", last_stopped_at=since, **fields)


def verdict_of(one, beside=(), **kwargs):
    return judge(CHECK, one, beside=beside or [disk()], prices=PRICES, **kwargs)


def test_a_machine_stopped_for_two_months_saves_its_disks():
    both = tuple(InstanceDisk(disk_id=disk_id(name), device_name=name) for name in ("web-1", "data"))
    beside = [disk(), disk("data", disk_type="pd-ssd", size_gib=200)]
    verdict = verdict_of(stopped(disks=both), beside)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == 100 * 4 / 100 + 200 * 17 / 100
    assert (verdict.action.kind, verdict.risk) == (ActionKind.DELETE, Risk.DESTRUCTIVE)
    assert {term.subject.kind for term in verdict.saving.terms} == {PersistentDisk.KIND}


@pytest.mark.parametrize(
    ("since", "outcome"),
    [(ago(30), Outcome.CLEAR), (ago(30) - timedelta(seconds=1), Outcome.FLAGGED), (ago(29), Outcome.CLEAR)],
)
def test_more_than_thirty_days_is_the_boundary(since, outcome):
    assert verdict_of(stopped(since)).outcome is outcome


def test_the_machine_of_a_stopped_notebook_is_not_deleted_behind_its_back():
    assert (
        "then delete its workbench environment, not it alone"
        in verdict_of(stopped(managed_by="workbench")).action.summary
    )


def test_a_disk_that_another_machine_holds_too_is_not_counted():
    shared = disk(instance_ids=(instance_id("other"), instance_id("web-1")))
    assert monthly(verdict_of(stopped(), [shared])) == 0


def test_without_the_time_of_the_stop_nothing_is_said():
    assert verdict_of(stopped(None)).outcome is Outcome.NO_DATA


def test_a_disk_outside_of_the_snapshot_makes_the_saving_unknown():
    verdict = verdict_of(stopped(), [disk("another")])
    assert verdict.saving is None
    assert disk_id("web-1") in verdict.price_gap


@pytest.mark.parametrize("fields", [{"status": "RUNNING"}, {"status": "SUSPENDED"}, {"instance_group": "g"}])
def test_running_suspended_and_standby_machines_are_not_concerned(fields):
    given = {"status": "TERMINATED", "last_stopped_at": ago(60), **fields}
    assert verdict_of(machine(**given)).outcome is Outcome.NOT_APPLICABLE


def test_nothing_is_said_where_the_disks_of_the_project_were_not_read():
    missing = frozenset({PersistentDisk.KIND})
    assert verdict_of(stopped(), missing_kinds=missing).outcome is Outcome.NO_DATA


def test_a_stopped_machine_without_disks_costs_nothing():
    assert verdict_of(stopped(disks=())).outcome is Outcome.CLEAR
