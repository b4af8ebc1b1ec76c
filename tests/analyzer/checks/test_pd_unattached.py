from datetime import timedelta
from decimal import Decimal

import pytest

from costopt.analyzer.checks.pd_unattached import CHECK
from costopt.model.finding import Confidence, Outcome, Risk
from tests.oracles.google_estate import REGION, UNITS, disk
from tests.oracles.judging import StaticPrices, ago, judge, monthly

PRICES = StaticPrices(units=UNITS, region=REGION)


def loose(**fields):
    return disk(**{"instance_ids": (), "last_detached_at": ago(40), **fields})


def verdict_of(one):
    return judge(CHECK, one, prices=PRICES)


def test_a_detached_disk_saves_its_capacity_after_a_snapshot():
    verdict = verdict_of(loose(disk_type="pd-ssd", size_gib=500))
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == 85  # 500 GiB x 0.17
    assert (verdict.confidence, verdict.risk) == (Confidence.HIGH, Risk.DESTRUCTIVE)
    assert "snapshot" in verdict.action.summary


def test_a_disk_that_was_detached_once_may_hold_data_though_no_attachment_is_told():
    verdict = verdict_of(loose(source_image=None, last_attached_at=None, last_detached_at=ago(40)))
    assert verdict.risk is Risk.DESTRUCTIVE
    assert "snapshot" in verdict.action.summary


def test_a_replica_of_another_disk_is_left_alone():
    assert verdict_of(loose(last_detached_at=None, replica_of="zones/a/disks/b")).outcome is Outcome.NOT_APPLICABLE


def test_a_regional_disk_costs_twice():
    verdict = verdict_of(loose(zones=("us-central1-a", "us-central1-b")))
    assert monthly(verdict) == 8  # 100 GiB x 0.04 x 2


def test_a_known_regional_price_goes_before_twice_the_zonal_one():
    prices = StaticPrices(units={**UNITS, ("gce", "pd_standard_regional"): "0.09"}, region=REGION)
    assert monthly(judge(CHECK, loose(zones=("us-central1-a", "us-central1-b")), prices=prices)) == 9


@pytest.mark.parametrize(
    ("detached", "outcome"),
    [
        (ago(15), Outcome.FLAGGED),
        (ago(15) + timedelta(seconds=1), Outcome.CLEAR),
        (ago(15) - timedelta(seconds=1), Outcome.FLAGGED),
    ],
)
def test_fifteen_days_is_the_boundary(detached, outcome):
    assert verdict_of(loose(last_detached_at=detached)).outcome is outcome


def test_a_blank_disk_that_never_was_attached_is_deleted_without_a_snapshot():
    blank = loose(source_image=None, last_attached_at=None, last_detached_at=None, created_at=ago(16))
    verdict = verdict_of(blank)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.risk is Risk.SAFE
    assert "never attached, made 16 days ago" in verdict.evidence[0].statement


def test_the_last_attachment_is_an_upper_bound_where_no_detachment_is_told():
    verdict = verdict_of(loose(last_attached_at=ago(20), last_detached_at=None))
    assert (verdict.outcome, verdict.confidence) == (Outcome.FLAGGED, Confidence.MEDIUM)


def test_a_volume_of_a_cluster_is_given_up_in_the_cluster():
    verdict = verdict_of(loose(managed_by="gke"))
    assert verdict.confidence is Confidence.MEDIUM
    assert "claim in its gke cluster" in verdict.action.summary


def test_nothing_is_said_where_no_time_is_known():
    never = loose(last_attached_at=None, last_detached_at=None, created_at=None)
    assert verdict_of(never).outcome is Outcome.NO_DATA


@pytest.mark.parametrize("fields", [{"instance_ids": ("zones/a/instances/b",)}, {"status": "CREATING"}])
def test_attached_and_unfinished_disks_are_not_concerned(fields):
    assert verdict_of(loose(**fields)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("fields", "gap"),
    [
        ({"disk_type": "hyperdisk-balanced"}, "hyperdisk_balanced"),
        ({"storage_pool": "zones/us-central1-a/storagePools/p"}, "storage pool"),
    ],
)
def test_waste_without_a_price_is_reported_as_a_gap(fields, gap):
    verdict = verdict_of(loose(**fields))
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert gap in verdict.price_gap


def test_provisioned_operations_are_part_of_the_price():
    units = {("gce", "pd_extreme"): "0.125", ("gce", "pd_extreme_iops"): "0.065"}
    prices = StaticPrices(units=units, region=REGION)
    one = loose(disk_type="pd-extreme", size_gib=500, provisioned_iops=10_000)
    assert monthly(judge(CHECK, one, prices=prices)) == Decimal("62.5") + 650


@pytest.mark.parametrize(("iops", "mibps", "cost"), [(3_000, 140, 8), (5_000, 240, 8 + 10 + 4), (2_000, 100, 8)])
def test_a_balanced_hyperdisk_pays_for_what_is_more_than_comes_with_it(iops, mibps, cost):
    """3,000 operations and 140 MiB a second; 100 x 0.08, 2,000 x 0.005, 100 x 0.04."""
    units = {"hyperdisk_balanced": "0.08", "hyperdisk_balanced_iops": "0.005", "hyperdisk_balanced_throughput": "0.04"}
    prices = StaticPrices(units={("gce", item): usd for item, usd in units.items()}, region=REGION)
    one = loose(disk_type="hyperdisk-balanced", size_gib=100, provisioned_iops=iops, provisioned_throughput_mibps=mibps)
    assert monthly(judge(CHECK, one, prices=prices)) == cost


def test_operations_that_are_not_told_are_not_taken_for_none():
    units = {("gce", "pd_extreme"): "0.125", ("gce", "pd_extreme_iops"): "0.065"}
    prices = StaticPrices(units=units, region=REGION)
    assert judge(CHECK, loose(disk_type="pd-extreme"), prices=prices).saving is None
