"""Commitments that waste, that cover too little, that end."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from costopt.budgets.health import CommitmentTerm, CommitmentUse, CoverageUse, HealthLimits, judge_health
from costopt.model.budget_status import HealthIssue, HealthIssueKind

D = Decimal
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def use(used: str, unused: str, days: int = 10) -> CommitmentUse:
    return CommitmentUse(id="sp-1", used_cost=D(used), unused_cost=D(unused), days=days, currency="EUR")


def judge(*things: object, limits: HealthLimits | None = None) -> tuple[HealthIssue, ...]:
    return judge_health(
        [one for one in things if isinstance(one, CommitmentUse)],
        [one for one in things if isinstance(one, CoverageUse)],
        [one for one in things if isinstance(one, CommitmentTerm)],
        NOW,
        limits=limits or HealthLimits(),
    )


def test_a_plan_used_to_three_quarters_wastes_a_quarter_a_day() -> None:
    (found,) = judge(use("750", "250"))
    assert (found.kind, found.observed, found.daily_cost) == (HealthIssueKind.UTILISATION, 0.75, D(25))
    assert found.statement.endswith("25.00 EUR a day for nothing")


@pytest.mark.parametrize("well", [use("900", "100"), use("1", "9"), use("0", "0"), use("-5", "2")])
def test_what_is_used_enough_or_wastes_cents_or_costs_nothing_is_well(well: CommitmentUse) -> None:
    assert judge(well) == ()


def test_coverage_is_only_judged_against_a_target_of_the_user() -> None:
    covered = CoverageUse(scope="Amazon EC2", eligible_cost=D(1000), covered_cost=D(600), days=10, currency="USD")
    assert judge(covered) == ()
    (found,) = judge(covered, limits=HealthLimits(coverage=0.7))
    assert (found.observed, found.daily_cost) == (0.6, D(40))
    assert judge(covered, limits=HealthLimits(coverage=0.6)) == ()


@pytest.mark.parametrize(
    ("days", "urgency"), [(61, None), (60, 1), (31, 1), (30, 2), (15, 3), (0.5, 3), (0, None), (-9, None)]
)
def test_an_end_is_said_at_60_30_and_15_days_and_not_after_it(days: float, urgency: int | None) -> None:
    found = judge(CommitmentTerm(id="ri-1", end=NOW + timedelta(days=days)))
    assert [one.urgency for one in found] == ([] if urgency is None else [urgency])


def test_what_is_renewed_does_not_end() -> None:
    assert judge(CommitmentTerm(id="ri-1", end=NOW + timedelta(days=5), renewed=True)) == ()


def test_the_most_urgent_and_then_the_dearest_comes_first() -> None:
    found = judge(use("0", "100"), CommitmentTerm(id="ri-1", end=NOW + timedelta(days=5)), use("0", "900"))
    assert [one.daily_cost for one in found] == [D(0), D(90), D(10)]
