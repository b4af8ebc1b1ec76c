"""Answers of Cost Explorer as rows of a bill: canonical FOCUS columns, one Parquet file a billing period.

A daily group becomes one row. A group of commitment fees becomes two where some of the commitment was not used: the
fee, and the unused part as usage. List and contracted cost are not known to Cost Explorer and stay NULL.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from costopt.collectors.aws.cost_explorer_query import CostRow
from costopt.collectors.aws.cost_explorer_records import RecordGroup
from costopt.collectors.bill_types import arrow_types
from costopt.disk import move_file
from costopt.model.bill import BillFile, FileForm
from costopt.model.focus import TYPES, ChargeCategory

COLUMNS: Final = (
    "BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd",
    "BilledCost", "EffectiveCost", "ListCost", "ContractedCost",
    "BillingAccountId", "BillingCurrency", "ChargeCategory", "ChargeClass", "ChargeFrequency",
    "CommitmentDiscountCategory", "CommitmentDiscountStatus", "CommitmentDiscountType",
    "InvoiceIssuerName", "ProviderName", "PublisherName", "ServiceName", "SubAccountId", "SubAccountName",
    "x_SourceType", "x_SourceCost",
)  # fmt: skip
"""Columns of the files, in order."""
_TEN_DIGITS = Decimal("1E-10")
_ISSUER = "Amazon Web Services, Inc."
_ROW_GROUP = 131_072

Line = dict[str, Any]
"""One row: column to value, without those that are NULL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCosts:
    """The daily rows of one group of kinds of charge."""

    group: RecordGroup
    """What they are."""
    rows: tuple[CostRow, ...]
    """By service and account."""


def month_of(day: date) -> str:
    """Billing period of a day, `YYYY-MM`."""
    return f"{day:%Y-%m}"


def month_after(day: date) -> date:
    """First day of the next month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def lines_of(
    costs: Iterable[DailyCosts], *, account: str, names: Mapping[str, str], net_periods: Collection[str]
) -> list[Line]:
    """Rows of the bill, sorted.

    Args:
        costs: the daily rows, each kind of charge in one of them.
        account: the account that asked, which is the payer or pays for itself.
        names: account id to name.
        net_periods: billing periods whose costs are taken net of discounts.
    """
    lines = [
        line
        for daily in costs
        for row in daily.rows
        for line in _lines(daily.group, row, account, names, is_net=month_of(row.start) in net_periods)
    ]
    return sorted(
        lines,
        key=lambda line: (line["ChargePeriodStart"], line["x_SourceType"], line["SubAccountId"], line["ServiceName"]),
    )


def _lines(group: RecordGroup, row: CostRow, account: str, names: Mapping[str, str], *, is_net: bool) -> Iterator[Line]:
    service, owner = row.keys
    billed, effective = _costs(row, is_net=is_net)
    line: Line = {
        "BillingPeriodStart": _midnight(row.start.replace(day=1)),
        "BillingPeriodEnd": _midnight(month_after(row.start)),
        "ChargePeriodStart": _midnight(row.start),
        "ChargePeriodEnd": _midnight(row.start + timedelta(days=1)),
        "BilledCost": billed,
        "EffectiveCost": effective if group.commitment is None else Decimal(0),
        "BillingAccountId": account,
        "BillingCurrency": row.currency,
        "ChargeCategory": group.category.value,
        "ChargeClass": group.charge_class,
        "ChargeFrequency": group.frequency,
        "InvoiceIssuerName": _ISSUER,
        "ProviderName": "AWS",
        "PublisherName": _ISSUER,
        "ServiceName": service,
        "SubAccountId": owner,
        "SubAccountName": names.get(owner),
        "x_SourceType": group.name,
        "x_SourceCost": _money(row.unblended),
    }
    if group.commitment is not None:
        line["CommitmentDiscountCategory"], line["CommitmentDiscountType"] = group.commitment
    yield line
    if group.commitment is not None and effective:
        yield line | {
            "BilledCost": Decimal(0),
            "EffectiveCost": effective,
            "ChargeCategory": ChargeCategory.USAGE.value,
            "ChargeFrequency": "Usage-Based",
            "CommitmentDiscountStatus": "Unused",
            "x_SourceType": f"{group.name} (unused part)",
            "x_SourceCost": Decimal(0),
        }


def _costs(row: CostRow, *, is_net: bool) -> tuple[Decimal, Decimal]:
    if is_net and row.net_unblended is not None and row.net_amortized is not None:
        return _money(row.net_unblended), _money(row.net_amortized)
    return _money(row.unblended), _money(row.amortized)


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(_TEN_DIGITS)


def _midnight(day: date) -> datetime:
    """Without a zone, as the canonical table has it: UTC."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - see above


def fingerprint_of(lines: Sequence[Line]) -> str:
    """SHA-256 of the rows, so that the same costs on another day are the same bill."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(json.dumps([str(line.get(column)) for column in COLUMNS]).encode())
    return digest.hexdigest()


def write_lines(lines: Sequence[Line], folder: Path) -> tuple[BillFile, ...]:
    """Write the rows, one file a billing period, replacing files of earlier runs whole."""
    periods: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        periods[month_of(line["BillingPeriodStart"])].append(line)
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_write(folder / f"cost-explorer-{period}.parquet", periods[period]) for period in sorted(periods))


def _write(path: Path, lines: Sequence[Line]) -> BillFile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = arrow_types()
    table = pa.table({name: pa.array([line.get(name) for line in lines], types[TYPES[name]]) for name in COLUMNS})
    part = path.with_name(f".{path.name}.part")
    try:
        pq.write_table(table, part, compression="zstd", row_group_size=_ROW_GROUP)
        move_file(part, path)
    finally:
        part.unlink(missing_ok=True)
    return BillFile(path=str(path), form=FileForm.PARQUET, columns=COLUMNS)
