from datetime import timedelta
from decimal import Decimal

import pytest

from costopt.analyzer.checks.committed_use_underused import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.gce import Accelerator, GceReservation
from tests.oracles.google_commitments import COMMITTED_UNITS, MEMORY_1Y, VCPU_1Y, committed_use
from tests.oracles.google_estate import REGION, UNITS, ZONE, google, machine
from tests.oracles.judging import NOW, StaticPrices, ago, judge

PRICES = StaticPrices(units={**UNITS, **COMMITTED_UNITS}, region=REGION)


def verdict_of(owned, *beside, **params):
    return judge(CHECK, owned, beside=beside, prices=PRICES, **params)


def custom(vcpus, name="m", **fields):
    """A machine of N1 with that many vCPUs and 4 GiB for each."""
    return machine(name, machine_type=f"custom-{vcpus}-{vcpus * 4096}", **fields)


@pytest.mark.parametrize(("vcpus", "outcome"), [(38, Outcome.CLEAR), (36, Outcome.FLAGGED), (40, Outcome.CLEAR)])
def test_less_than_95_percent_of_the_vcpus_is_the_boundary(vcpus, outcome):
    assert verdict_of(committed_use(40), custom(vcpus)).outcome is outcome


def test_vcpus_and_memory_are_judged_apart():
    (told, cost, unseen) = verdict_of(committed_use(8, 64.0), custom(8)).evidence
    assert told.statement.startswith("32 of 64 GiB of memory of n1 can have been in use in 30 days (50%)")
    assert told.observed == 0.5
    assert f"{32 * MEMORY_1Y * 730:.2f} USD a month" in cost.statement  # 62.35
    assert "not seen: machines that were deleted" in unseen.statement


def test_the_unused_part_is_priced_at_the_committed_price():
    verdict = verdict_of(committed_use(40, 160.0), custom(24))
    expected = 730 * (16 * VCPU_1Y + 64 * MEMORY_1Y)
    assert expected == Decimal("357.30288")
    assert "costs 357.30 USD a month" in verdict.evidence[2].statement
    assert (verdict.saving, verdict.price_gap) == (None, None)
    assert verdict.action.kind is ActionKind.REVIEW


def test_a_price_that_is_missing_is_said():
    verdict = verdict_of(committed_use(40, plan="THIRTY_SIX_MONTH"))
    assert verdict.evidence[1].statement == "what the unused part costs is not known"


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"status": "TERMINATED", "last_stopped_at": ago(29)}, Outcome.CLEAR),
        ({"status": "SUSPENDED", "last_suspended_at": ago(29)}, Outcome.CLEAR),
        ({"status": "TERMINATED", "last_stopped_at": ago(31)}, Outcome.FLAGGED),
        ({"status": "TERMINATED"}, Outcome.FLAGGED),
        ({"provisioning_model": "spot"}, Outcome.FLAGGED),
        ({"region": "us-east1"}, Outcome.FLAGGED),
        ({"machine_type": "n2-standard-8"}, Outcome.FLAGGED),
    ],
)
def test_what_can_have_been_in_use_within_30_days_counts(fields, outcome):
    one = machine("m", **{"machine_type": "n1-standard-8", **fields})
    assert verdict_of(committed_use(8), one).outcome is outcome


def test_machines_of_other_projects_count():
    other = custom(8)
    assert verdict_of(committed_use(8), google(other.spec, other.id, account="acme-lab")).outcome is Outcome.CLEAR


def test_what_nobody_needs_lies_with_the_commitment_that_ends_first():
    early, late = committed_use(8, name="early", end=NOW + timedelta(50)), committed_use(8, name="late")
    pair = [early, late, custom(10)]
    assert verdict_of(late, *pair).outcome is Outcome.CLEAR
    assert verdict_of(early, *pair).evidence[0].statement.startswith("2 of 8 vCPUs of n1")


def test_either_series_of_a_memory_optimised_commitment_counts():
    owned = committed_use(40, commitment_type="MEMORY_OPTIMIZED")
    assert verdict_of(owned, machine(machine_type="m1-ultramem-40")).outcome is Outcome.CLEAR


def test_gpus_and_local_ssd_are_judged_too():
    t4 = Accelerator(accelerator_type="nvidia-tesla-t4", count=2)
    owned = committed_use(accelerators=(t4,), local_ssd_gib=750)
    user = machine(accelerators=(Accelerator(accelerator_type="nvidia-tesla-t4", count=1),), local_ssd_gib=750)
    expected = ["1 of 2 GPUs of type t4"]
    assert [one.statement.split(" can")[0] for one in verdict_of(owned, user).evidence[:-2]] == expected


def test_capacity_that_is_reserved_and_not_used_is_told_and_is_nobodys_need():
    held = google(
        GceReservation(
            number="7", zone=ZONE, status="READY", machine_type="n1-standard-8", count=2, in_use_count=1,
            commitment_id="regions/us-central1/commitments/c",
        ),
        f"zones/{ZONE}/reservations/r",
    )  # fmt: skip
    verdict = verdict_of(committed_use(16), machine(machine_type="n1-standard-8"), held)
    assert verdict.evidence[0].statement.startswith("8 of 16 vCPUs of n1")
    assert verdict.evidence[-2].statement.startswith("8 vCPUs of n1 more are reserved and not used")


@pytest.mark.parametrize(
    ("owned", "beside", "reason"),
    [
        ({"commitment_type": "GENERAL_PURPOSE_Q9"}, {}, "type of commitment not known"),
        ({}, {"sole_tenant": True}, "machines of the series run on sole-tenant nodes"),
        ({}, {"sole_tenant": True, "machine_type": "custom-8-32768"}, "machines of the series run on sole-tenant"),
        ({"commitment_type": "GRAPHICS_OPTIMIZED"}, {"machine_type": "g2-standard-4"}, "units of machines"),
        ({"commitment_type": "MEMORY_OPTIMIZED_M4"}, {"machine_type": "m4-megamem-28"}, "units of machines"),
    ],
)
def test_where_use_cannot_be_counted_nothing_is_called_unused(owned, beside, reason):
    verdict = verdict_of(committed_use(400, **owned), machine(**beside))
    assert verdict.outcome is Outcome.NO_DATA
    assert reason in verdict.reason


@pytest.mark.parametrize(
    "fields",
    [{"status": "EXPIRED"}, {"category": "LICENSE"}, {"start": NOW + timedelta(1)}, {"end": NOW}],
)
def test_others_are_not_concerned(fields):
    assert verdict_of(committed_use(40, **fields)).outcome is Outcome.NOT_APPLICABLE


def test_machines_that_were_not_read_are_not_taken_for_none():
    assert verdict_of(committed_use(40), missing_kinds=frozenset({"gce_instance"})).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("renews", "advice"), [(True, "switch off its automatic renewal on 2027-05-23"), (False, "buy less when it ends")]
)
def test_the_advice_knows_whether_it_renews(renews, advice):
    assert advice in verdict_of(committed_use(40, auto_renew=renews)).action.summary
