from costopt.analyzer.checks.s3_incomplete_uploads import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.storage import LifecycleRule, S3Bucket
from tests.oracles.judging import ago, judge, resource


def bucket(rules):
    return resource(S3Bucket(rules=rules, versioning=False), "bucket")


def test_a_bucket_without_an_abort_rule_is_flagged_without_a_saving():
    other = (LifecycleRule(whole_bucket=True, transition_days=30, expire_days=365, expire_noncurrent_days=7),)
    for rules in ((), other):
        verdict = judge(CHECK, bucket(rules))
        assert verdict.outcome is Outcome.FLAGGED
        assert (verdict.saving, verdict.price_gap) == (None, None)
        assert verdict.action.kind is ActionKind.CONFIGURE
        assert "7 days" in verdict.action.summary


def test_an_abort_rule_makes_it_clear_for_a_part_of_the_bucket_too():
    assert judge(CHECK, bucket((LifecycleRule(whole_bucket=True, abort_multipart_days=1),))).outcome is Outcome.CLEAR
    assert judge(CHECK, bucket((LifecycleRule(whole_bucket=False, abort_multipart_days=30),))).outcome is Outcome.CLEAR


def test_unread_rules_are_unknown_and_young_buckets_are_not_judged():
    assert judge(CHECK, bucket(None)).outcome is Outcome.NO_DATA
    assert judge(CHECK, resource(bucket(()).spec, created_at=ago(1))).outcome is Outcome.NO_DATA


def test_the_proposed_days_can_be_set():
    assert judge(CHECK, bucket(()), abort_days=3).action.target == "3 days"
