"""Taking a bill into the store: all of it or nothing, and the same bill twice only once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from costopt.billing.duckdb_engine import connect
from costopt.billing.intake.admission import is_unchanged, refuse_loss, refuse_overlap, require_periods
from costopt.billing.intake.quality import assess, require_sense
from costopt.billing.intake.relation import Relation, relations
from costopt.billing.intake.select import select
from costopt.billing.intake.stage import PeriodFacts, facts, place, stage
from costopt.billing.intake.survey import file_totals, joined, net_periods, set_aside, survey
from costopt.billing.lake import Writer, open_writer
from costopt.billing.mapping import SourceMapping, mapping_of
from costopt.billing.refusal import refusing
from costopt.errors import BillError
from costopt.model.bill import Delivery, PeriodBill, StoredFile
from costopt.model.bill_quality import Ingested


def ingest(delivery: Delivery, store: Path, *, now: datetime, replace: bool = False) -> Ingested:
    """Take a bill into the store at `store`, which is made where there is none.

    Billing periods that the store has from the same source are replaced, whole. The same delivery again changes
    nothing. A reader sees the old bills or the new ones.

    Args:
        delivery: files that belong together.
        store: directory.
        now: time of the ingest, aware.
        replace: take a bill without a manifest even if it has much less of a month than the store.

    Raises:
        BillError: the bill is refused; the store is as it was.
        StoreError: the store is damaged, or another process writes to it.
    """
    with open_writer(store, now) as writer:
        before = writer.bills()
        same = tuple(bill for bill in before if bill.fingerprint == delivery.fingerprint)
        if is_unchanged(delivery, same):
            return Ingested(source=delivery.source, unchanged=True, bills=same, replaced=(), quality=None)
        with connect(writer.staging) as connection, refusing(_name(delivery)):
            return _ingest(connection, delivery, writer, before, now, replace=replace)


def _ingest(
    connection: Any,
    delivery: Delivery,
    writer: Writer,
    before: Sequence[PeriodBill],
    now: datetime,
    *,
    replace: bool,
) -> Ingested:
    mapping = mapping_of(delivery.kind)
    found = relations(connection, delivery.files, mapping)
    surveyed = joined(survey(connection, relation, mapping) for relation in found)
    staged, extras = _stage_all(connection, found, mapping, net_periods(surveyed), writer.staging)
    aside = set_aside(connection, surveyed, mapping)
    quality = assess(connection, staged, extras, set_aside=sum(account.rows for _, account in aside))
    if quality is None:
        if aside:
            raise BillError(f"{_name(delivery)} has lines and none that is kept", hint="Export it again.")
        return Ingested(source=delivery.source, unchanged=False, bills=(), replaced=(), quality=None)
    require_sense(connection, staged)
    periods = facts(connection, staged, aside, file_totals(surveyed))
    require_periods(delivery, periods, {period for period, _ in aside}, _name(delivery))
    refuse_overlap(delivery, periods, before)
    placed = place(connection, staged, writer, delivery.source)
    bills = [_bill(delivery, period, periods, placed[period], extras, now) for period in sorted(placed)]
    if not replace:
        refuse_loss(delivery, bills, before)
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
    connection: Any, found: Sequence[Relation], mapping: SourceMapping, net: Collection[str], folder: Path
) -> tuple[list[Path], tuple[str, ...]]:
    staged = []
    extras: set[str] = set()
    for relation in found:
        selection = select(relation, mapping, net_periods=net)
        staged.append(stage(connection, selection, folder))
        extras |= set(selection.extras)
    return staged, tuple(sorted(extras))


def _bill(
    delivery: Delivery,
    period: str,
    periods: Mapping[str, PeriodFacts],
    files: list[StoredFile],
    extras: tuple[str, ...],
    now: datetime,
) -> PeriodBill:
    known = periods[period]
    return PeriodBill(
        source=delivery.source,
        kind=delivery.kind,
        billing_period=period,
        version=delivery.version,
        delivered=tuple(sorted(periods)),
        fingerprint=delivery.fingerprint,
        files=tuple(files),
        rows=sum(file.rows for file in files),
        extra_columns=extras,
        billing_accounts=known.billing_accounts,
        sub_accounts=known.sub_accounts,
        first_charge=known.first_charge,
        last_charge=known.last_charge,
        first_usage=known.first_usage,
        last_usage=known.last_usage,
        last_good_day=known.last_good_day,
        file_totals=known.file_totals,
        accounts=known.accounts,
        ingested_at=now,
    )


def _name(delivery: Delivery) -> str:
    first = Path(delivery.files[0].path).name if delivery.files else delivery.source
    return first if len(delivery.files) <= 1 else f"{first} and {len(delivery.files) - 1} more"
