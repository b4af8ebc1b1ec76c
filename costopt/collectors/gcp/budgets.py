"""Budgets of a billing account of Google Cloud: read, and put into the words of ours. Nothing is created or changed."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from google.cloud.billing.budgets_v1 import Budget as GoogleBudget
from google.cloud.billing.budgets_v1 import ListBudgetsRequest, ListBudgetsResponse
from google.cloud.billing_v1 import ProjectBillingInfo

from costopt.collectors.faults import PagingLoop
from costopt.collectors.gcp.budget_terms import imported, name_of
from costopt.collectors.gcp.calls import GET_PROJECT_BILLING_INFO
from costopt.collectors.gcp.connection import Connection
from costopt.collectors.gcp.faults import classify
from costopt.collectors.gcp.interface import Call
from costopt.collectors.gcp.patience import ask
from costopt.collectors.gcp.refusal import CALL_ERRORS, CallFailed
from costopt.errors import CollectError
from costopt.model.imported_budget import ImportedBudget

LIST_BUDGETS = Call(
    api="billingbudgets.googleapis.com",
    method="ListBudgets",
    permissions=(),
    billing_permissions=("billing.budgets.list", "billing.budgets.get"),
)
"""Source: https://cloud.google.com/billing/docs/how-to/budgets#required-permissions."""
ACCOUNTS, PROJECTS = "billingAccounts/", "projects/"


def read_budgets(connection: Connection, account: str) -> tuple[ImportedBudget, ...]:
    """The budgets of a billing account, sorted by name.

    Args:
        connection: clients of the run.
        account: id of the billing account, `012345-567890-ABCDEF`.

    Raises:
        CollectError: the budgets cannot be read.
    """
    ids: dict[str, str | None] = {}
    try:
        raw = list(_pages(connection, f"{ACCOUNTS}{account.removeprefix(ACCOUNTS)}"))
        numbers = {name for one in raw for name in one.budget_filter.projects}
        ids = {name: _project_id(connection, name) for name in sorted(numbers)}
    except CALL_ERRORS as error:
        fault = classify(error)
        needed = fault.permission or LIST_BUDGETS.billing_permissions[0]
        raise CollectError(
            f"the budgets of billing account {account} cannot be read: {fault.detail}",
            hint=f"Allow {needed} on the billing account (roles/billing.viewer has it), and enable {LIST_BUDGETS.api}.",
        ) from error
    twice = {name for name, count in Counter(one.display_name for one in raw).items() if count > 1}
    found = (imported(one, name_of(one, twice), ids) for one in raw)
    return tuple(sorted(found, key=lambda one: one.name))


def _pages(connection: Connection, parent: str) -> Iterator[GoogleBudget]:
    request = ListBudgetsRequest(parent=parent, page_size=100)

    def send() -> ListBudgetsResponse:
        answer = connection.budgets.list_budgets(request=request, retry=None, timeout=connection.timeout_seconds)
        return next(iter(answer.pages))

    seen = set[str]()
    while True:
        page: Any = ask(connection.limits, LIST_BUDGETS, send)
        yield from page.budgets
        if not page.next_page_token:
            return
        if page.next_page_token in seen:
            raise PagingLoop("ListBudgets gave the same page token twice")
        seen.add(page.next_page_token)
        request.page_token = page.next_page_token


def _project_id(connection: Connection, name: str) -> str | None:
    """Id of a project that a budget names by number, as bills know it; None where it cannot be told."""
    if not name.removeprefix(PROJECTS).isdigit():
        return name.removeprefix(PROJECTS)

    def send() -> ProjectBillingInfo:
        found: ProjectBillingInfo = connection.billing.get_project_billing_info(
            name=name, retry=None, timeout=connection.timeout_seconds
        )
        return found

    try:
        return ask(connection.limits, GET_PROJECT_BILLING_INFO, send).project_id or None
    except CallFailed:
        return None
