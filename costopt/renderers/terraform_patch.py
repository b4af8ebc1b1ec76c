"""A Terraform patch as the body of a pull request; names in it can neither format, link nor mention."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from costopt.model.money import Money
from costopt.model.terraform import Engine, Value
from costopt.model.terraform_patch import ByHand, EditedPlace, Patch, ProvenChange, Setting, Unmatched
from costopt.renderers.formats import NOTHING, counted, money
from costopt.renderers.markdown import MAX_CHARACTERS, code, escape

T = TypeVar("T")

_WAVES = {
    1: "In place: nothing stops",
    2: "Later: at the next maintenance window or with the next instance",
    3: "With an outage of minutes: stop and start",
    4: "With care: replaced, or data is deleted",
}
_ENGINES = {
    Engine.PROVIDERS: "terraform with the providers that are installed",
    Engine.STUB: "terraform, offline, with a stand-in for the providers that knows their schemas",
    Engine.TFPARSE: "tfparse, a library that evaluates expressions; terraform was not there",
}
_SENTENCE = 500
_ADDRESS = 300
"""Characters of an address or a place: cut, several would look like one."""
_MOST_ROWS = 400
_MOST_SECRETS = 20
_MOST_UNMATCHED = 20
"""Recommendations for elsewhere that are listed; patch.json has them all."""


def render_patch_body(patch: Patch, *, max_characters: int = MAX_CHARACTERS) -> str:
    """The patch as Markdown, at most so many characters: tables are cut, and each says how much is left out."""
    rows = _MOST_ROWS
    text = _body(patch, rows)
    while len(text) > max_characters and rows > 1:
        rows //= 2
        text = _body(patch, rows)
    return text


def _body(patch: Patch, rows: int) -> str:
    lines = [f"## {headline(patch)}", "", *_proof(patch), "", *_warning(patch)]
    for wave, title in _WAVES.items():
        changes = [one for one in patch.proven if one.wave == wave]
        if changes:
            lines += [f"### Wave {wave}. {title}", "", *_changes(changes, rows), *_details(changes, rows)]
    lines += _section("By hand", patch.by_hand, _by_hand, ("What", "Where", "Do", "Why not done", "Monthly"), rows)
    listed = min(rows, _MOST_UNMATCHED)
    lines += _section("Not in this configuration", patch.unmatched, _unmatched, ("What", "Resource", "Why"), listed)
    if patch.notes:
        notes = [f"- {escape(note, _SENTENCE)}" for note in patch.notes]
        lines += ["### Made up for the plan", "", *_list_items(notes, rows), ""]
    return "\n".join(lines).rstrip() + "\n"


def headline(patch: Patch) -> str:
    """What the patch changes and saves, in one line."""
    if not patch.proven:
        return f"No change could be proven; {counted(len(patch.by_hand), 'recommendation')} to carry out by hand"
    known = [saving for one in patch.proven if (saving := _saving(one)) is not None]
    more = "" if len(known) == len(patch.proven) else " at least"
    return (
        f"{counted(len(patch.proven), 'change')} in {counted(len(patch.files), 'file')}, saving{more}"
        f" {money(_total(known))} a month"
    )


def _total(amounts: Sequence[Money]) -> Money:
    currency = amounts[0].currency if amounts else "USD"
    return Money(amount=sum((one.amount for one in amounts if one.currency == currency), Decimal(0)), currency=currency)


def _saving(one: ProvenChange) -> Money | None:
    before, after = one.change.monthly_before, one.change.monthly_after
    if before is None or after is None:
        return None
    return Money(amount=before.amount - after.amount, currency=before.currency)


def _proof(patch: Patch) -> list[str]:
    engine = _ENGINES.get(patch.engine, patch.engine.value)
    said = f"Evaluated by {engine}. No file is changed."
    if patch.proven:
        plans = counted(patch.plans, "plan")
        said = (
            f"Proven by {plans} ({engine}): of all values of resources and data sources that are known before an apply,"
            " those below change and no other does. Outputs of the root may follow them."
        )
    return [
        said,
        "",
        "Before and after are list or negotiated prices a month of the parts of the bill that change, each change"
        " alone: what owned commitments pay already is in the report's total.",
    ]


def _warning(patch: Patch) -> list[str]:
    """What the diff shows that should not be seen by everybody. No line of a file stands in this text."""
    if not patch.secret_lines:
        return []
    places = ", ".join(code(one, _ADDRESS) for one in patch.secret_lines[:_MOST_SECRETS])
    left = len(patch.secret_lines) - _MOST_SECRETS
    more = f" and {left:,} more" if left > 0 else ""
    return [
        f"> **The diff shows lines that look like secrets**: {places}{more}. They do not change, but stand near what"
        " does: show the diff only to those who may read the files.",
        "",
    ]


def _changes(changes: Sequence[ProvenChange], rows: int) -> list[str]:
    head = ["| Address | Change | Edited at | Before | After | Finding |", "|---|---|---|---:|---:|---|"]
    return [*head, *_table_rows([_change(one) for one in changes], rows, 6), ""]


def _change(one: ProvenChange) -> str:
    change = one.change
    cells = (
        code(change.address, _ADDRESS),
        "<br>".join(_setting(setting) for setting in change.settings),
        "<br>".join(_place(place) for place in one.places),
        *_costs(change.monthly_before, change.monthly_after),
        f"{escape(change.title)} {code(change.id)}",
    )
    return f"| {' | '.join(cells)} |"


def _costs(before: Money | None, after: Money | None) -> tuple[str, str]:
    """A month before and after; where the arithmetic of a saving knows the difference alone, that."""
    if before is not None and after is not None and not after.amount:
        return NOTHING, escape(f"{money(before)} less")
    return _money(before), _money(after)


def _setting(setting: Setting) -> str:
    before = NOTHING if setting.before is None else code(_written(setting.before))
    return f"{code(setting.text())}: {before} to {code(_written(setting.after))}"


def _written(value: Value) -> str:
    """A value as a configuration has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _place(place: EditedPlace) -> str:
    words = escape(place.origin)
    if place.narrowed:
        words += f", instead of {' and '.join(code(one) for one in place.narrowed)} that others share"
    elif place.via:
        words += f", through {' and '.join(code(one) for one in place.via)}"
    return f"{code(f'{place.file}:{place.line}', _ADDRESS)} ({words})"


