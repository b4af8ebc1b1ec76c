"""Budgets of Google Cloud, read through the real client from a gRPC server of the library's own messages."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import grpc
import pytest
from google.cloud import billing_v1
from google.cloud.billing import budgets_v1
from google.cloud.billing.budgets_v1.services.budget_service.transports import BudgetServiceGrpcTransport
from google.cloud.billing_v1.services.cloud_billing.transports import CloudBillingGrpcTransport
from google.type.money_pb2 import Money

from costopt.collectors.gcp.budgets import read_budgets
from costopt.collectors.gcp.connection import Connection, Wire
from costopt.collectors.gcp.limits import Limits
from costopt.errors import CollectError
from costopt.model.budget import Budget, BudgetPeriod, Measure, ScopeFilter, Threshold
from costopt.model.imported_budget import ImportedBudget
from tests.oracles.fakeaws_api import FakeTime
from tests.oracles.google_wire import GrpcServer, Refused

ACCOUNT = "012345-567890-ABCDEF"
TEN = {"specified_amount": Money(currency_code="EUR", units=10, nanos=500_000_000)}
IDS = {"projects/1": "web-prod", "projects/2": "web-test"}


@pytest.fixture
def server() -> Iterator[GrpcServer]:
    made = GrpcServer(BudgetServiceGrpcTransport, CloudBillingGrpcTransport)

    def billing_info(request: billing_v1.GetProjectBillingInfoRequest) -> billing_v1.ProjectBillingInfo:
        if request.name not in IDS:
            raise Refused(grpc.StatusCode.PERMISSION_DENIED, "no")
        return billing_v1.ProjectBillingInfo(project_id=IDS[request.name])

    made.answers["GetProjectBillingInfo"] = billing_info
    yield made
    made.close()
    assert made.bugs == []


def google(**given: Any) -> budgets_v1.Budget:
    return budgets_v1.Budget(
        **{"name": f"billingAccounts/{ACCOUNT}/budgets/b-1", "display_name": "all", "amount": TEN, **given}
    )


def read(server: GrpcServer, *budgets: budgets_v1.Budget) -> tuple[ImportedBudget, ...]:
    """Two budgets a page."""

    def answer(request: budgets_v1.ListBudgetsRequest) -> budgets_v1.ListBudgetsResponse:
        assert request.parent == f"billingAccounts/{ACCOUNT}"
        first = int(request.page_token or 0)
        more = str(first + 2) if first + 2 < len(budgets) else ""
        return budgets_v1.ListBudgetsResponse(budgets=budgets[first : first + 2], next_page_token=more)

    server.answers.setdefault("ListBudgets", answer)
    with closing(Connection(Wire(endpoint=server.url), Limits.of(clock=FakeTime().clock))) as connection:
        return read_budgets(connection, ACCOUNT)


def test_a_budget_by_hand(server: GrpcServer) -> None:
    basis = budgets_v1.ThresholdRule.Basis
    (found,) = read(
        server,
        google(
            budget_filter={
                "projects": ["projects/1", "projects/2"],
                "services": ["services/6F81-5844-456A"],
                "labels": {"env": ["prod"]},
                "calendar_period": budgets_v1.CalendarPeriod.QUARTER,
                "credit_types_treatment": budgets_v1.Filter.CreditTypesTreatment.EXCLUDE_ALL_CREDITS,
            },
            threshold_rules=[
                {"threshold_percent": 0.8, "spend_basis": basis.CURRENT_SPEND},
                {"threshold_percent": 1.055, "spend_basis": basis.FORECASTED_SPEND},
            ],
        ),
    )
    assert found.remarks == ()
    budget = found.budget
    assert isinstance(budget, Budget)
    assert (str(budget.amount), budget.currency, budget.period) == ("10.5", "EUR", BudgetPeriod.QUARTER)
    assert (budget.credits_count, budget.time_zone) == (False, "America/Los_Angeles")
    assert budget.scope == (
        ScopeFilter(column="SubAccountId", values=("web-prod", "web-test")),
        ScopeFilter(column="x_ServiceCode", values=("6F81-5844-456A",)),
        ScopeFilter(column="tag:env", values=("prod",)),
    )
    assert [(one.measure, str(one.fraction)) for one in budget.thresholds] == [
        (Measure.ACTUAL, "0.8"),
        (Measure.FORECAST, "1.055"),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"amount": {"last_period_amount": {}}}, "what the period before cost"),
        (
            {"budget_filter": {"custom_period": {"start_date": {"year": 2026, "month": 1, "day": 1}}}},
            "between two days",
        ),
        ({"budget_filter": {"resource_ancestors": ["folders/1"]}}, "folders or organisations"),
        ({"budget_filter": {"subaccounts": ["billingAccounts/1"]}}, "subaccounts"),
        ({"budget_filter": {"projects": ["projects/3"]}}, "projects/3, whose ids"),
        ({"amount": {"specified_amount": Money(currency_code="USD")}}, "exceeded by anything"),
    ],
)
def test_what_would_watch_something_else_is_not_imported(server: GrpcServer, given: dict[str, Any], said: str) -> None:
    (found,) = read(server, google(**given))
    assert found.budget is None
    assert said in found.remarks[0]


def test_some_credits_are_a_remark_and_nothing_said_is_a_month_with_credits(server: GrpcServer) -> None:
    specified = budgets_v1.Filter.CreditTypesTreatment.INCLUDE_SPECIFIED_CREDITS
    (found,) = read(server, google(budget_filter={"credit_types_treatment": specified}))
    assert found.remarks == ("It counts only some types of credits in Google Cloud; here all of them count.",)
    assert found.budget is not None
    assert (found.budget.period, found.budget.credits_count) == (BudgetPeriod.MONTH, True)
    assert found.budget.thresholds == tuple[Threshold]()


def test_all_pages_are_read(server: GrpcServer) -> None:
    found = read(server, *(google(display_name=f"b{number}") for number in range(5)))
    assert [one.name for one in found] == [f"b{number}" for number in range(5)]


def test_a_budget_without_a_name_is_called_by_its_id(server: GrpcServer) -> None:
    assert [one.name for one in read(server, google(display_name=""))] == ["b-1"]


def test_names_that_several_budgets_share_are_told_apart_by_their_ids(server: GrpcServer) -> None:
    twins = [google(name=f"billingAccounts/{ACCOUNT}/budgets/{own}") for own in ("b-1", "b-2")]
    assert [one.name for one in read(server, *twins)] == ["all b-1", "all b-2"]


def test_a_name_that_the_settings_would_refuse_is_not_imported(server: GrpcServer) -> None:
    (found,) = read(server, google(display_name="all\u202e"))
    assert found.budget is None


def test_a_page_token_that_comes_back_ends_the_reading(server: GrpcServer) -> None:
    server.answers["ListBudgets"] = lambda _: budgets_v1.ListBudgetsResponse(budgets=[google()], next_page_token="a")
    with pytest.raises(CollectError, match="same page token"):
        read(server)


def test_a_refusal_names_the_permission_and_the_role(server: GrpcServer) -> None:
    def refuse(_: Any) -> Any:
        raise Refused(grpc.StatusCode.PERMISSION_DENIED, "The caller does not have permission")

    server.answers["ListBudgets"] = refuse
    with pytest.raises(CollectError, match=ACCOUNT) as refused:
        read(server)
    assert "billing.budgets.list" in refused.value.hint
    assert "roles/billing.viewer" in refused.value.hint
