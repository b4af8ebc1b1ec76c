"""The bill as a check of budgets asks it: opened once, with what is known of how far it reaches."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from costopt.billing.currency import Exchange, Rate, convert
from costopt.billing.dimensions import parse_condition, parse_grouping
from costopt.billing.engine import Engine
from costopt.billing.intake.ingest import ingest
from costopt.billing.lake import CATALOG
from costopt.billing.query import load, load_costs
from costopt.budgets.periods import midnight
from costopt.collectors.files.discover import discover
from costopt.config.settings import Settings
from costopt.model.bill import BillKind
from costopt.model.budget_check import BillSource
from costopt.model.period import Period
from costopt.pipeline.budgets.freshness import hours_until, in_utc, remote_source, stored_sources
from costopt.pipeline.budgets.usage_ends import USAGE, last_of, usage_ends
from costopt.pipeline.costs import ALL_TIME, CostRequest, costs_of
from costopt.pipeline.engines import columns_of, open_engine, store_path

_MONEY = pa.decimal128(38, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetBill:
    """A bill that is open."""

    engine: Engine
    """What answers."""
    settings: Settings
    """The user's."""
    now: datetime
    """The moment of the check, UTC; what is charged from then on does not count."""
    sources: tuple[BillSource, ...]
    """What it consists of; at least one."""
    first_day: date
    """Day of its first charge, UTC."""
    hours_until: datetime | None
    """The end of the last hour that all live hourly sources have, UTC; None where there is none."""
    currencies: tuple[str, ...]
    """Of all charges, as they are billed; sorted."""

    @property
    def currency(self) -> str | None:
        """The one that everything is in, or is converted to; None where there are several."""
        return self.settings.billing.currency or (self.currencies[0] if len(self.currencies) == 1 else None)

    @property
    def is_converted(self) -> bool:
        """Whether some charge is in another currency than amounts are wanted in."""
        wanted = self.settings.billing.currency
        return wanted is not None and self.currencies != (wanted,)

    @property
    def hourly(self) -> bool:
        """Whether some source that is alive tells usage by the hour."""
        return any(one.hourly for one in self.live)

    @property
    def live(self) -> tuple[BillSource, ...]:
        """Sources that more is expected of."""
        return tuple(one for one in self.sources if not one.ended)

    @property
    def complete_until(self) -> date:
        """The day, UTC, before which all days of all live sources are complete."""
        return min(one.complete_until for one in self.live)

    def complete_in(self, where: Sequence[str]) -> date:
        """The day, UTC, before which all days of a scope are complete: another cloud's bill may be late and lack none.

        Live sources of the billing accounts that the scope has charges of count; all live ones where there are none.
        """
        catalog = self.engine.catalog
        if catalog is None or len(self.live) == 1:
            return self.complete_until
        # The catalog has an empty name where a charge has none.
        payers = {one or "" for one in self.costs(["BillingAccountId"], where).column("BillingAccountId").to_pylist()}
        names = {bill.source for bill in catalog.bills if payers & set(bill.billing_accounts)}
        return min((one.complete_until for one in self.live if one.name in names), default=self.complete_until)

    def costs(self, by: Sequence[str], where: Sequence[str], *, since: datetime = ALL_TIME.start) -> pa.Table:
        """Cost up to now; columns as `costopt.pipeline.costs` has them."""
        period = Period(start=since, end=self.now)
        return costs_of(
            self.engine, self.settings.billing, CostRequest(by=tuple(by), where=tuple(where), period=period)
        ).table

    def ask(
        self, question: str, *, by: Sequence[str] = (), where: Sequence[str] = (), **given: Any
    ) -> tuple[pa.Table, tuple[str, ...]]:
        """Answer of a question and the names of its dimensions, the currency left out; amounts as billed."""
        query, known = load(question), columns_of(self.engine.catalog)
        grouping = parse_grouping(tuple(by), known)
        given |= {"by": grouping.fragment, "where": parse_condition(tuple(where), known)}
        table = self.engine.query(query.bind(**{name: given[name] for name in query.parameters}))
        return table, grouping.names[: len(by)]

    def daily(self, by: str, where: Sequence[str], start: datetime, end: datetime) -> tuple[pa.Table, str, str]:
        """Usage by day, in the one currency; the names of the columns of the value and of the day."""
        table, (name,) = self.ask("daily_series", by=[by], where=where, start=start, end=end)
        if self.is_converted:
            keys = [key for key in table.column_names if key not in ("effective_cost", "line_items")]
            rows = convert(table.to_pylist(), self.exchange, money=("effective_cost",), keys=keys, day="charge_day")
            kept = pa.schema([table.schema.field(key) for key in keys] + [pa.field("effective_cost", _MONEY)])
            table = pa.Table.from_pylist(
                [{**row, "effective_cost": round(row["effective_cost"], 10)} for row in rows], kept
            )
        return table, name, "charge_day"

    def by_hour(self, by: str, where: Sequence[str], start: datetime, end: datetime) -> tuple[pa.Table, str, str]:
        """The same by hour; a longer charge stands in its first hour."""
        period = Period(start=start, end=end)
        request = CostRequest(by=("hour", by), where=(*where, *USAGE), period=period)
        table = costs_of(self.engine, self.settings.billing, request).table
        return table, table.column_names[1], "hour"

    def charges_by_day(self, by: str, where: Sequence[str], period: Period) -> tuple[pa.Table, str, str]:
        """All charges by UTC day, as they are billed; columns of `costs`, and the names of those of value and day."""
        known = columns_of(self.engine.catalog)
        grouping = parse_grouping((by, "day"), known)
        sql = load_costs(grouping).bind(
            start=period.start, end=period.end, by=grouping.fragment, where=parse_condition(tuple(where), known)
        )
        value, day, *_ = grouping.names
        return self.engine.query(sql), value, day

    @property
    def exchange(self) -> Exchange:
        """Rates into the currency of the settings; of a converted bill."""
        billing = self.settings.billing
        assert billing.currency is not None  # noqa: S101 - is_converted says so
        rates = (Rate(currency=one.currency, into=one.into, since=one.since, rate=one.rate) for one in billing.rates)
        return Exchange(rates, billing.currency)


