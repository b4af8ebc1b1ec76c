from datetime import timedelta
from decimal import Decimal

import pytest

from costopt.analyzer.checks.ebs_snapshot_old import CHECK
from costopt.model.finding import Confidence, Outcome
from costopt.model.price import Quality
from costopt.model.specs.ebs import EbsSnapshot
from costopt.model.specs.ec2 import Ami
from tests.oracles.judging import StaticPrices, ago, judge, monthly, resource

PRICES = StaticPrices(
    units={("ebs", "snapshot_standard_storage"): "0.05", ("ebs", "snapshot_archive_storage"): "0.0125"}
)
GIB = 1024**3


def snapshot(created_at=None, **fields):
    given = {"volume_id": "vol-1", "volume_size_gib": 200, "tier": "standard", **fields}
    return resource(EbsSnapshot(**given), "snap-1", created_at=created_at or ago(200))


def test_without_a_known_size_the_volume_is_the_upper_bound():
    verdict = judge(CHECK, snapshot(), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal(10)  # 200 GiB x 0.05
    assert "at most" in verdict.evidence[1].statement
    assert verdict.confidence is Confidence.LOW


def test_a_known_size_counts_instead():
    verdict = judge(CHECK, snapshot(full_size_bytes=30 * GIB), prices=PRICES)
    assert monthly(verdict) == Decimal("1.5")
    assert verdict.confidence is Confidence.MEDIUM


def test_the_archive_tier_has_its_own_price():
    assert monthly(judge(CHECK, snapshot(tier="archive"), prices=PRICES)) == Decimal("2.5")


@pytest.mark.parametrize(
    ("created", "outcome"), [(ago(90), Outcome.CLEAR), (ago(90) - timedelta(seconds=1), Outcome.FLAGGED)]
)
def test_ninety_days_is_the_boundary(created, outcome):
    assert judge(CHECK, snapshot(created), prices=PRICES).outcome is outcome


def test_a_snapshot_behind_an_image_or_kept_by_a_service_is_not_concerned():
    image = resource(Ami(state="available", snapshot_ids=("snap-0", "snap-1")), "ami-1")
    assert judge(CHECK, snapshot(), beside=[image], prices=PRICES).outcome is Outcome.NOT_APPLICABLE
    assert judge(CHECK, snapshot(managed_by="dlm"), prices=PRICES).outcome is Outcome.NOT_APPLICABLE


def test_unread_images_and_unknown_age_are_unknown():
    assert judge(CHECK, snapshot(), prices=PRICES, missing_kinds=frozenset({"ami"})).outcome is Outcome.NO_DATA
    unborn = resource(snapshot().spec, "snap-1", created_at=None)
    assert judge(CHECK, unborn, prices=PRICES).outcome is Outcome.NO_DATA


def test_no_price_is_a_gap():
    verdict = judge(CHECK, snapshot())
    assert verdict.saving is None
    assert "snapshot_standard_storage" in verdict.price_gap


def test_while_a_later_snapshot_of_the_volume_stays_nobody_knows_what_is_freed():
    for stays in (
        resource(snapshot().spec, "snap-2", created_at=ago(90)),
        resource(snapshot(managed_by="dlm").spec, "snap-2", created_at=ago(300)),
    ):
        verdict = judge(CHECK, snapshot(), beside=[stays], prices=PRICES)
        assert (verdict.outcome, verdict.saving) == (Outcome.FLAGGED, None)
        assert "vol-1" in verdict.price_gap
    other_volume = resource(snapshot(volume_id="vol-2").spec, "snap-2", created_at=ago(1))
    assert monthly(judge(CHECK, snapshot(), beside=[other_volume], prices=PRICES)) == Decimal(10)


def test_of_several_old_snapshots_of_a_volume_the_largest_is_counted_once():
    """AWS keeps a block once however many snapshots refer to it: 3 x 30 GiB are not 90 GiB."""
    sizes = {"snap-1": 28, "snap-2": 30, "snap-3": 29}
    spec = {name: snapshot(full_size_bytes=size * GIB).spec for name, size in sizes.items()}
    all_old = [resource(spec[name], name, created_at=ago(200)) for name in sizes]
    terms = [judge(CHECK, one, beside=all_old, prices=PRICES).saving.terms for one in all_old]
    assert {term.subject.id for (term,) in terms} == {"vol-1"}


def test_copies_share_no_known_volume():
    copy = {"volume_id": "vol-ffffffff"}
    young = resource(snapshot(**copy).spec, "snap-2", created_at=ago(1))
    verdict = judge(CHECK, snapshot(**copy), beside=[young], prices=PRICES)
    assert verdict.saving.terms[0].subject.id == "snap-1"


def test_a_size_that_is_only_bounded_is_an_estimate():
    assert judge(CHECK, snapshot(), prices=PRICES).saving.quality is Quality.ESTIMATE
    assert judge(CHECK, snapshot(full_size_bytes=GIB), prices=PRICES).saving.quality is Quality.LIST
