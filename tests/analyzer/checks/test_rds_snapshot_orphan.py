from datetime import timedelta
from decimal import Decimal

import pytest

from costopt.analyzer.checks.rds_snapshot_orphan import CHECK
from costopt.model.finding import Confidence, Outcome
from costopt.model.specs.databases import RdsCluster, RdsInstance, RdsSnapshot
from tests.oracles.judging import StaticPrices, ago, judge, monthly, resource

PRICES = StaticPrices(units={("rds", "snapshot_storage"): "0.095"})


def snapshot(source_kind="rds_instance", created_at=None, **fields):
    given = {"source_id": "db-1", "storage_gib": 200, "engine": "mysql", **fields}
    return resource(RdsSnapshot(source_kind=source_kind, **given), "final", created_at=created_at or ago(200))


INSTANCE = resource(
    RdsInstance(
        instance_class="db.m5.large", engine="mysql", engine_version="8.0.35", status="available", multi_az=False,
        storage_type="gp3", storage_gib=200,
    ),
    "db-1",
)  # fmt: skip
CLUSTER = resource(RdsCluster(engine="aurora-mysql", engine_version="8.0", status="available", member_ids=()), "db-1")


def test_a_snapshot_of_a_vanished_database_costs_at_most_its_storage():
    verdict = judge(CHECK, snapshot(), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal(19)  # 200 GiB x 0.095
    assert verdict.confidence is Confidence.LOW
    assert "at most" in verdict.evidence[1].statement


def test_a_living_source_of_the_same_kind_makes_it_clear():
    assert judge(CHECK, snapshot(), beside=[INSTANCE], prices=PRICES).outcome is Outcome.CLEAR
    assert judge(CHECK, snapshot("rds_cluster"), beside=[CLUSTER], prices=PRICES).outcome is Outcome.CLEAR


def test_a_cluster_of_that_name_is_not_the_instance():
    assert judge(CHECK, snapshot(), beside=[CLUSTER], prices=PRICES).outcome is Outcome.FLAGGED


@pytest.mark.parametrize(
    ("created", "outcome"), [(ago(90), Outcome.CLEAR), (ago(90) - timedelta(seconds=1), Outcome.FLAGGED)]
)
def test_ninety_days_is_the_boundary(created, outcome):
    assert judge(CHECK, snapshot(created_at=created), prices=PRICES).outcome is outcome


@pytest.mark.parametrize("kind", ["rds_instance", "rds_cluster"])
def test_databases_that_were_not_read_are_not_gone(kind):
    assert judge(CHECK, snapshot(), prices=PRICES, missing_kinds=frozenset({kind})).outcome is Outcome.NO_DATA


def test_engines_of_other_services_and_unfinished_snapshots_are_not_concerned():
    assert judge(CHECK, snapshot("rds_cluster", engine="docdb"), prices=PRICES).outcome is Outcome.NOT_APPLICABLE
    assert judge(CHECK, snapshot(status="creating"), prices=PRICES).outcome is Outcome.NOT_APPLICABLE


def test_unknown_age_and_missing_price():
    unborn = resource(snapshot().spec, "final", created_at=None)
    assert judge(CHECK, unborn, prices=PRICES).outcome is Outcome.NO_DATA
    assert judge(CHECK, snapshot()).price_gap


def test_snapshots_of_one_database_share_their_blocks():
    old = resource(snapshot().spec, "earlier", created_at=ago(300))
    verdict = judge(CHECK, snapshot(), beside=[old], prices=PRICES)
    assert verdict.saving.terms[0].subject.id == "db-1"
    young = resource(snapshot().spec, "later", created_at=ago(90))
    verdict = judge(CHECK, snapshot(), beside=[young], prices=PRICES)
    assert (verdict.outcome, verdict.saving) == (Outcome.FLAGGED, None)