@contextmanager
def opened_bill(
    settings: Settings, now: datetime, *, store: Path | None = None, files: Sequence[Path] = ()
) -> Iterator[BudgetBill | None]:
    """The bill that the user means; None where there is none.

    Args:
        settings: the user's settings.
        now: aware time.
        store: a store that the user names.
        files: FOCUS files or folders that the user names instead: they are taken into a private store for this run.

    Raises:
        StoreError: a store that is damaged, or is named and not there.
        BillError: files that are no bill.
        EngineError: the engine failed.
    """
    if not files and store is None and settings.engine.kind != "duckdb":
        with open_engine(settings) as engine:
            yield _bill(engine, settings, now, None)
        return
    chosen = store_path(settings, store)
    read = tuple(files) or (() if store or (chosen / CATALOG).is_file() else tuple(map(Path, settings.billing.files)))
    if read:
        with TemporaryDirectory(prefix="costopt-budget-") as folder:
            private = Path(folder) / "bills"
            for delivery in discover(read, BillKind.FOCUS, source=None):
                ingest(delivery, private, now=now)
            with open_engine(settings, private) as engine:
                yield _bill(engine, settings, now, private)
    elif store is None and not (chosen / CATALOG).is_file():
        yield None
    else:
        with open_engine(settings, chosen) as engine:
            yield _bill(engine, settings, now, chosen)


def _bill(engine: Engine, settings: Settings, now: datetime, store: Path | None) -> BudgetBill | None:
    """What an engine holds: that of a store, or one far away, where `store` is None."""
    moment = now.astimezone(UTC)
    table = engine.query(load("currencies").bind())
    currencies = tuple(sorted(table.column("BillingCurrency").to_pylist()))
    if not currencies:
        return None
    if engine.catalog is not None and store is not None:
        bills = engine.catalog.bills
        ends = usage_ends(store, bills, moment)
        sources, first = stored_sources(bills, moment, ends), min(in_utc(bill.first_charge) for bill in bills).date()
        hours = hours_until(bills, sources, moment, ends)
    else:
        lines = _lines_of_usage(engine, moment)
        last = last_of(lines)
        sources, hours = remote_source(engine.name, last.date() if last else None, moment), None
        first = min(lines, default=moment).date()
    if not sources:
        return None
    return BudgetBill(
        engine=engine,
        settings=settings,
        now=moment,
        sources=sources,
        first_day=first,
        hours_until=hours,
        currencies=currencies,
    )


def _lines_of_usage(engine: Engine, now: datetime) -> dict[datetime, int]:
    """Number of lines by day, UTC."""
    known = columns_of(None)
    sql = load("daily_series").bind(
        start=ALL_TIME.start, end=now, by=parse_grouping((), known).fragment, where=parse_condition((), known)
    )
    table = engine.query(sql)
    lines: Counter[datetime] = Counter()
    for day, count in zip(table.column("charge_day").to_pylist(), table.column("line_items").to_pylist(), strict=True):
        lines[midnight(day, ZoneInfo("UTC"))] += count
    return lines
