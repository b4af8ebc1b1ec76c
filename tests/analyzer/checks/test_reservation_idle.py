from decimal import Decimal

import pytest

from costopt.analyzer.checks.reservation_idle import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome
from costopt.model.specs.gce import Accelerator, GceReservation
from tests.oracles.google_estate import N1_MEMORY, N1_PAID, N1_VCPU, REGION, UNITS, ZONE, google
from tests.oracles.judging import StaticPrices, judge, monthly, series

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


def test_a_shared_reservation_is_flagged_with_less_confidence():
    assert verdict_of(0.0, reservation(shared=True)).confidence is Confidence.MEDIUM


@pytest.mark.parametrize("used", [None, []])
def test_a_missing_metric_is_never_an_unused_reservation(used):
    assert verdict_of(used).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    "fields", [{"commitment_id": "regions/us-central1/commitments/c"}, {"count": None}, {"status": "DELETING"}]
)
def test_other_reservations_are_not_concerned(fields):
    assert verdict_of(0.0, reservation(**fields)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    "fields",
    [{"machine_type": "x9-enormous-4"}, {"accelerators": (Accelerator(accelerator_type="nvidia-l4", count=1),)}],
)
def test_an_unknown_price_is_a_gap(fields):
    verdict = verdict_of(0.0, reservation(**fields))
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert verdict.price_gap
