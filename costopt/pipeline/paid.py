"""What an audit asks a store of bills: rates really paid, and what each resource cost."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from costopt.analyzer.negotiated import DISCOUNT_LINES, FoundDiscount, SkuCost, discounts
from costopt.billing.dimensions import MAX_FILTERS, MAX_LETTERS, parse_condition, parse_grouping
from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.engine import Engine
from costopt.billing.lake import CATALOG, Lake
from costopt.billing.query import load, load_costs
from costopt.config.settings import Settings
from costopt.economics.commitments import Owned
from costopt.economics.paid import ResourceCharge, ResourceCost, names_in_bill, number_in_bill, plain_arn, prorated
from costopt.errors import UsageError
from costopt.model.bill import Catalog, PeriodBill
from costopt.model.focus import TYPES
from costopt.model.money import USD
from costopt.model.period import Period
from costopt.model.report import BillNote, BillUsed
from costopt.model.resource import Resource
from costopt.pipeline.billed_commitments import flexible_commitments, notes_on, read_fees
from costopt.store.snapshot import Snapshot

WINDOW_DAYS = 30
"""Whole days of charges that are asked for: about a month, so that weekends and month ends weigh as they do."""
MOST_LAG_DAYS = 45
"""A bill that ends longer before the snapshot says nothing of it: a month's bill is complete some two weeks after its
end. Source: https://docs.aws.amazon.com/cur/latest/userguide/what-is-cur.html (finalised bills)."""
_AT_ONCE = 90
"""Accounts or resources, below the number of filters that one question takes."""
_LONGEST_CHARGE = timedelta(days=31)
"""Of usage: a charge lies in one billing period."""
_MOST_PRORATED = 1000
"""Resources whose charges are looked at one by one; of more the amounts are left unknown. Such charges are rare: usage
by the month beside usage by the hour or day."""
_LONGEST_NAME = MAX_LETTERS - len("ResourceId=")
"""Letters of a name that a question can ask for."""
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
    flexible: tuple[Owned, ...] = ()
    """Flexible commitments of Google, which no inventory lists."""
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
    for source, bills in bills_by_source(lake.catalog()).items():
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
        flexible=tuple(found.flexible.values()),
        notes=tuple(found.notes),
    )


@dataclass(slots=True)
class _Found:
    """What the sources said so far."""

    used: list[BillUsed] = field(default_factory=list)
    skus: list[SkuCost] = field(default_factory=list)
    costs: list[ResourceCost] = field(default_factory=list)
    flexible: dict[tuple[str, int], Owned] = field(default_factory=dict)
    """By billing account and years: two sources may show the same ones."""
    notes: list[BillNote] = field(default_factory=list)


def bills_by_source(catalog: Catalog) -> Mapping[str, Sequence[PeriodBill]]:
    """Bills of each source, both in order."""
    sources: dict[str, list[PeriodBill]] = defaultdict(list)
    for bill in sorted(catalog.bills, key=lambda bill: bill.key):
        sources[bill.source].append(bill)
    return sources


def charge_window(bills: Sequence[PeriodBill], collected_at: datetime, *, days: int = WINDOW_DAYS) -> Period | str:
    """The whole days before a source's last good day of which its charges are asked for, or why there are none.

    The last good day itself is left out, since its late hours may still come, and so is what follows the snapshot. The
    window is shorter than `days` where days are missing in it.

    Args:
        bills: billing periods of one source, sorted.
        collected_at: when the snapshot was taken, UTC.
        days: length of the window.
    """
    today = collected_at.date()
    dated = [bill for bill in bills if bill.last_good_day and bill.first_usage and bill.first_usage.date() < today]
    if not dated:
        return "holds no usage from before the snapshot"
    end = min(date.fromisoformat(dated[-1].last_good_day), today)
    if (today - end).days > MOST_LAG_DAYS:
        return f"ends on {end}, more than {MOST_LAG_DAYS} days before the snapshot"
    start = max(end - timedelta(days=days), _unbroken_since(dated))
    if start >= end:
        return "holds no whole day from before the snapshot"
    return Period(start=_midnight(start), end=_midnight(end))


