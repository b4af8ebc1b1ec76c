"""What Google says of a budget, in the words of ours; what has none is told, and never dropped.

Source: https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets
"""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from google.cloud.billing.budgets_v1 import Budget as GoogleBudget
from google.cloud.billing.budgets_v1 import CalendarPeriod, Filter, ThresholdRule

from costopt.errors import ConfigError
from costopt.model.budget import Budget, BudgetPeriod, Measure, ScopeFilter, Threshold
from costopt.model.imported_budget import ImportedBudget

PACIFIC = "America/Los_Angeles"
"""Zone of Google's billing days. Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables"""
PERIODS = {
    CalendarPeriod.CALENDAR_PERIOD_UNSPECIFIED: BudgetPeriod.MONTH,
    CalendarPeriod.MONTH: BudgetPeriod.MONTH,
    CalendarPeriod.QUARTER: BudgetPeriod.QUARTER,
    CalendarPeriod.YEAR: BudgetPeriod.YEAR,
}
"""Without a word a budget is by month."""
NANOS = Decimal("0.000000001")
STEP = Decimal("0.000001")
"""Of a threshold: Google sends floats, and 0.8 is none exactly."""


class _Unsayable(Exception):  # noqa: N818 - reads as what it is
    """The budget would watch something else here."""


def name_of(raw: GoogleBudget, others: Collection[str]) -> str:
    """What a budget is called: names need not be unique in Google Cloud, and may be left out.

    Args:
        raw: as Google has it.
        others: names of budgets that are there more than once.
    """
    own_id = raw.name.rpartition("/")[2]
    named = raw.display_name and raw.display_name not in others
    return raw.display_name if named else f"{raw.display_name} {own_id}".strip()


def imported(raw: GoogleBudget, name: str, project_ids: Mapping[str, str | None]) -> ImportedBudget:
    """One budget.

    Args:
        raw: as Google has it.
        name: what it is called, of `name_of`.
        project_ids: names of projects, `projects/NUMBER`, to their ids; None where they are not known.
    """
    remarks: list[str] = []
    try:
        budget = _budget(name, raw, project_ids, remarks)
    except (_Unsayable, ConfigError) as reason:
        return ImportedBudget(name=name, budget=None, remarks=(str(reason),))
    return ImportedBudget(name=name, budget=budget, remarks=tuple(remarks))


def _budget(name: str, raw: GoogleBudget, project_ids: Mapping[str, str | None], remarks: list[str]) -> Budget:
    limited = raw.budget_filter
    if not name.isprintable():
        raise _Unsayable("Its name has characters that nobody sees.")
    if "specified_amount" not in raw.amount:
        raise _Unsayable("Its amount is what the period before cost.")
    if "custom_period" in limited:
        raise _Unsayable("It runs once, between two days.")
    if limited.credit_types_treatment == Filter.CreditTypesTreatment.INCLUDE_SPECIFIED_CREDITS:
        remarks.append("It counts only some types of credits in Google Cloud; here all of them count.")
    money = raw.amount.specified_amount
    return Budget(
        name=name,
        amount=(money.units + money.nanos * NANOS).normalize(),
        period=PERIODS[limited.calendar_period],
        scope=tuple(_scope(limited, project_ids)),
        thresholds=tuple(map(_threshold, raw.threshold_rules)),
        currency=money.currency_code,
        credits_count=limited.credit_types_treatment != Filter.CreditTypesTreatment.EXCLUDE_ALL_CREDITS,
        time_zone=PACIFIC,
    )


def _scope(limited: Any, project_ids: Mapping[str, str | None]) -> Iterator[ScopeFilter]:
    for field, what in (("resource_ancestors", "folders or organisations"), ("subaccounts", "subaccounts")):
        if getattr(limited, field):
            raise _Unsayable(f"It is limited to {what}, which no column of the bill is.")
    if limited.projects:
        unknown = sorted(name for name in limited.projects if project_ids.get(name) is None)
        if unknown:
            raise _Unsayable(f"It is limited to {', '.join(unknown)}, whose ids, which bills have, cannot be read.")
        yield ScopeFilter(column="SubAccountId", values=tuple(str(project_ids[name]) for name in limited.projects))
    if limited.services:
        codes = tuple(name.removeprefix("services/") for name in limited.services)
        yield ScopeFilter(column="x_ServiceCode", values=codes)
    for key, values in sorted(limited.labels.items()):
        yield ScopeFilter(column=f"tag:{key}", values=tuple(map(str, values)))


def _threshold(rule: ThresholdRule) -> Threshold:
    measure = Measure.FORECAST if rule.spend_basis == ThresholdRule.Basis.FORECASTED_SPEND else Measure.ACTUAL
    return Threshold(measure=measure, fraction=Decimal(rule.threshold_percent).quantize(STEP).normalize())
