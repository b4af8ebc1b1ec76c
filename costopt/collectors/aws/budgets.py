"""AWS Budgets of an account: read, and put into the words of ours. Nothing is created or changed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from costopt.collectors.aws.bill_access import BillReader, open_reader, telling
from costopt.collectors.aws.budget_terms import imported
from costopt.collectors.aws.hooks import Limits
from costopt.collectors.aws.interface import Call
from costopt.collectors.aws.permissions import VERSION
from costopt.collectors.aws.sessions import Access
from costopt.collectors.faults import PagingLoop
from costopt.model.imported_budget import ImportedBudget

DESCRIBE_BUDGETS = Call(client="budgets", operation="DescribeBudgets", action="budgets:ViewBudget")
DESCRIBE_NOTIFICATIONS = Call(client="budgets", operation="DescribeNotificationsForBudget", action="budgets:ViewBudget")
BUDGET_CALLS = (DESCRIBE_BUDGETS, DESCRIBE_NOTIFICATIONS)
"""Everything that is asked. Both answers leave their list out where it is empty."""


def read_budgets(
    access: Access, *, now: datetime, limits: Limits | None = None
) -> tuple[str, tuple[ImportedBudget, ...]]:
    """The budgets of one account, sorted by name.

    Args:
        access: the way to the account, mostly the management account.
        now: aware time; budgets that have ended by then are told, and not taken.
        limits: for tests.

    Returns:
        The account, and its budgets.

    Raises:
        CollectError: the account or its budgets cannot be read.
        UsageError: `access` leads to several accounts.
    """
    reader = open_reader(access, limits or Limits.of(), BUDGET_CALLS, now=now)
    with telling(f"the budgets of account {reader.account}", BUDGET_CALLS):
        found = [
            imported(budget, list(_notifications(reader, budget["BudgetName"])), now)
            for budget in _pages(reader, DESCRIBE_BUDGETS, "Budgets", ShowFilterExpression=True)
        ]
    return reader.account, tuple(sorted(found, key=lambda one: one.name))


def _notifications(reader: BillReader, name: str) -> Iterator[dict[str, Any]]:
    return _pages(reader, DESCRIBE_NOTIFICATIONS, "Notifications", BudgetName=name)


def _pages(reader: BillReader, call: Call, result: str, **params: Any) -> Iterator[dict[str, Any]]:
    """Items over all pages.

    Raises:
        PagingLoop: a page token came back a second time.
    """
    seen = set[str]()
    token: str | None = None
    while True:
        more = {} if token is None else {"NextToken": token}
        answer = reader.ask(call, AccountId=reader.account, **params, **more)
        yield from answer.get(result, ())
        token = answer.get("NextToken")
        if not token:
            return
        if token in seen:
            raise PagingLoop(f"{call.client} {call.operation} gave the same page token twice")
        seen.add(token)


def budget_policy() -> dict[str, Any]:
    """The IAM policy that reading the budgets needs."""
    actions = sorted({call.action for call in BUDGET_CALLS})
    statement = {"Sid": "CostoptReadsBudgets", "Effect": "Allow", "Action": actions, "Resource": "*"}
    return {"Version": VERSION, "Statement": [statement]}
