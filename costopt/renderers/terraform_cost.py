"""The cost of a Terraform configuration for people and programs. Addresses are strangers' until escaped."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from costopt.model.terraform_cost import (
    COST_SCHEMA_VERSION,
    CostDifference,
    CostEstimate,
    CostLine,
    ResourceCost,
    Standing,
)
from costopt.renderers.clean import clean, encodable, without_formula
from costopt.renderers.console import plain_text
from costopt.renderers.formats import NOTHING, amount, cents, counted, plain
from costopt.renderers.terraform_cost_markdown import render_markdown

FORMATS = ("table", "json", "csv", "markdown")
_NARROWEST = 80
_COLUMNS = (
    *("address", "type", "region", "standing", "part", "component", "quantity", "unit", "unit_price"),
    *("monthly", "currency", "price_quality", "price_source", "price_as_of", "reason"),
)


def render_cost(estimate: CostEstimate, form: str, *, width: int = 100) -> str:
    """Render an estimate.

    Args:
        estimate: what to show.
        form: one of `FORMATS`.
        width: columns of the terminal; for the table.
    """
    return _FORMS[form](estimate, width)


def headline(estimate: CostEstimate) -> str:
    """What it costs, in one line."""
    open_ends = sum(1 for one in estimate.resources if one.standing in (Standing.PARTLY, Standing.NOT_PRICED))
    at_least = "" if estimate.complete else "at least "
    total = amount(estimate.monthly, estimate.currency)
    text = f"{at_least}{total} a month for {counted(len(estimate.resources), 'resource')}"
    if open_ends:
        text += f"; {open_ends:,} not priced in full"
    before = estimate.monthly_before
    if before is not None:
        text += f"; {change(estimate.monthly - before, estimate.currency)} by this plan"
    return text


def change(value: Decimal | None, currency: str) -> str:
    """An amount with its sign; a dash where it is not known."""
    if value is None:
        return NOTHING
    return f"+{amount(value, currency)}" if cents(value) > 0 else amount(value, currency)


def _table(estimate: CostEstimate, width: int) -> str:
    parts: list[RenderableType] = [Text(headline(estimate), style="bold"), Text("")]
    listed = [one for one in estimate.resources if one.standing is not Standing.FREE]
    if listed:
        parts += [_resources(listed, estimate), Text("")]
    if estimate.differences:
        parts += [_changes(estimate.differences, estimate.currency), Text("")]
    parts += [Text(f"- {clean(sentence)}") for sentence in sentences(estimate)]
    return plain_text(*parts, width=max(width, _NARROWEST))


def _resources(resources: Sequence[ResourceCost], estimate: CostEstimate) -> Table:
    currency, billed = estimate.currency, estimate.billed
    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("Resource", overflow="fold")
    made.add_column("Quantity", justify="right", no_wrap=True)
    made.add_column("Monthly", justify="right", no_wrap=True)
    if billed is not None:
        made.add_column("By the bill", justify="right", no_wrap=True)
    for one in resources:
        paid = [] if billed is None else [_amount(billed.get(one.address), currency)]
        made.add_row(Text(clean(one.address)), "", _amount(one.monthly, currency), *paid)
        for name, quantity, monthly in _rows(one, currency):
            made.add_row(Text(f"  {name}"), Text(quantity), Text(monthly))
    return made


def _amount(value: Decimal | None, currency: str) -> str:
    return NOTHING if value is None else amount(value, currency)


def _rows(one: ResourceCost, currency: str) -> Iterator[tuple[str, str, str]]:
    if one.reason:
        yield f"not priced: {clean(one.reason)}", "", ""
    for line in one.lines:
        component = line.component
        name = clean(f"{component.part}: {component.name}" if component.part else component.name)
        known = component.quantity
        quantity = (
            NOTHING
            if known is None
            else f"{known:,.6g} {component.unit}"
            if known < 1
            else f"{_short(known)} {component.unit}"
        )
        if line.monthly is None:
            yield f"{name}; not priced: {clean(line.reason)}", clean(quantity), ""
        else:
            yield name, clean(quantity), amount(line.monthly, currency)


def _short(value: Decimal) -> str:
    text = f"{value:,.3f}"
    return text.rstrip("0").rstrip(".")


def _changes(differences: Sequence[CostDifference], currency: str) -> Table:
    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("Change", overflow="fold")
    for name in ("Before", "After", "Difference"):
        made.add_column(name, justify="right", no_wrap=True)
    for one in differences:
        sides = [
            NOTHING if side is None or side.monthly is None else amount(side.monthly, currency)
            for side in (one.before, one.after)
        ]
        made.add_row(Text(clean(f"{'/'.join(one.actions)} {one.address}")), *sides, change(one.monthly, currency))
    return made


def sentences(estimate: CostEstimate) -> Iterator[str]:
    """What to know of an estimate beside its numbers. Hostile until escaped."""
    yield f"evaluated by {estimate.engine.value}; prices of catalog {estimate.catalog}"
    yield from (f"{one.where}: {one.reason}" for one in estimate.unevaluated)
    yield from estimate.notes
    yield from estimate.remarks


def _csv(estimate: CostEstimate, _: int) -> str:
    """A row for each line of cost, and one for each resource without any."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in estimate.resources:
        head = (one.address, one.type, one.region or "", one.standing.value)
        if not one.lines:
            writer.writerow(
                _cells(*head, *([""] * 5), "0" if one.free else "", estimate.currency, "", "", "", one.reason)
            )
        for line in one.lines:
            writer.writerow(_cells(*head, *_line_cells(line, estimate.currency)))
    return out.getvalue()


