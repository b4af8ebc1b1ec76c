"""Rows on their way into the store: written once to a staging folder, accounted for, then placed by billing period."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from costopt.billing.duckdb_engine import parquet_rows
from costopt.billing.intake.select import Selection
from costopt.billing.intake.survey import PERIOD
from costopt.billing.lake import Writer
from costopt.billing.sql_text import literal
from costopt.disk import move_file
from costopt.errors import BillError
from costopt.model.bill import Account, FileTotal, StoredFile

_PARQUET = "(FORMAT parquet, COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 4096)"
"""DuckDB's own limit is a fifth of a row group's rows: dictionaries that leave the processor's cache, one a column."""
_MONTH = PERIOD.format(start="BillingPeriodStart")
_USED = "ChargeCategory = 'Usage' AND ChargePeriodStart >= BillingPeriodStart AND ChargeClass IS NULL"
"""Usage of the period itself: late lines and corrections say nothing of how far a bill goes."""
_MOST_ACCOUNTS = 10_000
"""Sorts of row by period, currency, category and kind of line; a real bill has a few dozen a month."""

Totals = tuple[FileTotal, ...]
"""Of one billing period, by currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFacts:
    """What the rows of one billing period are, over all files."""

    accounts: tuple[Account, ...]
    """Sums by currency, category, kind of line and reason, over all that was kept and set aside."""
    file_totals: Totals
    """What the files sum to by themselves."""
    billing_accounts: tuple[str, ...]
    """Ids, sorted; an empty one where rows have none."""
    sub_accounts: tuple[str, ...]
    """Ids, sorted; likewise."""
    first_charge: datetime
    """Earliest start, UTC."""
    last_charge: datetime
    """Latest end, UTC."""
    first_usage: datetime | None
    """Earliest start of usage within the period, UTC."""
    last_usage: datetime | None
    """Latest start of the same."""
    last_good_day: str
    """Last day before which no day of usage is missing; empty without usage."""


def stage(connection: Any, selection: Selection, folder: Path) -> Path:
    """Write the canonical rows of one relation, streaming; gives the file.

    Raises:
        duckdb.Error: a file cannot be read, or holds a value of another type than its column's.
    """
    path = folder / f"{uuid4().hex}.parquet"
    connection.execute(f"COPY ({selection.kept}) TO {literal(str(path))} {_PARQUET}")
    return path


def facts(
    connection: Any, staged: Sequence[Path], aside: Sequence[tuple[str, Account]], totals: Mapping[str, Totals]
) -> dict[str, PeriodFacts]:
    """What every billing period of the staged rows is, by `YYYY-MM`.

    Args:
        connection: DuckDB.
        staged: files of canonical rows.
        aside: billing period and account of the lines that were not kept.
        totals: what the files say of each period; where they were not surveyed the rows are the files' own.

    Raises:
        BillError: more sorts of row than any provider has.
    """
    source = parquet_rows(staged)
    accounts = _accounts(connection, source)
    for period, account in aside:
        accounts[period].append(account)
    # Rows are grouped by the start of their period as it stands; its name is made of the few groups.
    spans = f"""SELECT {_MONTH}, min(first), max(last), min(from_), max(to_),
        list_sort(list_distinct(flatten(list(owners)))), list_sort(list_distinct(flatten(list(owned))))
        FROM (SELECT BillingPeriodStart, min(ChargePeriodStart) AS first, max(ChargePeriodEnd) AS last,
            min(ChargePeriodStart) FILTER (WHERE {_USED}) AS from_,
            max(ChargePeriodStart) FILTER (WHERE {_USED}) AS to_,
            list(DISTINCT COALESCE(BillingAccountId, '')) AS owners,
            list(DISTINCT COALESCE(SubAccountId, '')) AS owned
            FROM {source} GROUP BY BillingPeriodStart)
        GROUP BY ALL ORDER BY ALL"""  # noqa: S608 - escaped paths
    days = _days(connection, source)
    return {
        period: PeriodFacts(
            accounts=tuple(sorted(accounts[period])),
            file_totals=totals.get(period) or _own_totals(accounts[period]),
            billing_accounts=tuple(owners),
            sub_accounts=tuple(owned),
            first_charge=first,
            last_charge=last,
            first_usage=from_,
            last_usage=to,
            last_good_day=_last_good_day(days.get(period, [])),
        )
        for period, first, last, from_, to, owners, owned in connection.execute(spans).fetchall()
    }


def _accounts(connection: Any, source: str) -> dict[str, list[Account]]:
    query = f"""SELECT {_MONTH}, currency, category, kind, sum(lines), sum(cost), sum(billed), sum(effective)
        FROM (SELECT BillingPeriodStart, COALESCE(BillingCurrency, '') AS currency,
            COALESCE(ChargeCategory, '') AS category, COALESCE(x_SourceType, '') AS kind, count(*) AS lines,
            COALESCE(sum(x_SourceCost), 0) AS cost, COALESCE(sum(BilledCost), 0) AS billed,
            COALESCE(sum(EffectiveCost), 0) AS effective FROM {source} GROUP BY ALL)
        GROUP BY ALL ORDER BY ALL LIMIT {_MOST_ACCOUNTS + 1}"""  # noqa: S608 - escaped paths
    rows = connection.execute(query).fetchall()
    if len(rows) > _MOST_ACCOUNTS:
        raise BillError(
            f"the bill has more than {_MOST_ACCOUNTS:,} kinds of line",
            hint="ChargeCategory, BillingCurrency or x_SourceType hold something else than kinds.",
        )
    accounts: dict[str, list[Account]] = defaultdict(list)
    for period, currency, category, kind, count, cost, billed, effective in rows:
        accounts[period].append(
            Account(
                currency=currency,
                category=category,
                source_type=kind,
                set_aside="",
                rows=count,
                source_cost=cost,
                billed_cost=billed,
                effective_cost=effective,
            )
        )
    return accounts


def _own_totals(accounts: Sequence[Account]) -> Totals:
    """Totals of a source whose rows are the files' own."""
    return tuple(
        FileTotal(
            currency=currency,
            lines=sum(one.rows for one in accounts if one.currency == currency),
            cost=sum((one.source_cost for one in accounts if one.currency == currency), Decimal(0)),
        )
        for currency in sorted({one.currency for one in accounts})
    )


