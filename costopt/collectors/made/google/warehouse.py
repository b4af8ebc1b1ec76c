"""BigQuery: datasets with their tables, and reservations of slots."""

from collections.abc import Sequence
from typing import Any

from costopt.collectors.made import metrics, people
from costopt.collectors.made.google.projects import ML, WEB, own
from costopt.collectors.made.plan import DAY, HOUR, Identity, Place, Plan
from costopt.model.specs.google_storage import BigQueryDataset, BigQueryReservation, BigQueryTable, CapacityCommitment

_GIB = 1024**3
_PLACE = Place(ML, "us")
_QUARTER = 90


def draw(plan: Plan) -> None:
    """Add the warehouse."""
    _tables(plan)
    _reservations(plan)
    _failed_commitment(plan)


def _tables(plan: Plan) -> None:
    """Not changed for a little more, and for a little less than 90 days; small, expiring, of unknown size, a view."""
    dataset = _dataset(plan, "shipments")
    stale = ("bigquery_stale",)
    tables: tuple[tuple[float, float | None, tuple[str, ...], dict[str, Any]], ...] = (
        (plan.between(91, 97), plan.between(12, 80), stale, {}),
        (plan.between(200, 700), plan.between(400, 2500), stale, {}),
        (plan.between(84, 89.5), plan.between(400, 900), (), {}),
        (plan.between(200, 700), plan.between(2, 9.5), (), {}),
        (plan.between(120, 200), plan.between(400, 900), (), {"expires_at": plan.ago(-60)}),
        (plan.between(120, 200), None, (), {}),
        (plan.between(300, 400), None, (), {"table_type": "VIEW"}),
        *((plan.between(0.1, 3), plan.between(50, 4000), (), {"partitioned": True}) for _ in range(4)),
    )
    for days, gib, flags, fields in tables:
        _table(plan, dataset, days, gib, flags, **fields)


def _dataset(plan: Plan, name: str) -> str:
    who = own(plan, ML, "dataset", people.team("data-platform"))
    spec = BigQueryDataset(location="us")
    dataset = Identity(name=name, tags=who.tags)
    return plan.add(_PLACE, f"datasets/{name}", spec, dataset, age_days=plan.between(800, 1200)).id


def _table(plan: Plan, dataset: str, days: float, gib: float | None, flags: Sequence[str], **fields: Any) -> None:
    """Add a table that was last changed so many days ago."""
    who = own(plan, ML, "table", people.team("data-platform"))
    name = str(who.name).replace("-", "_")
    size = {} if gib is None else {"stored_bytes": int(gib * _GIB)}
    spec = BigQueryTable(
        **{"dataset_id": dataset, "table_type": "TABLE", "modified_at": plan.ago(days), **size, **fields}
    )
    identity, age_days = Identity(name=name, tags=who.tags), days + plan.between(10, 60)
    table = plan.add(_PLACE, f"{dataset}/tables/{name}", spec, identity, age_days=age_days, flags=flags)
    if spec.table_type != "VIEW":
        plan.measure(table, "table_bytes", DAY, _daily_bytes(plan, spec, days))


def _daily_bytes(plan: Plan, spec: BigQueryTable, days: float) -> Sequence[float | None]:
    """By day; it grows up to its last change."""
    if spec.stored_bytes is None:
        return metrics.silent(plan, DAY, _QUARTER)
    growing = max(_QUARTER - int(days), 0)
    sizes = [spec.stored_bytes * (9 * growing + day) // (10 * growing) for day in range(growing)]
    return [float(size) for size in [*sizes, *[spec.stored_bytes] * (_QUARTER - growing)]]


def _reservations(plan: Plan) -> None:
    """More slots than are ever used, and a tight one. One a project, since the series do not name them."""
    for account, slots, peak, flags in (
        (ML, 100, plan.between(28, 39), ("bigquery_slots",)),
        (WEB, 50, plan.between(28, 39), ()),
    ):
        who = own(plan, account, "slots", people.team("data-platform") if account == ML else None)
        spec = BigQueryReservation(
            location="us", slot_capacity=slots, edition="ENTERPRISE", autoscale_max_slots=0, commitments_known=True
        )
        identity = Identity(name=who.name, tags=None)
        reservation = plan.add(
            Place(account, "us"), f"locations/US/reservations/{who.name}", spec, identity, age_days=None, flags=flags
        )
        plan.measure(reservation, "bigquery_slots_max", HOUR, metrics.peaking(plan, 5, round(peak)))


def _failed_commitment(plan: Plan) -> None:
    """A commitment that never became active: it pays for no slot, and nobody pays for it."""
    name = "slots-for-a-year"
    spec = CapacityCommitment(location="us", slot_count=100, plan="ANNUAL", state="FAILED", edition="ENTERPRISE")
    plan.add(_PLACE, f"locations/US/capacityCommitments/{name}", spec, Identity(name=name, tags=None), age_days=None)
