"""What an audit asks a store of bills: rates really paid, and what each resource cost."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from costopt.analyzer.negotiated import FoundDiscount, SkuCost, discounts
from costopt.billing.dimensions import parse_condition
from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.engine import Engine
from costopt.billing.lake import CATALOG, Lake
from costopt.billing.query import load
from costopt.config.settings import Settings
from costopt.economics.paid import ResourceCost, names_in_bill, plain_arn
from costopt.errors import UsageError
from costopt.model.bill import Catalog, PeriodBill
from costopt.model.focus import TYPES
from costopt.model.money import USD
from costopt.model.period import Period
from costopt.model.report import BillNote, BillUsed
from costopt.model.resource import Resource
from costopt.store.snapshot import Snapshot

WINDOW_DAYS = 30
"""Whole days of charges that are asked for: about a month, so that weekends and month ends weigh as they do."""
MOST_LAG_DAYS = 45
"""A bill that ends longer before the snapshot says nothing of it: a month's bill is complete some two weeks after its
end. Source: https://docs.aws.amazon.com/cur/latest/userguide/what-is-cur.html (finalised bills)."""
_ACCOUNTS_AT_ONCE = 90
"""Below the number of filters that one question takes."""
_STORAGE = "Storage"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillFacts:
    """What the bills say of a snapshot's accounts."""

    used: tuple[BillUsed, ...] = ()
    """The sources with charges of those accounts, by name."""
    discounts: Mapping[str, FoundDiscount] = field(default_factory=dict)
    """Discount by service of the catalog."""
    costs: tuple[ResourceCost, ...] = ()
    """Costs under names that resources of the snapshot may have."""
    notes: tuple[BillNote, ...] = ()
    """Bills that were not used, or only in part, and why."""


def chosen_store(settings: Settings, store: Path | None, *, no_bill: bool) -> Path | None:
    """The store of bills that a command means.

    Args:
        settings: the user's settings, which name a store that is used where it is there.
        store: the store that the user named.
        no_bill: whether the user wants none.

    Returns:
        None where list prices are to be used.

    Raises:
        UsageError: a store is named and refused at once.
    """
    if store is not None and no_bill:
        raise UsageError("--store beside --no-bill", hint="Give one or the other.")
    if store is not None or no_bill:
        return store
    usual = Path(settings.billing.store)
    return usual if (usual / CATALOG).is_file() else None


def read_bills(store: Path, snapshot: Snapshot) -> BillFacts:
    """Ask every source of a store about the accounts and resources of a snapshot.

    Args:
        store: directory of the store.
        snapshot: whose accounts; charges after it are left out, so that both speak of the same time.

    Raises:
        StoreError: no store there, or a damaged one.
        EngineError: its files cannot be read.
    """
    lake = Lake(store)
    found = _Found()
    wanted = _names(snapshot.resources)
    for source, bills in _by_source(lake.catalog()).items():
        window = charge_window(bills, snapshot.manifest.collected_at)
        if isinstance(window, str):
            found.notes.append(BillNote(source=source, words=f"{window}, and is not used"))
            continue
        with open_duckdb(lake, source=source) as engine:
            _read(engine, source, snapshot.manifest.accounts, window, wanted, found)
    return BillFacts(
        used=tuple(found.used),
        discounts=discounts(found.skus),
        costs=tuple(found.costs),
        notes=tuple(found.notes),
    )


@dataclass(slots=True)
class _Found:
    """What the sources said so far."""

    used: list[BillUsed] = field(default_factory=list)
    skus: list[SkuCost] = field(default_factory=list)
    costs: list[ResourceCost] = field(default_factory=list)
    notes: list[BillNote] = field(default_factory=list)


def _by_source(catalog: Catalog) -> Mapping[str, Sequence[PeriodBill]]:
    """Bills of each source, both in order."""
    sources: dict[str, list[PeriodBill]] = defaultdict(list)
    for bill in sorted(catalog.bills, key=lambda bill: bill.key):
        sources[bill.source].append(bill)
    return sources


def charge_window(bills: Sequence[PeriodBill], collected_at: datetime) -> Period | str:
    """The whole days before a source's last good day of which its charges are asked for, or why there are none.

    The last good day itself is left out, since its late hours may still come, and so is what follows the snapshot. The
    window is shorter than `WINDOW_DAYS` where days are missing in it.

    Args:
        bills: billing periods of one source, sorted.
        collected_at: when the snapshot was taken, UTC.
    """
    today = collected_at.date()
    dated = [bill for bill in bills if bill.last_good_day and bill.first_charge.date() < today]
    if not dated:
        return "holds no usage from before the snapshot"
    end = min(date.fromisoformat(dated[-1].last_good_day), today)
    if (today - end).days > MOST_LAG_DAYS:
        return f"ends on {end}, more than {MOST_LAG_DAYS} days before the snapshot"
    start = max(end - timedelta(days=WINDOW_DAYS), _unbroken_since(dated))
    if start >= end:
        return "holds no whole day from before the snapshot"
    return Period(start=_midnight(start), end=_midnight(end))


