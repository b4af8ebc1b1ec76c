"""What lower baselines of several reservations save together while commitments go on paying for slots, by hand."""

from decimal import Decimal

import pytest

from costopt.analyzer.checks.bigquery_slots import CHECK
from costopt.analyzer.engine import finding_of
from costopt.analyzer.settlement import settle
from costopt.economics.committed_slots import owned_slots
from costopt.economics.slot_usage import slot_usage
from costopt.pipeline.audit import estate
from costopt.pipeline.planning.snapshot.audited import apply_findings
from tests.oracles.google_slots import PRICES, commitment, reservation
from tests.oracles.judging import NOW, ago, judge, series

PAIR = [reservation("a"), reservation("b")]
"""500 slots each, of which 200 would do."""
SLOT_MONTH = 730 * Decimal("0.06")


def findings(*committed, resources=PAIR):
    """Settled findings on all the reservations."""
    everything = [*resources, *committed]
    found = [
        finding_of(
            CHECK,
            one,
            judge(CHECK, one, facts=[series("bigquery_slots_max", 160.0)], beside=everything, prices=PRICES),
        )
        for one in resources
    ]
    return settle(found, estate(everything, PRICES, NOW))


@pytest.mark.parametrize(
    ("slots", "saved"), [(0, 600), (400, 600), (401, 599), (700, 300), (999, 1), (1000, 0), (5000, 0)]
)
def test_two_reservations_never_save_more_than_is_beyond_their_commitments(slots, saved):
    """1,000 of baselines would do with 400."""
    total = sum(one.counted.amount for one in findings(commitment(slots)))
    assert total == pytest.approx(saved * SLOT_MONTH, abs=Decimal("0.00001"))


def test_what_bars_the_rest_is_named_with_its_end():
    paid_on = "are already paid for by locations/us/capacityCommitments/c until 2026-12-09"
    reasons = [one.overlap for one in findings(commitment(700))]
    assert reasons == [f"6570.00 USD a month of the hours {paid_on}"] * 2


def test_a_plan_of_machines_takes_what_slots_save_as_saved_elsewhere():
    applied = apply_findings(findings(commitment(700)), ())
    assert (applied.applied, dict(applied.units)) == (0, {})
    assert applied.elsewhere.amount == pytest.approx(300 * SLOT_MONTH, abs=Decimal("0.00001"))


def test_a_commitment_whose_term_is_over_is_paid_until_it_is_deleted():
    (owned,) = owned_slots(commitment(100, plan="MONTHLY", end=ago(1)), NOW)
    assert owned.until == "until it is deleted"


def test_commitments_pay_for_no_reservation_of_another_project_edition_or_place():
    others = [
        reservation("p", account="acme-data"),
        reservation("q", region="eu"),
        reservation("r", edition="ENTERPRISE_PLUS"),
    ]
    (owned,) = owned_slots(commitment(100), NOW)
    hours = estate([*PAIR, *others], PRICES, NOW).hours
    paid = {usage: quantity for usage, quantity in hours.items() if owned.covers(usage)}
    assert paid == {("us", slot_usage("acme-web", "ENTERPRISE")): 730 * 1000}