def _days(connection: Any, source: str) -> dict[str, list[datetime]]:
    query = f"""SELECT {_MONTH}, day FROM (SELECT DISTINCT BillingPeriodStart, CAST(ChargePeriodStart AS DATE) AS day
        FROM {source} WHERE {_USED}) GROUP BY ALL ORDER BY ALL"""  # noqa: S608 - escaped paths
    days: dict[str, list[datetime]] = defaultdict(list)
    for period, day in connection.execute(query).fetchall():
        days[period].append(day)
    return days


def _last_good_day(days: Sequence[datetime]) -> str:
    """The last of consecutive days from the first on."""
    good = None
    for day in days:
        if good is not None and day - good > timedelta(days=1):
            break
        good = day
    return "" if good is None else good.isoformat()


def place(connection: Any, staged: Sequence[Path], writer: Writer, source: str) -> dict[str, list[StoredFile]]:
    """Put the staged rows where the store keeps each billing period; a file of several periods is taken apart.

    Returns:
        Files by billing period; they stand in place, and no catalog names them yet.
    """
    placed: dict[str, list[StoredFile]] = defaultdict(list)
    for staged_path in staged:
        table = parquet_rows([staged_path])
        periods = connection.execute(
            f"""SELECT {_MONTH} AS period, sum(lines), CAST(min(BillingPeriodStart) AS VARCHAR),
            CAST(max(BillingPeriodStart) AS VARCHAR)
            FROM (SELECT BillingPeriodStart, count(*) AS lines FROM {table} GROUP BY ALL)
            GROUP BY ALL ORDER BY period"""  # noqa: S608 - escaped paths
        ).fetchall()
        for period, rows, first, last in periods:
            one = len(periods) == 1
            path = staged_path if one else _split(connection, table, period, (first, last), staged_path.parent)
            relative = writer.place(source, period, uuid4().hex)
            target = writer.lake.path / relative
            move_file(path, target)
            placed[period].append(StoredFile(path=relative.as_posix(), rows=rows, bytes=target.stat().st_size))
    return placed


def _split(connection: Any, table: str, period: str, starts: tuple[str, str], folder: Path) -> Path:
    """Write the rows of one period. By its first and last start whole row groups of other periods are left unread."""
    path = folder / f"{uuid4().hex}.parquet"
    first, last = (f"TIMESTAMP {literal(start)}" for start in starts)
    where = f"BillingPeriodStart BETWEEN {first} AND {last} AND {_MONTH} = {literal(period)}"
    rows = f"SELECT * FROM {table} WHERE {where}"  # noqa: S608 - escaped paths
    connection.execute(f"COPY ({rows}) TO {literal(str(path))} {_PARQUET}")
    return path
