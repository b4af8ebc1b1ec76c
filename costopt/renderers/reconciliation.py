"""Reconciliations for people and for programs."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec
from rich.table import Table
from rich.text import Text

from costopt.model.reconciliation import Reconciliation
from costopt.renderers.clean import clean, without_surrogates
from costopt.renderers.console import plain_text
from costopt.renderers.costs import exact_text
from costopt.renderers.document import escape_unseen

_MONEY = "{:,.2f}"


def render_reconciliation(found: Sequence[Reconciliation], form: str, *, width: int = 100) -> str:
    """A table or JSON.

    Args:
        found: what was held against the store.
        form: `table` or `json`.
        width: columns of the terminal.
    """
    return _json(found) if form == "json" else _table(found, width)


def _json(found: Sequence[Reconciliation]) -> str:
    """A list of objects; money is a string, exact."""
    rows = [
        {
            "source": without_surrogates(one.source),
            "billing_period": one.billing_period,
            "currency": without_surrogates(one.currency),
            "against": one.against,
            "source_total": exact_text(one.source_total),
            "store_total": exact_text(one.store_total),
            "difference": exact_text(one.difference),
            "unexplained": exact_text(one.unexplained),
            "exact": one.exact,
            "steps": [{"reason": step.reason, "amount": exact_text(step.amount)} for step in one.steps],
            "by_category": {category: exact_text(amount) for category, amount in sorted(one.by_category.items())},
        }
        for one in found
    ]
    return msgspec.json.format(escape_unseen(msgspec.json.encode(rows).decode()), indent=2)


def _table(found: Sequence[Reconciliation], width: int) -> str:
    """From each given total down to the store's, a line a step."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name, right in (("Period", False), ("Source", False), ("From the total to the store", False), ("Amount", True)):
        shown.add_column(name, justify="right" if right else "left", no_wrap=right)
    for one in found:
        whose = "total of the file" if one.against == "file" else f"total of {one.against}"
        place = Text(one.billing_period), Text(clean(one.source))
        shown.add_row(*place, Text(f"{whose}, {clean(one.currency)}"), _MONEY.format(one.source_total))
        for step in one.steps:
            shown.add_row("", "", Text(f"  {clean(step.reason)}"), _signed(step.amount))
        rest = Text("  unexplained", style="bold" if not one.exact else "")
        shown.add_row("", "", rest, _signed(one.unexplained))
        shown.add_row("", "", Text("in the store, BilledCost"), _MONEY.format(one.store_total))
        for category, amount in sorted(one.by_category.items()):
            shown.add_row("", "", Text(f"  of which {clean(category)}", style="dim"), _MONEY.format(amount))
        shown.add_section()
    return plain_text(shown, width=width)


def _signed(amount: Decimal) -> str:
    """With its sign, which a fraction of a cent has none of."""
    return f"{round(amount, 2) + 0:+,.2f}"
