import pytest

from costopt.analyzer.checks.s3_no_lifecycle import CHECK
from costopt.model.finding import Outcome
from costopt.model.specs.storage import LifecycleRule, S3Bucket
from tests.oracles.judging import StaticPrices, judge, resource

PRICES = StaticPrices(units={("s3", "standard_storage"): "0.023", ("s3", "standard_ia_storage"): "0.0125"})
GIB = 1024**3


def bucket(rules=(), stored=None, **fields):
    sizes = {"StandardStorage": 1000 * GIB, "StandardIAStorage": 100 * GIB} if stored is None else stored
    return resource(S3Bucket(rules=rules, versioning=False, bytes_by_class=sizes, **fields), "bucket")


def test_the_cost_is_shown_but_no_saving_is_promised():
    verdict = judge(CHECK, bucket(), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert verdict.price_gap is None
    assert "24.25 USD a month" in verdict.evidence[0].statement  # 1,000 x 0.023 + 100 x 0.0125


@pytest.mark.parametrize(("size", "outcome"), [(10 * GIB, Outcome.FLAGGED), (10 * GIB - 1, Outcome.CLEAR)])
def test_ten_gib_is_the_boundary(size, outcome):
    assert judge(CHECK, bucket(stored={"StandardStorage": size}), prices=PRICES).outcome is outcome


def test_what_moves_by_itself_or_is_archived_needs_no_rule():
    stored = {"IntelligentTieringFAStorage": 5000 * GIB, "DeepArchiveStorage": 9000 * GIB}
    assert judge(CHECK, bucket(stored=stored), prices=PRICES).outcome is Outcome.CLEAR


def test_any_rule_makes_it_clear():
    rules = (LifecycleRule(whole_bucket=False, transition_days=30),)
    assert judge(CHECK, bucket(rules), prices=PRICES).outcome is Outcome.CLEAR


def test_unread_rules_are_not_no_rules_and_an_unread_size_is_not_zero():
    assert judge(CHECK, bucket(rules=None), prices=PRICES).reason == "lifecycle rules not read"
    unread = resource(S3Bucket(rules=(), versioning=False, bytes_by_class=None), "bucket")
    assert judge(CHECK, unread, prices=PRICES).reason == "size not read"


def test_without_a_price_it_is_flagged_without_a_figure():
    verdict = judge(CHECK, bucket())
    assert verdict.outcome is Outcome.FLAGGED
    assert "USD" not in verdict.evidence[0].statement
