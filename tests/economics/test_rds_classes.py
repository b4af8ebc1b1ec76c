import pytest

from costopt.economics.rds_classes import (
    default_connections,
    runs_on_arm,
    smaller_classes,
    successors,
    sustained_vcpu,
)
from costopt.model.specs.databases import RdsInstance
from tests.oracles.judging import shape


def database(instance_class="db.m5.large", engine="mysql", version="8.0.35"):
    return RdsInstance(
        instance_class=instance_class, engine=engine, engine_version=version, status="available", multi_az=False,
        storage_type="gp3", storage_gib=100,
    )  # fmt: skip


def test_smaller_classes_stay_in_the_family_and_shrink_step_by_step():
    names = list(smaller_classes("db.r6g.2xlarge"))
    assert names[:2] == ["db.r6g.xlarge", "db.r6g.large"]
    assert all(name.startswith("db.r6g.") for name in names)
    assert "db.r6g.2xlarge" not in names


def test_a_size_that_is_not_known_has_no_smaller_one():
    assert list(smaller_classes("db.serverless")) == []
    assert list(smaller_classes("db.r5.large.tpc1.mem2x")) == []


@pytest.mark.parametrize(
    ("engine", "version", "runs"),
    [
        ("mysql", "8.0.17", True),
        ("mysql", "8.0.16", False),
        ("mysql", "8.4.4", True),
        ("mariadb", "10.4.13", True),
        ("mariadb", "10.3.39", False),
        ("mariadb", "11.4.5-R2", True),
        ("postgres", "12.3", True),
        ("postgres", "12.2", False),
        ("postgres", "16.8", True),
        ("aurora-postgresql", "11.21", False),
        ("aurora-postgresql", "16.6", True),
        ("aurora-mysql", "8.0.mysql_aurora.3.08.0", True),
        ("aurora-mysql", "5.7.mysql_aurora.2.11.4", False),
        ("oracle-se2", "19.0.0.0.ru-2024-01", False),
        ("sqlserver-se", "15.00", False),
        ("postgres", "", False),
    ],
)
def test_arm_needs_an_open_engine_of_a_recent_version(engine, version, runs):
    assert runs_on_arm(database(engine=engine, version=version)) is runs


def test_successors_have_the_same_size_and_arm_comes_only_where_it_runs():
    assert list(successors(database("db.m4.10xlarge"))) == ["db.m5.12xlarge", "db.m6g.12xlarge"]
    assert list(successors(database("db.r4.large", "sqlserver-se", "15.00"))) == ["db.r5.large"]
    assert list(successors(database("db.m5.large"))) == []


@pytest.mark.parametrize(
    ("engine", "memory_gib", "connections"),
    [("mysql", 8, 682), ("postgres", 8, 901), ("postgres", 384, 5000), ("oracle-se2", 8, None)],
)
def test_default_connections_follow_from_memory(engine, memory_gib, connections):
    assert default_connections(engine, memory_gib) == connections


def test_credits_limit_what_is_sustained():
    assert sustained_vcpu(shape("m5.large", 2, 8.0)) == 2
    assert sustained_vcpu(shape("t4g.medium", 2, 4.0, burstable=True)) == pytest.approx(0.4)
    assert sustained_vcpu(shape("t4g.nano", 2, 0.5, burstable=True)) == 0
    assert sustained_vcpu(shape("t2.xlarge", 4, 16.0, burstable=True)) == pytest.approx(0.9)
