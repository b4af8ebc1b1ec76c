"""The audit: from a snapshot to a report."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.demands import demands
from costopt.analyzer.engine import Judgements, run_checks
from costopt.analyzer.overlap import in_report_order
from costopt.analyzer.registry import select, thresholds
from costopt.analyzer.settlement import settle
from costopt.analyzer.shares import Estate
from costopt.analyzer.silence import Silences
from costopt.analyzer.summary import owner, slices, totals
from costopt.analyzer.unchecked import unchecked_kinds
from costopt.config.settings import Settings
from costopt.economics.commitments import Owned
from costopt.economics.committed_slots import owned_slots
from costopt.economics.estate import estate_hours
from costopt.economics.gce.committed_units import committed_units
from costopt.economics.lookups import PriceBook
from costopt.economics.paid.held import hold_to_paid
from costopt.economics.paid.monthly import PaidCosts
from costopt.errors import ConfigError
from costopt.model.finding import Finding, Silence
from costopt.model.money import total
from costopt.model.report import (
    REPORT_SCHEMA_VERSION,
    AppliedDiscount,
    BillNote,
    MoneyBasis,
    MoneySource,
    Provenance,
    Report,
)
from costopt.model.resource import Resource, ResourceKey
from costopt.model.specs.commitment import Commitment
from costopt.pipeline.paid.bill_facts import BillFacts, read_bills
from costopt.pipeline.paid.limits import foreign_bills
from costopt.pipeline.pricing import OnDemand, applied_discounts, plan_ratio, price_book
from costopt.pipeline.version import tool_version
from costopt.store.metrics import aggregate, metrics_period
from costopt.store.open import open_snapshot
from costopt.store.snapshot import Snapshot


def audit(snapshot_path: Path, settings: Settings, *, now: datetime | None = None, store: Path | None = None) -> Report:
    """Judge everything in a snapshot.

    Args:
        snapshot_path: directory that a collection wrote.
        settings: the user's settings.
        now: time that ages are measured against, aware; the snapshot's own by default, so that the same snapshot
            gives the same report.
        store: store of bills that the money comes from; list prices are used where None is given or where it knows
            nothing of the snapshot's accounts, and the report says so.

    Raises:
        SnapshotError: no snapshot there, or a damaged one.
        StoreError: no store there, or a damaged one.
        EngineError: the store's files cannot be read.
        CatalogError: the prices cannot be read.
        ConfigError: a setting names a check or a parameter that does not exist.
    """
    checks, params = chosen_checks(settings)
    snapshot = open_snapshot(snapshot_path)
    bills = BillFacts() if store is None else read_bills(store, snapshot)
    applied = applied_discounts(settings.prices, bills.discounts)
    book = price_book(settings.prices, applied)
    now = now or snapshot.manifest.collected_at
    context = surroundings(snapshot.resources, book, now)
    facts = aggregate(snapshot, demands(checks, params))
    judgements = run_checks(
        checks,
        params,
        snapshot.resources,
        facts.of,
        context,
        snapshot.manifest.coverage,
        _silences(settings),
        settings.audit.owner_tags,
    )
    settled = settle(judgements.findings, estate(snapshot.resources, book, now, bills.flexible))
    findings = held_to_bill(settled, context.resources, bills)
    money = _money(settled, findings, bills, applied, tuple(foreign_bills(snapshot.resources, bills.accounts)))
    return _report(snapshot, checks, judgements, findings, book, now, money)


def held_to_bill(
    settled: Sequence[Finding], resources: Mapping[ResourceKey, Resource], bills: BillFacts
) -> tuple[Finding, ...]:
    """Settled findings with what the bill says was paid, in the report's order; as they are where there is no bill."""
    if not bills.used:
        return tuple(settled)
    costs = PaidCosts(bills.costs, resources.values())
    flagged = {finding.resource for finding in settled}
    return in_report_order(hold_to_paid(settled, {key: costs.of(resources[key]) for key in flagged}))


def _money(
    settled: Sequence[Finding],
    findings: Sequence[Finding],
    bills: BillFacts,
    applied: Sequence[AppliedDiscount],
    unread: Sequence[BillNote],
) -> MoneySource:
    before, after = (total(finding.counted for finding in counted) for counted in (settled, findings))
    return MoneySource(
        basis=MoneyBasis.BILL if bills.used else MoneyBasis.LIST_PRICES,
        bills=bills.used,
        unbilled=tuple(sorted({one.resource.account for one in findings} - bills.accounts)) if bills.used else (),
        discounts=tuple(applied),
        named=sum(finding.paid is not None for finding in findings),
        held_down=before - after,
        notes=(*bills.notes, *unread),
    )


