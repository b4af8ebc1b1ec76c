"""Budgets as those of Google Cloud: one file with a resource for each.

Source: https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from costopt.model.budget import Basis, Budget, BudgetPeriod, Measure, ScopeFilter
from costopt.terraform.configuration.hcl import read_hcl
from costopt.terraform.render.budgets.native import PlannedBudget, Unsaid
from costopt.terraform.render.environment import hcl_environment
from costopt.terraform.render.escape import hcl_value
from costopt.terraform.render.expressions import Written
from costopt.terraform.render.labels import labels

FILE = "budgets.tf"
TEMPLATE = "gcp/_budgets/main.tf.j2"
PERIODS = {BudgetPeriod.MONTH: "MONTH", BudgetPeriod.QUARTER: "QUARTER", BudgetPeriod.YEAR: "YEAR"}
BASES = {Measure.ACTUAL: "CURRENT_SPEND", Measure.FORECAST: "FORECASTED_SPEND"}
PACIFIC = "America/Los_Angeles"
"""Zone of Google's billing days. Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables"""
LONGEST_NAME = 60
NANOS = 1_000_000_000
COLUMNS = frozenset({"SubAccountId", "x_ServiceCode", "BillingAccountId"})
"""Columns of the bill that budgets of Google can be limited to, tags aside."""


def google_budgets(
    budgets: Sequence[PlannedBudget], tool_version: str, origin: str
) -> tuple[dict[str, str], tuple[Unsaid, ...]]:
    """Files by path, and what they cannot say.

    Raises:
        TerraformError: text that Terraform cannot hold.
    """
    unsaid = {one.budget.name: tuple(_unsaid(one)) for one in budgets}
    written = [one for one in budgets if not any(what.is_left_out for what in unsaid[one.budget.name])]
    names = labels((one.budget.name for one in written), fallback="budget")
    values = {label: _values(one) for label, one in zip(names, written, strict=True)}
    told = tuple(what for one in budgets for what in unsaid[one.budget.name])
    text = (
        hcl_environment()
        .get_template(TEMPLATE)
        .render(tool_version=tool_version, origin=origin, unsaid=told, budgets=Written(hcl_value(values, 1)))
    )
    read_hcl(text.encode(), Path(FILE))  # what cannot be read is written nowhere
    return {FILE: text}, told


def _values(planned: PlannedBudget) -> dict[str, Any]:
    budget = planned.budget
    amount = planned.limits[0][1]
    units = int(amount)
    return {
        "display_name": budget.name[:LONGEST_NAME],
        "account": next(iter(_chosen(budget.scope, "BillingAccountId")), None),
        "currency": budget.currency,
        "units": str(units),
        "nanos": int((amount - units) * NANOS),
        "period": PERIODS[budget.period],
        "credits": "INCLUDE_ALL_CREDITS" if budget.credits_count else "EXCLUDE_ALL_CREDITS",
        "project_ids": _chosen(budget.scope, "SubAccountId"),
        "services": [f"services/{code}" for code in _chosen(budget.scope, "x_ServiceCode")],
        "labels": {
            one.column.removeprefix("tag:"): one.values[0] for one in budget.scope if one.column.startswith("tag:")
        },
        "thresholds": [
            {"fraction": fraction, "basis": basis} for basis, fraction in dict.fromkeys(_thresholds(budget))
        ],
    }


def _chosen(scope: Sequence[ScopeFilter], column: str) -> list[str]:
    return [value for one in scope if one.column == column for value in one.values]


def _thresholds(budget: Budget) -> Iterator[tuple[str, Decimal]]:
    for one in budget.thresholds:
        if one.measure in BASES:
            yield BASES[one.measure], one.fraction


def _unsaid(planned: PlannedBudget) -> Iterator[Unsaid]:
    budget = planned.budget
    fatal = list(_problems(budget))
    for what in fatal:
        yield Unsaid(budget=budget.name, what=what, is_left_out=True)
    remarks = [
        (any(one.measure not in BASES for one in budget.thresholds), "thresholds on pace"),
        (not list(_thresholds(budget)), "any threshold: nobody will be told"),
        (planned.varies, "growth and adjustments: the amount is that of this period"),
        (budget.time_zone != PACIFIC, f"its time zone {budget.time_zone}: Google counts in {PACIFIC}"),
        (len(budget.name) > LONGEST_NAME, f"its name beyond {LONGEST_NAME} characters"),
    ]
    for holds, what in remarks:
        if holds and not fatal:
            yield Unsaid(budget=budget.name, what=what, is_left_out=False)


def _problems(budget: Budget) -> Iterator[str]:
    if budget.period not in PERIODS:
        yield f"budgets of Google have no period like {budget.period}"
    if budget.basis is not Basis.BILLED:
        yield "budgets of Google know no amortised cost"
    tags = [one for one in budget.scope if one.column.startswith("tag:")]
    if len(tags) > 1 or any(len(one.values) > 1 for one in tags):
        yield "budgets of Google take one label with one value"
    if len(_chosen(budget.scope, "BillingAccountId")) > 1:
        yield "a budget of Google belongs to one billing account"
    for one in budget.scope:
        yield from _unchosen(one)


def _unchosen(one: ScopeFilter) -> Iterator[str]:
    """Why a filter cannot be said."""
    if one.exclude:
        yield f"budgets of Google cannot leave out {one.column}"
    elif one.column not in COLUMNS and not one.column.startswith("tag:"):
        hint = "; name services by x_ServiceCode" if one.column == "ServiceName" else ""
        yield f"budgets of Google know no {one.column}{hint}"
    elif "" in one.values:
        yield f"charges without any {one.column} cannot be chosen"
