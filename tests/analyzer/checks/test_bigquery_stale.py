from datetime import timedelta

import pytest

from costopt.analyzer.checks.bigquery_stale import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome
from costopt.model.specs.google_storage import BigQueryDataset, BigQueryTable
from tests.oracles.google_estate import GIB, google
from tests.oracles.judging import LONG_AGO, NOW, ago, judge, series


def verdict_of(*, created_at=LONG_AGO, beside=(), days=90, sizes=50.0 * GIB, **fields):
    given = {
        "dataset_id": "datasets/sales", "table_type": "TABLE", "modified_at": ago(200), "stored_bytes": 50 * GIB,
        **fields,
    }  # fmt: skip
    table = google(BigQueryTable(**given), "datasets/sales/tables/old", region="us", created_at=created_at)
    facts = [] if sizes is None else [series("table_bytes", sizes, 86_400, 90)]
    return judge(CHECK, table, beside=beside, days=days, facts=facts)


def test_a_large_table_that_nobody_changes_is_a_question_without_a_saving():
    verdict = verdict_of()
    assert (verdict.outcome, verdict.confidence) == (Outcome.FLAGGED, Confidence.LOW)
    assert verdict.action.kind is ActionKind.REVIEW
    assert verdict.saving is None


@pytest.mark.parametrize(
    ("changed", "outcome"), [(ago(90), Outcome.FLAGGED), (ago(90) + timedelta(seconds=1), Outcome.CLEAR)]
)
def test_ninety_days_is_the_boundary(changed, outcome):
    assert verdict_of(modified_at=changed).outcome is outcome


@pytest.mark.parametrize(("size", "outcome"), [(10 * GIB, Outcome.FLAGGED), (10 * GIB - 1, Outcome.CLEAR)])
def test_ten_gib_is_the_boundary(size, outcome):
    assert verdict_of(stored_bytes=size).outcome is outcome


def test_a_table_that_expires_is_clear():
    assert verdict_of(expires_at=NOW + timedelta(days=30)).outcome is Outcome.CLEAR


def test_a_table_whose_partitions_expire_is_clear():
    assert verdict_of(partitioned=True, partition_expiration_days=400.0).outcome is Outcome.CLEAR
    assert verdict_of(partitioned=True).outcome is Outcome.FLAGGED


def test_the_evidence_says_that_reading_is_not_known_and_that_the_price_has_halved():
    changed, size, steady = verdict_of().evidence
    assert "whether anybody reads it is not known" in changed.statement
    assert size.statement == "holds 50.0 GiB of logical bytes, at the long-term price"
    assert steady.statement == "the same size on each of 90 days"
    younger = verdict_of(modified_at=ago(60), days=30).evidence[1]
    assert younger.statement == "holds 50.0 GiB of logical bytes, at the full price"


def test_logical_bytes_are_not_what_a_dataset_of_physical_billing_pays():
    dataset = google(BigQueryDataset(location="us", storage_billing_model="PHYSICAL"), "datasets/sales", region="us")
    assert "physical" in verdict_of(beside=[dataset]).evidence[1].statement


@pytest.mark.parametrize("table_type", ["SNAPSHOT", "CLONE"])
def test_what_pays_only_for_its_difference_has_no_known_size(table_type):
    assert verdict_of(table_type=table_type).outcome is Outcome.NO_DATA
    assert verdict_of(table_type=table_type, expires_at=NOW + timedelta(days=1)).outcome is Outcome.CLEAR


def test_a_table_that_grows_is_changed_whatever_the_inventory_says():
    """Asset Inventory may lag behind where only data changes."""
    assert verdict_of(sizes=[50.0 * GIB] * 89 + [50.0 * GIB + 1]).outcome is Outcome.CLEAR


def test_a_size_over_time_that_was_not_read_is_told():
    verdict = verdict_of(sizes=None)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.evidence[2].statement == "its size in that time was not read"


@pytest.mark.parametrize("fields", [{"stored_bytes": None}, {"modified_at": None}])
def test_an_unknown_size_or_time_is_no_data(fields):
    assert verdict_of(**fields).outcome is Outcome.NO_DATA


@pytest.mark.parametrize("table_type", ["VIEW", "EXTERNAL", "MATERIALIZED_VIEW"])
def test_what_holds_no_data_is_not_concerned(table_type):
    assert verdict_of(table_type=table_type).outcome is Outcome.NOT_APPLICABLE
