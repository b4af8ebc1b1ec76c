from decimal import Decimal

import pytest

from costopt.analyzer.checks.sql_rightsize import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome
from tests.oracles.google_estate import GIB, REGION, database
from tests.oracles.judging import StaticPrices, judge, monthly, series

VCPU, MEMORY = Decimal("0.0413"), Decimal("0.007")
PRICES = StaticPrices(
    units={
        ("cloud_sql", "enterprise_vcpu"): "0.0413",
        ("cloud_sql", "enterprise_memory"): "0.007",
        ("cloud_sql", "enterprise_plus_vcpu"): "0.0537",
        ("cloud_sql", "enterprise_plus_memory"): "0.0091",
    },
    region=REGION,
)


def facts(cpu=40.0, memory=6.4, connections=20.0):
    """4 vCPUs at 40 %, 20 % free: 2. 6.4 GiB, 20 % free: 8."""
    return [
        series("db_cpu_max_percent", cpu, days=30),
        series("db_memory_used_max_bytes", memory * GIB, days=30),
        series("db_connections_max", connections, 86_400, 30),
    ]


def verdict_of(one=None, measured=None, **params):
    return judge(CHECK, one or database(), facts=facts() if measured is None else measured, prices=PRICES, **params)


def test_a_custom_tier_is_cut_to_the_load():
    verdict = verdict_of()
    assert verdict.outcome is Outcome.FLAGGED
    assert (verdict.action.kind, verdict.action.target) == (ActionKind.RESIZE, "db-custom-2-8192")
    assert monthly(verdict) == 730 * (2 * VCPU + 8 * MEMORY)


@pytest.mark.parametrize(
    ("load", "target"),
    [
        ({"cpu": 40.1}, "db-custom-4-8192"),
        ({"memory": 6.42}, "db-custom-2-8448"),
        ({"memory": 10.42}, "db-custom-4-13568"),
        ({"cpu": 5.0, "memory": 0.8}, "db-custom-1-3840"),
    ],
)
def test_a_tier_has_even_vcpus_and_memory_in_steps_within_its_ratio(load, target):
    """13.02 GiB are more than 6.5 for each of 2 vCPUs."""
    assert verdict_of(measured=facts(**load)).action.target == target


def test_enterprise_plus_goes_down_its_ladder():
    one = database(edition="ENTERPRISE_PLUS", tier="db-perf-optimized-N-8")
    verdict = verdict_of(one, facts(cpu=20.0, memory=12.8))
    assert verdict.action.target == "db-perf-optimized-N-2"


def test_an_older_tier_becomes_a_custom_one():
    assert (
        verdict_of(database(tier="db-n1-highmem-4"), facts(memory=10.4)).action.target == "db-custom-2-13312"
    )  # 13 GiB


def test_the_connections_of_postgres_keep_their_memory():
    """320 connections with a fifth free are 400, which 7.5 GiB allow; 321 need 15, and one GiB less is churn."""
    one = database(engine="postgres", database_version="POSTGRES_16")
    quiet = {"cpu": 5.0, "memory": 0.8}
    assert verdict_of(one, facts(**quiet, connections=320.0)).action.target == "db-custom-2-7680"
    assert verdict_of(one, facts(**quiet, connections=321.0)).outcome is Outcome.CLEAR


def test_a_full_cache_keeps_the_memory():
    """8 vCPUs at 40 %, 20 % free: 4. Two could not have 16 GiB."""
    assert verdict_of(measured=facts(memory=14.4)).outcome is Outcome.CLEAR
    wide = database(tier="db-custom-8-16384")
    assert verdict_of(wide, facts(memory=14.4)).action.target == "db-custom-4-16384"


@pytest.mark.parametrize(("least", "outcome"), [("101.178", Outcome.FLAGGED), ("101.179", Outcome.CLEAR)])
def test_a_small_saving_is_churn(least, outcome):
    """730 x (2 x 0.0413 + 8 x 0.007) = 101.178."""
    assert verdict_of(min_saving_monthly=Decimal(least)).outcome is outcome


@pytest.mark.parametrize("lost", range(3))
def test_a_missing_metric_is_never_a_light_load(lost):
    known = facts()
    del known[lost]
    assert verdict_of(measured=known).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    "fields", [{"activation_policy": "NEVER"}, {"replica_of": "main"}, {"tier": "db-g1-small"}, {"tier": "db-new-4"}]
)
def test_other_instances_are_not_concerned(fields):
    assert verdict_of(database(**fields)).outcome is Outcome.NOT_APPLICABLE


def test_without_a_price_nothing_is_advised():
    one = database(engine="sqlserver", database_version="SQLSERVER_2019_STANDARD")
    assert verdict_of(one).reason == "price missing"


def test_a_headroom_that_leaves_nothing_is_refused():
    with pytest.raises(ValueError, match="headroom_fraction"):
        CHECK.params(headroom_fraction=1.5)


def test_memory_is_measured_in_bytes_so_that_a_tier_of_yesterday_does_not_count():
    """The peak was 8 GiB when the tier had more: the same 10 GiB are enough, whatever share that was then."""
    assert verdict_of(measured=facts(memory=8.0)).action.target == "db-custom-2-10240"


def test_the_larger_of_the_database_with_its_cache_and_the_server_must_fit():
    """8 GiB of the server need 10, though the database with its cache holds 6.4."""
    server = series("db_server_memory_max_bytes", 8.0 * GIB, days=30)
    assert verdict_of(measured=[*facts(), server]).action.target == "db-custom-2-10240"
    small = series("db_server_memory_max_bytes", 1.0 * GIB, days=30)
    assert verdict_of(measured=[*facts(), small]).action.target == "db-custom-2-8192"


@pytest.mark.parametrize(("vcpus", "outcome"), [([8.0] * 5 + [4.0] * 25, Outcome.NO_DATA), (4.0, Outcome.FLAGGED)])
def test_a_tier_that_was_cut_last_week_is_not_cut_again_by_the_load_of_the_larger_one(vcpus, outcome):
    assert verdict_of(measured=[*facts(), series("db_vcpus", vcpus, 86_400, 30)]).outcome is outcome


def test_what_was_not_read_beside_makes_the_finding_a_hint():
    vcpus, server = series("db_vcpus", 4.0, 86_400, 30), series("db_server_memory_max_bytes", 1.0 * GIB, days=30)
    found = [verdict_of(measured=[*facts(), *more]).confidence for more in ([], [vcpus], [server], [vcpus, server])]
    assert found == [Confidence.LOW, Confidence.LOW, Confidence.LOW, Confidence.MEDIUM]


def test_the_advice_names_the_flags_that_were_not_read_and_the_evidence_the_cache():
    verdict = verdict_of()
    assert "flags" in verdict.action.summary
    assert verdict.evidence[1].statement == "peak memory with its cache is 6.4 of 16 GiB; db-custom-2-8192 has 8 GiB"
