from datetime import timedelta
from decimal import Decimal

import pytest

from costopt.analyzer.checks.commitment_expiring import CHECK
from costopt.model.finding import ActionKind, Category, Outcome
from costopt.model.specs.commitment import Commitment, CommitmentKind
from tests.oracles.judging import NOW, ago, judge, resource


def reservation(end, name="ri-1", **fields):
    given = {
        "commitment_kind": CommitmentKind.STANDARD_RI, "service": "ec2", "state": "active", "start": ago(300),
        "payment_option": "no_upfront", "instance_type": "m5.large", "count": 4, "region": "us-east-1", **fields,
    }  # fmt: skip
    return resource(Commitment(end=end, **given), name)


@pytest.mark.parametrize(
    ("left", "outcome"),
    [
        (timedelta(days=60), Outcome.FLAGGED),
        (timedelta(days=60, seconds=1), Outcome.CLEAR),
        (timedelta(days=400), Outcome.CLEAR),
    ],
)
def test_sixty_days_before_the_end_are_the_boundary(left, outcome):
    assert judge(CHECK, reservation(NOW + left)).outcome is outcome


@pytest.mark.parametrize(
    ("days", "start"),
    [(45, "standard reservation of 4 x m5.large"), (30, "soon: "), (20, "soon: "), (15, "urgent: "), (1, "urgent: ")],
)
def test_the_words_grow_more_urgent(days, start):
    verdict = judge(CHECK, reservation(NOW + timedelta(days=days)))
    assert verdict.evidence[0].statement.startswith(start)
    assert f"in {days} days" in verdict.evidence[0].statement


def test_it_is_a_decision_to_buy_and_promises_nothing():
    verdict = judge(CHECK, reservation(NOW + timedelta(days=10)))
    assert verdict.action.kind is ActionKind.BUY
    assert (verdict.saving, verdict.price_gap) == (None, None)
    assert CHECK.category is Category.OPTIMISATION


def test_a_savings_plan_is_named_by_its_hourly_amount():
    plan = reservation(
        NOW + timedelta(days=20), commitment_kind=CommitmentKind.COMPUTE_SP, service="any", region=None, count=0,
        instance_type=None, hourly_commitment=Decimal("2.50"),
    )  # fmt: skip
    assert "compute savings plan of 2.50 USD an hour" in judge(CHECK, plan).evidence[0].statement


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({}, Outcome.CLEAR),
        ({"start": NOW + timedelta(days=25)}, Outcome.FLAGGED),
        ({"instance_type": "c5.large"}, Outcome.FLAGGED),
        ({"state": "active"}, Outcome.FLAGGED),
    ],
    ids=["takes over", "days later", "another type", "not queued"],
)
def test_a_queued_purchase_that_takes_over_makes_it_clear(fields, outcome):
    ending = reservation(NOW + timedelta(days=20))
    queued = {"state": "queued", "start": NOW + timedelta(days=20), **fields}
    follower = reservation(NOW + timedelta(days=385), "ri-2", **queued)
    assert judge(CHECK, ending, beside=[follower]).outcome is outcome


def test_what_is_not_active_is_not_concerned_and_age_does_not_matter():
    assert judge(CHECK, reservation(ago(5), state="retired")).outcome is Outcome.NOT_APPLICABLE
    new = reservation(NOW + timedelta(days=20))
    assert judge(CHECK, resource(new.spec, "ri-1", created_at=ago(1))).outcome is Outcome.FLAGGED
