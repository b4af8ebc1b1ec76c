"""What sort of bill a file is, told by columns that no other sort has."""

import shlex
from dataclasses import dataclass

from costopt.errors import BillError
from costopt.model.bill import BillFile, BillKind, FileForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How one sort of file looks."""

    name: str
    """What to call it."""
    columns: frozenset[str]
    """It has all of these."""
    kind: BillKind | None = None
    """The kind of bill that it is; None where costopt does not read it."""
    hint: str = ""
    """What to do about one that costopt does not read."""


LOOKS = (
    Look(
        name="a FOCUS bill",
        columns=frozenset({"BilledCost", "ChargePeriodStart"}),
        kind=BillKind.FOCUS,
    ),
    Look(
        name="a legacy AWS Cost and Usage Report",
        columns=frozenset({"lineItem/LineItemType", "lineItem/UnblendedCost"}),
        kind=BillKind.CUR,
    ),
    Look(
        name="an AWS Cost and Usage Report",
        columns=frozenset({"line_item_line_item_type", "line_item_unblended_cost"}),
        kind=BillKind.CUR,
    ),
    Look(
        name="a Google Cloud billing export",
        columns=frozenset({"billing_account_id", "cost", "usage_start_time"}),
        kind=BillKind.GCP_EXPORT,
    ),
    Look(
        name="an Azure cost export of the older sort",
        columns=frozenset({"costInBillingCurrency", "billingCurrency"}),
        hint="Export it as FOCUS (Cost Management, Exports, type FOCUS) and use `costopt collect focus`.",
    ),
)
"""Sources: https://focus.finops.org/focus-specification/v1-2/,
https://docs.aws.amazon.com/cur/latest/userguide/data-dictionary.html,
https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html,
https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/standard-usage,
https://learn.microsoft.com/azure/cost-management-billing/dataset-schema/cost-usage-details-ea."""

_TEXT_AND_PARQUET = (FileForm.PARQUET, FileForm.CSV, FileForm.CSV_GZ)
FORMS = {
    BillKind.FOCUS: _TEXT_AND_PARQUET,
    BillKind.CUR: _TEXT_AND_PARQUET,
    BillKind.GCP_EXPORT: (*_TEXT_AND_PARQUET, FileForm.JSONL, FileForm.JSONL_GZ),
}
"""Kinds of bill that come in files, and how those are written."""


def require_kind(file: BillFile, kind: BillKind) -> None:
    """Check that a file is the sort of bill that was asked for.

    Raises:
        BillError: it is another sort, or none; the message says which and names the command for it.
    """
    columns = frozenset(file.columns)
    looks = [look for look in LOOKS if look.columns <= columns]
    if any(look.kind is kind for look in looks):
        _require_form(file, kind)
        return
    if looks:
        look = looks[0]
        hint = look.hint if look.kind is None else f"Use `costopt collect {look.kind.value} {shlex.quote(file.path)}`."
        raise BillError(f"{file.path} is {look.name}, not a bill of kind {kind.value}", hint=hint)
    first = ", ".join(file.columns[:_SHOWN])
    wanted = " or ".join(", ".join(sorted(look.columns)) for look in LOOKS if look.kind is kind)
    raise BillError(
        f"{file.path} looks like no bill that costopt knows; its columns begin with {first[:_LONGEST]}",
        hint=f"A file of kind {kind.value} has columns {wanted}, spelled so.",
    )


def _require_form(file: BillFile, kind: BillKind) -> None:
    if file.form not in FORMS[kind]:
        raise BillError(
            f"{file.path} is JSON, which is not read of kind {kind.value}", hint="Export it as CSV or Parquet."
        )


_SHOWN = 5
_LONGEST = 200