def _unbroken_since(bills: Sequence[PeriodBill]) -> date:
    """First day from which on no day of usage is missing up to the last bill's good day."""
    *earlier, last = [(bill.first_usage.date(), bill.last_good_day) for bill in bills if bill.first_usage]
    first = last[0]
    for start, good in reversed(earlier):
        if date.fromisoformat(good) < first - timedelta(days=1):
            break
        first = start
    return first


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _read(
    engine: Engine, source: str, accounts: Sequence[str], window: Period, wanted: Collection[str], found: _Found
) -> None:
    """Add what one source says."""
    skus = [sku for category in ("=", "!=") for sku in _skus(engine, accounts, window, category)]
    costs, currencies = _resource_costs(engine, source, accounts, window, wanted)
    currencies |= {sku.currency for sku in skus}
    if currencies:
        found.skus.extend(skus)
        found.costs.extend(costs)
        found.used.append(BillUsed(source=source, period=window, currencies=tuple(sorted(currencies))))
        words = _limits(skus, currencies)
    else:
        words = [_unused(engine, accounts, window)]
    words += _discount_lines(engine, accounts, window)
    words += _spend_based(engine, accounts, window, found)
    found.notes.extend(BillNote(source=source, words=one) for one in words)


def _spend_based(engine: Engine, accounts: Sequence[str], window: Period, found: _Found) -> list[str]:
    """Note spend-based commitments of the billing accounts that pay for the snapshot's accounts."""
    fees = read_fees(engine, window)
    if fees:
        tables = _ask(engine, "costs", accounts, window, by=("BillingAccountId",))
        payers = {row["BillingAccountId"] for table in tables for row in table.to_pylist()}
        fees = tuple(fee for fee in fees if fee.billing_account in payers)
    for fee in fees:
        for one in flexible_commitments([fee], window):
            found.flexible.setdefault((fee.billing_account, one.years), one)
    return list(notes_on(fees))


def _limits(skus: Sequence[SkuCost], currencies: Collection[str]) -> list[str]:
    """What a bill that is used does not tell."""
    words = []
    others = sorted(set(currencies) - {USD})
    if others:
        words.append(
            f"is in {' and '.join(others)} and the prices are in {USD}"
            ": its discounts are used, which are ratios, and its amounts are not"
        )
    if not skus:
        words.append("shows no usage at standard prices beside list prices, so that its discounts are not known")
    return words


def _unused(engine: Engine, accounts: Sequence[str], window: Period) -> str:
    """Why nothing in a bill is of use: Cost Explorer, for one, knows neither resources nor list prices."""
    if any(table.num_rows for table in _ask(engine, "costs", accounts, window, by=())):
        return "has charges of the snapshot's accounts but names no resources and no list prices, and is not used"
    return f"holds no charge of the snapshot's accounts from {window.start:%Y-%m-%d} on, and is not used"


def _discount_lines(engine: Engine, accounts: Sequence[str], window: Period) -> list[str]:
    """Discounts that no line of usage shows, since they stand in lines of their own.

    They are asked for from the first of a month on, since such a line may be for all of it.
    """
    since = window.start.replace(day=1)
    sums: dict[tuple[bool, str], Decimal] = defaultdict(Decimal)
    period = Period(start=since, end=window.end)
    for table in _ask(engine, "costs", accounts, period, "ChargeCategory=Adjustment", by=("x_SourceType",)):
        for row in table.to_pylist():
            sums[row["x_SourceType"] in DISCOUNT_LINES, row["BillingCurrency"]] += row["billed_cost"] or 0
    words = []
    for is_known, what in ((True, "discounts"), (False, "adjustments, which may be discounts,")):
        amounts = [
            f"{-cost:.2f} {code}" for (known, code), cost in sorted(sums.items()) if known is is_known and cost < 0
        ]
        if amounts:
            words.append(
                f"has {what} of {' and '.join(amounts)} from {since:%Y-%m-%d} on in lines of their own, which are in "
                "none of these rates and amounts"
            )
    return words


