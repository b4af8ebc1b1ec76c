"""What capacity commitments pay for of the baseline slots in their project and location."""

from dataclasses import dataclass
from datetime import datetime

from costopt.analyzer.context import Context
from costopt.economics.committed_slots import is_paid
from costopt.economics.slot_usage import slot_usage
from costopt.model.resource import Resource
from costopt.model.specs.google_storage import BigQueryReservation, CapacityCommitment


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotPool:
    """The reservations of one project, location and edition, and the commitments that pay for them together."""

    baseline: int
    """Baseline slots of all the reservations."""
    committed: int
    """Slots of all the commitments that pay now."""
    paying: tuple[str, ...]
    """Each of these commitments with its end, in words, by id."""

    @property
    def uncommitted(self) -> int:
        """Baseline slots that no commitment pays for."""
        return max(self.baseline - self.committed, 0)


def slot_pool(reservation: Resource, spec: BigQueryReservation, context: Context) -> SlotPool:
    """The pool that a reservation is in."""
    usage = slot_usage(reservation.account, spec.edition)
    baselines = [
        its.slot_capacity
        for one, its in context.all(reservation, BigQueryReservation)
        if slot_usage(one.account, its.edition) == usage
    ]
    paying = [
        (one, its)
        for one, its in context.all(reservation, CapacityCommitment)
        if slot_usage(one.account, its.edition) == usage and is_paid(its, context.now)
    ]
    return SlotPool(
        baseline=sum(baselines),
        committed=sum(its.slot_count for _, its in paying),
        paying=tuple(sorted(_with_end(one, its, context.now) for one, its in paying)),
    )


def _with_end(commitment: Resource, spec: CapacityCommitment, now: datetime) -> str:
    return f"{commitment.id} ({spec.slot_count:,} slots, {spec.plan}) {_end(spec, now)}"


def _end(spec: CapacityCommitment, now: datetime) -> str:
    if spec.end is None or spec.end <= now:
        return "until it is deleted, which may be done at any time"
    follows = spec.renewal_plan not in (None, "NONE")
    return f"until {spec.end:%Y-%m-%d}" + (f" when it becomes {spec.renewal_plan}" if follows else "")
