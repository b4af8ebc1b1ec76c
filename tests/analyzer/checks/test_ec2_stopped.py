"""Stopped machines whose volumes are still billed."""

from decimal import Decimal

import pytest

from costopt.analyzer.checks.ec2_stopped import CHECK
from costopt.model.finding import ActionKind, Outcome, Risk
from tests.oracles.compute import instance, market, volume
from tests.oracles.judging import ago, judge, monthly


def stopped(days=31.0, volume_ids=("vol-1",)):
    return instance(state="stopped", stopped_at=ago(days) if days is not None else None, volume_ids=volume_ids)


def test_volumes_of_a_long_stopped_machine_are_waste():
    both = [volume(), volume("vol-2", volume_type="gp2", size_gib=50, iops=150, throughput_mibps=None)]
    verdict = judge(CHECK, stopped(volume_ids=("vol-1", "vol-2")), beside=both, prices=market())
    assert verdict.outcome is Outcome.FLAGGED
    assert (verdict.action.kind, verdict.risk) == (ActionKind.DELETE, Risk.DESTRUCTIVE)
    assert monthly(verdict) == Decimal("13.00")  # 100 x 0.08 + 50 x 0.10
    assert [term.subject.id for term in verdict.saving.terms] == ["vol-1", "vol-2"]


@pytest.mark.parametrize(("days", "outcome"), [(30.0, Outcome.CLEAR), (30.01, Outcome.FLAGGED)])
def test_after_thirty_days(days, outcome):
    assert judge(CHECK, stopped(days), beside=[volume()], prices=market()).outcome is outcome


def test_unknown_stop_time_is_no_data():
    verdict = judge(CHECK, stopped(None), beside=[volume()], prices=market())
    assert (verdict.outcome, verdict.reason) == (Outcome.NO_DATA, "stop time unknown")


def test_without_volumes_it_costs_nothing():
    assert judge(CHECK, stopped(volume_ids=()), prices=market()).outcome is Outcome.CLEAR


def test_volume_held_by_another_machine_is_not_saved():
    shared = volume("vol-2", volume_type="io2", instance_ids=("i-1", "i-2"))
    verdict = judge(CHECK, stopped(volume_ids=("vol-1", "vol-2")), beside=[volume(), shared], prices=market())
    assert monthly(verdict) == Decimal("8.00")


@pytest.mark.parametrize("beside", [[], [volume(volume_type="io1", iops=100)]])
def test_unknown_volume_or_price_is_a_gap(beside):
    verdict = judge(CHECK, stopped(), beside=beside, prices=market())
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert verdict.price_gap


def test_running_is_not_applicable_and_unread_volumes_are_no_data():
    assert judge(CHECK, instance()).outcome is Outcome.NOT_APPLICABLE
    unread = judge(CHECK, stopped(), prices=market(), missing_kinds=frozenset({"ebs_volume"}))
    assert unread.outcome is Outcome.NO_DATA