def _line_cells(line: CostLine, currency: str) -> tuple[str, ...]:
    component, price = line.component, line.price
    return (
        component.part,
        component.name,
        "" if component.quantity is None else plain(component.quantity),
        component.unit,
        "" if price is None else plain(price.amount * component.per),
        "" if line.monthly is None else plain(line.monthly),
        currency,
        *(("", "", "") if price is None else (price.quality.value, price.source, price.as_of.isoformat())),
        line.reason,
    )


def _cells(*texts: str) -> list[str]:
    return [without_formula(clean(text)) for text in texts]


def _json(estimate: CostEstimate, _: int) -> str:
    before = estimate.monthly_before
    document = {
        "schema_version": COST_SCHEMA_VERSION,
        "currency": estimate.currency,
        "monthly": plain(estimate.monthly),
        "monthly_before": None if before is None else plain(before),
        "complete": estimate.complete,
        "engine": estimate.engine.value,
        "skipped_engines": [{"engine": one.engine.value, "reason": one.reason} for one in estimate.skipped],
        "catalog": estimate.catalog,
        "provider_versions": dict(estimate.provider_versions),
        "resources": [_resource_document(one, estimate.billed) for one in estimate.resources],
        "changes": [_change_document(one) for one in estimate.differences],
        "unevaluated": [{"where": one.where, "reason": one.reason} for one in estimate.unevaluated],
        "notes": [*estimate.notes, *estimate.remarks],
    }
    return msgspec.json.format(msgspec.json.encode(encodable(document)), indent=2).decode() + "\n"


def _resource_document(one: ResourceCost, billed: Mapping[str, Decimal] | None) -> dict[str, Any]:
    paid = (billed or {}).get(one.address)
    return {
        "address": one.address,
        "type": one.type,
        "region": one.region,
        "standing": one.standing.value,
        "monthly": None if one.monthly is None else plain(one.monthly),
        "monthly_billed": None if paid is None else plain(paid),
        "reason": one.reason or None,
        "components": [_line_document(line) for line in one.lines],
    }


def _line_document(line: CostLine) -> dict[str, Any]:
    component, price = line.component, line.price
    return {
        "name": component.name,
        "part": component.part or None,
        "quantity": None if component.quantity is None else plain(component.quantity),
        "unit": component.unit,
        "unit_price": None if price is None else plain(price.amount * component.per),
        "price_quality": None if price is None else price.quality.value,
        "price_source": None if price is None else price.source,
        "price_as_of": None if price is None else price.as_of.isoformat(),
        "monthly": None if line.monthly is None else plain(line.monthly),
        "not_priced": line.reason or None,
    }


def _change_document(one: CostDifference) -> dict[str, Any]:
    sides = {"monthly_before": one.before, "monthly_after": one.after}
    known = {
        name: None if side is None or side.monthly is None else plain(side.monthly) for name, side in sides.items()
    }
    difference = None if one.monthly is None else plain(one.monthly)
    return {"address": one.address, "actions": list(one.actions), **known, "difference": difference}


def _markdown(estimate: CostEstimate, _: int) -> str:
    return render_markdown(estimate, title=headline(estimate), sentences=tuple(sentences(estimate)))


_FORMS: dict[str, Callable[[CostEstimate, int], str]] = {
    "table": _table,
    "json": _json,
    "csv": _csv,
    "markdown": _markdown,
}
