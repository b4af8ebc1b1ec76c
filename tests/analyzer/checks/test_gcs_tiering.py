from decimal import Decimal

import pytest

from costopt.analyzer.checks.gcs_tiering import CHECK
from costopt.model.finding import ActionKind, Outcome
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


def verdict_of(reads=(), one=None, prices=PRICES):
    facts = [] if reads is None else [series("bucket_reads", list(reads), 86_400, 90)]
    return judge(CHECK, one or bucket(), facts=facts, prices=prices)


def test_bytes_that_nobody_reads_save_the_difference_to_coldline():
    verdict = verdict_of(one=bucket(bytes_by_class={"STANDARD": 1000 * GIB, "NEARLINE": 100 * GIB}))
    assert verdict.outcome is Outcome.FLAGGED
    assert (verdict.action.kind, verdict.action.target) == (ActionKind.MIGRATE, "COLDLINE")
    assert monthly(verdict) == 1000 * Decimal("0.016") + 100 * Decimal("0.006")


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
