import pytest

from costopt.analyzer.checks.project_unattended import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome, Risk
from costopt.model.specs.gce import GceInstance
from costopt.model.specs.gcp_project import GcpProject
from costopt.model.specs.google_network import ForwardingRule
from costopt.model.specs.google_serverless import CloudRunService
from costopt.model.specs.google_storage import BigQueryReservation
from tests.oracles.google_estate import bucket, cluster, database, google, machine
from tests.oracles.judging import LONG_AGO, ago, judge, series


def project(*, created_at=LONG_AGO, **fields):
    spec = GcpProject(**{"number": "1", "state": "ACTIVE", "billing_enabled": True, **fields})
    return google(spec, "acme-web", region="global", created_at=created_at)


def verdict_of(calls=99.0, one=None, beside=(), **kwargs):
    facts = [] if calls is None else [series("project_api_requests", calls, 86_400, 30)]
    return judge(CHECK, one or project(), facts=facts, beside=beside, **kwargs)


def test_a_project_that_nobody_calls_is_a_question_for_its_owner():
    verdict = verdict_of([])
    assert (verdict.outcome, verdict.risk) == (Outcome.FLAGGED, Risk.DESTRUCTIVE)
    assert verdict.action.kind is ActionKind.REVIEW
    assert verdict.saving is None
    assert verdict.confidence is Confidence.LOW


def test_the_evidence_says_what_the_owner_would_lose():
    held = [bucket("a"), bucket("b"), machine(status="TERMINATED")]
    assert verdict_of(beside=held).evidence[1].statement == "it holds 1 gce instance, 2 gcs bucket"
    assert verdict_of().evidence[1].statement == "it holds nothing that is collected"


@pytest.mark.parametrize(("calls", "outcome"), [(99.9, Outcome.FLAGGED), (100.0, Outcome.CLEAR)])
def test_a_hundred_calls_a_day_are_the_boundary(calls, outcome):
    assert verdict_of(calls).outcome is outcome


RULE = ForwardingRule(scheme="EXTERNAL_MANAGED")
SLOTS = BigQueryReservation(location="us", slot_capacity=100)


@pytest.mark.parametrize(
    "running",
    [machine(), database(), cluster(), google(RULE, "forwardingRules/web"), google(SLOTS, "reservations/base")],
    ids=["machine", "database", "cluster", "load balancer", "slots"],
)
def test_what_runs_needs_no_calls(running):
    assert verdict_of(beside=[running]).outcome is Outcome.CLEAR


@pytest.mark.parametrize(("kept", "outcome"), [(1, Outcome.CLEAR), (0, Outcome.FLAGGED)])
def test_a_service_that_is_kept_warm_works(kept, outcome):
    spec = CloudRunService(vcpu=1, memory_gib=0.5, min_instances=kept, cpu_always_allocated=False)
    service = google(spec, "services/api")
    assert verdict_of(beside=[service]).outcome is outcome


def test_stopped_machines_do_not_keep_a_project():
    beside = [machine(status="TERMINATED"), database(activation_policy="NEVER")]
    assert verdict_of(beside=beside).outcome is Outcome.FLAGGED


def test_unread_metrics_billing_or_machines_are_no_data():
    assert verdict_of(None).outcome is Outcome.NO_DATA
    assert verdict_of(one=project(billing_enabled=None)).outcome is Outcome.NO_DATA
    assert verdict_of(missing_kinds=frozenset({GceInstance.KIND})).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(("age", "outcome"), [(29.9, Outcome.NO_DATA), (30, Outcome.FLAGGED)])
def test_a_younger_project_is_not_judged(age, outcome):
    assert verdict_of(one=project(created_at=ago(age))).outcome is outcome


@pytest.mark.parametrize("fields", [{"billing_enabled": False}, {"state": "DELETE_REQUESTED"}])
def test_a_project_that_costs_nothing_is_not_concerned(fields):
    assert verdict_of(one=project(**fields)).outcome is Outcome.NOT_APPLICABLE
