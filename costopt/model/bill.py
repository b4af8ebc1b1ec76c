"""What a store of bills says of itself: periods, files, and the accounts by which a bill reconciles with its source."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

STORE_SCHEMA_VERSION = 1
"""Version of the layout on disk and of the canonical columns."""


class BillKind(StrEnum):
    """What sort of bill a source sends."""

    FOCUS = "focus"
    CUR = "cur"
    """AWS Cost and Usage Report, legacy or 2.0."""
    GCP_EXPORT = "gcp-export"
    """Google's standard or detailed usage cost export."""
    COST_EXPLORER = "cost-explorer"
    """Answers of AWS Cost Explorer, where there is no export: by day, account, service and kind of charge."""


class FileForm(StrEnum):
    """How a file of a bill is written."""

    PARQUET = "parquet"
    CSV = "csv"
    CSV_GZ = "csv.gz"
    JSONL = "jsonl"
    """A JSON object a line, as BigQuery exports nested tables."""
    JSONL_GZ = "jsonl.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillFile:
    """One file of a bill, its header read."""

    path: str
    """Where it is."""
    form: FileForm
    """How it is written, by its content."""
    columns: tuple[str, ...]
    """Names of its columns as they stand in it, in order; of JSON lines the keys of the first."""
    delimiter: str = ","
    """Of CSV: comma, semicolon or tab."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One bill as it was handed over: files that belong together and replace, whole, what came before."""

    kind: BillKind
    """What the files are."""
    source: str
    """Name under which the bill is kept: the export's own, or one that the user gave. A later delivery of the same
    source replaces the billing periods that it holds."""
    files: tuple[BillFile, ...]
    """The files, in order, each named once."""
    fingerprint: str
    """SHA-256 over the files' content or over what the provider says of it (names, sizes, ETags)."""
    version: str | None = None
    """The provider's name of this edition: assembly or execution id."""
    declared_rows: int | None = None
    """Rows that the provider says are in it, where it says so."""
    periods: tuple[str, ...] = ()
    """Billing periods, `YYYY-MM`, that the provider says it is of; empty where only the rows tell. Rows of any other
    period refuse the delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One immutable Parquet file of the store."""

    path: str
    """Relative to the store."""
    rows: int
    """Rows in it."""
    bytes: int
    """Size on disk."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Account:
    """One line of the accounts of a billing period: all rows of one sort, summed. They reconcile bill and source."""

    currency: str
    """ISO 4217 code of the billing currency."""
    category: str
    """FOCUS ChargeCategory of the rows; empty where they were set aside."""
    source_type: str
    """The source's own kind of line."""
    set_aside: str
    """Why the rows are not in the store (they would count twice); empty for rows that are."""
    rows: int
    """How many."""
    source_cost: Decimal
    """Sum in the source's own total column."""
    billed_cost: Decimal
    """Sum of BilledCost; zero where set aside."""
    effective_cost: Decimal
    """Sum of EffectiveCost; zero where set aside."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class FileTotal:
    """The sum of a total column as the files have it, independent of the mapping."""

    currency: str
    """ISO 4217 code."""
    lines: int
    """Lines of the files."""
    cost: Decimal
    """Sum of the column that the source's own total is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodBill:
    """One billing period of one source, as it stands in the store."""

    source: str
    """Name of the source."""
    kind: BillKind
    """What it was made from."""
    billing_period: str
    """`YYYY-MM`, in the provider's own calendar."""
    version: str | None
    """Edition of the delivery that it came with."""
    delivered: tuple[str, ...]
    """Billing periods of that delivery, this one among them."""
    fingerprint: str
    """Of that delivery; the same one again changes nothing."""
    files: tuple[StoredFile, ...]
    """Its rows."""
    rows: int
    """How many."""
    extra_columns: tuple[str, ...]
    """Columns beyond the canonical ones that only this source has, sorted."""
    billing_accounts: tuple[str, ...]
    """Ids of the billing accounts, sorted."""
    sub_accounts: tuple[str, ...]
    """Ids of the sub-accounts, sorted."""
    first_charge: datetime
    """Earliest ChargePeriodStart, UTC."""
    last_charge: datetime
    """Latest ChargePeriodEnd, UTC: fees and taxes run to the end of the month, whatever was used."""
    first_usage: datetime | None
    """Earliest ChargePeriodStart of usage within the billing period, corrections left out; None without usage."""
    last_usage: datetime | None
    """Latest ChargePeriodStart of the same."""
    last_good_day: str
    """Last day, UTC, before which no day of usage is missing: `YYYY-MM-DD`; empty where there is no usage."""
    file_totals: tuple[FileTotal, ...]
    """What the files' own total column sums to, read before anything is mapped; sorted by currency."""
    accounts: tuple[Account, ...]
    """All rows of the delivery for this period, sorted; none is left out."""
    ingested_at: datetime
    """When it was taken in, UTC."""

    @property
    def currencies(self) -> tuple[str, ...]:
        """Currencies in it, sorted."""
        return tuple(sorted({account.currency for account in self.accounts}))

    @property
    def key(self) -> tuple[str, str]:
        """What a later delivery replaces."""
        return self.source, self.billing_period


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """A file that no bill names any more; kept for readers that still do."""

    path: str
    """Relative to the store."""
    since: datetime
    """When it was replaced, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """The table of contents of a store; replaced atomically, so that a reader sees a whole state."""

    schema_version: int = STORE_SCHEMA_VERSION
    """Version of the layout."""
    bills: tuple[PeriodBill, ...] = ()
    """Sorted by source and period."""
    retired: tuple[Retired, ...] = ()
    """Files to be deleted after a while."""
