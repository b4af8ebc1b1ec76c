import pytest

from costopt.analyzer.checks.gke_node_underused import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome
from costopt.model.specs.gce import GceReservation
from tests.oracles.google_estate import REGION, UNITS, ZONE, cluster, google, machine, node_pool
from tests.oracles.judging import StaticPrices, ago, judge, series

PRICES = StaticPrices(units=UNITS, region=REGION)
GROUP = "zones/us-central1-a/instanceGroupManagers/gke-web-pool"


def facts(cpu=6.9, containers=20.0, memory=30.0):
    known = [
        series("gke_cpu_mean_percent", cpu, days=30),
        series("gke_workload_containers_max", containers, 86_400, 30),
    ]
    return known if memory is None else [*known, series("gke_memory_mean_percent", memory, days=30)]


def verdict_of(one=None, measured=None, beside=()):
    return judge(CHECK, one or cluster(), facts=facts() if measured is None else measured, beside=beside, prices=PRICES)


def test_nodes_that_hardly_work_are_named_with_their_cost_and_no_saving():
    node = machine("n", machine_type="e2-standard-2", managed_by="gke", instance_group=GROUP)
    verdict = verdict_of(beside=[node_pool(GROUP), node])
    assert verdict.outcome is Outcome.FLAGGED
    assert (verdict.saving, verdict.price_gap) == (None, None)
    assert verdict.action.kind is ActionKind.CONFIGURE
    assert "nodes cost 48.92 USD a month" in verdict.evidence[0].statement


def test_nodes_in_reservations_are_left_out_of_the_cost_and_told():
    pair = [machine(f"n{at}", machine_type="e2-standard-2", managed_by="gke", instance_group=GROUP) for at in (1, 2)]
    given = {"zone": ZONE, "machine_type": "e2-standard-2", "count": 1, "in_use_count": 1}
    held = google(GceReservation(number="7", status="READY", **given), "reservations/r")
    verdict = verdict_of(beside=[node_pool(GROUP), *pair, held])
    assert "nodes beside 1 in reservations cost 48.92 USD a month" in verdict.evidence[0].statement


def test_nodes_that_were_not_found_do_not_cost_nothing():
    assert "cost" not in verdict_of().evidence[0].statement


@pytest.mark.parametrize(("cpu", "outcome"), [(6.99, Outcome.FLAGGED), (7.0, Outcome.CLEAR)])
def test_seven_percent_is_the_boundary(cpu, outcome):
    assert verdict_of(measured=facts(cpu)).outcome is outcome


@pytest.mark.parametrize(("memory", "outcome"), [(49.9, Outcome.FLAGGED), (50.0, Outcome.CLEAR)])
def test_nodes_that_are_there_for_their_memory_are_clear(memory, outcome):
    assert verdict_of(measured=facts(memory=[1.0] * 719 + [memory])).outcome is outcome


@pytest.mark.parametrize(
    ("memory", "confidence"), [(30.0, Confidence.MEDIUM), (None, Confidence.LOW), ([9.0] * 100, Confidence.LOW)]
)
def test_memory_that_was_not_read_makes_the_finding_a_hint(memory, confidence):
    verdict = verdict_of(measured=facts(memory=memory))
    assert (verdict.outcome, verdict.confidence) == (Outcome.FLAGGED, confidence)


def test_one_busy_hour_is_work():
    assert verdict_of(measured=facts([1.0] * 719 + [7.5])).outcome is Outcome.CLEAR


@pytest.mark.parametrize(("fewest", "outcome"), [(16.0, Outcome.FLAGGED), (15.9, Outcome.CLEAR)])
def test_a_changing_number_of_containers_waits_for_work(fewest, outcome):
    """A fifth less than 20."""
    assert verdict_of(measured=facts(containers=[fewest] + [20.0] * 29)).outcome is outcome


def test_a_cluster_without_workload_is_the_matter_of_another_check():
    assert verdict_of(measured=facts(containers=[])).outcome is Outcome.CLEAR


@pytest.mark.parametrize("lost", range(2))
def test_a_missing_metric_is_no_data(lost):
    known = facts()
    del known[lost]
    assert verdict_of(measured=known).outcome is Outcome.NO_DATA


def test_holes_of_the_nodes_are_unknown():
    assert verdict_of(measured=facts([1.0] * 500)).outcome is Outcome.NO_DATA


def test_a_young_cluster_is_not_judged():
    assert verdict_of(cluster(created_at=ago(29))).outcome is Outcome.NO_DATA


@pytest.mark.parametrize("fields", [{"autopilot": True}, {"status": "PROVISIONING"}])
def test_other_clusters_are_not_concerned(fields):
    assert verdict_of(cluster(**fields)).outcome is Outcome.NOT_APPLICABLE
