"""Open findings of an audit, and which of them lie in the scope of a budget."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import msgspec

from costopt.economics.paid.bill_names import names_in_bill
from costopt.errors import UsageError
from costopt.model.budget import Budget, ScopeFilter
from costopt.model.budget_status import OpenFinding
from costopt.pipeline.budgets.bill import BudgetBill

LOOK_BACK = timedelta(days=45)
"""Charges by which a resource is known to lie in a scope: a month's bill, and the time until it is whole."""
MAX_REPORT_BYTES = 2**28
"""Of a report; ten thousand findings take a tenth of it."""
_BY_PLACE = {"SubAccountId": "account", "RegionId": "region", "ResourceId": "id"}
"""Columns of the bill that a finding knows by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a finding is about, as a report has it."""

    account: str
    region: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Money, as a report has it."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedFinding:
    """The part of a report's finding that budgets look at."""

    id: str
    title: str
    resource: Place
    counted: Amount
    price_gap: str | None
    silence: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    findings: tuple[PlacedFinding, ...]


def read_findings(report: Path) -> tuple[PlacedFinding, ...]:
    """Findings of what `costopt audit -f json` wrote, silenced ones left out.

    Raises:
        UsageError: it cannot be read, or is something else.
    """
    try:
        with report.open("rb") as stream:
            raw = stream.read(MAX_REPORT_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"cannot read {report}: {error.strerror}", hint="Name what `audit -f json -o` wrote."
        ) from error
    return findings_of(raw, str(report))


def findings_of(raw: bytes | str, name: str) -> tuple[PlacedFinding, ...]:
    """The same of its text."""
    if len(raw) > MAX_REPORT_BYTES:
        raise UsageError(f"{name} has more than {MAX_REPORT_BYTES:,} bytes", hint="Give a report of fewer accounts.")
    try:
        document = msgspec.json.decode(raw, type=_Document)
    except msgspec.DecodeError as error:
        raise UsageError(
            f"{name} is no report: {error}", hint="Write one with `costopt audit -f json -o FILE`."
        ) from None
    return tuple(one for one in document.findings if one.silence is None)


def in_scope(findings: Sequence[PlacedFinding], budget: Budget, bill: BudgetBill | None) -> tuple[OpenFinding, ...]:
    """Findings whose resource has charges in the budget's scope; those that save nothing are left out.

    What a finding does not know by itself, such as a service or a tag, is asked of the bill by the resource's name.
    """
    asked = any(one.column not in _BY_PLACE for one in budget.scope)
    names = _names(bill, budget) if asked and bill and findings else frozenset()
    own = [one for one in budget.scope if one.column in _BY_PLACE]
    chosen = (
        one
        for one in findings
        if all(_holds(one.resource, part) for part in own)
        and (not asked or (one.resource.account, one.resource.id) in names)
    )
    return tuple(
        OpenFinding(id=one.id, title=one.title, monthly_saving=None if one.price_gap else one.counted.amount)
        for one in chosen
        if (one.price_gap or one.counted.amount) and one.counted.currency == budget.currency
    )


def _holds(place: Place, part: ScopeFilter) -> bool:
    value = getattr(place, _BY_PLACE[part.column])
    known = (
        {last or name for name, last in map(names_in_bill, part.values)} if part.column == "ResourceId" else part.values
    )
    return (value in known) is not part.exclude


def _names(bill: BudgetBill, budget: Budget) -> frozenset[tuple[str, str]]:
    """Account and bare name of every resource with charges in the scope."""
    table = bill.costs(["SubAccountId", "ResourceId"], budget.conditions, since=bill.now - LOOK_BACK)
    pairs: Iterable[tuple[str | None, str | None]] = zip(
        table.column("SubAccountId").to_pylist(), table.column("ResourceId").to_pylist(), strict=True
    )
    found = ((account, names_in_bill(name)) for account, name in pairs if account and name)
    return frozenset((account, last or name) for account, (name, last) in found)
