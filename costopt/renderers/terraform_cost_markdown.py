"""The cost of a Terraform configuration as Markdown for a pull request; addresses can neither format nor mention."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from costopt.model.terraform_cost import CostDifference, CostEstimate, ResourceCost, Standing
from costopt.renderers.formats import NOTHING, amount, cents
from costopt.renderers.markdown import MAX_CHARACTERS, code, escape

_MOST_ROWS = 400
_REASONS = 3


def render_markdown(
    estimate: CostEstimate, *, title: str, sentences: Sequence[str], max_characters: int = MAX_CHARACTERS
) -> str:
    """The estimate as Markdown, at most so many characters: tables are cut, and each says how much is left out."""
    rows = _MOST_ROWS
    text = _body(estimate, title, sentences, rows)
    while len(text) > max_characters and rows > 1:
        rows //= 2
        text = _body(estimate, title, sentences, rows)
    return text


def _body(estimate: CostEstimate, title: str, sentences: Sequence[str], rows: int) -> str:
    lines = [f"## Terraform cost: {title}", ""]
    if estimate.differences:
        lines += [*_changes(estimate.differences, estimate.currency, rows), ""]
    lines += [*_resources(estimate, rows), ""]
    missing = list(_missing(estimate, rows))
    lines += [*missing, ""] if missing else []
    lines += [f"- {escape(text)}" for text in sentences[:rows]]
    return "\n".join(lines).rstrip() + "\n"


def _changes(differences: Sequence[CostDifference], currency: str, rows: int) -> Iterator[str]:
    yield "| Change | Before | After | Difference |"
    yield "|---|---:|---:|---:|"
    for one in differences[:rows]:
        before, after = (_known(side, currency) for side in (one.before, one.after))
        sign = "+" if one.monthly is not None and cents(one.monthly) > 0 else ""
        difference = NOTHING if one.monthly is None else f"{sign}{amount(one.monthly, currency)}"
        yield f"| {escape('/'.join(one.actions))} {code(one.address)} | {before} | {after} | {difference} |"
    if len(differences) > rows:
        yield f"| and {len(differences) - rows:,} more, not shown | | | |"


def _resources(estimate: CostEstimate, rows: int) -> Iterator[str]:
    listed = [one for one in estimate.resources if one.standing is not Standing.FREE]
    listed.sort(key=lambda one: (-(one.monthly or 0), one.address))
    if not listed:
        yield "Nothing in it costs anything by itself."
        return
    billed = estimate.billed
    asked = billed is not None
    yield f"| Resource | Monthly |{' By the bill |' if asked else ''} |"
    yield f"|---|---:|{'---:|' if asked else ''}---|"
    for one in listed[:rows]:
        standing = "" if one.standing is Standing.PRICED else one.standing.value
        paid = f" {_billed(billed, one, estimate.currency)} |" if billed is not None else ""
        yield f"| {code(one.address)} | {_known(one, estimate.currency)} |{paid} {standing} |"
    if len(listed) > rows:
        yield f"| and {len(listed) - rows:,} more, not shown | |{' |' if asked else ''} |"


def _billed(billed: Mapping[str, Decimal], one: ResourceCost, currency: str) -> str:
    return amount(billed[one.address], currency) if one.address in billed else NOTHING


def _missing(estimate: CostEstimate, rows: int) -> Iterator[str]:
    """Every reason once, with what it holds for."""
    reasons: dict[str, list[str]] = {}
    for one in estimate.resources:
        for _, reason in one.unpriced():
            reasons.setdefault(reason, []).append(one.address)
    if not reasons:
        return
    yield "Not priced:"
    yield ""
    for reason, addresses in list(reasons.items())[:rows]:
        named = list(dict.fromkeys(addresses))
        more = f" and {len(named) - _REASONS:,} more" if len(named) > _REASONS else ""
        yield f"- {escape(reason)}: {', '.join(code(one) for one in named[:_REASONS])}{more}"
    if len(reasons) > rows:
        yield f"- and {len(reasons) - rows:,} more reasons"


def _known(one: ResourceCost | None, currency: str) -> str:
    return NOTHING if one is None or one.monthly is None else amount(one.monthly, currency)
