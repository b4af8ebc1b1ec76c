"""Reservations of Compute Engine that hold more machines than anybody starts.

Signal: in 7 days the reservation never had all of its machines in use at once.

A reserved machine is billed at the price on demand, used or not. The metric is sent while the reservation exists, zero
included, so missing points are unknown. Not concerned: reservations that are attached to a commitment, which cannot be
deleted before it ends and are deleted with it, and aggregate ones, which count no machines. One that is shared with
projects that were not read is not judged. Capacity that is held for a failover on purpose looks the same: ask its
owner. The saving is that of the machines beyond the most that was in use, after sustained use discounts; what
commitments pay for of it is not saved, as they pay for capacity that is reserved and not used, too.
"""

from dataclasses import dataclass
from decimal import Decimal

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.analyzer.google.commitments import priced_beside_commitments
from costopt.analyzer.google.reservations import attached_commitment, may_be_used_unseen
from costopt.economics.gce.running_cost import reservation_terms
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Outcome,
    Verdict,
    no_data,
    not_applicable,
)
from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import GceReservation
from costopt.model.utilization import Facts

_ATTACHED = "attached to a commitment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `reservation_idle`."""

    days: int = 7
    """Look-back in days."""
    min_unused: int = 1
    """Machines that were never in use from which on a reservation is flagged."""


def _excludes(_: Resource, spec: GceReservation) -> str | None:
    if spec.status != "READY":
        return "not ready"
    if spec.commitment_id is not None:
        return _ATTACHED
    return "reserves no number of machines" if not spec.count else None


def _run(reservation: Resource, spec: GceReservation, facts: Facts, context: Context, params: Params) -> Verdict:
    if attached_commitment(reservation, spec, context) is not None:
        return not_applicable(_ATTACHED)
    if may_be_used_unseen(spec, context):
        return no_data("projects that it is shared with not read")
    usage, count = facts["reservation_used_max"], spec.count or 0
    used = round(usage.maximum or 0.0)
    unused = count - used
    if unused < max(params.min_unused, 1):
        return CLEAR
    saving, price_gap = priced_beside_commitments(
        lambda: reservation_terms(reservation, spec, Decimal(unused), context.prices), reservation, context
    )
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            measured(
                usage,
                f"at most {used} of {count} reserved {spec.machine_type} in use in {params.days} days",
                observed=float(used),
                threshold=float(count),
            ),
        ),
        action=Action(kind=ActionKind.CONFIGURE, summary=f"Lower the reservation to {used} machine(s)")
        if used
        else Action(kind=ActionKind.DELETE, summary="Delete the reservation"),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM if spec.shared else Confidence.HIGH,
    )


CHECK = Check(
    id="reservation_idle",
    title="Reservation is not used",
    category=Category.WASTE,
    lever="Idle compute",
    applies_to=GceReservation,
    params=Params,
    source="https://cloud.google.com/compute/docs/instances/view-apply-idle-reservation-recommendations (7 days);"
    " https://cloud.google.com/compute/docs/instances/reservations-with-commitments (what commitments pay for)",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="reservation_used_max"),),
    relies_on=(CommittedUse,),
)
