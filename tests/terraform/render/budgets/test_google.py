"""Budgets of Google Cloud: valid on both bundled providers, exact in money, and nothing wider than the budget."""

from pathlib import Path
from typing import Any

import pytest

from costopt.model.budget import Basis, BudgetPeriod
from costopt.model.terraform import Engine, Evaluation
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request
from costopt.terraform.render.budgets.google import google_budgets
from costopt.terraform.render.budgets.native import PlannedBudget
from tests.oracles.terraform_binary import needs_terraform, terraform, validated
from tests.terraform.render.budgets.planned import planned, scope, threshold
from tests.terraform.render.naughty import AIMED, nfc

PACIFIC = "America/Los_Angeles"


def put(folder: Path, budgets: list[PlannedBudget]) -> Path:
    files, _ = google_budgets(budgets, "1", "costopt.toml")
    for path, text in files.items():
        (folder / path).write_text(text)
    (folder / "a.auto.tfvars").write_text('billing_account = "012345-6789AB-CDEF01"\n')
    return folder


def plan_of(folder: Path) -> Evaluation:
    return evaluate(Request(folder=folder, engines=(Engine.STUB,)))


def unsaid(**given: Any) -> list[str]:
    return [one.line for one in google_budgets([planned(**{"time_zone": PACIFIC, **given})], "1", "x")[1]]


@needs_terraform
@pytest.mark.parametrize(
    ("constraint", "version"), [(">= 6.50, < 7.0", "6.50.0"), (">= 6.50, < 9.0", "8.7.0")], ids=["6", "8"]
)
def test_it_is_formatted_valid_and_plans_with_both_providers(tmp_path: Path, constraint: str, version: str) -> None:
    names = [one for one in AIMED if nfc(one) == one and one.strip()]
    budgets = [
        planned("33.25", name="one", scope=(scope("x_ServiceCode", "6F81-5844-456A"), scope("tag:env", "${prod}"))),
        planned("7", name="another account", scope=(scope("BillingAccountId", "000000-111111-222222"),)),
        *(planned("1", name=f"{number} {name}") for number, name in enumerate(names)),
    ]
    folder = put(tmp_path, budgets)
    path = folder / "budgets.tf"
    path.write_text(path.read_text().replace(">= 6.50, < 9.0", constraint))
    assert terraform(folder, "fmt", "-check", "-diff", "-no-color").stdout == ""
    assert validated(folder)["diagnostics"] == []
    plan = plan_of(folder)
    assert plan.provider_versions == {"registry.terraform.io/hashicorp/google": version}
    made = {one.values["display_name"]: one.values for one in plan.resources.values()}
    assert set(made) == {one.budget.name for one in budgets}
    assert made["another account"]["billing_account"] == "000000-111111-222222"
    assert made["one"]["billing_account"] == "012345-6789AB-CDEF01"
    (amount,) = made["one"]["amount"][0]["specified_amount"]
    assert (amount["units"], int(amount["nanos"]), amount["currency_code"]) == ("33", 250_000_000, "USD")
    (filters,) = made["one"]["budget_filter"]
    assert list(filters["services"]) == ["services/6F81-5844-456A"]
    assert dict(filters["labels"]) == {"env": "${prod}"}
    assert filters["calendar_period"] == "MONTH"
    rules = [(float(one["threshold_percent"]), one["spend_basis"]) for one in made["one"]["threshold_rules"]]
    assert sorted(rules) == [(0.8, "CURRENT_SPEND"), (1.0, "CURRENT_SPEND"), (1.0, "FORECASTED_SPEND")]


def test_projects_are_looked_up_by_number() -> None:
    text = google_budgets([planned(scope=(scope("SubAccountId", "web-prod", "web-test"),))], "1", "x")[0]["budgets.tf"]
    assert 'project_ids  = ["web-prod", "web-test"]' in text
    assert '"projects/${data.google_project.this[id].number}"' in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"period": BudgetPeriod.WEEK}, "no period like week"),
        ({"basis": Basis.EFFECTIVE}, "no amortised cost"),
        ({"scope": (scope("ServiceName", "BigQuery"),)}, "name services by x_ServiceCode"),
        ({"scope": (scope("tag:a", "1", "2"),)}, "one label with one value"),
        ({"scope": (scope("tag:a", "1"), scope("tag:b", "1"))}, "one label with one value"),
        ({"scope": (scope("SubAccountId", "p", exclude=True),)}, "cannot leave out SubAccountId"),
        ({"scope": (scope("SubAccountId", ""),)}, "without any SubAccountId"),
        ({"scope": (scope("BillingAccountId", "1", "2"),)}, "belongs to one billing account"),
    ],
)
def test_what_google_cannot_be_told_is_no_budget_rather_than_a_wider_one(given: dict[str, Any], said: str) -> None:
    files, told = google_budgets([planned(**given)], "1", "x")
    assert "budgets = {}" in files["budgets.tf"]
    assert said in files["budgets.tf"]
    assert all(one.is_left_out for one in told)


def test_what_is_said_only_in_part_is_listed() -> None:
    assert unsaid() == []
    assert unsaid(time_zone="UTC") == [f"not said: its time zone UTC: Google counts in {PACIFIC}"]
    assert unsaid(thresholds=(threshold("pace", "1.3"),)) == [
        "not said: thresholds on pace",
        "not said: any threshold: nobody will be told",
    ]
