"""Budgets as `[[budgets]]` of a file of settings; what cannot be said stands above each as a comment."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import tomlkit
from tomlkit.items import Array, InlineTable, Item, Table

from costopt.model.budget import Basis, Budget, BudgetPeriod, Measure, ScopeFilter, Threshold
from costopt.model.imported_budget import ImportedBudget
from costopt.model.money import USD
from costopt.renderers.clean import clean


def budgets_toml(budgets: Sequence[ImportedBudget]) -> str:
    """Text that a file of settings can begin or go on with."""
    parts = [_part(one) for one in budgets]
    return "\n".join(parts)


def _part(imported: ImportedBudget) -> str:
    comments = [f"# {clean(remark)}\n" for remark in imported.remarks]
    if imported.budget is None:
        return "".join([f"# not imported: {clean(imported.name)}\n", *comments])
    tables = tomlkit.aot()
    tables.append(_table(imported.budget))
    document = tomlkit.document()
    document.append("budgets", tables)
    return "".join(comments) + tomlkit.dumps(document)


def _table(budget: Budget) -> Table:
    table = tomlkit.table()
    table["name"] = budget.name
    table["amount"] = _number(budget.amount)
    table["thresholds"] = [_threshold(one) for one in budget.thresholds]
    if budget.period is not BudgetPeriod.MONTH:
        table["period"] = budget.period.value
    if budget.scope:
        table["scope"] = _scope(budget.scope)
    if budget.basis is not Basis.BILLED:
        table["basis"] = budget.basis.value
    if budget.currency != USD:
        table["currency"] = budget.currency
    if not budget.credits_count:
        table["credits"] = False
    if budget.time_zone != "UTC":
        table["time_zone"] = budget.time_zone
    if budget.adjustments:
        table["adjustments"] = _list(
            _inline({"on": one.on, "amount": _number(one.amount), "reason": one.reason}) for one in budget.adjustments
        )
    return table


def _list(items: Iterable[InlineTable]) -> Array:
    """One a line."""
    array = tomlkit.array().multiline(multiline=True)
    array.extend(items)
    return array


def _number(amount: Decimal) -> Item:
    """A number as it is written, not as the nearest float."""
    return tomlkit.value(format(amount, "f"))


def _threshold(threshold: Threshold) -> str:
    percent = f"{(threshold.fraction * 100).normalize():f}%"
    return percent if threshold.measure is Measure.ACTUAL else f"{threshold.measure} {percent}"


def _scope(scope: Sequence[ScopeFilter]) -> InlineTable:
    """Column to value or values; what is left out below `not`."""
    kept: dict[str, object] = {one.column: _values(one) for one in scope if not one.exclude}
    left_out = {one.column: _values(one) for one in scope if one.exclude}
    return _inline(kept | ({"not": _inline(left_out)} if left_out else {}))


def _values(one: ScopeFilter) -> str | list[str]:
    return one.values[0] if len(one.values) == 1 else list(one.values)


def _inline(pairs: Mapping[str, object]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(pairs)
    return table