def _details(changes: Sequence[ProvenChange], rows: int) -> list[str]:
    """What to know of each, in lists."""
    lines: list[str] = []
    for one in changes[:rows]:
        notes = " ".join(escape(note, _SENTENCE) for note in one.notes)
        lines += [f"- **{code(one.change.address, _ADDRESS)}**: {one.kind.value}. {notes}"]
        lines += [f"  - Evidence: {escape(said, _SENTENCE)}" for said in one.change.evidence]
        if one.consequences:
            lines += [f"  - Follows from it: {', '.join(code(text, _ADDRESS) for text in one.consequences)}"]
        lines += [
            f"  - Rollback: {escape(one.rollback, _SENTENCE)}",
            f"  - Source: {' '.join(f'<{url}>' for url in one.sources)}",
        ]
    return [*lines, ""]


def _section(title: str, items: Sequence[T], row: Callable[[T], str], head: Sequence[str], rows: int) -> list[str]:
    if not items:
        return []
    table = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [f"### {title}", "", *table, *_table_rows([row(one) for one in items], rows, len(head)), ""]


def _by_hand(one: ByHand) -> str:
    where = code(f"{one.file}:{one.line}", _ADDRESS) if one.file else NOTHING
    costs = " to ".join(cost for cost in _costs(one.monthly_before, one.monthly_after) if cost != NOTHING)
    cells = (
        f"{escape(one.title)} {code(one.id)}",
        f"{code(one.address, _ADDRESS)} at {where}",
        escape(one.suggestion, _SENTENCE),
        escape(one.reason, _SENTENCE),
        costs or NOTHING,
    )
    return f"| {' | '.join(cells)} |"


def _unmatched(one: Unmatched) -> str:
    return f"| {escape(one.title)} {code(one.id)} | {code(one.live)} | {escape(one.reason, _SENTENCE)} |"


def _money(value: Money | None) -> str:
    return NOTHING if value is None else escape(money(value))


def _table_rows(found: Sequence[str], rows: int, columns: int) -> list[str]:
    left = len(found) - rows
    more = [f"| and {left:,} more, not shown {'| ' * (columns - 1)}|"] if left > 0 else []
    return [*found[:rows], *more]


def _list_items(found: Sequence[str], rows: int) -> list[str]:
    left = len(found) - rows
    return [*found[:rows], *([f"- and {left:,} more, not shown"] if left > 0 else [])]
