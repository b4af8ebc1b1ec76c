from decimal import Decimal

import pytest

from costopt.analyzer.checks.rds_previous_generation import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.databases import RdsInstance
from tests.oracles.judging import StaticPrices, judge, monthly, resource, shape

SHAPES = [
    shape("m4.large", 2, 8.0, current_generation=False),
    shape("m4.10xlarge", 40, 160.0, current_generation=False),
    shape("m3.medium", 1, 3.75, current_generation=False),
    shape("m5.large", 2, 8.0),
    shape("m5.12xlarge", 48, 192.0),
    shape("m6g.large", 2, 8.0, architectures=("arm64",)),
]


def prices(**hourly):
    instances = {("rds", f"db.{name.replace('_', '.')}", "mysql:single_az"): price for name, price in hourly.items()}
    return StaticPrices(instances=instances, shapes=SHAPES)


def database(instance_class="db.m4.large", engine_version="8.0.35", **fields):
    given = {
        "engine": "mysql", "status": "available", "multi_az": False, "storage_type": "gp2", "storage_gib": 100,
        **fields,
    }  # fmt: skip
    return resource(RdsInstance(instance_class=instance_class, engine_version=engine_version, **given), "db-1")


PRICES = prices(m4_large="0.175", m5_large="0.165", m6g_large="0.152")


def test_the_cheapest_successor_of_equal_size_is_proposed():
    verdict = judge(CHECK, database(), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert (verdict.action.kind, verdict.action.target) == (ActionKind.MIGRATE, "db.m6g.large")
    assert monthly(verdict) == 730 * Decimal("0.023")


@pytest.mark.parametrize(
    ("version", "target"),
    [("8.0.17", "db.m6g.large"), ("8.0.16", "db.m5.large"), ("5.7.44", "db.m5.large")],
)
def test_arm_only_where_the_engine_version_runs_on_it(version, target):
    assert judge(CHECK, database(engine_version=version), prices=PRICES).action.target == target


def test_engines_with_a_licence_stay_on_x86():
    x86 = StaticPrices(
        instances={
            ("rds", "db.m4.large", "sqlserver-se:single_az"): "1.00",
            ("rds", "db.m5.large", "sqlserver-se:single_az"): "0.90",
            ("rds", "db.m6g.large", "sqlserver-se:single_az"): "0.10",
        },
        shapes=SHAPES,
    )
    assert judge(CHECK, database(engine="sqlserver-se"), prices=x86).action.target == "db.m5.large"


def test_a_size_that_the_new_family_lacks_goes_to_the_next_one():
    large = prices(m4_10xlarge="3.5", m5_12xlarge="3.2")
    assert judge(CHECK, database("db.m4.10xlarge"), prices=large).action.target == "db.m5.12xlarge"


@pytest.mark.parametrize(
    ("successor", "outcome"),
    [("0.1662", Outcome.FLAGGED), ("0.1663", Outcome.CLEAR), ("0.175", Outcome.CLEAR), ("0.20", Outcome.CLEAR)],
)
def test_five_percent_is_the_least_saving(successor, outcome):
    # 5 % of 0.175 is 0.00875 an hour, 6.39 a month.
    verdict = judge(CHECK, database(), prices=prices(m4_large="0.175", m5_large=successor))
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("known", "target", "missing"),
    [
        ({"m5_large": "0.165"}, "db.m5.large", "db.m4.large"),
        ({"m4_large": "0.175"}, "db.m5.large", "db.m5.large"),
        ({"m6g_large": "0.152"}, "db.m6g.large", "db.m4.large"),
    ],
)
def test_an_old_class_is_named_without_a_saving_where_a_price_is_missing(known, target, missing):
    verdict = judge(CHECK, database(), prices=prices(**known))
    assert (verdict.outcome, verdict.saving) == (Outcome.FLAGGED, None)
    assert verdict.action.target == target
    assert missing in verdict.price_gap


def test_a_size_without_a_successor_is_unknown():
    assert judge(CHECK, database("db.m3.medium"), prices=prices(m3_medium="0.09")).outcome is Outcome.NO_DATA


def test_current_classes_and_stopped_databases_are_not_concerned():
    assert judge(CHECK, database("db.m5.large"), prices=PRICES).outcome is Outcome.NOT_APPLICABLE
    assert judge(CHECK, database(status="stopped"), prices=PRICES).outcome is Outcome.NOT_APPLICABLE
