import pytest

from costopt.analyzer.checks.s3_versions_unexpired import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.storage import LifecycleRule, S3Bucket
from tests.oracles.judging import judge, resource


def bucket(rules=(), versioning=True):
    return resource(S3Bucket(rules=rules, versioning=versioning), "bucket")


def test_versions_without_an_end_are_flagged_without_a_saving():
    current_only = (LifecycleRule(whole_bucket=True, expire_days=30, abort_multipart_days=7),)
    for rules in ((), current_only):
        verdict = judge(CHECK, bucket(rules))
        assert verdict.outcome is Outcome.FLAGGED
        assert (verdict.saving, verdict.price_gap) == (None, None)
        assert verdict.action.kind is ActionKind.CONFIGURE
        assert "30 days" in verdict.action.summary


@pytest.mark.parametrize("whole", [True, False])
def test_a_rule_for_old_versions_makes_it_clear(whole):
    rules = (LifecycleRule(whole_bucket=whole, expire_noncurrent_days=90),)
    assert judge(CHECK, bucket(rules)).outcome is Outcome.CLEAR


def test_unversioned_buckets_are_not_concerned_even_where_rules_are_unread():
    assert judge(CHECK, bucket(None, versioning=False)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("rules", "versioning", "reason"),
    [((), None, "versioning not read"), (None, True, "lifecycle rules not read")],
)
def test_what_was_not_read_is_unknown(rules, versioning, reason):
    verdict = judge(CHECK, bucket(rules, versioning))
    assert (verdict.outcome, verdict.reason) == (Outcome.NO_DATA, reason)
