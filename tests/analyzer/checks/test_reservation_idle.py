from decimal import Decimal

import pytest

from costopt.analyzer.checks.reservation_idle import CHECK
from costopt.analyzer.engine import finding_of
from costopt.analyzer.settlement import settle
from costopt.model.finding import ActionKind, Confidence, Outcome
from costopt.model.specs.gce import Accelerator, GceReservation
from costopt.model.specs.gcp_project import GcpProject
from costopt.pipeline.audit import estate
from tests.oracles.google_commitments import committed_use
from tests.oracles.google_estate import N1_MEMORY, N1_PAID, N1_VCPU, REGION, UNITS, ZONE, google, machine
from tests.oracles.judging import NOW, StaticPrices, judge, monthly, series

PRICES = StaticPrices(units={**UNITS, ("gce", "local_ssd"): "0.08"}, region=REGION)
MACHINE = 730 * N1_PAID * (4 * N1_VCPU + 15 * N1_MEMORY)


def reservation(**fields):
    given = {
        "number": "7", "zone": ZONE, "status": "READY", "machine_type": "n1-standard-4", "count": 5, "in_use_count": 0,
        **fields,
    }  # fmt: skip
    return google(GceReservation(**given), f"zones/{ZONE}/reservations/peak")


def verdict_of(used, one=None, **kwargs):
    facts = [] if used is None else [series("reservation_used_max", used)]
    return judge(CHECK, one or reservation(), facts=facts, prices=PRICES, **kwargs)


def test_a_reservation_that_nobody_uses_saves_all_of_its_machines():
    verdict = verdict_of(0.0)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == (5 * MACHINE).quantize(Decimal("1e-8"))
    assert verdict.action.kind is ActionKind.DELETE


@pytest.mark.parametrize(("used", "outcome"), [(4.0, Outcome.FLAGGED), (5.0, Outcome.CLEAR)])
def test_one_machine_that_never_was_in_use_is_the_boundary(used, outcome):
    verdict = verdict_of(used)
    assert verdict.outcome is outcome
    if outcome is Outcome.FLAGGED:
        assert monthly(verdict) == MACHINE.quantize(Decimal("1e-8"))
        assert verdict.action.kind is ActionKind.CONFIGURE


def test_a_short_peak_within_the_week_counts_and_one_before_does_not():
    week = 7 * 24
    assert verdict_of([5.0] + [0.0] * (week - 1)).outcome is Outcome.CLEAR
    assert verdict_of([5.0] + [0.0] * week).outcome is Outcome.FLAGGED


def test_local_ssd_is_reserved_and_billed_too():
    assert monthly(verdict_of(4.0, reservation(local_ssd_gib=375))) == (MACHINE + 30).quantize(Decimal("1e-8"))


@pytest.mark.parametrize(
    ("consumers", "read", "outcome"),
    [
        (("acme-shop",), ["acme-shop"], Outcome.FLAGGED),
        (("acme-shop", "acme-web"), ["acme-shop"], Outcome.FLAGGED),
        (("55512345",), ["acme-shop"], Outcome.FLAGGED),  # by its number
        (("acme-shop", "acme-lab"), ["acme-shop"], Outcome.NO_DATA),
        (("acme-lab",), [], Outcome.NO_DATA),
        (None, ["acme-shop"], Outcome.NO_DATA),  # the whole organisation
    ],
)
def test_a_shared_reservation_is_idle_only_where_all_that_may_use_it_were_read(consumers, read, outcome):
    projects = [google(GcpProject(number="55512345", state="ACTIVE"), name, account=name) for name in read]
    verdict = verdict_of(0.0, reservation(shared=True, consumers=consumers), beside=projects)
    assert verdict.outcome is outcome
    assert outcome is Outcome.NO_DATA or verdict.confidence is Confidence.MEDIUM


@pytest.mark.parametrize(
    ("vcpus", "memory_gib", "saved"),
    [
        (0, 0.0, 5),
        (4, 15.0, 5),  # the machine that runs takes all of it
        (8, 30.0, 4),
        (24, 90.0, 0),
    ],
)
def test_what_commitments_pay_for_of_unused_capacity_is_not_saved(vcpus, memory_gib, saved):
    """Five reserved machines of 4 vCPUs and 15 GiB that nobody starts, and one of the same that runs."""
    owned, running = committed_use(vcpus=vcpus, memory_gib=memory_gib), machine(reservation_affinity="none")
    idle = finding_of(CHECK, reservation(), verdict_of(0.0, beside=[owned, running]))
    (one,) = settle([idle], estate([reservation(), owned, running], PRICES, NOW))
    assert one.counted.amount == pytest.approx(saved * MACHINE, abs=Decimal("0.000001"))
    assert (one.overlap is None) is (saved == 5)


def test_where_a_commitment_pays_for_a_part_of_a_type_with_one_price_it_is_named():
    prices = StaticPrices(instances={("gce", "g2-standard-4", "linux"): "0.708"}, region=REGION)
    one, owned = reservation(machine_type="g2-standard-4"), committed_use(commitment_type="GRAPHICS_OPTIMIZED", vcpus=4)
    verdict = judge(CHECK, one, facts=[series("reservation_used_max", 0.0)], beside=[owned], prices=prices)
    assert verdict.saving is None
    assert "commitments/c until 2027-05-23" in verdict.price_gap


@pytest.mark.parametrize("used", [None, []])
def test_a_missing_metric_is_never_an_unused_reservation(used):
    assert verdict_of(used).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    "fields", [{"commitment_id": "regions/us-central1/commitments/c"}, {"count": None}, {"status": "DELETING"}]
)
def test_other_reservations_are_not_concerned(fields):
    assert verdict_of(0.0, reservation(**fields)).outcome is Outcome.NOT_APPLICABLE


def test_a_reservation_that_a_commitment_names_cannot_be_deleted_before_its_end():
    owned = committed_use(vcpus=20, reservation_ids=(f"zones/{ZONE}/reservations/peak",))
    verdict = verdict_of(0.0, beside=[owned])
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_APPLICABLE, "attached to a commitment")


@pytest.mark.parametrize(
    "fields",
    [{"machine_type": "x9-enormous-4"}, {"accelerators": (Accelerator(accelerator_type="nvidia-l4", count=1),)}],
)
def test_an_unknown_price_is_a_gap(fields):
    verdict = verdict_of(0.0, reservation(**fields))
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert verdict.price_gap
