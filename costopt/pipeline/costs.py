"""Answers from the bill: what was paid, by anything the bill knows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from costopt.billing.currency import Exchange, Rate, convert
from costopt.billing.dimensions import Grouping, parse_condition, parse_grouping
from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.engine import Engine
from costopt.billing.export import ExportForm, export
from costopt.billing.lake import Lake
from costopt.billing.query import load_costs
from costopt.config.settings import BillingSettings, Settings
from costopt.errors import StoreError
from costopt.model.bill import Catalog
from costopt.model.period import Period
from costopt.pipeline.engines import columns_of, open_engine, store_path

if TYPE_CHECKING:
    import pandas as pd

ALL_TIME = Period(start=datetime(2000, 1, 1, tzinfo=UTC), end=datetime(2200, 1, 1, tzinfo=UTC))
"""Every bill; AWS sold its first service in 2004."""
MONEY = ("billed_cost", "effective_cost", "list_cost", "contracted_cost")


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRequest:
    """What is asked."""

    by: tuple[str, ...] = ()
    """Columns of FOCUS, `tag:KEY`, `day`, `month`, `hour`, `period`; several in one text are parted by commas."""
    where: tuple[str, ...] = ()
    """Filters `COLUMN=VALUE` or `COLUMN!=VALUE`."""
    period: Period | None = None
    """By the start of a charge; None is all that there is."""
    last_days: int | None = None
    """The last days that the bill holds, instead of `period`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """The answer."""

    table: pa.Table
    """A row for each set of values: the dimensions, then `billed_cost`, `effective_cost`, `list_cost` and
    `contracted_cost` as decimals in `BillingCurrency`, and `line_items`. Sorted by the dimensions."""
    headings: tuple[str, ...]
    """What to call its columns."""
    period: Period
    """The time that was asked about, UTC."""
    engine: str
    """What answered."""
    notes: tuple[str, ...] = ()
    """What whoever reads the table has to know and cannot see in it."""


def costs(settings: Settings, request: CostRequest, *, store: Path | None = None, now: datetime | None = None) -> Costs:
    """Sum the bill.

    Args:
        settings: the user's settings; `billing.currency` converts, `[engine]` chooses who computes.
        request: what is asked.
        store: directory of the store; the settings' otherwise.
        now: the time that no window of last days goes beyond; the clock's otherwise.

    Raises:
        StoreError: no store there, or a damaged one.
        EngineError: the engine failed.
        UsageError: a dimension or filter that cannot be meant.
        CurrencyMismatch: a rate is missing.
    """
    with open_engine(settings, store) as engine:
        return costs_of(engine, settings.billing, request, now=now)


def costs_of(engine: Engine, billing: BillingSettings, request: CostRequest, *, now: datetime | None = None) -> Costs:
    """The same of an engine that is open, for those who ask it more than once.

    Raises:
        As `costs`.
    """
    known = columns_of(engine.catalog)
    period = chosen_period(request, engine.catalog, now)
    grouping = parse_grouping(request.by, known)
    if billing.currency is None:
        table = _ask(engine, grouping, request, known, period)
    else:
        table = _converted(engine, grouping, request, known, period, billing)
    headings = tuple(grouping.headings(table.column_names))
    return Costs(table=table, headings=headings, period=period, engine=engine.name, notes=_unknown(table))


def costs_frame(
    settings: Settings, request: CostRequest, *, store: Path | None = None, now: datetime | None = None
) -> "pd.DataFrame":
    """The same as a DataFrame, for notebooks: money as Decimal, columns under the names that were asked for.

    Needs pandas (`pip install 'cloud-costopt[pandas]'`).

    Raises:
        As `costs`.
    """
    answer = costs(settings, request, store=store, now=now)
    return answer.table.rename_columns(list(answer.headings)).to_pandas()


def _unknown(table: pa.Table) -> tuple[str, ...]:
    """Which totals are not known, since rows of the bill lack the cost."""
    holes = {name: table.column(name).null_count for name in MONEY}
    return tuple(
        f"{name} is unknown in {count:,} of {table.num_rows:,} rows: the bill lacks it where something was paid"
        for name, count in holes.items()
        if count
    )


