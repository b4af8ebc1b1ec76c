from decimal import Decimal

import pytest

from costopt.analyzer.checks.sql_idle import CHECK
from costopt.model.finding import ActionKind, Outcome
from tests.oracles.google_estate import REGION, database
from tests.oracles.judging import StaticPrices, ago, judge, monthly, series

PRICES = StaticPrices(
    units={
        ("cloud_sql", "enterprise_vcpu"): "0.0413",
        ("cloud_sql", "enterprise_memory"): "0.007",
        ("cloud_sql", "f1_micro"): "0.0105",
    },
    region=REGION,
)
DAY = 86_400
MONTH = 730 * (4 * Decimal("0.0413") + 16 * Decimal("0.007"))


def facts(connections=0.0, cpu=9.9):
    return [series("db_connections_max", connections, DAY, 30), series("db_cpu_max_percent", cpu, days=30)]


def verdict_of(one=None, measured=None):
    return judge(CHECK, one or database(), facts=facts() if measured is None else measured, prices=PRICES)


def test_an_instance_that_nobody_uses_saves_its_vcpus_and_memory_by_a_stop():
    verdict = verdict_of()
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == MONTH
    assert verdict.action.kind is ActionKind.STOP


def test_a_standby_costs_the_same_again():
    assert monthly(verdict_of(database(availability="REGIONAL"))) == 2 * MONTH


def test_the_largest_tier_of_enterprise_plus_has_less_memory_for_a_vcpu():
    """128 vCPUs and 864 GiB, not 1,024. Source: https://cloud.google.com/sql/pricing."""
    plus = {("cloud_sql", "enterprise_plus_vcpu"): "0.0537", ("cloud_sql", "enterprise_plus_memory"): "0.0091"}
    one = database(edition="ENTERPRISE_PLUS", tier="db-perf-optimized-N-128")
    verdict = judge(CHECK, one, facts=facts(), prices=StaticPrices(units=plus, region=REGION))
    assert monthly(verdict) == 730 * (128 * Decimal("0.0537") + 864 * Decimal("0.0091"))


def test_a_shared_core_has_a_price_of_its_own():
    assert monthly(verdict_of(database(tier="db-f1-micro"))) == 730 * Decimal("0.0105")


@pytest.mark.parametrize(
    ("load", "outcome"),
    [
        ({"connections": 1.0}, Outcome.CLEAR),
        ({"cpu": 10.0}, Outcome.CLEAR),
        ({"connections": [9.0] * 10 + [0.0] * 20}, Outcome.FLAGGED),
    ],
)
def test_one_connection_or_a_busy_cpu_within_the_look_back_is_use(load, outcome):
    assert verdict_of(measured=facts(**load)).outcome is outcome


@pytest.mark.parametrize("lost", range(2))
def test_a_missing_metric_is_never_idleness(lost):
    known = facts()
    del known[lost]
    assert verdict_of(measured=known).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(("age", "outcome"), [(29.9, Outcome.NO_DATA), (30, Outcome.FLAGGED)])
def test_an_instance_younger_than_thirty_days_is_not_judged(age, outcome):
    assert verdict_of(database(created_at=ago(age))).outcome is outcome


@pytest.mark.parametrize(
    "fields",
    [
        {"activation_policy": "NEVER"},
        {"state": "SUSPENDED"},
        {"replica_of": "main"},
        {"replica_names": ("orders-replica",)},
    ],
)
def test_stopped_instances_replicas_and_their_primaries_are_not_concerned(fields):
    assert verdict_of(database(**fields)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    "fields",
    [
        {"engine": "sqlserver", "database_version": "SQLSERVER_2019_STANDARD"},
        {"edition": "ENTERPRISE_PLUS", "tier": "db-perf-optimized-N-4"},
        {"tier": "db-c4a-highmem-4"},
        {"pricing_plan": "PACKAGE"},
    ],
)
def test_an_unknown_price_is_a_gap(fields):
    verdict = verdict_of(database(**fields))
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert verdict.price_gap
