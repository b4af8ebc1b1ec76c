"""Rows on their way into the store: written once to a staging folder, accounted for, then placed by billing period."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from costopt.billing.duckdb_engine import path_list
from costopt.billing.intake.select import Selection
from costopt.billing.lake import Writer
from costopt.billing.sql_text import literal
from costopt.disk import move_file
from costopt.model.bill import Account, StoredFile

_PARQUET = "(FORMAT parquet, COMPRESSION zstd)"
_MONTH = "strftime(BillingPeriodStart, '%Y-%m')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """The rows of one relation, on disk and counted."""

    path: Path
    """A Parquet file in the staging folder."""
    aside: tuple[tuple[str, Account], ...]
    """Billing period and account of the lines that were not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFacts:
    """What the rows of one billing period are, over all files."""

    accounts: tuple[Account, ...]
    """Sums by currency, category and kind of line."""
    billing_accounts: tuple[str, ...]
    """Ids, sorted."""
    first_charge: datetime
    """Earliest start, UTC."""
    last_charge: datetime
    """Latest end, UTC."""
    last_good_day: str
    """Last day before which no day of usage is missing; empty without usage."""


def stage(connection: Any, selection: Selection, folder: Path) -> Staged:
    """Write the canonical rows of one relation, streaming.

    Raises:
        duckdb.Error: a file cannot be read, or holds a value of another type than its column's.
    """
    path = folder / f"{uuid4().hex}.parquet"
    connection.execute(f"COPY ({selection.kept}) TO {literal(str(path))} {_PARQUET}")
    rows = () if selection.aside is None else connection.execute(selection.aside).fetchall()
    aside = tuple(
        (
            period,
            Account(
                currency=currency,
                category="",
                source_type=kind,
                set_aside=reason,
                rows=count,
                source_cost=cost,
                billed_cost=cost * 0,
                effective_cost=cost * 0,
            ),
        )
        for period, currency, kind, reason, count, cost in rows
    )
    return Staged(path=path, aside=aside)


def facts(connection: Any, staged: Sequence[Staged]) -> dict[str, PeriodFacts]:
    """What every billing period of the staged rows is, by `YYYY-MM`."""
    source = f"read_parquet({path_list([one.path for one in staged])}, union_by_name = true)"
    accounts: dict[str, list[Account]] = defaultdict(list)
    for one in staged:
        for period, account in one.aside:
            accounts[period].append(account)
    query = f"""SELECT {_MONTH}, COALESCE(BillingCurrency, ''), COALESCE(ChargeCategory, ''),
        COALESCE(x_SourceType, ''), count(*), COALESCE(sum(x_SourceCost), 0), COALESCE(sum(BilledCost), 0),
        COALESCE(sum(EffectiveCost), 0) FROM {source} GROUP BY ALL ORDER BY ALL"""  # noqa: S608 - escaped paths
    for period, currency, category, kind, count, cost, billed, effective in connection.execute(query).fetchall():
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
    spans = f"""SELECT {_MONTH}, min(ChargePeriodStart), max(ChargePeriodEnd),
        list_sort(list_distinct(list(DISTINCT BillingAccountId))) FROM {source} GROUP BY ALL ORDER BY ALL"""  # noqa: S608
    days = _days(connection, source)
    return {
        period: PeriodFacts(
            accounts=tuple(sorted(_merged(accounts[period]))),
            billing_accounts=tuple(owners),
            first_charge=first,
            last_charge=last,
            last_good_day=_last_good_day(days.get(period, [])),
        )
        for period, first, last, owners in connection.execute(spans).fetchall()
    }


def _days(connection: Any, source: str) -> dict[str, list[datetime]]:
    query = f"""SELECT {_MONTH}, CAST(ChargePeriodStart AS DATE) FROM {source}
        WHERE ChargeCategory = 'Usage' AND ChargePeriodStart >= BillingPeriodStart
        GROUP BY ALL ORDER BY ALL"""  # noqa: S608 - escaped paths
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


def _merged(accounts: Sequence[Account]) -> list[Account]:
    """One account of each sort; several files give the same ones."""
    sums: dict[tuple[str, str, str, str], Account] = {}
    for one in accounts:
        key = (one.currency, one.category, one.source_type, one.set_aside)
        other = sums.get(key)
        sums[key] = (
            one
            if other is None
            else Account(
                currency=one.currency,
                category=one.category,
                source_type=one.source_type,
                set_aside=one.set_aside,
                rows=one.rows + other.rows,
                source_cost=one.source_cost + other.source_cost,
                billed_cost=one.billed_cost + other.billed_cost,
                effective_cost=one.effective_cost + other.effective_cost,
            )
        )
    return list(sums.values())


def place(connection: Any, staged: Sequence[Staged], writer: Writer, source: str) -> dict[str, list[StoredFile]]:
    """Put the staged rows where the store keeps each billing period; a file of several periods is taken apart.

    Returns:
        Files by billing period; they stand in place, and no catalog names them yet.
    """
    placed: dict[str, list[StoredFile]] = defaultdict(list)
    for one in staged:
        table = f"read_parquet({path_list([one.path])})"
        counts = connection.execute(
            f"SELECT {_MONTH}, count(*) FROM {table} GROUP BY ALL ORDER BY ALL"  # noqa: S608 - escaped paths
        ).fetchall()
        for period, rows in counts:
            path = one.path if len(counts) == 1 else _split(connection, table, period, one.path.parent)
            relative = writer.place(source, period, uuid4().hex)
            target = writer.lake.path / relative
            move_file(path, target)
            placed[period].append(StoredFile(path=relative.as_posix(), rows=rows, bytes=target.stat().st_size))
    return placed


def _split(connection: Any, table: str, period: str, folder: Path) -> Path:
    path = folder / f"{uuid4().hex}.parquet"
    rows = f"SELECT * FROM {table} WHERE {_MONTH} = {literal(period)}"  # noqa: S608 - escaped paths
    connection.execute(f"COPY ({rows}) TO {literal(str(path))} {_PARQUET}")
    return path
