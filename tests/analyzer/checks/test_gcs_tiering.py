from decimal import Decimal

import pytest

from costopt.analyzer.checks.gcs_tiering import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome
from costopt.model.specs.google_storage import BucketRule
from tests.oracles.google_estate import GIB, REGION, bucket
from tests.oracles.judging import StaticPrices, ago, judge, monthly, series

PRICES = StaticPrices(
    units={
        ("gcs", "standard_storage"): "0.020",
        ("gcs", "nearline_storage"): "0.010",
        ("gcs", "coldline_storage"): "0.004",
    },
    region=REGION,
)


def verdict_of(reads=(), one=None, prices=PRICES, changes=()):
    given = {"bucket_reads": reads, "bucket_changes": changes}
    facts = [series(metric, list(values), 86_400, 90) for metric, values in given.items() if values is not None]
    return judge(CHECK, one or bucket(), facts=facts, prices=prices)


def test_bytes_that_nobody_reads_save_the_difference_to_coldline():
    verdict = verdict_of(one=bucket(bytes_by_class={"STANDARD": 1000 * GIB, "NEARLINE": 100 * GIB}))
    assert verdict.outcome is Outcome.FLAGGED
    assert (verdict.action.kind, verdict.action.target) == (ActionKind.MIGRATE, "COLDLINE")
    assert monthly(verdict) == 1000 * Decimal("0.016") + 100 * Decimal("0.006")


def test_deleted_objects_that_are_kept_do_not_move_and_save_nothing():
    verdict = verdict_of(one=bucket(bytes_by_class={"STANDARD": 9 * GIB}, soft_deleted_bytes=5000 * GIB))
    assert verdict.outcome is Outcome.CLEAR
    beside = verdict_of(one=bucket(soft_deleted_bytes=5000 * GIB))
    assert beside.outcome is Outcome.FLAGGED
    assert "5,000.0 GiB of deleted objects" in beside.evidence[1].statement


def test_replaced_versions_move_too():
    one = bucket(versioning=True, noncurrent_bytes_by_class={"STANDARD": 500 * GIB, "ARCHIVE": 70 * GIB})
    assert monthly(verdict_of(one=one)) == 1500 * Decimal("0.016")


def test_replaced_versions_that_a_rule_deletes_are_not_counted():
    rule = BucketRule(action="Delete", noncurrent=True)
    one = bucket(rules=(rule,), versioning=True, noncurrent_bytes_by_class={"STANDARD": 500 * GIB})
    assert monthly(verdict_of(one=one)) == 1000 * Decimal("0.016")


@pytest.mark.parametrize(
    ("changes", "fields", "reason"),
    [
        ([1.0] + [0.0] * 89, {}, "1 writes and deletions in 90 days"),
        (None, {}, "writes and deletions not read"),
        ([], {"soft_deleted_bytes": GIB}, "some were deleted or replaced of late"),
    ],
)
def test_a_backup_that_is_replaced_every_night_may_never_be_old_enough_to_move(changes, fields, reason):
    verdict = verdict_of(one=bucket(**fields), changes=changes)
    assert (verdict.outcome, verdict.confidence) == (Outcome.FLAGGED, Confidence.LOW)
    assert verdict.saving is None
    assert reason in verdict.price_gap


def test_what_saves_less_than_five_dollars_at_best_is_clear_whatever_its_age():
    one = bucket(bytes_by_class={"STANDARD": 312 * GIB})
    assert verdict_of(one=one, changes=[9.0]).outcome is Outcome.CLEAR


@pytest.mark.parametrize(("day", "outcome"), [(90, Outcome.CLEAR), (91, None)])
def test_one_read_within_ninety_days_is_use(day, outcome):
    if outcome is None:
        assert verdict_of([0.0] * 90).outcome is Outcome.FLAGGED
    else:
        assert verdict_of([1.0] + [0.0] * (day - 1)).outcome is outcome


@pytest.mark.parametrize(("gib", "outcome"), [(312, Outcome.CLEAR), (313, Outcome.FLAGGED)])
def test_less_than_five_dollars_is_churn(gib, outcome):
    """5 / 0.016 = 312.5 GiB."""
    assert verdict_of(one=bucket(bytes_by_class={"STANDARD": gib * GIB})).outcome is outcome


def test_without_a_price_it_is_flagged_from_ten_gib_on_with_an_unknown_saving():
    nothing = StaticPrices(region=REGION)
    verdict = verdict_of(one=bucket(bytes_by_class={"STANDARD": 10 * GIB}), prices=nothing)
    assert verdict.outcome is Outcome.FLAGGED
    assert "coldline_storage" in verdict.price_gap
    assert verdict_of(one=bucket(bytes_by_class={"STANDARD": 10 * GIB - 1}), prices=nothing).outcome is Outcome.CLEAR


@pytest.mark.parametrize(
    "fields",
    [
        {"autoclass": True},
        {"rules": (BucketRule(action="SetStorageClass", storage_class="COLDLINE"),)},
        {"bytes_by_class": {"ARCHIVE": 900 * GIB, "COLDLINE": 900 * GIB}},
    ],
)
def test_what_is_cold_or_moves_is_clear(fields):
    assert verdict_of(one=bucket(**fields)).outcome is Outcome.CLEAR


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        ({"age_days": 90}, Outcome.CLEAR),
        ({"age_days": 91}, Outcome.FLAGGED),
        ({"age_days": 30, "noncurrent": True}, Outcome.FLAGGED),
        ({"age_days": 30, "partial": True}, Outcome.FLAGGED),
    ],
)
def test_objects_that_are_deleted_before_they_could_be_moved_save_nothing(rule, outcome):
    assert verdict_of(one=bucket(rules=(BucketRule(action="Delete", **rule),))).outcome is outcome


def test_reads_or_sizes_that_were_not_read_are_no_data():
    assert verdict_of(None).outcome is Outcome.NO_DATA
    assert verdict_of(one=bucket(bytes_by_class=None)).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(("age", "outcome"), [(89.9, Outcome.NO_DATA), (90, Outcome.FLAGGED)])
def test_a_younger_bucket_is_not_judged(age, outcome):
    assert verdict_of(one=bucket(created_at=ago(age))).outcome is outcome