def _unbroken_since(bills: Sequence[PeriodBill]) -> date:
    """First day from which on no day of usage is missing up to the last bill's good day."""
    first = bills[-1]
    for bill in reversed(bills[:-1]):
        good = date.fromisoformat(bill.last_good_day)
        if good < first.first_charge.date() - timedelta(days=1):
            break
        first = bill
    return first.first_charge.date()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _read(
    engine: Engine, source: str, accounts: Sequence[str], window: Period, wanted: Collection[str], found: _Found
) -> None:
    """Add what one source says."""
    skus = [sku for category in ("=", "!=") for sku in _skus(engine, accounts, window, category)]
    currencies = {sku.currency for sku in skus}
    for table in _ask(engine, "resource_costs", accounts, window):
        currencies.update(table.column("BillingCurrency").unique().to_pylist())
        found.costs.extend(_costs(table, window, wanted))
    if not currencies:
        words = f"holds no charge of the snapshot's accounts from {window.start:%Y-%m-%d} on, and is not used"
        found.notes.append(BillNote(source=source, words=words))
        return
    found.skus.extend(skus)
    found.used.append(BillUsed(source=source, period=window, currencies=tuple(sorted(currencies))))
    others = sorted(currencies - {USD})
    if others:
        words = f"is in {' and '.join(others)} and the prices are in {USD}"
        words += ": its discounts are used, which are ratios, and its amounts are not"
        found.notes.append(BillNote(source=source, words=words))


def _ask(engine: Engine, question: str, accounts: Sequence[str], window: Period, *filters: str) -> Iterator[pa.Table]:
    """Answers for all accounts, some at a time."""
    for at in range(0, len(accounts), _ACCOUNTS_AT_ONCE):
        of_accounts = [f"SubAccountId={account}" for account in accounts[at : at + _ACCOUNTS_AT_ONCE]]
        where = parse_condition([*of_accounts, *filters], TYPES)
        yield engine.query(load(question).bind(start=window.start, end=window.end, where=where))


def _skus(engine: Engine, accounts: Sequence[str], window: Period, sign: str) -> Iterator[SkuCost]:
    """SKUs at standard prices, of the service category Storage (`=`) or of all others (`!=`)."""
    filters = ("PricingCategory=Standard", f"ServiceCategory{sign}{_STORAGE}")
    for table in _ask(engine, "unit_prices", accounts, window, *filters):
        for row in table.to_pylist():
            if row["negotiated_discount"] is None or row["list_cost"] is None:
                continue
            yield SkuCost(
                service_code=row["service_code"],
                service_name=row["ServiceName"],
                service_category=_STORAGE if sign == "=" else None,
                usage_type=row["SkuMeter"],
                currency=row["BillingCurrency"],
                list_cost=row["list_cost"],
                discount=Decimal(str(row["negotiated_discount"])),
            )


def _names(resources: Sequence[Resource]) -> Collection[str]:
    """Names under which a bill may know these resources."""
    return {resource.id for resource in resources} | {plain_arn(one.arn) for one in resources if one.arn}


def _costs(table: pa.Table, window: Period, wanted: Collection[str]) -> Iterator[ResourceCost]:
    """Rows of the resources that are asked about; a bill may name millions of others, which are never made objects."""
    for batch in table.to_batches():
        names = map(names_in_bill, batch.column("ResourceId").to_pylist())
        places = [at for at, (name, last) in enumerate(names) if name in wanted or last in wanted]
        for row in batch.take(pa.array(places, pa.int64())).to_pylist():
            yield _cost(row, window)


def _cost(row: Mapping[str, Any], window: Period) -> ResourceCost:
    return ResourceCost(
        account=row["SubAccountId"],
        resource_id=row["ResourceId"],
        currency=row["BillingCurrency"],
        billed=row["billed_cost"],
        effective=row["effective_cost"],
        contracted=row["contracted_cost"],
        first_charge=row["first_charge"].replace(tzinfo=UTC),
        last_charge=row["last_charge"].replace(tzinfo=UTC),
        window=window,
    )
