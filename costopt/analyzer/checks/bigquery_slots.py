"""Reservations of BigQuery with more baseline slots than are ever used.

Signal: with 20 % headroom the highest hourly peak of 14 days needs fewer baseline slots, in steps of 50, than are paid
for. Where slots are added automatically the 99.5th percentile counts instead, since those can carry a rare peak.

The metric is sent only while slots are in use, so a hole says nothing; below 80 % of the points the answer is `no
data`. A reservation that nobody uses at all therefore is `no data` too. Baseline slots are paid by the hour whether
used or not; autoscaled slots beyond them are paid only while they are there.

Capacity commitments pay for the baselines of their edition, project and location together, and are paid until they end.
So only as many slots are saved as the baselines have beyond them; where they pay for all, the saving is zero, and the
evidence names them with their ends. Where some could not be read, these are taken not to be there.

The confidence is low: the series are of the reservation that the project's own queries run in, which may be another's,
and what projects use that the metrics scope of the reservation's own does not hold is not seen.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.analyzer.google.slots import SlotPool, slot_pool
from costopt.economics.google_services_cost import slot_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Term, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.google_storage import BigQueryReservation
from costopt.model.utilization import Facts, Utilization

_STEP = 50
"""Slots of a baseline come in multiples of 50.
Source: https://cloud.google.com/bigquery/docs/slots-autoscaling-intro."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `bigquery_slots`."""

    days: int = 14
    """Look-back in days."""
    headroom_fraction: float = 0.2
    """Part of the smaller baseline that stays free at the peak, 0..1."""

    def __post_init__(self) -> None:
        """Refuse a headroom that leaves nothing.

        Raises:
            ValueError: below 0, or 1 and more.
        """
        if not 0 <= self.headroom_fraction < 1:
            raise ValueError(f"headroom_fraction must be at least 0 and below 1, not {self.headroom_fraction}")


def _excludes(_: Resource, spec: BigQueryReservation) -> str | None:
    return None if spec.slot_capacity else "no baseline slots"


def _run(reservation: Resource, spec: BigQueryReservation, facts: Facts, context: Context, params: Params) -> Verdict:
    slots = facts["bigquery_slots_max"]
    peak, what = _peak(slots, spec)
    enough = math.ceil(peak / (1 - params.headroom_fraction) / _STEP) * _STEP
    unused = spec.slot_capacity - enough
    if unused <= 0:
        return CLEAR
    pool = slot_pool(reservation, spec, context)
    saved = min(unused, pool.uncommitted)
    saving, price_gap = priced(lambda: _terms(reservation, spec, saved, pool, context))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            measured(
                slots,
                f"{what} is {peak:,.0f} slots of {spec.slot_capacity:,}; {enough:,} would do with headroom",
                observed=peak,
                threshold=spec.slot_capacity * (1 - params.headroom_fraction),
            ),
            *_commitments(spec, unused, saved, pool),
            _UNSEEN if spec.commitments_known else _UNSEEN_AND_UNREAD,
        ),
        action=Action(kind=ActionKind.CONFIGURE, summary=f"Lower the baseline to {enough:,} slots", target=str(enough)),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.LOW,
    )


_UNSEEN = Evidence(
    statement="not seen: whether it is this reservation that the project's own queries run in, which is the one that is"
    " measured; use by projects outside of the metrics scope"
)
_UNSEEN_AND_UNREAD = Evidence(statement=f"{_UNSEEN.statement}; whether a capacity commitment pays for these slots")


def _terms(
    reservation: Resource, spec: BigQueryReservation, saved: int, pool: SlotPool, context: Context
) -> tuple[Term, ...]:
    """Slots that are no longer charged; where findings on several reservations give up the same, settlement sees it."""
    return slot_terms(reservation, spec, saved, context.prices, committed=bool(pool.paying)) if saved else ()


def _commitments(spec: BigQueryReservation, unused: int, saved: int, pool: SlotPool) -> Iterator[Evidence]:
    """What commitments go on charging for, and until when."""
    if not pool.paying:
        return
    yield Evidence(
        statement=f"capacity commitments pay for {min(pool.committed, pool.baseline):,} of the {pool.baseline:,}"
        f" baseline slots of {spec.edition or 'the flat rate'} in {spec.location}: {', '.join(pool.paying)}",
        observed=float(pool.committed),
        threshold=float(pool.baseline),
    )
    rest = "all" if saved == unused else f"{saved:,}" if saved else "none yet"
    yield Evidence(statement=f"of {unused:,} slots that are not needed a lower baseline saves {rest}")


def _peak(slots: Utilization, spec: BigQueryReservation) -> tuple[float, str]:
    """The load that baseline slots have to carry, and what it is in words."""
    if spec.autoscale_max_slots:
        return slots.p99_5 or 0.0, "99.5th percentile of the hourly peak"
    return slots.maximum or 0.0, "highest hourly peak"


CHECK = Check(
    id="bigquery_slots",
    title="BigQuery reservation is larger than its load",
    category=Category.OPTIMISATION,
    lever="Right-sizing",
    applies_to=BigQueryReservation,
    params=Params,
    source="https://cloud.google.com/bigquery/docs/slot-recommender;"
    " https://cloud.google.com/bigquery/docs/monitoring-dashboard (metrics scope);"
    " https://cloud.google.com/bigquery/docs/reservations-commitments",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="bigquery_slots_max"),),
    grace_days=14,
)
