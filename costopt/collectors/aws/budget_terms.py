"""What AWS Budgets says of a budget, in the words of ours; what has none is told, and never dropped.

Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from costopt.errors import ConfigError
from costopt.model.budget import Adjustment, Basis, Budget, BudgetPeriod, Measure, ScopeFilter, Threshold
from costopt.model.imported_budget import ImportedBudget

PERIODS = {
    "DAILY": BudgetPeriod.DAY,
    "MONTHLY": BudgetPeriod.MONTH,
    "QUARTERLY": BudgetPeriod.QUARTER,
    "ANNUALLY": BudgetPeriod.YEAR,
}
COLUMNS = {
    "SERVICE": "ServiceName",
    "LINKED_ACCOUNT": "SubAccountId",
    "REGION": "RegionId",
    "AZ": "AvailabilityZone",
    "USAGE_TYPE": "x_UsageType",
    "OPERATION": "x_Operation",
}
"""Dimension of a filter to the column of the bill that means the same."""
CATEGORIES = {"Credit": "Credit", "Tax": "Tax"}
"""Record types that are categories of charges of FOCUS, too."""
OLD_NAMES = {
    "Service": "SERVICE",
    "LinkedAccount": "LINKED_ACCOUNT",
    "Region": "REGION",
    "AZ": "AZ",
    "UsageType": "USAGE_TYPE",
    "Operation": "OPERATION",
    "RecordType": "RECORD_TYPE",
}
"""Names in `CostFilters` to those in `FilterExpression`."""
EC2 = frozenset({"Amazon Elastic Compute Cloud - Compute", "EC2 - Other"})
"""The two services that Cost Explorer makes of EC2; in a bill it is one."""
EC2_OF_A_BILL = "Amazon Elastic Compute Cloud"
BASES = {
    "UnblendedCost": Basis.BILLED,
    "NetUnblendedCost": Basis.BILLED,
    "AmortizedCost": Basis.EFFECTIVE,
    "NetAmortizedCost": Basis.EFFECTIVE,
}
MEASURES = {"ACTUAL": Measure.ACTUAL, "FORECASTED": Measure.FORECAST}
LEFT_OUT = {
    "IncludeRefund": "refunds",
    "IncludeSupport": "support fees",
    "IncludeUpfront": "upfront fees",
    "IncludeRecurring": "recurring fees",
    "IncludeSubscription": "subscriptions",
    "IncludeOtherSubscription": "other subscriptions",
    "IncludeDiscount": "discounts",
}
"""Costs that AWS can leave out and ours cannot."""
PLAIN_MATCHES = frozenset({"EQUALS", "CASE_SENSITIVE"})
STEP = Decimal("0.0001")
"""Of a threshold in percent."""


class _Unsayable(Exception):  # noqa: N818 - reads as what it is
    """The budget would watch something else here."""


def imported(raw: Mapping[str, Any], notifications: Sequence[Mapping[str, Any]], now: datetime) -> ImportedBudget:
    """One budget from an answer of DescribeBudgets and its notifications."""
    name = str(raw["BudgetName"])
    remarks: list[str] = []
    try:
        budget = _budget(name, raw, notifications, now, remarks)
    except _Unsayable as reason:
        return ImportedBudget(name=name, budget=None, remarks=(str(reason),))
    except ConfigError as error:
        return ImportedBudget(name=name, budget=None, remarks=(f"{error}.",))
    return ImportedBudget(name=name, budget=budget, remarks=tuple(remarks))


def _budget(
    name: str,
    raw: Mapping[str, Any],
    notifications: Sequence[Mapping[str, Any]],
    now: datetime,
    remarks: list[str],
) -> Budget:
    _check(raw, now)
    amount, adjustments, currency = _limit(raw, now)
    if "AutoAdjustData" in raw:
        remarks.append(f"AWS adjusts its amount by itself; it is {amount} {currency} now.")
    scope, credits_count = _scope(raw)
    types = raw.get("CostTypes", {})
    remarks += [
        f"It counts without {text} in AWS; here they count."
        for key, text in LEFT_OUT.items()
        if types.get(key) is False
    ]
    if any(one.column == "ServiceName" for one in scope):
        remarks.append("Its services have the names of Cost Explorer; compare them with those of the bill.")
    return Budget(
        name=name,
        amount=amount,
        period=PERIODS[raw["TimeUnit"]],
        scope=scope,
        thresholds=tuple(_thresholds(notifications, amount, remarks)),
        basis=_basis(raw, remarks),
        currency=currency,
        credits_count=credits_count and types.get("IncludeCredit") is not False,
        adjustments=adjustments,
    )


def _check(raw: Mapping[str, Any], now: datetime) -> None:
    if not str(raw["BudgetName"]).isprintable():
        raise _Unsayable("Its name has characters that nobody sees.")
    kind, unit = raw["BudgetType"], raw["TimeUnit"]
    if kind != "COST":
        raise _Unsayable(f"It is about {kind}, not about cost; [budget] utilisation and coverage watch commitments.")
    if unit not in PERIODS:
        raise _Unsayable(f"There is no period like {unit}.")
    end = raw.get("TimePeriod", {}).get("End")
    if end is not None and end <= now:
        raise _Unsayable(f"It ended on {end.date()}.")


def _limit(raw: Mapping[str, Any], now: datetime) -> tuple[Decimal, tuple[Adjustment, ...], str]:
    """Amount of this period, what later ones differ by, and the currency."""
    planned = raw.get("PlannedBudgetLimits") or {}
    if not planned:
        limit = raw.get("BudgetLimit")
        if limit is None:
            raise _Unsayable("It has no limit.")
        return _number(limit["Amount"]), (), str(limit["Unit"])
    starts = sorted((_day(key), _number(spend["Amount"]), str(spend["Unit"])) for key, spend in planned.items())
    past = [one for one in starts if one[0] <= now.date()]
    day, amount, currency = past[-1] if past else starts[0]
    later = [(start, other - amount) for start, other, _ in starts if start > day]
    adjustments = tuple(
        Adjustment(on=start, amount=change, reason="planned in AWS Budgets") for start, change in later if change
    )
    return amount, adjustments, currency


def _day(key: str) -> date:
    """Planned limits begin at seconds since 1970, as text."""
    try:
        return datetime.fromtimestamp(int(key), UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        raise _Unsayable(f"Its planned limits begin at {key!r}, which is no time.") from error


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise _Unsayable(f"Its limit is {text!r}, which is no number.") from error


def _basis(raw: Mapping[str, Any], remarks: list[str]) -> Basis:
    types = raw.get("CostTypes", {})
    metrics = raw.get("Metrics") or ()
    if types.get("UseBlended") or "BlendedCost" in metrics:
        remarks.append("It counts blended cost in AWS; here it is BilledCost.")
        return Basis.BILLED
    if metrics:
        known = {BASES[one] for one in metrics if one in BASES}
        if len(known) != 1 or not set(metrics) <= set(BASES):
            raise _Unsayable(f"It counts {', '.join(metrics)}.")
        return known.pop()
    return Basis.EFFECTIVE if types.get("UseAmortized") else Basis.BILLED


def _thresholds(notifications: Sequence[Mapping[str, Any]], amount: Decimal, remarks: list[str]) -> Iterator[Threshold]:
    for one in notifications:
        value, kind = Decimal(str(one["Threshold"])), str(one["NotificationType"])
        absolute = one.get("ThresholdType") == "ABSOLUTE_VALUE"
        exact = value * 100 / amount if absolute and amount else value
        told = exact.quantize(STEP)
        if one["ComparisonOperator"] != "GREATER_THAN" or kind not in MEASURES or told <= 0:
            operator = one["ComparisonOperator"].lower().replace("_", " ")
            remarks.append(f"A notification has no form here: {kind.lower()} {operator} {_plain(value)}.")
            continue
        if told != exact:
            remarks.append(f"The threshold of {_plain(value)} is {told} % of the amount, rounded.")
        yield Threshold(measure=MEASURES[kind], fraction=told / 100)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _scope(raw: Mapping[str, Any]) -> tuple[tuple[ScopeFilter, ...], bool]:
    """Filters, and whether credits count."""
    expression = raw.get("FilterExpression")
    found = list(_filters(expression) if expression else _old_filters(raw.get("CostFilters") or {}))
    if raw.get("CostTypes", {}).get("IncludeTax") is False:
        found.append(ScopeFilter(column="ChargeCategory", values=("Tax",), exclude=True))
    credits_out = ScopeFilter(column="ChargeCategory", values=("Credit",), exclude=True)
    return tuple(one for one in found if one != credits_out), credits_out not in found


def _old_filters(filters: Mapping[str, Sequence[str]]) -> Iterator[ScopeFilter]:
    for name, values in filters.items():
        if name == "TagKeyValue":
            yield _tags(values)
        elif name in OLD_NAMES:
            yield _dimension(OLD_NAMES[name], values, exclude=False)
        else:
            raise _Unsayable(f"It is limited by {name}, which no column of the bill is.")


def _tags(values: Sequence[str]) -> ScopeFilter:
    """`user:Team$web`; values of several keys are alternatives to AWS."""
    pairs = [value.removeprefix("user:").partition("$") for value in values]
    keys = {key for key, _, _ in pairs}
    if len(keys) != 1 or not all(sign for _, sign, _ in pairs):
        raise _Unsayable("It is limited to charges that have any of several tags.")
    return ScopeFilter(column=f"tag:{keys.pop()}", values=tuple(value for _, _, value in pairs))


def _filters(expression: Mapping[str, Any], *, exclude: bool = False) -> Iterator[ScopeFilter]:
    (part, *more) = expression.items()
    name, inner = part
    if more or (exclude and name in ("And", "Not")):
        raise _Unsayable("Its filter is more than a list of conditions that all hold.")
    if name == "And":
        for one in inner:
            yield from _filters(one)
    elif name == "Not":
        yield from _filters(inner, exclude=True)
    elif name in ("Dimensions", "Tags") and set(inner.get("MatchOptions") or ()) <= PLAIN_MATCHES:
        if name == "Dimensions":
            yield _dimension(inner["Key"], inner["Values"], exclude=exclude)
        else:
            yield ScopeFilter(column=f"tag:{inner['Key']}", values=tuple(inner["Values"]), exclude=exclude)
    else:
        raise _Unsayable(f"Its filter is by {name}, in a way that no scope is.")


def _dimension(key: str, values: Sequence[str], *, exclude: bool) -> ScopeFilter:
    if key == "RECORD_TYPE" and set(values) <= set(CATEGORIES):
        return ScopeFilter(column="ChargeCategory", values=tuple(CATEGORIES[one] for one in values), exclude=exclude)
    if key not in COLUMNS:
        raise _Unsayable(f"It is limited by {key}, which no column of the bill is.")
    if key == "SERVICE" and set(values) >= EC2:
        values = [EC2_OF_A_BILL, *(value for value in values if value not in EC2)]
    return ScopeFilter(column=COLUMNS[key], values=tuple(values), exclude=exclude)
