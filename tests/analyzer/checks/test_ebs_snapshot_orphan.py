from decimal import Decimal

import pytest

from costopt.analyzer.checks.ebs_snapshot_orphan import CHECK
from costopt.model.finding import Confidence, Outcome
from costopt.model.specs.ebs import EbsSnapshot, EbsVolume
from costopt.model.specs.ec2 import Ami
from tests.oracles.judging import StaticPrices, ago, context, judge, monthly, resource

PRICES = StaticPrices(units={("ebs", "snapshot_standard_storage"): "0.05"})
GIB = 1024**3


def snapshot(name="snap-1", volume_id="vol-gone", created_at=None, **fields):
    spec = EbsSnapshot(volume_id=volume_id, volume_size_gib=200, tier="standard", **fields)
    return resource(spec, name, created_at=created_at or ago(60))


def volume(name="vol-1", **fields):
    spec = EbsVolume(volume_type="gp3", size_gib=200, state="in-use", availability_zone="us-east-1a")
    return resource(spec, name, **fields)


def test_a_snapshot_of_a_vanished_volume_is_flagged():
    verdict = judge(CHECK, snapshot(full_size_bytes=100 * GIB), beside=[volume()], prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal(5)
    assert "vol-gone" in verdict.evidence[0].statement
    assert verdict.confidence is Confidence.MEDIUM


def test_a_snapshot_of_a_living_volume_is_clear():
    assert judge(CHECK, snapshot(volume_id="vol-1"), beside=[volume()], prices=PRICES).outcome is Outcome.CLEAR


def test_a_volume_of_that_id_in_another_region_does_not_count():
    elsewhere = volume("vol-gone", region="eu-west-1")
    assert judge(CHECK, snapshot(), beside=[elsewhere], prices=PRICES).outcome is Outcome.FLAGGED


def test_a_copy_is_flagged_with_low_confidence():
    verdict = judge(CHECK, snapshot(volume_id="vol-ffffffff", full_size_bytes=GIB), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.confidence is Confidence.LOW


def test_a_snapshot_behind_an_image_or_kept_by_a_service_is_not_concerned():
    image = resource(Ami(state="available", snapshot_ids=("snap-1",)), "ami-1")
    assert judge(CHECK, snapshot(), beside=[image], prices=PRICES).outcome is Outcome.NOT_APPLICABLE
    assert judge(CHECK, snapshot(managed_by="aws-backup"), prices=PRICES).outcome is Outcome.NOT_APPLICABLE


def test_images_are_looked_up_per_account_and_region():
    image = resource(Ami(state="available", snapshot_ids=("snap-1",)), "ami-1", region="eu-west-1")
    there = resource(snapshot().spec, "snap-1", region="eu-west-1", created_at=ago(60))
    shared = context([image, snapshot(), there], PRICES)
    assert judge(CHECK, snapshot(), context=shared).outcome is Outcome.FLAGGED
    assert judge(CHECK, there, context=shared).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("kind", ["ebs_volume", "ami"])
def test_an_unread_kind_is_not_an_absent_volume(kind):
    assert judge(CHECK, snapshot(), prices=PRICES, missing_kinds=frozenset({kind})).outcome is Outcome.NO_DATA


def test_the_snapshot_taken_before_a_deletion_this_week_is_left_alone():
    young = snapshot(created_at=ago(6.9))
    assert judge(CHECK, young, prices=PRICES).outcome is Outcome.NO_DATA
    assert judge(CHECK, snapshot(created_at=ago(10)), prices=PRICES, days=14).outcome is Outcome.CLEAR


def test_seven_days_are_the_boundary():
    assert judge(CHECK, snapshot(created_at=ago(7)), prices=PRICES).outcome is Outcome.FLAGGED
