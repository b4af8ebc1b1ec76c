"""Make a bill of Harbourline Freight: files, what they sum to, and the table that they normalise to.

made = make_bill(folder, form="cur2", lines=2000, seed=1)
made.files, made.totals, made.truth
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from costopt.model.bill import FileForm
from costopt.model.focus import COLUMNS
from tools.bills import aws_booking, aws_month, aws_usage, cur_columns, gcp_columns, gcp_lines
from tools.bills.columns import Written, select_sql
from tools.bills.entries import Entry
from tools.bills.focus_columns import Booking, file_columns, truth_sql
from tools.bills.layout import Layout, layout_of, write_manifests
from tools.bills.request import FILES, Cloud, Edp, Form, Period, Request
from tools.bills.totals import PeriodTotals, period_totals, write_totals

FIRST_MONTH = date(2026, 9, 1)
"""First billing month unless another is asked for."""
BILL = "bill"
"""Folder of the bill."""
TRUTH_UP_TO = 100_000
"""Lines up to which the truth is given as a table, unless asked for."""
MEMORY_LIMIT = "2GiB"
"""Of the making of a bill of any size."""

_REPORTS_DO_NOT_TELL = frozenset({"SkuPriceDetails", "x_SourceType"})
"""A row of unused commitment is of no kind of line of theirs."""
_NAMES_OF_ACCOUNTS = frozenset({"BillingAccountName", "SubAccountName"})
_OF_SOURCE = frozenset({"x_SourceType", "x_SourceCost"})
_NOT_TOLD: dict[tuple[Cloud, Form], frozenset[str]] = {
    (Cloud.AWS, Form.CUR2): _REPORTS_DO_NOT_TELL,
    (Cloud.AWS, Form.LEGACY): _REPORTS_DO_NOT_TELL | _NAMES_OF_ACCOUNTS,
    (Cloud.AWS, Form.FOCUS): _OF_SOURCE,
    (Cloud.GCP, Form.GCP): frozenset({"SkuPriceDetails"}),
    (Cloud.GCP, Form.FOCUS): _OF_SOURCE,
}
"""Canonical columns of the truth that a form has no place for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A bill that was made."""

    request: Request
    """What was asked for."""
    folder: Path
    """Where it is, as it would be synced from a bucket; `totals.json` is beside this folder, not in it."""
    files: tuple[Path, ...]
    """Data files, oldest month first."""
    manifests: tuple[Path, ...]
    """Manifests; none of Google's."""
    totals: tuple[PeriodTotals, ...]
    """What each month sums to."""
    truth: pa.Table | None
    """The canonical table, typed, in no particular order; None of a large bill."""

    @property
    def told(self) -> tuple[str, ...]:
        """Canonical columns that this form tells, in order: in these a normalised bill is held against the truth."""
        silent = _NOT_TOLD[self.request.cloud, self.request.form]
        if self.request.edp is Edp.NET and self.request.form is not Form.FOCUS:
            silent |= {"ContractedCost"}  # a report does not say what a reserved hour costs at negotiated rates
        if self.request.form is Form.LEGACY and self.request.file is FileForm.PARQUET:
            silent |= {"x_CostCategories"}  # Athena's names of columns have no capitals
        return tuple(column.name for column in COLUMNS if column.name not in silent)


@dataclass(frozen=True, slots=True, kw_only=True)
class _CloudParts:
    """What differs between the clouds."""

    create_resources: Callable[[Any, Request], None]
    """Makes the table of resources."""
    create_fees: Callable[[Any, Request, Period], list[Entry]]
    """Makes the table of a month's fees and says what is to be summed."""
    parts_of: Callable[[Request, Period], list[str]]
    """Events of each file of a month."""
    booking: Callable[[Request, Period], Booking]
    """FOCUS over events."""
    columns: Callable[[Request, Period], list[Written]]
    """The cloud's own form over events."""


_CLOUDS = {
    Cloud.AWS: _CloudParts(
        create_resources=aws_usage.create_resources,
        create_fees=aws_month.create_fees,
        parts_of=aws_month.parts_of,
        booking=aws_booking.aws_booking,
        columns=cur_columns.cur_columns,
    ),
    Cloud.GCP: _CloudParts(
        create_resources=gcp_lines.create_resources,
        create_fees=gcp_lines.create_fees,
        parts_of=gcp_lines.parts_of,
        booking=gcp_columns.gcp_booking,
        columns=gcp_columns.gcp_columns,
    ),
}


