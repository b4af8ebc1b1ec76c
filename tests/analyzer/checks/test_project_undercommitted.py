from decimal import Decimal

import pytest

from costopt.analyzer.checks.project_undercommitted import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.gcp_project import GcpProject
from tests.oracles.google_commitments import committed_use
from tests.oracles.google_estate import N1_MEMORY, N1_PAID, N1_VCPU, REGION, UNITS, google, machine
from tests.oracles.judging import StaticPrices, ago, judge

PRICES = StaticPrices(units=UNITS, region=REGION)
PROJECT = google(GcpProject(number="1", state="ACTIVE"), "acme-web", region="global")


def fleet(account="acme-web", **fields):
    """40 vCPUs of N1 with 4 GiB each, started 200 days ago."""
    one = machine(**{"machine_type": "custom-40-163840", **fields})
    return google(one.spec, one.id, account=account, region=one.region, created_at=one.created_at)


def verdict_of(*beside, project=PROJECT, **params):
    return judge(CHECK, project, beside=beside, prices=PRICES, **params)


@pytest.mark.parametrize(("vcpus", "outcome"), [(32, Outcome.CLEAR), (31, Outcome.FLAGGED), (80, Outcome.CLEAR)])
def test_80_percent_of_the_steady_part_is_the_boundary(vcpus, outcome):
    verdict = verdict_of(fleet(), committed_use(vcpus, 160.0), min_uncovered_monthly=Decimal(1))
    assert verdict.outcome is outcome


def test_vcpus_and_memory_are_told_apart_with_what_is_uncovered():
    verdict = verdict_of(fleet(), committed_use(16, 40.0))
    vcpus, memory, cost, unseen = (one.statement for one in verdict.evidence)
    assert vcpus.startswith("us-central1: 16 of 40 vCPUs of n1 that have run for 30 days are committed (40%)")
    assert memory.startswith("us-central1: 40 of 160 GiB of memory of n1")
    month = 730 * N1_PAID * (24 * N1_VCPU + 120 * N1_MEMORY)
    assert f"costs the project {month:.2f} USD a month" in cost  # 647.50
    assert "flexible commitments, which may cover it" in unseen
    assert (verdict.saving, verdict.price_gap, verdict.action.kind) == (None, None, ActionKind.BUY)


def test_commitments_of_one_project_cover_machines_of_all():
    beside = [fleet(), fleet("acme-lab"), committed_use(40, 160.0, account="acme-host")]
    verdict = verdict_of(*beside)
    assert "40 of 80 vCPUs" in verdict.evidence[0].statement
    assert "the project runs 40 of them" in verdict.evidence[0].statement


@pytest.mark.parametrize(
    "fields",
    [
        {"last_started_at": ago(29)},
        {"last_started_at": None, "created_at": None},
        {"status": "TERMINATED"},
        {"provisioning_model": "spot"},
        {"sole_tenant": True},
        {"machine_type": "t2a-standard-48"},
        {"machine_type": "custom-4-16384"},
    ],
    ids=["young", "unknown start", "stopped", "spot", "sole tenant", "no commitments sold", "below 100 $"],
)
def test_what_is_not_steady_or_not_worth_it_asks_for_no_commitment(fields):
    assert verdict_of(fleet(**fields)).outcome is Outcome.CLEAR


def test_a_series_without_a_price_is_not_worth_nothing():
    verdict = verdict_of(fleet(machine_type="n4-standard-80"))
    assert (verdict.outcome, verdict.reason) == (Outcome.NO_DATA, "price of a series not known")


def test_a_project_is_flagged_for_its_own_machines_alone():
    assert verdict_of(fleet("acme-lab")).outcome is Outcome.CLEAR


def test_a_project_that_is_being_deleted_is_not_concerned():
    gone = google(GcpProject(number="1", state="DELETE_REQUESTED"), "acme-web", region="global")
    assert verdict_of(fleet(), project=gone).outcome is Outcome.NOT_APPLICABLE


def test_commitments_that_were_not_read_are_not_taken_for_none():
    assert verdict_of(fleet(), missing_kinds=frozenset({"committed_use"})).outcome is Outcome.NO_DATA
