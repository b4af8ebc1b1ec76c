from decimal import Decimal

import pytest

from costopt.analyzer.checks.rds_idle import CHECK
from costopt.model.finding import Confidence, Outcome
from costopt.model.specs.databases import RdsCluster, RdsInstance
from tests.oracles.judging import StaticPrices, ago, judge, monthly, resource, series

PRICES = StaticPrices(
    instances={
        ("rds", "db.m5.large", "mysql:single_az"): "0.171",
        ("rds", "db.m5.large", "mysql:multi_az"): "0.342",
        ("rds", "db.r6g.large", "aurora-mysql:single_az"): "0.26",
    },
    units={("rds", "gp3_storage"): "0.115", ("rds", "io1_storage"): "0.125", ("rds", "io1_iops"): "0.10"},
)
DAY = 86400


def database(**fields):
    given = {
        "instance_class": "db.m5.large", "engine": "mysql", "engine_version": "8.0.35", "status": "available",
        "multi_az": False, "storage_type": "gp3", "storage_gib": 100, **fields,
    }  # fmt: skip
    return resource(RdsInstance(**given), "db-1")


def load(connections=0.0, cpu=3.0, operations=0.2):
    return [
        series("db_connections_max", connections, DAY, 30),
        series("db_cpu_max_percent", cpu),
        series("db_read_ops_per_second", operations, DAY, 30),
        series("db_write_ops_per_second", operations, DAY, 30),
    ]


def test_hours_and_storage_end_with_the_database():
    verdict = judge(CHECK, database(), facts=load(), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == 730 * Decimal("0.171") + 100 * Decimal("0.115")
    hours, storage = verdict.saving.terms
    assert (hours.usage.service, hours.usage.instance_type) == ("rds", "db.m5.large")
    assert hours.usage.variant == "mysql:single_az"
    assert storage.usage is None
    assert verdict.confidence is Confidence.HIGH


def test_a_standby_doubles_storage_and_iops_too():
    spec = {"multi_az": True, "storage_type": "io1", "iops": 1000}
    verdict = judge(CHECK, database(**spec), facts=load(), prices=PRICES)
    expected = 730 * Decimal("0.342") + 200 * Decimal("0.125") + 2000 * Decimal("0.10")
    assert monthly(verdict) == expected


def test_an_aurora_instance_leaves_the_cluster_its_storage():
    member = {"engine": "aurora-mysql", "instance_class": "db.r6g.large", "storage_type": "aurora", "storage_gib": 1}
    cluster = resource(
        RdsCluster(engine="aurora-mysql", engine_version="8.0", status="available", member_ids=("db-1",)), "cl-1"
    )
    verdict = judge(CHECK, database(**member, cluster_id="cl-1"), facts=load(), beside=[cluster], prices=PRICES)
    assert monthly(verdict) == 730 * Decimal("0.26")


def test_the_reader_that_takes_over_is_not_idle():
    cluster = resource(
        RdsCluster(engine="aurora-mysql", engine_version="8.0", status="available", member_ids=("db-0", "db-1")), "cl-1"
    )
    verdict = judge(CHECK, database(cluster_id="cl-1"), facts=load(), beside=[cluster], prices=PRICES)
    assert verdict.outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (load(connections=[0.0] * 29 + [1.0]), Outcome.CLEAR),
        (load(connections=[1.0] * 16 + [0.0] * 14), Outcome.FLAGGED),
        (load(cpu=9.9), Outcome.FLAGGED),
        (load(cpu=10.0), Outcome.CLEAR),
        (load(operations=9.9), Outcome.FLAGGED),
        (load(operations=10.0), Outcome.CLEAR),
    ],
    ids=["one connection", "before the look-back", "CPU below", "CPU at", "I/O below", "I/O at"],
)
def test_boundaries(facts, outcome):
    assert judge(CHECK, database(), facts=facts, prices=PRICES).outcome is outcome


def test_nightly_backups_do_not_make_it_busy():
    # 14 hours of 336 are 4 %: less than the 5 % that the 95th percentile leaves out.
    with_backups = [60.0 if hour % 24 == 3 else 2.0 for hour in range(336)]
    assert judge(CHECK, database(), facts=load(cpu=with_backups), prices=PRICES).outcome is Outcome.FLAGGED


@pytest.mark.parametrize(
    "facts", [[], load()[:1], load(connections=[0.0] * 8), load(connections=[None] * 30)],
    ids=["nothing", "no CPU", "8 of 14 days", "no points"],
)  # fmt: skip
def test_missing_points_are_unknown(facts):
    assert judge(CHECK, database(), facts=facts, prices=PRICES).outcome is Outcome.NO_DATA


def test_without_io_metrics_the_confidence_is_lower():
    assert judge(CHECK, database(), facts=load()[:2], prices=PRICES).confidence is Confidence.MEDIUM


@pytest.mark.parametrize(
    "fields",
    [{"engine": "docdb"}, {"engine": "neptune"}, {"status": "stopped"}, {"replica_of": "db-0"}],
    ids=["DocumentDB", "Neptune", "stopped", "replica"],
)
def test_other_engines_stopped_ones_and_replicas_are_not_concerned(fields):
    assert judge(CHECK, database(**fields), facts=load(), prices=PRICES).outcome is Outcome.NOT_APPLICABLE


def test_young_databases_are_not_judged():
    young = resource(database().spec, "db-1", created_at=ago(5))
    assert judge(CHECK, young, facts=load(), prices=PRICES).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"storage_type": "standard"}, "standard_storage"),
        ({"instance_class": "db.serverless"}, "db.serverless"),
        ({"license_model": "bring-your-own-license"}, "own licence"),
    ],
)
def test_a_missing_price_is_named_and_no_half_sum_is_shown(fields, missing):
    verdict = judge(CHECK, database(**fields), facts=load(), prices=PRICES)
    assert (verdict.outcome, verdict.saving) == (Outcome.FLAGGED, None)
    assert missing in verdict.price_gap


def test_a_member_of_a_cluster_that_was_not_read_is_unknown_and_never_idle():
    verdict = judge(CHECK, database(cluster_id="cl-1"), facts=load(), prices=PRICES)
    assert (verdict.outcome, verdict.reason) == (Outcome.NO_DATA, "cluster not in the snapshot")


def test_io_metrics_with_holes_lower_the_confidence():
    holes = [*load()[:2], series("db_read_ops_per_second", [0.1] * 5, DAY, 30), load()[3]]
    assert judge(CHECK, database(), facts=holes, prices=PRICES).confidence is Confidence.MEDIUM


def test_the_source_of_a_read_replica_is_not_idle():
    replica = resource(database(replica_of="db-1").spec, "db-2")
    verdict = judge(CHECK, database(), facts=load(), beside=[replica], prices=PRICES)
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_APPLICABLE, "source of a read replica")


def test_the_evidence_names_all_three_measurements():
    verdict = judge(CHECK, database(), facts=load(operations=0.2), prices=PRICES)
    assert [one.metric for one in verdict.evidence] == [
        "db_connections_max",
        "db_cpu_max_percent",
        "db_read_ops_per_second",
    ]
    assert verdict.evidence[2].observed == pytest.approx(0.4)
