"""What the bills of a store hold and which rules they break, for people and for programs."""

from decimal import Decimal
from typing import Any

import msgspec
from rich.table import Table
from rich.text import Text

from costopt.model.conformance import CheckResult, Outcome, StoredQuality, StoreQuality
from costopt.renderers.clean import clean, shorten, without_surrogates
from costopt.renderers.console import plain_text
from costopt.renderers.costs import exact_text
from costopt.renderers.document import escape_unseen

_LONGEST_NAME = 60
_MOST_COLUMNS = 12
"""Columns with nulls that a person is shown; JSON has all."""


def render_quality(found: StoreQuality, form: str, *, width: int = 100) -> str:
    """A text of two tables, or JSON.

    Args:
        found: what was found.
        form: `table` or `json`.
        width: columns of the terminal.
    """
    return _json(found) if form == "json" else _text(found, width)


def _json(found: StoreQuality) -> str:
    """An object with `bills` and `checks`; money is a string, exact; None is unknown or not there."""
    shown = {"bills": [_bill(one) for one in found.bills], "checks": [_check(one) for one in found.results]}
    return msgspec.json.format(escape_unseen(msgspec.json.encode(shown).decode()), indent=2)


def _bill(one: StoredQuality) -> dict[str, Any]:
    bill, quality = one.bill, one.quality
    return {
        "source": without_surrogates(bill.source),
        "kind": bill.kind.value,
        "billing_period": bill.billing_period,
        "rows": quality.rows,
        "rows_set_aside": quality.rows_set_aside,
        "first_charge": f"{quality.first_charge:%Y-%m-%dT%H:%M:%SZ}",
        "last_charge": f"{quality.last_charge:%Y-%m-%dT%H:%M:%SZ}",
        "last_good_day": bill.last_good_day or None,
        "missing_days": list(quality.missing_days),
        "currencies": [without_surrogates(currency) for currency in one.totals],
        "totals": {
            without_surrogates(currency): {name: _amount(amount) for name, amount in sums.items()}
            for currency, sums in one.totals.items()
        },
        "nulls": {without_surrogates(column.column): column.nulls for column in quality.columns},
        "empty_columns": [without_surrogates(name) for name in quality.empty_columns],
        "rows_outside_period": quality.outside_period,
        "unknown_services": [without_surrogates(name) for name in quality.unknown_services],
        "unknown_lines": [without_surrogates(name) for name in quality.unknown_lines],
    }


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else exact_text(amount)


def _check(one: CheckResult) -> dict[str, Any]:
    rule = one.rule
    return {
        "source": without_surrogates(one.source),
        "id": rule.id,
        "title": rule.title,
        "level": rule.level.value,
        "columns": list(rule.columns),
        "rule": rule.words,
        "rule_source": rule.source,
        "own_rule": rule.own,
        "outcome": one.outcome.value,
        "broken_rows": one.broken_rows,
        "reason": one.reason or None,
        "examples": [
            {
                "billing_period": example.billing_period,
                "service": None if example.service is None else without_surrogates(example.service),
                "category": None if example.category is None else without_surrogates(example.category),
                "rows": example.rows,
            }
            for example in one.examples
        ],
    }


def _text(found: StoreQuality, width: int) -> str:
    open_ones = [result for result in found.results if result.outcome is not Outcome.PASSED]
    passed = len(found.results) - len(open_ones)
    bills = [part for one in found.bills for part in (_bill_table(one), "")]
    checks = [_check_table(open_ones)] if open_ones else []
    return plain_text(*bills, Text(f"FOCUS 1.2: {passed} of {len(found.results)} checks passed"), *checks, width=width)


def _bill_table(one: StoredQuality) -> Table:
    """One bill, a line for each thing to know."""
    bill, quality = one.bill, one.quality
    shown = Table(box=None, pad_edge=False, show_header=False)
    shown.add_column(no_wrap=True)
    shown.add_column()
    aside = f", {_counted(quality.rows_set_aside, 'line')} set aside" if quality.rows_set_aside else ""
    late = f", {quality.outside_period:,} outside the billing period" if quality.outside_period else ""
    lines = [
        (f"{clean(bill.source)} {bill.billing_period}", f"{_counted(quality.rows, 'row')}{aside}{late}"),
        ("charges", f"{quality.first_charge:%Y-%m-%d %H:%M} to {quality.last_charge:%Y-%m-%d %H:%M} UTC"),
        ("last good day", bill.last_good_day or "- (no usage)"),
    ]
    if quality.missing_days:
        lines.append(("days without usage", _names(quality.missing_days)))
    for currency, sums in one.totals.items():
        amounts = ", ".join(f"{name} {amount:,.2f}" for name, amount in sums.items() if amount is not None)
        lines.append((f"total {clean(currency)}", amounts))
    holes = sorted((column for column in quality.columns if column.nulls), key=lambda one: -one.nulls)
    if holes:
        lines.append(("rows with nulls", _names(tuple(f"{one.column} {one.nulls:,}" for one in holes))))
    if quality.empty_columns:
        lines.append(("empty columns", _names(quality.empty_columns)))
    if quality.unknown_services:
        lines.append(("of no category", _names(quality.unknown_services)))
    for index, (name, value) in enumerate(lines):
        shown.add_row(Text(name if index == 0 else f"  {name}", style="" if index else "bold"), Text(value))
    return shown


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _names(names: tuple[str, ...]) -> str:
    shown = ", ".join(shorten(clean(name), _LONGEST_NAME) for name in names[:_MOST_COLUMNS])
    return shown if len(names) <= _MOST_COLUMNS else f"{shown} and {len(names) - _MOST_COLUMNS} more"


def _check_table(results: list[CheckResult]) -> Table:
    """Broken rules, those on which totals depend first, each with its worst place; then what was not run."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name, right in (
        ("Level", False),
        ("Source", False),
        ("Broken rule", False),
        ("Rows", True),
        ("Most in", False),
    ):
        shown.add_column(name, justify="right" if right else "left", no_wrap=right)
    order = {Outcome.BROKEN: 0, Outcome.NOT_RUN: 1}
    for one in sorted(results, key=lambda one: (order[one.outcome], one.rule.level.value)):
        rows = "-" if one.broken_rows is None else f"{one.broken_rows:,}"
        place = f"not run: {one.reason}" if one.outcome is Outcome.NOT_RUN else _place(one)
        rule = Text(f"{one.rule.id}: {one.rule.title}")
        shown.add_row(one.rule.level.value, Text(clean(one.source)), rule, rows, Text(place))
    return shown


def _place(one: CheckResult) -> str:
    worst = one.examples[0]
    parts = (worst.billing_period, worst.service, worst.category)
    return " ".join(shorten(clean(part), _LONGEST_NAME) for part in parts if part is not None)
