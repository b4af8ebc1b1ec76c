"""Taking a bill into the store: all of it or nothing, and the same bill twice only once."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from costopt.billing.duckdb_engine import connect
from costopt.billing.intake.quality import assess
from costopt.billing.intake.refusal import refusing
from costopt.billing.intake.relation import Relation, relations
from costopt.billing.intake.select import select, survey
from costopt.billing.intake.stage import PeriodFacts, Staged, facts, place, stage
from costopt.billing.lake import Writer, open_writer
from costopt.billing.mapping import SourceMapping, mapping_of
from costopt.errors import BillError
from costopt.model.bill import Delivery, PeriodBill, StoredFile
from costopt.model.bill_quality import Ingested


def ingest(delivery: Delivery, store: Path, *, now: datetime) -> Ingested:
    """Take a bill into the store at `store`, which is made where there is none.

    Billing periods that the store has from the same source are replaced, whole. The same delivery again changes
    nothing. A reader sees the old bills or the new ones.

    Args:
        delivery: files that belong together.
        store: directory.
        now: time of the ingest, aware.

    Raises:
        BillError: the bill is refused; the store is as it was.
        StoreError: the store is damaged, or another process writes to it.
    """
    with open_writer(store, now) as writer:
        before = writer.bills()
        known = tuple(bill for bill in before if bill.source == delivery.source)
        same = tuple(bill for bill in known if bill.fingerprint == delivery.fingerprint)
        if same:
            return Ingested(source=delivery.source, unchanged=True, bills=same, replaced=(), quality=None)
        with connect(writer.staging) as connection, refusing(_name(delivery)):
            return _ingest(connection, delivery, writer, before, now)


def _ingest(
    connection: Any, delivery: Delivery, writer: Writer, before: Sequence[PeriodBill], now: datetime
) -> Ingested:
    mapping = mapping_of(delivery.kind)
    found = relations(connection, delivery.files, mapping)
    staged, extras = _stage_all(connection, found, mapping, writer.staging)
    aside = sum(account.rows for one in staged for _, account in one.aside)
    paths = [one.path for one in staged]
    quality = assess(connection, paths, extras, set_aside=aside)
    if quality is None:
        if aside:
            raise BillError(f"{_name(delivery)} has {aside:,} lines and none that is kept", hint="Export it again.")
        return Ingested(source=delivery.source, unchanged=False, bills=(), replaced=(), quality=None)
    periods = facts(connection, staged)
    _require_periods(delivery, periods, staged)
    _refuse_overlap(delivery, periods, before)
    placed = place(connection, staged, writer, delivery.source)
    bills = [_bill(delivery, period, periods[period], placed[period], extras, now) for period in sorted(placed)]
    writer.publish(bills)
    replaced = {bill.key for bill in bills}
    return Ingested(
        source=delivery.source,
        unchanged=False,
        bills=tuple(bills),
        replaced=tuple(bill for bill in before if bill.key in replaced),
        quality=quality,
    )


def _stage_all(
    connection: Any, found: Sequence[Relation], mapping: SourceMapping, folder: Path
) -> tuple[list[Staged], tuple[str, ...]]:
    net_periods: set[str] = set()
    for relation in found:
        query = survey(relation, mapping)
        if query is not None:
            net_periods |= {period for (period,) in connection.execute(query).fetchall()}
    staged = []
    extras: set[str] = set()
    for relation in found:
        selection = select(relation, mapping, net_periods=net_periods)
        staged.append(stage(connection, selection, folder))
        extras |= set(selection.extras)
    return staged, tuple(sorted(extras))


def _bill(
    delivery: Delivery, period: str, known: PeriodFacts, files: list[StoredFile], extras: tuple[str, ...], now: datetime
) -> PeriodBill:
    return PeriodBill(
        source=delivery.source,
        kind=delivery.kind,
        billing_period=period,
        version=delivery.version,
        fingerprint=delivery.fingerprint,
        files=tuple(files),
        rows=sum(file.rows for file in files),
        extra_columns=extras,
        billing_accounts=known.billing_accounts,
        first_charge=known.first_charge,
        last_charge=known.last_charge,
        last_good_day=known.last_good_day,
        accounts=known.accounts,
        ingested_at=now,
    )


def _require_periods(delivery: Delivery, periods: dict[str, PeriodFacts], staged: Sequence[Staged]) -> None:
    """Refuse rows of a period that the delivery does not announce, and periods whose every line was set aside."""
    stray = sorted(set(periods) - set(delivery.periods)) if delivery.periods else []
    if stray:
        raise BillError(
            f"{_name(delivery)} says that it is of {', '.join(delivery.periods)}, but has rows of {', '.join(stray)}",
            hint="A bill half-written or mixed with another is not taken in; export it again.",
        )
    hollow = sorted({period for one in staged for period, _ in one.aside} - set(periods))
    if hollow:
        raise BillError(f"{_name(delivery)} has no line to keep of {', '.join(hollow)}", hint="Export it again.")


def _refuse_overlap(delivery: Delivery, periods: dict[str, PeriodFacts], before: Sequence[PeriodBill]) -> None:
    """Refuse what would count a month twice, or put one payer's month in the place of another's."""
    for bill in before:
        if bill.billing_period not in periods:
            continue
        accounts = periods[bill.billing_period].billing_accounts
        both = set(bill.billing_accounts) & set(accounts)
        if bill.source == delivery.source and not both and bill.billing_accounts:
            raise BillError(
                f"{bill.billing_period} of {bill.source!r} is of account {', '.join(bill.billing_accounts[:3])} in the "
                f"store, and of {', '.join(accounts[:3])} here",
                hint="Two payers need two names: give this one another --source.",
            )
        if bill.source != delivery.source and both:
            raise BillError(
                f"the store has {bill.billing_period} of account {', '.join(sorted(both)[:3])} from {bill.source!r}; "
                f"{delivery.source!r} would count it twice",
                hint=f"Replace it with --source {bill.source}, or use another --store.",
            )


def _name(delivery: Delivery) -> str:
    first = Path(delivery.files[0].path).name if delivery.files else delivery.source
    return first if len(delivery.files) <= 1 else f"{first} and {len(delivery.files) - 1} more"
