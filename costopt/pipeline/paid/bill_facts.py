"""What every source of a store says of a snapshot: rates really paid, and what each resource cost."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from costopt.analyzer.negotiated import FoundDiscount, SkuCost, discounts
from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.engine import Engine
from costopt.billing.lake import Lake
from costopt.economics.commitments import Owned
from costopt.economics.paid.charges import ResourceCost
from costopt.model.period import Period
from costopt.model.report import BillNote, BillUsed
from costopt.pipeline.billed_commitments import flexible_commitments, notes_on, read_fees
from costopt.pipeline.paid.limits import discount_lines, limits, unused
from costopt.pipeline.paid.questions import ask
from costopt.pipeline.paid.resource_costs import bill_names, resource_costs
from costopt.pipeline.paid.window import bills_by_source, charge_window
from costopt.store.snapshot import Snapshot

_STORAGE = "Storage"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillFacts:
    """What the bills say of a snapshot's accounts."""

    used: tuple[BillUsed, ...] = ()
    """The sources with charges of those accounts, by name."""
    accounts: frozenset[str] = frozenset()
    """Those of the accounts that these sources have charges of."""
    discounts: Mapping[str, FoundDiscount] = field(default_factory=dict)
    """Discount by service of the catalog."""
    costs: tuple[ResourceCost, ...] = ()
    """Costs under names that resources of the snapshot may have."""
    flexible: tuple[Owned, ...] = ()
    """Flexible commitments of Google, which no inventory lists."""
    notes: tuple[BillNote, ...] = ()
    """Bills that were not used, or only in part, and why."""


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
    wanted = bill_names(snapshot.resources)
    for source, bills in bills_by_source(lake.catalog()).items():
        window = charge_window(bills, snapshot.manifest.collected_at)
        if isinstance(window, str):
            found.notes.append(BillNote(source=source, words=f"{window}, and is not used"))
            continue
        with open_duckdb(lake, source=source) as engine:
            _read(engine, source, snapshot.manifest.accounts, window, wanted, found)
    return BillFacts(
        used=tuple(found.used),
        accounts=frozenset(found.accounts),
        discounts=discounts(found.skus),
        costs=tuple(found.costs),
        flexible=tuple(found.flexible.values()),
        notes=tuple(found.notes),
    )


@dataclass(slots=True)
class _Found:
    """What the sources said so far."""

    used: list[BillUsed] = field(default_factory=list)
    accounts: set[str] = field(default_factory=set)
    skus: list[SkuCost] = field(default_factory=list)
    costs: list[ResourceCost] = field(default_factory=list)
    flexible: dict[tuple[str, int], Owned] = field(default_factory=dict)
    """By billing account and years: two sources may show the same ones."""
    notes: list[BillNote] = field(default_factory=list)


def _read(
    engine: Engine, source: str, accounts: Sequence[str], window: Period, wanted: Collection[str], found: _Found
) -> None:
    """Add what one source says."""
    skus = [sku for category in ("=", "!=") for sku in _skus(engine, accounts, window, category)]
    costs, currencies = resource_costs(engine, source, accounts, window, wanted)
    currencies |= {sku.currency for sku in skus}
    if currencies:
        found.skus.extend(skus)
        found.costs.extend(costs)
        found.used.append(BillUsed(source=source, period=window, currencies=tuple(sorted(currencies))))
        for table in ask(engine, "costs", accounts, window, by=("SubAccountId",)):
            found.accounts.update(table.column("SubAccountId").to_pylist())
        words = limits(skus, currencies)
    else:
        words = [unused(engine, accounts, window)]
    words += discount_lines(engine, accounts, window)
    words += _spend_based(engine, accounts, window, found)
    found.notes.extend(BillNote(source=source, words=one) for one in words)


def _spend_based(engine: Engine, accounts: Sequence[str], window: Period, found: _Found) -> list[str]:
    """Note spend-based commitments of the billing accounts that pay for the snapshot's accounts."""
    fees = read_fees(engine, window)
    if fees:
        tables = ask(engine, "costs", accounts, window, by=("BillingAccountId",))
        payers = {row["BillingAccountId"] for table in tables for row in table.to_pylist()}
        fees = tuple(fee for fee in fees if fee.billing_account in payers)
    for fee in fees:
        for one in flexible_commitments([fee], window):
            found.flexible.setdefault((fee.billing_account, one.years), one)
    return list(notes_on(fees))


def _skus(engine: Engine, accounts: Sequence[str], window: Period, sign: str) -> Iterator[SkuCost]:
    """SKUs at standard prices, of the service category Storage (`=`) or of all others (`!=`)."""
    filters = ("PricingCategory=Standard", f"ServiceCategory{sign}{_STORAGE}")
    for table in ask(engine, "unit_prices", accounts, window, *filters):
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
