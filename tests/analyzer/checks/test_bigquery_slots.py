from decimal import Decimal

import pytest

from costopt.analyzer.checks.bigquery_slots import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome
from costopt.model.specs.google_storage import BigQueryReservation
from tests.oracles.google_estate import google
from tests.oracles.judging import StaticPrices, judge, monthly, series

PRICES = StaticPrices(units={("bigquery", "enterprise_slot"): "0.06"}, region="us")


def verdict_of(peak=160.0, **fields):
    spec = BigQueryReservation(**{"location": "us", "slot_capacity": 500, "edition": "ENTERPRISE", **fields})
    facts = [] if peak is None else [series("bigquery_slots_max", peak)]
    one = google(spec, "locations/us/reservations/etl", region="us", created_at=None)
    return judge(CHECK, one, facts=facts, prices=PRICES)


def test_slots_beyond_the_peak_with_headroom_are_saved():
    """160 of 80 % are 200."""
    verdict = verdict_of()
    assert verdict.outcome is Outcome.FLAGGED
    assert (verdict.action.kind, verdict.action.target) == (ActionKind.CONFIGURE, "200")
    assert monthly(verdict) == 730 * 300 * Decimal("0.06")


@pytest.mark.parametrize(("autoscale", "target"), [(0, "400"), (200, "150")])
def test_a_rare_peak_needs_baseline_slots_unless_slots_are_added(autoscale, target):
    """One hour of 336 at 320 is the highest of all, and above the 99.5th percentile, which is 100."""
    assert verdict_of([100.0] * 334 + [320.0], autoscale_max_slots=autoscale).action.target == target


def test_a_commitment_that_may_pay_for_the_slots_is_told():
    verdict = verdict_of()
    assert verdict.confidence is Confidence.LOW
    assert "capacity commitment" in verdict.evidence[1].statement


@pytest.mark.parametrize(("peak", "target"), [(160.0, "200"), (160.1, "250")])
def test_a_baseline_is_a_multiple_of_fifty(peak, target):
    assert verdict_of(peak).action.target == target


@pytest.mark.parametrize(("peak", "outcome"), [(360.0, Outcome.FLAGGED), (360.1, Outcome.CLEAR)])
def test_a_load_that_needs_the_whole_baseline_is_clear(peak, outcome):
    """450 of 500 do for 360; one more step is all."""
    assert verdict_of(peak).outcome is outcome


@pytest.mark.parametrize("peak", [None, [], [100.0] * 200])
def test_holes_are_unknown_and_not_idle_slots(peak):
    assert verdict_of(peak).outcome is Outcome.NO_DATA


def test_a_reservation_without_a_baseline_is_not_concerned():
    assert verdict_of(slot_capacity=0).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("edition", [None, "ENTERPRISE_PLUS"])
def test_an_unknown_price_is_a_gap(edition):
    verdict = verdict_of(edition=edition)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert verdict.price_gap


def test_a_headroom_that_leaves_nothing_is_refused():
    with pytest.raises(ValueError, match="headroom_fraction"):
        CHECK.params(headroom_fraction=1.0)
