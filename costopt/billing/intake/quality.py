"""The data-quality table of staged rows: one pass that counts and sums every column."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from costopt.billing.duckdb_engine import parquet_rows
from costopt.billing.sql_text import literal, quoted
from costopt.errors import BillError
from costopt.model.bill_quality import BillQuality, ColumnQuality
from costopt.model.focus import COLUMNS, TYPES, ChargeCategory, ColumnType

_NEEDED = (
    "BillingPeriodStart", "ChargePeriodStart", "ChargePeriodEnd", "BillingCurrency", "ChargeCategory", "BilledCost",
    "EffectiveCost", "x_SourceCost",
)  # fmt: skip
"""A row without one of these would be left out of some total without a word."""
_SUM = {ColumnType.MONEY: "sum", ColumnType.NUMBER: "fsum"}
_MOST_NAMES = 100


def assess(connection: Any, paths: Sequence[Path], extras: Sequence[str], *, set_aside: int) -> BillQuality | None:
    """Assess staged rows.

    Args:
        connection: DuckDB.
        paths: staged files.
        extras: names of columns beyond the canonical ones.
        set_aside: how many lines were not kept.

    Returns:
        The table; None where there are no rows.

    Raises:
        BillError: rows lack what every total needs.
    """
    source = parquet_rows(paths)
    names = [*(column.name for column in COLUMNS), *extras]
    summed = [name for name in names if TYPES.get(name) in _SUM]
    counts = ", ".join(f"count({quoted(name)})" for name in names)
    sums = ", ".join(f"{_SUM[TYPES[name]]}({quoted(name)})" for name in summed)
    (rows, first, last, outside, *found) = connection.execute(
        f"""SELECT count(*), min(ChargePeriodStart), max(ChargePeriodEnd), count(*) FILTER (WHERE
            ChargePeriodStart < BillingPeriodStart OR ChargePeriodStart >= BillingPeriodEnd),
            {counts}, {sums} FROM {source}"""  # noqa: S608 - escaped names and paths
    ).fetchone()
    if not rows:
        return None
    filled = dict(zip(names, found[: len(names)], strict=True))
    totals = {name: _total(name, one) for name, one in zip(summed, found[len(names) :], strict=True)}
    _require(filled, rows)
    _require_times(first, last)
    return BillQuality(
        rows=rows,
        rows_set_aside=set_aside,
        columns=tuple(
            ColumnQuality(column=name, nulls=rows - filled[name], total=totals.get(name))
            for name in names
            if filled[name]
        ),
        empty_columns=tuple(name for name in names if not filled[name]),
        first_charge=first,
        last_charge=last,
        unknown_services=_distinct(connection, source, "ServiceName", "ServiceCategory = 'Other'"),
        unknown_lines=_distinct(connection, source, "x_SourceType", _UNKNOWN_LINE),
        missing_days=_missing_days(connection, source),
        outside_period=outside,
    )


_UNKNOWN_LINE = """ProviderName = 'AWS' AND ChargeCategory = 'Adjustment' AND x_SourceType NOT IN ('Adjustment',
    'EdpDiscount', 'PrivateRateDiscount', 'BundledDiscount', 'Discount', 'SppDiscount', 'RiVolumeDiscount')"""


def _total(name: str, found: Any) -> Decimal | None:
    """A sum as it is shown: of costs exact, of quantities to ten digits, which is as far as they are reproducible."""
    if found is None or TYPES[name] is ColumnType.MONEY:
        return None if found is None else Decimal(found)
    return Decimal(f"{found:.10g}")


def _require(filled: dict[str, int], rows: int) -> None:
    lacking = [f"{rows - filled[name]:,} lack {name}" for name in _NEEDED if filled[name] < rows]
    if lacking:
        raise BillError(
            f"of {rows:,} rows {', '.join(lacking)}",
            hint="A row without it would be missing from a total without a word; export the bill again.",
        )


def require_sense(connection: Any, paths: Sequence[Path]) -> None:
    """Refuse what no question could count: quantities beyond all numbers, and words that are no category or currency.

    Raises:
        BillError: such values; it names their column.
    """
    source = parquet_rows(paths)
    numbers = [column.name for column in COLUMNS if column.type is ColumnType.NUMBER]
    broken = ", ".join(
        f"count(*) FILTER (WHERE NOT isfinite({quoted(name)}) OR abs({quoted(name)}) >= {_LARGEST})" for name in numbers
    )
    known = ", ".join(literal(category.value) for category in ChargeCategory)
    found = connection.execute(
        f"""SELECT {broken}, count(*) FILTER (WHERE ChargeCategory NOT IN ({known})),
            count(*) FILTER (WHERE NOT regexp_full_match(BillingCurrency, '[A-Z]{{3}}')) FROM {source}"""  # noqa: S608
    ).fetchone()
    wrong = {name: count for name, count in zip((*numbers, *_WORDS), found, strict=True) if count}
    if wrong:
        said = ", ".join(f"{count:,} rows whose {name} makes no sense" for name, count in wrong.items())
        raise BillError(f"the bill has {said}", hint="Correct the values, or export the bill again.")


_WORDS = ("ChargeCategory", "BillingCurrency")
_LARGEST = 10**18
"""Of a quantity or a unit price; DECIMAL(28,10), through which quantities are summed, holds no more."""


def _require_times(first: datetime, last: datetime) -> None:
    if not _EARLIEST <= first <= last < _LATEST:
        raise BillError(
            f"charges from {first:%Y-%m-%d} to {last:%Y-%m-%d}: no bill is of such a time",
            hint="Correct the times, or export the bill again.",
        )


_EARLIEST = datetime(2000, 1, 1)  # noqa: DTZ001 - the canonical table has no zones
_LATEST = datetime(2200, 1, 1)  # noqa: DTZ001
"""AWS sold its first service in 2004."""


def _distinct(connection: Any, source: str, column: str, where: str) -> tuple[str, ...]:
    query = f"""SELECT DISTINCT {column} FROM {source} WHERE {where} AND {column} IS NOT NULL
        ORDER BY ALL LIMIT {_MOST_NAMES}"""  # noqa: S608 - escaped paths
    return tuple(name for (name,) in connection.execute(query).fetchall())


def _missing_days(connection: Any, source: str) -> tuple[str, ...]:
    query = f"""SELECT DISTINCT CAST(ChargePeriodStart AS DATE) FROM {source}
        WHERE ChargeCategory = 'Usage' AND ChargePeriodStart >= BillingPeriodStart ORDER BY ALL"""  # noqa: S608 - escaped paths
    days: list[date] = [day for (day,) in connection.execute(query).fetchall()]
    if not days or days[-1] - days[0] > _LONGEST:
        return ()
    there = set(days)
    every = (days[0] + timedelta(days=number) for number in range((days[-1] - days[0]).days))
    return tuple(day.isoformat() for day in every if day not in there)


_LONGEST = timedelta(days=3 * 366)
"""Beyond that a row's date is wrong rather than days missing."""
