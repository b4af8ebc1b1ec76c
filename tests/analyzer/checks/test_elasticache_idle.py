from decimal import Decimal

import pytest

from costopt.analyzer.checks.elasticache_idle import CHECK
from costopt.model.finding import Outcome
from costopt.model.specs.databases import ElasticacheCluster
from tests.oracles.judging import StaticPrices, judge, monthly, resource, series

PRICES = StaticPrices(
    instances={
        ("elasticache", "cache.m6g.large", "redis"): "0.149",
        ("elasticache", "cache.m6g.large", "memcached"): "0.149",
    }
)
DAY = 86400


def cluster(name="cache-1", **fields):
    given = {"node_type": "cache.m6g.large", "nodes": 1, "engine": "redis", "status": "available", **fields}
    return resource(ElasticacheCluster(**given), name)


def connections(values):
    return series("cache_connections_max", values, DAY, 30)


def commands(values):
    return series("cache_commands", values, DAY, 30)


def test_a_cache_that_only_its_keeper_visits():
    verdict = judge(CHECK, cluster(), facts=[connections(4.0)], prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal("108.77")  # 730 h x 0.149
    (term,) = verdict.saving.terms
    assert (term.usage.service, term.usage.variant) == ("elasticache", "redis")


@pytest.mark.parametrize(("most", "outcome"), [(6.0, Outcome.FLAGGED), (7.0, Outcome.CLEAR)])
def test_six_connections_are_the_services_own(most, outcome):
    facts = [connections([3.0] * 29 + [most])]
    assert judge(CHECK, cluster(), facts=facts, prices=PRICES).outcome is outcome


def test_the_floor_can_be_set():
    assert judge(CHECK, cluster(), facts=[connections(4.0)], prices=PRICES, self_connections=3).outcome is Outcome.CLEAR


def test_memcached_is_judged_by_its_commands_whatever_its_own_connections_are():
    memcached = cluster(engine="memcached", nodes=2)
    idle = judge(CHECK, memcached, facts=[connections(12.0), commands(0.0)], prices=PRICES)
    assert idle.outcome is Outcome.FLAGGED
    assert monthly(idle) == 2 * Decimal("108.77")
    used = judge(CHECK, memcached, facts=[connections(3.0), commands([0.0] * 29 + [1.0])], prices=PRICES)
    assert used.outcome is Outcome.CLEAR


@pytest.mark.parametrize("facts", [[connections(12.0)], [connections(12.0), commands([0.0] * 11)]])
def test_memcached_without_enough_commands_measured_is_unknown(facts):
    assert judge(CHECK, cluster(engine="memcached"), facts=facts, prices=PRICES).outcome is Outcome.NO_DATA


@pytest.mark.parametrize("facts", [[], [connections([None] * 30)], [connections([2.0] * 11)]])
def test_missing_points_are_unknown(facts):
    assert judge(CHECK, cluster(), facts=facts, prices=PRICES).outcome is Outcome.NO_DATA


def test_a_replica_waits_for_its_turn_and_is_not_idle():
    one, other = cluster("a-001", replication_group_id="a"), cluster("a-002", replication_group_id="a")
    alone = cluster("b-001", replication_group_id="b")
    facts = [connections(4.0)]
    assert judge(CHECK, one, facts=facts, beside=[other, alone], prices=PRICES).outcome is Outcome.NOT_APPLICABLE
    assert judge(CHECK, alone, facts=facts, beside=[one, other], prices=PRICES).outcome is Outcome.FLAGGED


def test_a_cache_that_does_not_run_is_not_concerned_and_a_missing_price_is_a_gap():
    assert judge(CHECK, cluster(status="creating"), facts=[connections(0.0)]).outcome is Outcome.NOT_APPLICABLE
    verdict = judge(CHECK, cluster(), facts=[connections(0.0)])
    assert (verdict.outcome, verdict.saving) == (Outcome.FLAGGED, None)
    assert "cache.m6g.large" in verdict.price_gap


def test_clients_before_the_fourteen_days_do_not_count():
    assert (
        judge(CHECK, cluster(), facts=[connections([90.0] * 16 + [3.0] * 14)], prices=PRICES).outcome is Outcome.FLAGGED
    )
    assert judge(CHECK, cluster(), facts=[connections([3.0] * 16 + [90.0] + [3.0] * 13)]).outcome is Outcome.CLEAR


@pytest.mark.parametrize(("share", "outcome"), [(1.0, Outcome.FLAGGED), (1.01, Outcome.NO_DATA)])
def test_every_point_can_be_demanded_of_the_commands(share, outcome):
    facts = [connections(12.0), commands(0.0)]
    verdict = judge(CHECK, cluster(engine="memcached"), facts=facts, prices=PRICES, min_coverage_fraction=share)
    assert verdict.outcome is outcome
