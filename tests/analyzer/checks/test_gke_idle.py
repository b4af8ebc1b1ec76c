from decimal import Decimal

import pytest

from costopt.analyzer.checks.gke_idle import CHECK
from costopt.model.finding import ActionKind, Outcome, Risk
from costopt.model.specs.gce import GceInstance, GceReservation
from tests.oracles.google_estate import REGION, UNITS, ZONE, cluster, google, machine, node_pool
from tests.oracles.judging import StaticPrices, ago, judge, monthly, series

PRICES = StaticPrices(units=UNITS, region=REGION)
NODE = 730 * (2 * Decimal("0.021812") + 8 * Decimal("0.002924"))
GROUP = "zones/us-central1-a/instanceGroupManagers/gke-web-pool"


def facts(containers=(), cpu=2.0):
    known = [series("gke_workload_containers_max", list(containers), 86_400, 30)]
    return known if cpu is None else [*known, series("gke_cpu_max_percent", cpu, days=30)]


def nodes(count, **fields):
    given = {"machine_type": "e2-standard-2", "managed_by": "gke", "instance_group": GROUP, **fields}
    return [machine(f"node-{number}", number=str(number), **given) for number in range(count)]


def verdict_of(one=None, measured=None, beside=None, **kwargs):
    around = [node_pool(GROUP), *nodes(2)] if beside is None else beside
    return judge(
        CHECK,
        one or cluster(),
        facts=facts() if measured is None else measured,
        beside=around,
        prices=PRICES,
        **kwargs,
    )


def test_a_cluster_without_workload_saves_its_nodes():
    verdict = verdict_of()
    assert (verdict.outcome, verdict.risk) == (Outcome.FLAGGED, Risk.DESTRUCTIVE)
    assert monthly(verdict) == 2 * NODE
    assert verdict.action.kind is ActionKind.DELETE
    assert {term.subject.kind for term in verdict.saving.terms} == {GceInstance.KIND}


def test_machines_of_other_groups_and_stopped_nodes_are_not_its_cost():
    beside = [node_pool(GROUP), *nodes(1), machine("web", instance_group="g"), machine("off", status="TERMINATED")]
    assert monthly(verdict_of(beside=beside)) == NODE


def test_one_container_on_one_day_is_use():
    assert verdict_of(measured=facts([0.0] * 29 + [1.0])).outcome is Outcome.CLEAR


def test_silence_without_the_nodes_metric_may_be_switched_off_monitoring():
    assert verdict_of(measured=facts(cpu=None)).outcome is Outcome.NO_DATA
    assert verdict_of(measured=facts(cpu=[1.0] * 100)).outcome is Outcome.NO_DATA


def test_a_cluster_without_nodes_now_may_have_worked_all_month():
    verdict = verdict_of(cluster(node_count=0), facts(cpu=None), [])
    assert (verdict.outcome, verdict.reason) == (Outcome.NO_DATA, "no nodes now")
    three_weeks = facts(cpu=[2.0] * 21 * 24 + [None] * 9 * 24)
    assert verdict_of(cluster(node_count=0), three_weeks, []).outcome is Outcome.NO_DATA


def test_nodes_that_were_measured_all_month_and_went_just_now_leave_the_fee():
    verdict = verdict_of(cluster(node_count=0), beside=[])
    assert verdict.outcome is Outcome.FLAGGED
    assert (verdict.saving, verdict.price_gap) == (None, "management fee of the cluster")


def test_autopilot_always_measures_and_only_its_fee_is_left():
    verdict = verdict_of(cluster(autopilot=True), facts(cpu=None), [])
    assert verdict.outcome is Outcome.FLAGGED
    assert (verdict.saving, verdict.price_gap) == (None, "management fee of the cluster")
    assert verdict.evidence[1].statement == "Autopilot bills pods; the management fee is not counted"


def test_nodes_of_autopilot_are_not_billed():
    assert verdict_of(cluster(autopilot=True)).saving is None


def test_a_metric_that_was_not_read_is_no_data():
    assert verdict_of(measured=facts()[1:]).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(("age", "outcome"), [(29.9, Outcome.NO_DATA), (30, Outcome.FLAGGED)])
def test_a_cluster_younger_than_thirty_days_is_not_judged(age, outcome):
    assert verdict_of(cluster(created_at=ago(age))).outcome is outcome


def test_a_node_without_a_price_makes_the_saving_unknown():
    verdict = verdict_of(beside=[node_pool(GROUP), *nodes(1), *nodes(2, machine_type="x9-enormous-2")[1:]])
    assert verdict.saving is None
    assert "x9-enormous-2" in verdict.price_gap


def test_a_cluster_that_does_not_run_is_not_concerned():
    assert verdict_of(cluster(status="STOPPING")).outcome is Outcome.NOT_APPLICABLE


def test_nothing_is_said_where_machines_were_not_read():
    assert verdict_of(missing_kinds=frozenset({GceInstance.KIND})).outcome is Outcome.NO_DATA


def held(in_use):
    given = {"zone": ZONE, "machine_type": "e2-standard-2", "count": 2, "in_use_count": in_use}
    return google(GceReservation(number="7", status="READY", **given), "reservations/r")


@pytest.mark.parametrize(("in_use", "left"), [(0, 2), (1, 1), (2, 0)])
def test_nodes_that_a_reservation_goes_on_charging_for_save_nothing(in_use, left):
    verdict = verdict_of(beside=[node_pool(GROUP), *nodes(2), held(in_use)])
    assert monthly(verdict) == left * NODE
    told = f"2 node(s) run now, {in_use} of them in reservations that are billed on without them"
    assert (told in verdict.evidence[1].statement) is (in_use > 0)


def test_nodes_that_name_a_reservation_have_an_unknown_saving():
    verdict = verdict_of(beside=[node_pool(GROUP), *nodes(2, reservation_affinity="specific")])
    assert verdict.saving is None
    assert verdict.price_gap is not None
