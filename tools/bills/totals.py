"""Totals of a made bill, exact, and the file `totals.json` that states them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tools.bills.entries import Entry
from tools.bills.exact import UNIT
from tools.bills.request import Form, Request

FILE_NAME = "totals.json"
_SOURCE_COLUMNS = {
    Form.CUR2: "line_item_unblended_cost",
    Form.LEGACY: "lineItem/UnblendedCost",
    Form.FOCUS: "BilledCost",
    Form.GCP: "cost",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Canonical rows of one sort."""

    rows: int
    """How many."""
    billed_cost: Decimal
    """Sum of BilledCost."""
    effective_cost: Decimal
    """Sum of EffectiveCost."""
    list_cost: Decimal
    """Sum of ListCost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodTotals:
    """One billing period. Its currency is USD."""

    billing_period: str
    """`YYYY-MM`."""
    file_rows: int
    """Lines in the files."""
    source_column: str
    """The files' own total column, as CUR 2.0, the legacy CSV, FOCUS or the export spell it."""
    source_total: Decimal
    """Its sum."""
    invoice_total: Decimal
    """What is invoiced. Google's is the source total with all credits."""
    total: Sums
    """All canonical rows."""
    by_category: Mapping[str, Sums]
    """By ChargeCategory."""
    by_service: Mapping[str, Sums]
    """By ServiceName."""
    by_account: Mapping[str, Sums]
    """By SubAccountId; empty where there is none."""


def period_totals(request: Request, billing_period: str, entries: Sequence[Entry]) -> PeriodTotals:
    """Add up one month.

    Raises:
        ValueError: what is booked is not what is invoiced, so that the generator contradicts itself.
    """
    total = _sums(entries)
    source = sum(entry.source for entry in entries) * UNIT
    if request.form is not Form.GCP and source != total.billed_cost:
        raise ValueError(f"{billing_period}: lines sum to {source}, bookings to {total.billed_cost}")
    return PeriodTotals(
        billing_period=billing_period,
        file_rows=sum(entry.file_rows for entry in entries),
        source_column=_SOURCE_COLUMNS[request.form],
        source_total=source,
        invoice_total=total.billed_cost,
        total=total,
        by_category=_grouped((entry.category, entry) for entry in entries),
        by_service=_grouped((entry.service, entry) for entry in entries),
        by_account=_grouped((entry.account, entry) for entry in entries),
    )


def _sums(entries: Iterable[Entry]) -> Sums:
    entries = tuple(entries)
    return Sums(
        rows=sum(entry.rows for entry in entries),
        billed_cost=sum(entry.billed for entry in entries) * UNIT,
        effective_cost=sum(entry.effective for entry in entries) * UNIT,
        list_cost=sum(entry.listed for entry in entries) * UNIT,
    )


def _grouped(keyed: Iterable[tuple[str, Entry]]) -> dict[str, Sums]:
    groups: defaultdict[str, list[Entry]] = defaultdict(list)
    for key, entry in keyed:
        if entry.rows:
            groups[key].append(entry)
    return {key: _sums(groups[key]) for key in sorted(groups)}


def write_totals(folder: Path, totals: Iterable[PeriodTotals]) -> Path:
    """Write `totals.json`, money as exact decimal text."""
    path = folder / FILE_NAME
    periods = [
        {
            "billing_period": one.billing_period,
            "currency": "USD",
            "file_rows": one.file_rows,
            "source_column": one.source_column,
            "source_total": f"{one.source_total:f}",
            "invoice_total": f"{one.invoice_total:f}",
            "total": _plain(one.total),
            "by_category": {key: _plain(sums) for key, sums in one.by_category.items()},
            "by_service": {key: _plain(sums) for key, sums in one.by_service.items()},
            "by_account": {key: _plain(sums) for key, sums in one.by_account.items()},
        }
        for one in totals
    ]
    path.write_text(json.dumps({"periods": periods}, indent=1) + "\n", encoding="utf-8")
    return path


def _plain(sums: Sums) -> dict[str, int | str]:
    return {
        "rows": sums.rows,
        "billed_cost": f"{sums.billed_cost:f}",
        "effective_cost": f"{sums.effective_cost:f}",
        "list_cost": f"{sums.list_cost:f}",
    }
