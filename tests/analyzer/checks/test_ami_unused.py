from datetime import timedelta
from decimal import Decimal

import pytest

from costopt.analyzer.checks.ami_unused import CHECK
from costopt.model.finding import Confidence, Outcome
from costopt.model.specs.ebs import EbsSnapshot
from costopt.model.specs.ec2 import Ami, AutoScalingGroup, Ec2Instance, LaunchTemplate
from tests.oracles.judging import StaticPrices, ago, judge, monthly, resource

PRICES = StaticPrices(units={("ebs", "snapshot_standard_storage"): "0.05"})
GIB = 1024**3


def image(name="ami-1", snapshots=("snap-1", "snap-2"), created_at=None, **fields):
    spec = Ami(state="available", snapshot_ids=snapshots, **fields)
    return resource(spec, name, created_at=created_at or ago(400))


def snapshots():
    return [
        resource(EbsSnapshot(volume_id=volume, volume_size_gib=size, tier="standard"), name)
        for name, volume, size in (("snap-1", "vol-1", 20), ("snap-2", "vol-2", 100))
    ]


def group(**fields):
    given = {
        "minimum": 0, "maximum": 4, "desired": 0, "instance_ids": (), "instance_types": ("m5.large",),
        "has_scaling_policy": True, **fields,
    }  # fmt: skip
    return resource(AutoScalingGroup(**given), "asg-1")


def machine(image_id):
    spec = Ec2Instance(
        instance_type="m5.large", state="stopped", platform="linux", availability_zone="us-east-1a", image_id=image_id
    )
    return resource(spec, "i-1")


def test_what_is_saved_is_the_snapshots_behind_the_image():
    verdict = judge(CHECK, image(last_launched_at=ago(300)), beside=snapshots(), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal(6)  # (20 + 100) GiB x 0.05
    assert [term.subject.id for term in verdict.saving.terms] == ["vol-1", "vol-2"]
    assert verdict.confidence is Confidence.MEDIUM


def test_a_snapshot_that_another_image_stands_on_is_not_counted():
    other = image("ami-2", ("snap-2",), created_at=ago(10))
    assert monthly(judge(CHECK, image(), beside=[*snapshots(), other], prices=PRICES)) == Decimal(1)


def test_while_a_younger_snapshot_of_the_volume_stays_what_is_freed_is_unknown():
    young = resource(
        EbsSnapshot(volume_id="vol-2", volume_size_gib=100, tier="standard"), "snap-9", created_at=ago(180)
    )
    verdict = judge(CHECK, image(), beside=[*snapshots(), young], prices=PRICES)
    assert (verdict.outcome, verdict.saving) == (Outcome.FLAGGED, None)
    assert "vol-2" in verdict.price_gap


def test_an_unknown_last_start_lowers_the_confidence():
    assert judge(CHECK, image(), beside=snapshots(), prices=PRICES).confidence is Confidence.LOW


@pytest.mark.parametrize(
    "user",
    [
        machine("ami-1"),
        resource(LaunchTemplate(instance_type=None, image_id="ami-1"), "lt-1"),
    ],
    ids=["stopped instance", "launch template"],
)
def test_an_image_that_something_names_is_in_use(user):
    assert judge(CHECK, image(last_launched_at=ago(300)), beside=[user], prices=PRICES).outcome is Outcome.CLEAR


@pytest.mark.parametrize(
    ("created", "launched", "outcome"),
    [
        (ago(180), None, Outcome.CLEAR),
        (ago(180) - timedelta(seconds=1), None, Outcome.FLAGGED),
        (ago(400), ago(180), Outcome.CLEAR),
        (ago(400), ago(180) - timedelta(seconds=1), Outcome.FLAGGED),
    ],
)
def test_180_days_since_registration_and_last_start_are_the_boundaries(created, launched, outcome):
    judged = image(created_at=created, last_launched_at=launched)
    assert judge(CHECK, judged, beside=snapshots(), prices=PRICES).outcome is outcome


def test_an_empty_group_with_a_launch_configuration_might_use_any_image():
    assert judge(CHECK, image(), beside=[*snapshots(), group()], prices=PRICES).outcome is Outcome.NO_DATA
    known = image(last_launched_at=ago(300))
    assert judge(CHECK, known, beside=[*snapshots(), group()], prices=PRICES).outcome is Outcome.FLAGGED
    with_template = group(launch_template_id="lt-9")
    assert judge(CHECK, image(), beside=[*snapshots(), with_template], prices=PRICES).outcome is Outcome.FLAGGED


@pytest.mark.parametrize("kind", ["ec2_instance", "launch_template", "auto_scaling_group", "ebs_snapshot"])
def test_an_unread_kind_makes_it_unknown(kind):
    verdict = judge(CHECK, image(), beside=snapshots(), prices=PRICES, missing_kinds=frozenset({kind}))
    assert verdict.outcome is Outcome.NO_DATA


def test_public_images_and_images_without_snapshots_are_not_concerned():
    assert judge(CHECK, image(public=True), prices=PRICES).outcome is Outcome.NOT_APPLICABLE
    assert judge(CHECK, image(snapshots=()), prices=PRICES).outcome is Outcome.NOT_APPLICABLE


def test_no_price_is_a_gap():
    verdict = judge(CHECK, image(), beside=snapshots())
    assert (verdict.outcome, verdict.saving) == (Outcome.FLAGGED, None)
    assert verdict.price_gap