def _ask(
    engine: Engine,
    question: str,
    accounts: Sequence[str],
    period: Period,
    *filters: str,
    by: Sequence[str] | None = None,
) -> Iterator[pa.Table]:
    """Answers for all accounts, some at a time; to `costs` by those dimensions."""
    grouping = None if by is None else parse_grouping(by, TYPES)
    query = load(question) if grouping is None else load_costs(grouping)
    more = {} if grouping is None else {"by": grouping.fragment}
    at_once = _AT_ONCE if len(filters) < MAX_FILTERS - _AT_ONCE else 1
    for at in range(0, len(accounts), at_once):
        of_accounts = [f"SubAccountId={account}" for account in accounts[at : at + at_once]]
        where = parse_condition([*of_accounts, *filters], TYPES)
        yield engine.query(query.bind(start=period.start, end=period.end, where=where, **more))


def _resource_costs(
    engine: Engine, source: str, accounts: Sequence[str], window: Period, wanted: Collection[str]
) -> tuple[Sequence[ResourceCost], set[str]]:
    """What the resources that are asked about cost in the window, and the currencies of all resources' costs.

    The question counts a charge where it starts. Of charges that reach beyond the window, at either end, the part that
    is in it is taken.
    """
    currencies: set[str] = set()
    costs: list[ResourceCost] = []
    for table in _ask(engine, "resource_costs", accounts, window):
        currencies.update(table.column("BillingCurrency").unique().to_pylist())
        costs.extend(_costs(table, source, window, wanted))
    before = Period(start=window.start - _LONGEST_CHARGE, end=window.start)
    for table in _ask(engine, "resource_costs", accounts, before):
        reaching = (cost for cost in _costs(table, source, window, wanted) if cost.last_charge > window.start)
        costs.extend(reaching)
    names = _askable(cost for cost in costs if cost.reaches_beyond)
    within = [cost for cost in costs if (cost.account, cost.resource_id) not in names]
    charges = _charges(engine, names, Period(start=before.start, end=window.end))
    return [*within, *prorated(charges, window, source)], currencies


def _askable(costs: Iterable[ResourceCost]) -> Collection[tuple[str, str]]:
    """Accounts and names whose charges can be asked for one by one; the amounts of the others stay unknown."""
    names = {(cost.account, cost.resource_id) for cost in costs}
    fit = {(account, name) for account, name in names if len(name) <= _LONGEST_NAME and "\0" not in name}
    return fit if len(fit) <= _MOST_PRORATED else ()


def _charges(engine: Engine, names: Collection[tuple[str, str]], period: Period) -> Iterator[ResourceCharge]:
    """Charges of names in the bill, those of one time summed: the same ones that `resource_costs` sums."""
    by_account: dict[str, list[str]] = defaultdict(list)
    for account, name in sorted(names):
        by_account[account].append(name)
    usage = ("ChargeCategory=Usage", "ChargeClass=", "CommitmentDiscountStatus!=Unused")
    by = ("SubAccountId", "ResourceId", "ChargePeriodStart", "ChargePeriodEnd")
    for account, ids in by_account.items():
        for at in range(0, len(ids), _AT_ONCE):
            chosen = [f"ResourceId={name}" for name in ids[at : at + _AT_ONCE]]
            for table in _ask(engine, "costs", [account], period, *usage, *chosen, by=by):
                yield from map(_charge, table.to_pylist())


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
    names = {resource.id for resource in resources} | {plain_arn(one.arn) for one in resources if one.arn}
    return names | {number for one in resources if (number := number_in_bill(one)) is not None}


def _costs(table: pa.Table, source: str, window: Period, wanted: Collection[str]) -> Iterator[ResourceCost]:
    """Rows of the resources that are asked about; a bill may name millions of others, which are never made objects."""
    for batch in table.to_batches():
        names = map(names_in_bill, batch.column("ResourceId").to_pylist())
        places = [at for at, (name, last) in enumerate(names) if name in wanted or last in wanted]
        for row in batch.take(pa.array(places, pa.int64())).to_pylist():
            yield _cost(row, source, window)


def _cost(row: Mapping[str, Any], source: str, window: Period) -> ResourceCost:
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
        source=source,
    )


def _charge(row: Mapping[str, Any]) -> ResourceCharge:
    return ResourceCharge(
        account=row["SubAccountId"],
        resource_id=row["ResourceId"],
        currency=row["BillingCurrency"],
        billed=row["billed_cost"],
        effective=row["effective_cost"],
        contracted=row["contracted_cost"],
        start=row["ChargePeriodStart"].replace(tzinfo=UTC),
        end=row["ChargePeriodEnd"].replace(tzinfo=UTC),
    )