def chosen_checks(settings: Settings) -> tuple[Sequence[Check[Any, Any]], Mapping[str, Any]]:
    """The checks that run, and their thresholds by id.

    Raises:
        ConfigError: a setting names a check or a parameter that does not exist.
    """
    for section, ids in (("audit.skip_checks", settings.audit.skip_checks), ("checks", tuple(settings.checks))):
        try:
            select(ids)
        except ConfigError as error:
            raise ConfigError(f"{section}: {error}", hint=error.hint) from None
    skipped = set(settings.audit.skip_checks)
    checks = [check for check in select(settings.audit.checks) if check.id not in skipped]
    return checks, {check.id: thresholds(check, settings.checks.get(check.id, {})) for check in checks}


def surroundings(resources: Sequence[Resource], book: PriceBook, now: datetime) -> Context:
    """Context of a judgement, its indexes built."""
    by_kind: dict[tuple[str, str, str], list[Resource]] = defaultdict(list)
    for resource in resources:
        by_kind[resource.account, resource.region, resource.spec.KIND].append(resource)
    return Context(
        now=now,
        prices=book,
        resources={resource.key: resource for resource in resources},
        by_kind={place: tuple(found) for place, found in by_kind.items()},
    )


def estate(resources: Sequence[Resource], book: PriceBook, now: datetime, billed: Sequence[Owned] = ()) -> Estate:
    """What runs and which commitments are active at `now`.

    Args:
        resources: of the snapshot.
        book: price book.
        now: aware time.
        billed: commitments that only a bill shows.
    """
    owned = [
        Owned(id=resource.id, region=resource.region, spec=resource.spec)
        for resource in resources
        if isinstance(resource.spec, Commitment)
        and resource.spec.state == "active"
        and resource.spec.start <= now < resource.spec.end
    ]
    google = [one for resource in resources for one in committed_units(resource)]
    owned += [one for one in google if one.spec.start <= now < one.spec.end]
    owned += [one for resource in resources for one in owned_slots(resource, now)]
    owned += billed
    on_demand = OnDemand(book)
    hours = estate_hours(resources, on_demand)
    return Estate(hours=hours, owned=owned, on_demand=on_demand, ratio=plan_ratio(book, on_demand))


def _silences(settings: Settings) -> Silences:
    mutes = {mute.id: Silence(by="mute", reason=mute.reason, until=mute.until) for mute in settings.mute}
    return Silences(tag_patterns=settings.audit.ignore_tags, mutes=mutes)


def _report(
    snapshot: Snapshot,
    checks: Sequence[Check[Any, Any]],
    judgements: Judgements,
    findings: Sequence[Finding],
    book: PriceBook,
    now: datetime,
    money: MoneySource,
) -> Report:
    manifest = snapshot.manifest
    return Report(
        schema_version=REPORT_SCHEMA_VERSION,
        now=now,
        provenance=Provenance(
            snapshot_id=snapshot.id,
            collected_at=manifest.collected_at,
            metrics_period=metrics_period(snapshot),
            accounts=manifest.accounts,
            regions=manifest.regions,
            resources=len(snapshot.resources),
            catalog_version=book.version,
            catalog_as_of=_oldest_price(findings) or book.as_of,
            tool_version=tool_version(),
            collection_cost=manifest.collection_cost,
            made=manifest.made,
            money=money,
        ),
        totals=totals(findings, manifest.coverage, judgements.unjudged()),
        by_lever=slices(findings, lambda finding: finding.lever),
        by_owner=slices(findings, owner),
        by_account=slices(findings, lambda finding: finding.resource.account),
        findings=tuple(findings),
        checks=judgements.tallies(checks),
        unjudged=judgements.unjudged(),
        unchecked=unchecked_kinds(checks, snapshot.resources),
        coverage=manifest.coverage,
    )


def _oldest_price(findings: Sequence[Finding]) -> date | None:
    """Day of the oldest price in any saving, None where there is none."""
    terms = (term for finding in findings if finding.saving for term in finding.saving.terms)
    return min((term.price.as_of for term in terms), default=None)
