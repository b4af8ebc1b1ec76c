"""AWS Budgets read through the real client from a server that knows the service's model."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from costopt.collectors.aws.budget_terms import imported
from costopt.collectors.aws.budgets import BUDGET_CALLS, budget_policy, read_budgets
from costopt.collectors.aws.connection import Wire
from costopt.collectors.aws.hooks import Limits
from costopt.collectors.aws.sessions import Access
from costopt.errors import CollectError
from costopt.model.budget import Basis, BudgetPeriod, Measure, ScopeFilter
from costopt.model.imported_budget import ImportedBudget
from tests.oracles.fakeaws import FakeAws, Fault, Request
from tests.oracles.fakeaws_api import FakeTime

ACCOUNT = "111122223333"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOVEMBER = {"Start": datetime(2026, 1, 1, tzinfo=UTC), "End": datetime(2087, 6, 15, tzinfo=UTC)}


def raw(**given: Any) -> dict[str, Any]:
    """A budget as AWS answers it; None leaves a field out."""
    fields = {
        "BudgetName": "all",
        "BudgetLimit": {"Amount": "1200.5", "Unit": "USD"},
        "TimeUnit": "MONTHLY",
        "TimePeriod": NOVEMBER,
        "BudgetType": "COST",
        **given,
    }
    return {key: value for key, value in fields.items() if value is not None}


def told(kind: str, value: float, operator: str = "GREATER_THAN", unit: str = "PERCENTAGE") -> dict[str, Any]:
    """A notification."""
    return {"NotificationType": kind, "ComparisonOperator": operator, "Threshold": value, "ThresholdType": unit}


@pytest.fixture
def account(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOWN")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    aws.on("sts", "GetCallerIdentity", {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/u"})
    return aws


def read(aws: FakeAws) -> tuple[ImportedBudget, ...]:
    wire = Wire(endpoint_url=aws.url, max_attempts=2, read_timeout=5)
    number, found = read_budgets(Access(wire=wire), now=NOW, limits=Limits.of(clock=FakeTime().clock))
    assert number == ACCOUNT
    return found


def one_of(aws: FakeAws, budget: dict[str, Any], *notifications: dict[str, Any]) -> ImportedBudget:
    aws.on("budgets", "DescribeBudgets", {"Budgets": [budget]})
    aws.on("budgets", "DescribeNotificationsForBudget", {"Notifications": list(notifications)})
    (found,) = read(aws)
    return found


def said_of(budget: dict[str, Any], *notifications: dict[str, Any]) -> ImportedBudget:
    """The same without a server."""
    return imported(budget, notifications, NOW)


def test_a_budget_by_hand(account: FakeAws) -> None:
    found = one_of(
        account,
        raw(
            CostFilters={"LinkedAccount": ["1", "2"], "TagKeyValue": ["user:Team$web", "user:Team$a$b"]},
            CostTypes={"UseAmortized": True, "IncludeCredit": False, "IncludeTax": False},
            TimeUnit="QUARTERLY",
        ),
        told("ACTUAL", 80),
        told("FORECASTED", 100.5),
        told("ACTUAL", 600.25, unit="ABSOLUTE_VALUE"),
    )
    assert found.budget is not None
    budget = found.budget
    assert (budget.amount, budget.currency, budget.period) == (Decimal("1200.5"), "USD", BudgetPeriod.QUARTER)
    assert (budget.basis, budget.credits_count) == (Basis.EFFECTIVE, False)
    assert set(budget.scope) == {
        ScopeFilter(column="SubAccountId", values=("1", "2")),
        ScopeFilter(column="tag:Team", values=("web", "a$b")),
        ScopeFilter(column="ChargeCategory", values=("Tax",), exclude=True),
    }
    assert [(one.measure, one.fraction) for one in budget.thresholds] == [
        (Measure.ACTUAL, Decimal("0.8")),
        (Measure.FORECAST, Decimal("1.005")),
        (Measure.ACTUAL, Decimal("0.5")),
    ]
    assert found.remarks == ()


def test_the_newer_filters_mean_the_same(account: FakeAws) -> None:
    expression = {
        "And": [
            {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon Elastic Compute Cloud - Compute", "EC2 - Other"]}},
            {"Tags": {"Key": "Env", "Values": ["prod"], "MatchOptions": ["EQUALS"]}},
            {"Not": {"Dimensions": {"Key": "REGION", "Values": ["us-east-1"]}}},
            {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit"]}}},
        ]
    }
    found = one_of(account, raw(FilterExpression=expression, Metrics=["NetAmortizedCost"]))
    assert found.budget is not None
    assert found.budget.scope == (
        ScopeFilter(column="ServiceName", values=("Amazon Elastic Compute Cloud",)),
        ScopeFilter(column="tag:Env", values=("prod",)),
        ScopeFilter(column="RegionId", values=("us-east-1",), exclude=True),
    )
    assert found.budget.credits_count is False
    assert found.budget.basis is Basis.EFFECTIVE
    assert [request.params for request in account.requests if request.operation == "DescribeBudgets"] == [
        {"AccountId": ACCOUNT, "ShowFilterExpression": True}
    ]


def test_planned_limits_become_the_amount_and_its_one_off_changes() -> None:
    starts = {date(2026, month, 1): amount for month, amount in ((10, "900"), (11, "1000"), (12, "1500"))}
    starts[date(2027, 1, 1)] = "1000"
    planned = {
        str(int(datetime(day.year, day.month, 1, tzinfo=UTC).timestamp())): {"Amount": amount, "Unit": "EUR"}
        for day, amount in starts.items()
    }
    found = said_of(raw(BudgetLimit=None, PlannedBudgetLimits=planned))
    assert found.budget is not None
    assert (found.budget.amount, found.budget.currency) == (1000, "EUR")
    assert [(one.on, one.amount) for one in found.budget.adjustments] == [(date(2026, 12, 1), 500)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"BudgetType": "RI_COVERAGE", "BudgetLimit": {"Amount": "90", "Unit": "PERCENTAGE"}}, "RI_COVERAGE"),
        ({"BudgetName": "all\u202e"}, "characters that nobody sees"),
        ({"TimeUnit": "CUSTOM"}, "no period like CUSTOM"),
        ({"TimePeriod": {**NOVEMBER, "End": datetime(2026, 11, 1, tzinfo=UTC)}}, "ended on 2026-11-01"),
        ({"BudgetLimit": None}, "no limit"),
        ({"BudgetLimit": {"Amount": "0", "Unit": "USD"}}, "exceeded by anything"),
        ({"Metrics": ["UsageQuantity"]}, "counts UsageQuantity"),
        ({"CostFilters": {"CostCategory": ["a$b"]}}, "limited by CostCategory"),
        ({"CostFilters": {"TagKeyValue": ["user:A$1", "user:B$2"]}}, "any of several tags"),
        ({"FilterExpression": {"Or": [{"Tags": {"Key": "A", "Values": ["1"]}}]}}, "by Or"),
        ({"FilterExpression": {"Tags": {"Key": "A", "Values": ["1"], "MatchOptions": ["ABSENT"]}}}, "by Tags"),
        ({"FilterExpression": {"Dimensions": {"Key": "TENANCY", "Values": ["Host"]}}}, "limited by TENANCY"),
        (
            {"FilterExpression": {"Not": {"And": [{"Tags": {"Key": "A", "Values": ["1"]}}]}}},
            "more than a list of conditions",
        ),
    ],
)
def test_what_would_watch_something_else_is_not_imported(given: dict[str, Any], said: str) -> None:
    found = said_of(raw(**given))
    assert found.budget is None
    assert said in found.remarks[0]


def test_what_has_no_form_is_a_remark() -> None:
    found = said_of(
        raw(
            CostTypes={"UseBlended": True, "IncludeRefund": False, "IncludeSupport": True},
            AutoAdjustData={"AutoAdjustType": "HISTORICAL"},
            CostFilters={"Service": ["AWS Lambda"]},
        ),
        told("ACTUAL", 50, "LESS_THAN"),
        told("ACTUAL", 400, unit="ABSOLUTE_VALUE"),
    )
    assert found.budget is not None
    assert [one.fraction for one in found.budget.thresholds] == [Decimal("0.333195")]  # 400 of 1,200.50
    assert found.remarks == (
        "AWS adjusts its amount by itself; it is 1200.5 USD now.",
        "It counts without refunds in AWS; here they count.",
        "Its services have the names of Cost Explorer; compare them with those of the bill.",
        "A notification has no form here: actual less than 50.",
        "The threshold of 400 is 33.3195 % of the amount, rounded.",
        "It counts blended cost in AWS; here it is BilledCost.",
    )


def test_budgets_and_notifications_are_read_over_all_pages(account: FakeAws) -> None:
    account.on("budgets", "DescribeBudgets", [raw(BudgetName=f"b{number}") for number in range(5)], page=2)
    account.on("budgets", "DescribeNotificationsForBudget", [told("ACTUAL", 10 + n) for n in range(3)], page=2)
    found = read(account)
    assert [one.name for one in found] == [f"b{number}" for number in range(5)]
    assert all(one.budget and len(one.budget.thresholds) == 3 for one in found)
    assert account.count("budgets", "DescribeBudgets") == 3


def test_an_account_without_budgets_has_none_and_one_without_notifications_tells_nobody(account: FakeAws) -> None:
    account.on("budgets", "DescribeBudgets", {})
    assert read(account) == ()
    found = one_of(account, raw())
    assert found.budget is not None
    assert found.budget.thresholds == ()


def test_a_page_token_that_comes_back_ends_the_reading(account: FakeAws) -> None:
    def endless(_: dict[str, Any], __: Request) -> dict[str, Any]:
        return {"Budgets": [raw()], "NextToken": "again"}

    account.on("budgets", "DescribeBudgets", endless)
    account.on("budgets", "DescribeNotificationsForBudget", {})
    with pytest.raises(CollectError, match="same page token"):
        read(account)


def test_a_refusal_names_the_permission_that_the_policy_has(account: FakeAws) -> None:
    account.on("budgets", "DescribeBudgets", {})
    account.faults.append(Fault("budgets", code="AccessDeniedException", status=400))
    with pytest.raises(CollectError) as refused:
        read(account)
    (statement,) = budget_policy()["Statement"]
    assert statement["Action"] == ["budgets:ViewBudget"]
    assert "budgets:ViewBudget" in refused.value.hint
    assert {call.operation for call in BUDGET_CALLS} == {"DescribeBudgets", "DescribeNotificationsForBudget"}


def test_a_garbled_answer_is_an_error_and_not_an_account_without_budgets(account: FakeAws) -> None:
    account.on("budgets", "DescribeBudgets", {"Budgets": [raw()]})
    account.faults.append(Fault("budgets", kind="garbage"))
    with pytest.raises(CollectError):
        read(account)
