import pytest

from costopt.analyzer.checks.gcs_no_lifecycle import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.google_storage import BucketRule
from tests.oracles.google_estate import GIB, bucket
from tests.oracles.judging import judge

DELETE = BucketRule(action="Delete", age_days=365)


def verdict_of(**fields):
    return judge(CHECK, bucket(**fields))


def test_a_large_bucket_without_a_rule_is_flagged_without_a_saving():
    verdict = verdict_of()
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert verdict.action.kind is ActionKind.CONFIGURE


@pytest.mark.parametrize(("size", "outcome"), [(10 * GIB - 1, Outcome.CLEAR), (10 * GIB, Outcome.FLAGGED)])
def test_ten_gib_is_the_boundary(size, outcome):
    assert verdict_of(bytes_by_class={"STANDARD": size}).outcome is outcome


def test_archived_bytes_cannot_move_further():
    assert verdict_of(bytes_by_class={"ARCHIVE": 900 * GIB, "STANDARD": 9 * GIB}).outcome is Outcome.CLEAR


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        (DELETE, Outcome.CLEAR),
        (BucketRule(action="SetStorageClass", storage_class="NEARLINE", age_days=30), Outcome.CLEAR),
        (BucketRule(action="AbortIncompleteMultipartUpload", age_days=7), Outcome.FLAGGED),
        (BucketRule(action="Delete", noncurrent=True), Outcome.FLAGGED),
    ],
)
def test_only_a_rule_for_live_objects_counts(rule, outcome):
    assert verdict_of(rules=(rule,)).outcome is outcome


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [((), Outcome.FLAGGED), ((BucketRule(action="Delete", noncurrent=True),), Outcome.CLEAR)],
)
def test_replaced_versions_count_unless_a_rule_deletes_them(rules, outcome):
    held = {"bytes_by_class": {"STANDARD": GIB}, "noncurrent_bytes_by_class": {"STANDARD": 9 * GIB}}
    assert verdict_of(rules=rules, **held).outcome is outcome


def test_deleted_objects_that_are_kept_are_beyond_any_rule():
    assert verdict_of(bytes_by_class={"STANDARD": GIB}, soft_deleted_bytes=900 * GIB).outcome is Outcome.CLEAR


def test_autoclass_moves_by_itself():
    assert verdict_of(autoclass=True).outcome is Outcome.CLEAR


def test_a_size_that_was_not_read_is_no_data():
    assert verdict_of(bytes_by_class=None).outcome is Outcome.NO_DATA
