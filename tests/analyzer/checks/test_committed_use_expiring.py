from datetime import timedelta

import pytest

from costopt.analyzer.checks.committed_use_expiring import CHECK
from costopt.model.finding import ActionKind, Category, Outcome
from costopt.model.specs.gce import Accelerator
from tests.oracles.google_commitments import committed_use
from tests.oracles.judging import NOW, ago, judge


def ending(days=20.0, name="old", **fields):
    given = {"vcpus": 8, "memory_gib": 30.0, "end": NOW + timedelta(days), **fields}
    return committed_use(name=name, **given)


def statement(owned, *beside):
    return judge(CHECK, owned, beside=beside).evidence[0].statement


@pytest.mark.parametrize(
    ("left", "outcome"),
    [
        (timedelta(days=60), Outcome.FLAGGED),
        (timedelta(days=60, seconds=1), Outcome.CLEAR),
        (timedelta(seconds=1), Outcome.FLAGGED),
        (timedelta(0), Outcome.NOT_APPLICABLE),
    ],
)
def test_sixty_days_before_the_end_are_the_boundary(left, outcome):
    assert judge(CHECK, ending(end=NOW + left)).outcome is outcome


@pytest.mark.parametrize(
    ("days", "start"), [(45, "commitment of"), (30, "soon: "), (20, "soon: "), (15, "urgent: "), (1, "urgent: ")]
)
def test_the_words_grow_more_urgent(days, start):
    told = statement(ending(days))
    assert told.startswith(start)
    assert f"in {days} days" in told


def test_one_without_renewal_ends_and_is_a_decision_to_buy():
    verdict = judge(CHECK, ending())
    assert (
        verdict.evidence[0].statement
        == "soon: commitment of 8 vCPUs of n1 and 30 GiB of memory of n1 ends on 2026-09-20, in 20 days"
    )
    assert verdict.action.kind is ActionKind.BUY
    assert (verdict.saving, verdict.price_gap) == (None, None)
    assert CHECK.category is Category.OPTIMISATION


@pytest.mark.parametrize(("plan", "months"), [("TWELVE_MONTH", 12), ("THIRTY_SIX_MONTH", 36)])
def test_one_with_renewal_binds_for_another_term(plan, months):
    verdict = judge(CHECK, ending(auto_renew=True, plan=plan))
    assert f"renews by itself for another {months} months on 2026-09-20" in verdict.evidence[0].statement
    assert verdict.action.kind is ActionKind.REVIEW
    assert "switch automatic renewal off" in verdict.action.summary


def test_devices_and_licences_are_named():
    t4 = Accelerator(accelerator_type="nvidia-tesla-t4", count=2)
    assert "of 2 GPUs of type t4 and 375 GiB of local SSD" in statement(
        ending(vcpus=0, memory_gib=0.0, accelerators=(t4,), local_ssd_gib=375)
    )
    licence = "projects/suse-sap-cloud/global/licenses/sles-sap-12"
    assert "the licence sles-sap-12" in statement(ending(vcpus=0, memory_gib=0.0, category="LICENSE", license=licence))


def test_reservations_that_are_deleted_with_it_are_told():
    with_capacity = ending(reservation_ids=("zones/us-central1-a/reservations/r",))
    assert "zones/us-central1-a/reservations/r" in judge(CHECK, with_capacity).evidence[1].statement
    renewing = ending(reservation_ids=("zones/us-central1-a/reservations/r",), auto_renew=True)
    assert len(judge(CHECK, renewing).evidence) == 1


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({}, Outcome.CLEAR),
        ({"account": "acme-shop"}, Outcome.CLEAR),
        ({"vcpus": 4}, Outcome.FLAGGED),
        ({"start": NOW + timedelta(days=25)}, Outcome.FLAGGED),
        ({"commitment_type": "GENERAL_PURPOSE_N2"}, Outcome.FLAGGED),
        ({"status": "ACTIVE"}, Outcome.FLAGGED),
    ],
    ids=["takes over", "of another project", "smaller", "days later", "another series", "begun already"],
)
def test_one_of_the_same_size_that_takes_over_makes_it_clear(fields, outcome):
    queued = {"status": "NOT_YET_ACTIVE", "start": NOW + timedelta(days=20), **fields}
    assert judge(CHECK, ending(), beside=[ending(385, "new", **queued)]).outcome is outcome


def test_a_renewal_beside_one_that_takes_over_is_paid_twice():
    queued = ending(385, "new", status="NOT_YET_ACTIVE", start=NOW + timedelta(days=20))
    verdict = judge(CHECK, ending(auto_renew=True), beside=[queued])
    assert verdict.outcome is Outcome.FLAGGED
    assert "commitments/new of the same type begins then, so that both are paid" in verdict.evidence[1].statement


@pytest.mark.parametrize("status", ["EXPIRED", "CANCELLED", "NOT_YET_ACTIVE"])
def test_what_is_not_active_is_not_concerned(status):
    assert judge(CHECK, ending(status=status, start=ago(5))).outcome is Outcome.NOT_APPLICABLE