def make_bill(
    folder: Path,
    *,
    form: str,
    file: str | None = None,
    cloud: str | None = None,
    lines: int = 2_000,
    months: int = 1,
    seed: int = 1,
    first_month: date = FIRST_MONTH,
    edp: str = "none",
    edition: int = 1,
    split: int = 1,
    truth: bool | None = None,
) -> Made:
    """Write a bill to `folder/bill` and `folder/totals.json`. The same arguments give the same bytes.

    Args:
        folder: is made where it is missing; files of the same names are replaced.
        form: `cur2`, `legacy`, `focus` or `gcp`.
        file: `parquet`, `csv`, `csv.gz` or `jsonl.gz`; without it the form's usual one.
        cloud: `aws` or `gcp`; only FOCUS has a choice, and is AWS's without it.
        lines: lines of usage over all months; fees, taxes, credits and negations come on top.
        months: billing periods.
        seed: of quantities and ids.
        first_month: first day of the first billing period.
        edp: `net`, `lines` or `none`.
        edition: 1, or 2 as restated.
        split: files a month.
        truth: whether the canonical table is given; without it for up to `TRUTH_UP_TO` lines.

    Raises:
        ValueError: no such bill; it says why.
    """
    asked = Form(form)
    request = Request(
        form=asked,
        file=FileForm(file) if file else FILES[asked][0],
        cloud=Cloud(cloud) if cloud else Cloud.GCP if asked is Form.GCP else Cloud.AWS,
        lines=lines,
        months=months,
        first_month=first_month,
        seed=seed,
        edp=Edp(edp),
        edition=edition,
        split=split,
    )
    (folder / BILL).mkdir(parents=True, exist_ok=True)
    return _make(folder, request, truth=lines <= TRUTH_UP_TO if truth is None else truth)


def _make(folder: Path, request: Request, *, truth: bool) -> Made:
    cloud = _CLOUDS[request.cloud]
    layouts: list[Layout] = []
    totals: list[PeriodTotals] = []
    tables: list[pa.Table] = []
    with database() as connection:
        cloud.create_resources(connection, request)
        for period in request.periods:
            entries = cloud.create_fees(connection, request, period)
            totals.append(period_totals(request, period.label, entries))
            layouts.append(_write_month(connection, request, period, folder / BILL))
            if truth:
                tables.append(_truth(connection, request, period))
    write_totals(folder, totals)
    return Made(
        request=request,
        folder=folder / BILL,
        files=tuple(file for layout in layouts for file in layout.files),
        manifests=tuple(manifest for layout in layouts for manifest in layout.manifests),
        totals=tuple(totals),
        truth=pa.concat_tables(tables) if tables else None,
    )


@contextmanager
def database() -> Iterator[Any]:
    """DuckDB in memory; rows keep their order, so that bytes are the same in every run."""
    with (
        tempfile.TemporaryDirectory() as spill,
        duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": spill}) as connection,
    ):
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET preserve_insertion_order = true")
        yield connection


def _write_month(connection: Any, request: Request, period: Period, folder: Path) -> Layout:
    cloud = _CLOUDS[request.cloud]
    if request.form is Form.FOCUS:
        columns: Sequence[Written] = file_columns(cloud.booking(request, period), request.file)
    else:
        columns = cloud.columns(request, period)
    layout = layout_of(request, period, folder)
    selects = [select_sql(columns, events, request.file) for events in cloud.parts_of(request, period)]
    # DuckDB packs one gzip file with one thread, so that two files at a time are twice as fast.
    with ThreadPoolExecutor(1 if request.file is FileForm.PARQUET else 2) as pool:
        copies = [
            pool.submit(_copy, connection.cursor(), select, path, request.file)
            for select, path in zip(selects, layout.files, strict=True)
        ]
        for copy in copies:
            copy.result()
    if layout.manifests:
        write_manifests(request, period, layout, folder, columns)
    return layout


def _copy(cursor: Any, select: str, path: Path, file: FileForm) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    target = str(path).replace("'", "''")
    cursor.execute("SET TimeZone = 'UTC'")
    cursor.execute(f"COPY ({select}) TO '{target}' ({_OPTIONS[file]})")


_OPTIONS = {
    FileForm.PARQUET: "FORMAT parquet, COMPRESSION snappy",
    FileForm.CSV: "FORMAT csv, HEADER",
    FileForm.CSV_GZ: "FORMAT csv, HEADER, COMPRESSION gzip",
    FileForm.JSONL_GZ: "FORMAT json, COMPRESSION gzip",
}


def _truth(connection: Any, request: Request, period: Period) -> pa.Table:
    """The canonical rows of a month, whatever form its files have."""
    cloud = _CLOUDS[request.cloud]
    whole = replace(request, form=Form.FOCUS, file=FileForm.PARQUET, split=1)
    (events,) = cloud.parts_of(whole, period)
    return connection.sql(truth_sql(cloud.booking(request, period), events)).to_arrow_table()
