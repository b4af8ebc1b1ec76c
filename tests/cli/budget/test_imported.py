"""`costopt budget import` against moto's server: another implementation of AWS than our own."""

import json
import tomllib
from collections.abc import Iterator

import pytest
from botocore.session import Session

from tests.cli.conftest import Run
from tests.oracles.moto_server import moto_server

ACCOUNT = "123456789012"


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An account with a budget of costs and one of usage."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOWN")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with moto_server() as address:
        client = Session().create_client("budgets", region_name="us-east-1", endpoint_url=address)
        for name, kind in (("platform", "COST"), ("hours", "USAGE")):
            client.create_budget(
                AccountId=ACCOUNT,
                Budget={
                    "BudgetName": name,
                    "BudgetLimit": {"Amount": "1200", "Unit": "USD"},
                    "TimeUnit": "MONTHLY",
                    "BudgetType": kind,
                    "CostFilters": {"TagKeyValue": ["user:Team$web"]},
                },
            )
        client.create_notification(
            AccountId=ACCOUNT,
            BudgetName="platform",
            Notification={"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0},
            Subscribers=[{"SubscriptionType": "EMAIL", "Address": "finops@example.com"}],
        )
        yield address


def test_budgets_are_printed_as_settings_and_the_rest_is_told(run: Run, url: str) -> None:
    ended = run("budget", "import", "--aws", "--endpoint-url", url)
    assert ended.code == 0, ended.err
    assert tomllib.loads(ended.out) == {
        "budgets": [
            {"name": "platform", "amount": 1200, "thresholds": ["80%"], "scope": {"tag:Team": "web"}},
        ]
    }
    assert "# not imported: hours" in ended.out
    assert "hours: not imported: It is about USAGE" in ended.err
    assert f"account {ACCOUNT}: 1 of 2 budgets" in ended.err
    assert "finops@example.com" not in ended.out + ended.err


def test_the_permissions_are_those_of_the_calls(run: Run) -> None:
    (statement,) = json.loads(run("permissions", "aws", "--budgets").out)["Statement"]
    assert statement["Action"] == ["budgets:ViewBudget"]


def test_whose_budgets_are_meant_has_to_be_said(run: Run) -> None:
    ended = run("budget", "import")
    assert ended.code == 2
    assert "--aws" in ended.err