def _ask(engine: Engine, grouping: Grouping, request: CostRequest, known: Collection[str], period: Period) -> pa.Table:
    where = parse_condition(request.where, known)
    sql = load_costs(grouping).bind(start=period.start, end=period.end, by=grouping.fragment, where=where)
    return engine.query(sql)


def _converted(
    engine: Engine,
    grouping: Grouping,
    request: CostRequest,
    known: Collection[str],
    period: Period,
    billing: BillingSettings,
) -> pa.Table:
    """Ask by day, convert each day at its own rate, and sum the days up again."""
    assert billing.currency is not None  # noqa: S101 - the caller's condition
    daily = parse_grouping((*request.by, "day"), known)
    table = _ask(engine, daily, request, known, period)
    rates = (Rate(currency=one.currency, into=one.into, since=one.since, rate=one.rate) for one in billing.rates)
    # The day stands at the end of what was asked for, before the currency; the keys keep the names that they have.
    keys = [name for name in grouping.names if name in daily.names]
    rows = convert(
        table.to_pylist(), Exchange(rates, billing.currency), money=MONEY, keys=keys, day=_name_of_day(daily)
    )
    fields = [
        pa.field(name, _MONEY_TYPE if name in MONEY else table.schema.field(name).type)
        for name in (*keys, *MONEY, "line_items")
    ]
    rounded = [{**row, **{name: _rounded(row[name]) for name in MONEY}} for row in rows]
    return pa.Table.from_pylist(rounded, schema=pa.schema(fields))


_MONEY_TYPE = pa.decimal128(38, 10)


def _rounded(amount: Any) -> Any:
    return None if amount is None else round(amount, 10)


def _name_of_day(grouping: Grouping) -> str:
    return next(name for name, one in zip(grouping.names, grouping.dimensions, strict=True) if one.label == "day")


def chosen_period(request: CostRequest, catalog: Catalog | None, now: datetime | None = None) -> Period:
    """The time that a request means.

    The last days end with the last day on which the store has usage: fees and taxes of a month that is not over run
    beyond it. They never end after today.

    Args:
        request: what is asked.
        catalog: of the store; None where another engine holds the bill, whose last days end with yesterday.
        now: the current time; the clock's otherwise.

    Raises:
        StoreError: the store holds no bill that could end.
    """
    if request.last_days is None:
        return request.period or ALL_TIME
    today = _midnight(now or datetime.now(UTC))
    end = today if catalog is None else min(_end_of_usage(catalog), today + _DAY)
    return Period(start=end - timedelta(days=request.last_days), end=end)


_DAY = timedelta(days=1)


def _end_of_usage(catalog: Catalog) -> datetime:
    """The midnight after the last usage of any bill; where none has usage, the one after the last charge."""
    if not catalog.bills:
        raise StoreError("the store holds no bill", hint="`costopt collect focus FILE` takes one in.")
    used = [bill.last_usage for bill in catalog.bills if bill.last_usage is not None]
    if used:
        return _midnight(max(used)) + _DAY
    last = max(bill.last_charge for bill in catalog.bills)
    return _midnight(last - timedelta(microseconds=1)) + _DAY  # a charge that ends at midnight ends that day


def _midnight(moment: datetime) -> datetime:
    """Start of the day, UTC; a time without a zone is UTC."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.replace(hour=0, minute=0, second=0, microsecond=0)


def export_bill(
    settings: Settings,
    form: ExportForm,
    path: Path,
    request: CostRequest,
    *,
    packed: bool | None = None,
    store: Path | None = None,
    now: datetime | None = None,
) -> int:
    """Write the store as one FOCUS file; gives the number of rows.

    Args:
        settings: the user's settings.
        form: how it is written.
        path: the file, which is written as the rows come; who needs it whole or not at all names one to be moved.
        request: filters and time.
        packed: whether CSV is packed with gzip; None goes by the name of the file.
        store: directory of the store; the settings' otherwise.
        now: the time that no window of last days goes beyond; the clock's otherwise.

    Raises:
        StoreError: no store there, or a damaged one.
        EngineError: it cannot be written.
        UsageError: a filter that cannot be meant.
    """
    pack = path.suffix == ".gz" if packed is None else packed
    with open_duckdb(Lake(store_path(settings, store))) as engine:
        where = parse_condition(request.where, columns_of(engine.catalog))
        period = chosen_period(request, engine.catalog, now)
        return export(engine, form, path, period=period, where=where, packed=pack)
