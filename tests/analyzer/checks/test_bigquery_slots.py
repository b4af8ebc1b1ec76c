from decimal import Decimal

import pytest

from costopt.analyzer.checks.bigquery_slots import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome
from tests.oracles.google_slots import PRICES, commitment, reservation
from tests.oracles.judging import ago, judge, monthly, series


def verdict_of(peak=160.0, *, beside=(), **fields):
    facts = [] if peak is None else [series("bigquery_slots_max", peak)]
    return judge(CHECK, reservation(**fields), facts=facts, prices=PRICES, beside=beside)


def told(verdict):
    return "; ".join(one.statement for one in verdict.evidence)


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
    verdict = verdict_of(commitments_known=False)
    assert "whether a capacity commitment pays for these slots" in told(verdict)


def test_where_all_commitments_are_known_none_is_a_reason_for_doubt():
    assert "commitment" not in told(verdict_of())


def test_whose_load_is_measured_is_doubted_always():
    """The series are of the reservation that the project's own queries run in, and do not name it."""
    verdict = verdict_of()
    assert verdict.confidence is Confidence.LOW
    assert "whether it is this reservation" in told(verdict)


@pytest.mark.parametrize(("committed", "saved"), [(199, 300), (200, 300), (201, 299), (499, 1), (500, 0), (501, 0)])
def test_slots_are_saved_as_far_as_the_baseline_is_beyond_its_commitments(committed, saved):
    """200 of 500 would do; what of the 300 a commitment pays for is paid on."""
    verdict = verdict_of(beside=[commitment(committed)])
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.action.target == "200"
    assert monthly(verdict) == 730 * saved * Decimal("0.06")
    rest = {300: "all", 0: "none yet"}.get(saved, str(saved))
    assert f"of 300 slots that are not needed a lower baseline saves {rest}" in told(verdict)


def test_commitments_add_up_and_pay_for_other_reservations_too():
    """500 and 100 of baselines less 250 and 150 of commitments are 200."""
    beside = [commitment(250), commitment(150, "b"), reservation("bi", slot_capacity=100)]
    verdict = verdict_of(beside=beside)
    assert monthly(verdict) == 730 * 200 * Decimal("0.06")
    assert "pay for 400 of the 600 baseline slots of ENTERPRISE in us" in told(verdict)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"edition": "ENTERPRISE_PLUS"},
        {"region": "eu"},
        {"account": "acme-data"},
        {"state": "PENDING"},
        {"state": "FAILED"},
        {"end": ago(1), "renewal_plan": "NONE"},
    ],
)
def test_a_commitment_pays_only_in_its_edition_place_project_and_time(elsewhere):
    verdict = verdict_of(beside=[commitment(500, **elsewhere)])
    assert monthly(verdict) == 730 * 300 * Decimal("0.06")
    assert "capacity commitments pay" not in told(verdict)


@pytest.mark.parametrize("other", [{"edition": "ENTERPRISE_PLUS"}, {"region": "eu"}, {"account": "acme-data"}])
def test_reservations_elsewhere_take_nothing_of_a_commitment(other):
    verdict = verdict_of(beside=[commitment(500), reservation("other", slot_capacity=1000, **other)])
    assert monthly(verdict) == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"end": ago(-30), "renewal_plan": "NONE"}, "c (500 slots, ANNUAL) until 2026-09-30"),
        ({"end": ago(-30), "renewal_plan": "ANNUAL"}, "until 2026-09-30 when it becomes ANNUAL"),
        ({"end": ago(1), "plan": "MONTHLY"}, "until it is deleted, which may be done at any time"),
        ({"end": None, "plan": "FLEX"}, "until it is deleted, which may be done at any time"),
    ],
)
def test_until_when_slots_are_paid_is_said(fields, words):
    verdict = verdict_of(beside=[commitment(500, **fields)])
    assert monthly(verdict) == 0
    assert words in told(verdict)


def test_what_is_read_of_commitments_counts_though_others_may_be_missing():
    verdict = verdict_of(beside=[commitment(400)], commitments_known=False)
    assert monthly(verdict) == 730 * 100 * Decimal("0.06")


def test_slots_of_the_old_flat_rate_pay_for_the_enterprise_edition():
    assert monthly(verdict_of(beside=[commitment(400, edition=None)])) == 730 * 100 * Decimal("0.06")


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
