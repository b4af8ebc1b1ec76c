from datetime import timedelta

import pytest

from costopt.analyzer.checks.gce_snapshot_old import CHECK
from costopt.model.finding import Outcome, Risk
from costopt.model.price import Quality
from costopt.model.specs.persistent_disks import DiskSnapshot
from tests.oracles.google_estate import REGION, disk_id, google
from tests.oracles.judging import StaticPrices, ago, judge, monthly

PRICES = StaticPrices(units={("gce", "snapshot"): "0.05"}, region=REGION)
GIB = 1024**3


MADE = ago(200)


def snapshot(name="s-1", age=MADE, **fields):
    given = {
        "source_disk_id": disk_id("web-1"), "disk_size_gib": 100, "status": "READY", "storage_bytes": 40 * GIB,
        "locations": (REGION,), **fields,
    }  # fmt: skip
    return google(DiskSnapshot(**given), f"global/snapshots/{name}", region="global", created_at=age)


def verdict_of(one=None, beside=(), **kwargs):
    return judge(CHECK, one or snapshot(), beside=beside, prices=PRICES, **kwargs)


def test_an_old_snapshot_saves_the_bytes_that_it_is_billed_for():
    verdict = verdict_of()
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == 2  # 40 GiB x 0.05
    assert verdict.risk is Risk.DESTRUCTIVE


@pytest.mark.parametrize(
    ("made", "outcome"),
    [(ago(90), Outcome.CLEAR), (ago(90) - timedelta(seconds=1), Outcome.FLAGGED), (ago(89), Outcome.CLEAR)],
)
def test_more_than_ninety_days_is_the_boundary(made, outcome):
    assert verdict_of(snapshot(age=made)).outcome is outcome


@pytest.mark.parametrize("younger", [{"age": ago(10)}, {"age": ago(100), "auto_created": True}, {"age": None}])
def test_while_a_younger_one_of_the_disk_stays_the_saving_is_unknown(younger):
    verdict = verdict_of(beside=[snapshot("s-2", **younger)])
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert "s-2 needs" in verdict.price_gap


def test_an_older_one_or_another_disk_takes_no_blocks():
    beside = [snapshot("s-0", ago(300)), snapshot("s-3", ago(5), source_disk_id=disk_id("other"))]
    assert monthly(verdict_of(beside=beside)) == 2


def test_a_chain_that_goes_as_a_whole_saves_all_of_its_bytes():
    chain = [snapshot("s-1", ago(300)), snapshot("s-2", ago(200), storage_bytes=10 * GIB)]
    assert sum(monthly(verdict_of(one, beside=chain)) for one in chain) == 2.5


def test_unsettled_bytes_are_at_most_those_of_the_disk():
    verdict = verdict_of(snapshot(storage_bytes=None))
    assert monthly(verdict) == 5  # 100 GiB x 0.05
    assert verdict.saving.quality is Quality.ESTIMATE


@pytest.mark.parametrize("fields", [{"auto_created": True}, {"status": "UPLOADING"}])
def test_scheduled_and_unfinished_snapshots_are_not_concerned(fields):
    assert verdict_of(snapshot(**fields)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("fields", [{"locations": ("us",)}, {"snapshot_type": "ARCHIVE"}])
def test_a_place_or_type_without_a_price_is_a_gap(fields):
    verdict = verdict_of(snapshot(**fields))
    assert verdict.saving is None
    assert "snapshot" in verdict.price_gap


def test_without_an_age_nothing_is_said():
    assert verdict_of(snapshot(age=None)).outcome is Outcome.NO_DATA
