"""Everything that a plan of a snapshot is made from, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from costopt.analyzer.context import Context
from costopt.billing.lake import Lake
from costopt.config.settings import Settings
from costopt.economics.commitments import Owned
from costopt.economics.lookups import PriceBook
from costopt.economics.usage_items import Place, reserved_zones
from costopt.model.period import Period
from costopt.model.report import MoneySource, Report
from costopt.model.specs.commitment import Commitment
from costopt.pipeline.audit import audit, surroundings
from costopt.pipeline.paid.bill_facts import BillFacts, read_bills
from costopt.pipeline.paid.window import bills_by_source, charge_window
from costopt.pipeline.planning.snapshot.audited import AppliedFindings, apply_findings
from costopt.pipeline.planning.snapshot.billed_commitments import read_commitment_costs
from costopt.pipeline.planning.snapshot.billed_usage import BilledUsage, read_billed_usage
from costopt.pipeline.planning.snapshot.demand import inventory
from costopt.pipeline.pricing import OnDemand, applied_discounts, price_book
from costopt.store.open import open_snapshot
from costopt.store.snapshot import Snapshot

_STATES = ("active", "queued")
_LONGEST_HISTORY = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlannedEstate:
    """A snapshot with its bill, its prices and what the audit says."""

    snapshot: Snapshot
    """The snapshot."""
    now: datetime
    """The plan begins here, UTC."""
    book: PriceBook
    """Prices less discounts."""
    on_demand: OnDemand
    """Dollars an hour on demand."""
    context: Context
    """Surroundings of the machines."""
    report: Report
    """The audit."""
    owned: tuple[Owned, ...]
    """Commitments that are active or queued."""
    accounts: tuple[str, ...]
    """Account of each."""
    flexible: tuple[Owned, ...]
    """Flexible commitments of Google that the bill shows."""
    running: Mapping[Place, Decimal]
    """Units that run now."""
    billed: BilledUsage | None
    """Usage by hour that the bill shows; None where there is no bill or it names no instances."""
    commitment_costs: Mapping[str, Decimal]
    """Effective dollars an hour of owned commitments that the bill tells of, by id."""
    findings: AppliedFindings
    """What the audit's findings take off."""

    @property
    def money(self) -> MoneySource:
        """What the prices rest on."""
        return self.report.provenance.money


def read_estate(path: Path, settings: Settings, *, now: datetime | None, store: Path | None) -> PlannedEstate:
    """Read a snapshot, its bill, and judge it.

    Args:
        path: the snapshot.
        settings: the user's settings.
        now: when the plan begins; when the snapshot was taken by default.
        store: store of bills; None for list prices and the inventory.

    Raises:
        SnapshotError, StoreError, EngineError, CatalogError, ConfigError: as `audit`.
    """
    report = audit(path, settings, now=now, store=store)
    snapshot = open_snapshot(path)
    bills = BillFacts() if store is None else read_bills(store, snapshot)
    book = price_book(settings.prices, applied_discounts(settings.prices, bills.discounts))
    moment = now or snapshot.manifest.collected_at
    pairs = _owned(snapshot, moment)
    owned = tuple(one for one, _ in pairs)
    zonal = reserved_zones(owned)
    running = inventory(snapshot.resources, zonal)
    windows = {} if store is None else _windows(store, report, snapshot)
    return PlannedEstate(
        snapshot=snapshot,
        now=moment,
        book=book,
        on_demand=OnDemand(book),
        context=surroundings(snapshot.resources, book, moment),
        report=report,
        owned=owned,
        accounts=tuple(account for _, account in pairs),
        flexible=bills.flexible,
        running=running,
        billed=None if store is None else read_billed_usage(store, windows, snapshot.manifest.accounts, running),
        commitment_costs={}
        if store is None
        else read_commitment_costs(store, windows, snapshot.manifest.accounts, owned),
        findings=apply_findings(report.findings, zonal),
    )


def _owned(snapshot: Snapshot, now: datetime) -> Sequence[tuple[Owned, str]]:
    """Commitments that pay at `now` or will, with their accounts, by id."""
    found = [
        (Owned(id=resource.id, region=resource.region, spec=resource.spec), resource.account)
        for resource in snapshot.resources
        if isinstance(resource.spec, Commitment) and resource.spec.state in _STATES and resource.spec.end > now
    ]
    return sorted(found, key=lambda pair: (pair[0].id, pair[1]))


def _windows(store: Path, report: Report, snapshot: Snapshot) -> Mapping[str, Period]:
    """Hours of the sources that the audit takes its money from, as far back as they are whole, a year at most."""
    sources: Mapping[str, Any] = bills_by_source(Lake(store).catalog())
    windows = {}
    for used in report.provenance.money.bills:
        window = charge_window(sources[used.source], snapshot.manifest.collected_at, days=_LONGEST_HISTORY.days)
        if isinstance(window, Period):
            windows[used.source] = window
    return windows
