"""Budgets as those of AWS: a root that calls the module `budget` once for each.

Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html (time units, planned
limits) and https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create-filters.html (filters).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from costopt.model.budget import Basis, Budget, BudgetPeriod, Measure, ScopeFilter
from costopt.terraform.render.budgets.native import PlannedBudget, Unsaid, percent
from costopt.terraform.render.calls import Blueprint, LeftOut, ModuleCall
from costopt.terraform.render.labels import labels, resource_name

PERIODS = {
    BudgetPeriod.DAY: "DAILY",
    BudgetPeriod.MONTH: "MONTHLY",
    BudgetPeriod.QUARTER: "QUARTERLY",
    BudgetPeriod.YEAR: "ANNUALLY",
}
"""Periods that AWS has."""
PLANNED_PERIODS = {BudgetPeriod.MONTH: 12, BudgetPeriod.QUARTER: 4}
"""Limits that AWS wants where it takes them one by one."""
DIMENSIONS = {
    "ServiceName": "Service",
    "SubAccountId": "LinkedAccount",
    "RegionId": "Region",
    "AvailabilityZone": "AZ",
    "x_UsageType": "UsageType",
    "x_Operation": "Operation",
}
"""Column of the bill to the filter that means the same."""
SERVICES = {"Amazon Elastic Compute Cloud": ("Amazon Elastic Compute Cloud - Compute", "EC2 - Other")}
"""Services that Cost Explorer, whose names AWS Budgets takes, has under others than the bill."""
MOST_NOTIFICATIONS = 5
LONGEST_NAME = 100


def aws_budgets(budgets: Sequence[PlannedBudget]) -> tuple[Blueprint, tuple[Unsaid, ...]]:
    """What a root module says, and what it cannot say."""
    unsaid = {one.budget.name: tuple(_unsaid(one)) for one in budgets}
    written = [one for one in budgets if not any(what.is_left_out for what in unsaid[one.budget.name])]
    names = labels((one.budget.name for one in written), fallback="budget")
    calls = tuple(
        ModuleCall(
            label=label,
            module="budget",
            arguments=_arguments(one, label),
            evidence=(one.budget.name, *(what.line for what in unsaid[one.budget.name])),
        )
        for label, one in zip(names, written, strict=True)
    )
    told = tuple(what for one in budgets for what in unsaid[one.budget.name])
    blueprint = Blueprint(
        region=None,
        title="Budgets of AWS",
        says="Amounts, scopes and thresholds are those of",
        asks_for="whom to tell",
        calls=calls,
        left_out=tuple(LeftOut(subject=what.budget, reason=what.line) for what in told),
    )
    return blueprint, told


def _arguments(planned: PlannedBudget, label: str) -> dict[str, Any]:
    budget = planned.budget
    thresholds = list(_thresholds(budget))[:MOST_NOTIFICATIONS]
    arguments: dict[str, Any] = {
        "name": resource_name(label),
        "budget_name": _name(budget.name),
        "period": PERIODS[budget.period],
        "limit": planned.limits[0][1],
        "currency": budget.currency,
        "amortized": budget.basis is Basis.EFFECTIVE,
        "include_credits": budget.credits_count,
        "cost_filters": _filters(budget.scope),
        "actual_thresholds_percent": [size for measure, size in thresholds if measure is Measure.ACTUAL],
        "forecast_thresholds_percent": [size for measure, size in thresholds if measure is Measure.FORECAST],
        "create_anomaly_monitor": False,
    }
    if planned.varies and budget.period in PLANNED_PERIODS:
        limits = planned.limits[: PLANNED_PERIODS[budget.period]]
        arguments["planned_limits"] = {f"{day}_00:00": amount for day, amount in limits}
    return arguments


def _name(text: str) -> str:
    """A name that AWS takes: neither colons nor backslashes, at most 100 characters."""
    return text.replace(":", "-").replace("\\", "-")[:LONGEST_NAME].strip()


def _filters(scope: Sequence[ScopeFilter]) -> Mapping[str, list[str]]:
    """Filters of AWS; filters on different tags are values of one filter there, which is refused before."""
    found: dict[str, list[str]] = {}
    for one in scope:
        key = _tag(one.column)
        name = "TagKeyValue" if key is not None else DIMENSIONS[one.column]
        values = [text for value in one.values for text in SERVICES.get(value, (value,))]
        found.setdefault(name, []).extend(values if key is None else [f"user:{key}${value}" for value in values])
    return found


def _tag(column: str) -> str | None:
    return column.removeprefix("tag:") if column.startswith("tag:") else None


def _thresholds(budget: Budget) -> Iterator[tuple[Measure, Any]]:
    """Those that AWS takes, each once."""
    seen = dict.fromkeys((one.measure, percent(one.fraction)) for one in budget.thresholds)
    for measure, size in seen:
        if measure is Measure.ACTUAL or (measure is Measure.FORECAST and budget.period is not BudgetPeriod.DAY):
            yield measure, size


def _unsaid(planned: PlannedBudget) -> Iterator[Unsaid]:
    budget = planned.budget
    fatal = [
        (budget.period not in PERIODS, f"AWS Budgets has no period like {budget.period}"),
        *((True, problem) for problem in _scope_problems(budget.scope)),
    ]
    for holds, what in fatal:
        if holds:
            yield Unsaid(budget=budget.name, what=what, is_left_out=True)
    if any(holds for holds, _ in fatal):
        return
    for holds, what in _remarks(planned):
        if holds:
            yield Unsaid(budget=budget.name, what=what, is_left_out=False)


def _scope_problems(scope: Sequence[ScopeFilter]) -> Iterator[str]:
    for one in scope:
        if one.exclude:
            yield f"the filter that leaves out {one.column} has no form that both provider versions know"
        elif _tag(one.column) is None and one.column not in DIMENSIONS:
            yield f"{one.column} is no dimension of AWS Budgets"
        elif "" in one.values:
            yield f"charges without any {one.column} cannot be chosen"
    if len({one.column for one in scope if _tag(one.column) is not None}) > 1:
        yield "of several tags AWS Budgets takes charges that have any, and the budget means those that have all"


def _remarks(planned: PlannedBudget) -> Iterator[tuple[bool, str]]:
    budget = planned.budget
    sayable = list(_thresholds(budget))
    forecast_of_day = budget.period is BudgetPeriod.DAY and any(
        one.measure is Measure.FORECAST for one in budget.thresholds
    )
    yield any(one.measure is Measure.PACE for one in budget.thresholds), "thresholds on pace"
    yield forecast_of_day, "thresholds on forecasts: AWS does not forecast a day"
    yield (
        len(sayable) > MOST_NOTIFICATIONS,
        f"{len(sayable) - MOST_NOTIFICATIONS} thresholds: AWS takes {MOST_NOTIFICATIONS}",
    )
    yield not sayable, "any threshold: nobody will be told"
    yield planned.varies and budget.period not in PLANNED_PERIODS, "growth and adjustments: the limit is that of today"
    yield budget.time_zone != "UTC", f"its time zone {budget.time_zone}: AWS counts in UTC"
    yield _name(budget.name) != budget.name, f"its name as it stands: it is {_name(budget.name)!r} in AWS"
    names_service = any(one.column == "ServiceName" for one in budget.scope)
    yield names_service, "services by the names of the bill: AWS Budgets takes those of Cost Explorer; compare them"
