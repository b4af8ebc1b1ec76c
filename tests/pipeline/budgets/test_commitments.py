"""Commitments that are idle, cover too little, or end."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costopt.budgets.health import CommitmentTerm
from costopt.config.budget_settings import BudgetSettings
from costopt.model.budget_status import HealthIssueKind
from costopt.model.resource import Resource
from costopt.model.specs.commitment import Commitment, CommitmentKind
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.google_storage import CapacityCommitment
from costopt.pipeline.budgets.commitments import commitment_health, terms
from tests.oracles.bill_rows import UNUSED
from tests.oracles.budget_bills import NOW, autumn, checked, days

D = Decimal
USED = {"CommitmentDiscountId": "sp-1", "CommitmentDiscountStatus": "Used", "PricingCategory": "Committed"}
END = datetime(2026, 12, 15, tzinfo=UTC)


def plan(id_: str = "sp-1", *, end: datetime = END, state: str = "active", **more: Any) -> Resource:
    spec = Commitment(
        commitment_kind=CommitmentKind.COMPUTE_SP, service="any", state=state, start=more.pop("start", END), end=end,
        payment_option="no_upfront", hourly_commitment=D(1), **more,
    )  # fmt: skip
    return Resource(provider="aws", account="1", region="global", id=id_, spec=spec)


def test_an_idle_commitment_costs_its_unused_part_a_day(tmp_path: Path) -> None:
    rows = [*autumn(30, **USED), *autumn(20, **{**UNUSED, "CommitmentDiscountId": "sp-1", "EffectiveCost": 20})]
    (issue,) = checked(tmp_path / "s", rows).commitments
    assert (issue.kind, issue.subject, issue.daily_cost) == (HealthIssueKind.UTILISATION, "sp-1", D(20))
    assert issue.observed == pytest.approx(0.6)


def test_the_use_of_the_last_thirty_days_counts(tmp_path: Path) -> None:
    idle = days(
        date(2026, 9, 1), date(2026, 10, 20), 9, **{**UNUSED, "CommitmentDiscountId": "sp-1", "EffectiveCost": 9}
    )
    assert checked(tmp_path / "s", [*autumn(30, **USED), *idle]).commitments == ()


def test_coverage_is_judged_only_against_a_target(tmp_path: Path) -> None:
    standard = {"PricingUnit": "Hrs"}
    rows = [*autumn(30, **USED, **standard), *autumn(10, **standard)]
    assert checked(tmp_path / "s", rows).commitments == ()
    (issue,) = checked(tmp_path / "s", rows, limits=BudgetSettings(coverage=0.8)).commitments
    assert (issue.kind, issue.subject, issue.observed) == (HealthIssueKind.COVERAGE, "Amazon EC2", 0.75)
    assert issue.daily_cost == D(10)


def test_ends_come_from_the_snapshot_and_a_queued_purchase_of_the_same_sort_renews() -> None:
    other = plan("later", state="queued", end=END + timedelta(days=365), start=END + timedelta(days=3))
    same = plan("queued", state="queued", end=END + timedelta(days=365))
    gone = plan("gone", state="retired")
    assert list(terms([plan(), other, gone])) == [CommitmentTerm(id="sp-1", end=END)]
    assert list(terms([plan(), same])) == [CommitmentTerm(id="sp-1", end=END, renewed=True)]


def committed_use(id_: str = "c-1", **fields: Any) -> Resource:
    given = {
        "commitment_type": "GENERAL_PURPOSE_N2", "plan": "TWELVE_MONTH", "status": "ACTIVE",
        "start": END - timedelta(days=365), "end": END, "vcpus": 8, **fields,
    }  # fmt: skip
    return Resource(provider="gcp", account="acme-web", region="us-central1", id=id_, spec=CommittedUse(**given))


def test_a_commitment_of_google_ends_renews_by_itself_or_is_followed() -> None:
    queued = {"status": "NOT_YET_ACTIVE", "start": END, "end": END + timedelta(days=365)}
    ends, renewed = CommitmentTerm(id="c-1", end=END), CommitmentTerm(id="c-1", end=END, renewed=True)
    assert list(terms([committed_use(), plan(state="retired")])) == [ends]
    assert list(terms([committed_use(auto_renew=True)])) == [renewed]
    assert list(terms([committed_use(), committed_use("c-2", **queued)])) == [renewed]
    another = committed_use("c-2", **queued, commitment_type="GENERAL_PURPOSE_E2")
    assert list(terms([committed_use(), another])) == [ends]
    assert list(terms([committed_use(status="EXPIRED")])) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"renewal_plan": "NONE"}, [CommitmentTerm(id="slots", end=END)]),
        ({"renewal_plan": "ANNUAL"}, [CommitmentTerm(id="slots", end=END, renewed=True)]),
        ({"plan": "MONTHLY"}, [CommitmentTerm(id="slots", end=END, renewed=True)]),
        ({"renewal_plan": "NONE", "state": "FAILED"}, []),
        ({"plan": "FLEX", "end": None}, []),
    ],
)
def test_slots_of_bigquery_end_only_where_no_plan_follows_and_nobody_has_to_delete_them(
    fields: dict[str, Any], expected: list[CommitmentTerm]
) -> None:
    given: dict[str, Any] = {"plan": "ANNUAL", "state": "ACTIVE", "start": END - timedelta(days=365), "end": END}
    spec = CapacityCommitment(location="us", slot_count=100, **given | fields)
    assert list(terms([Resource(provider="gcp", account="acme", region="us", id="slots", spec=spec)])) == expected


@pytest.mark.parametrize(("days_before", "urgency"), [(61, None), (60, 1), (30, 2), (15, 3)])
def test_an_end_is_said_at_sixty_thirty_and_fifteen_days(days_before: int, urgency: int | None) -> None:
    health = commitment_health(None, [plan(end=NOW + timedelta(days=days_before))], BudgetSettings(), NOW)
    assert [one.urgency for one in health.issues] == ([] if urgency is None else [urgency])
    assert health.judged == {"end of sp-1"}
