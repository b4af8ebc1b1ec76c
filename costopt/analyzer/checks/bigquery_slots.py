"""Reservations of BigQuery with more baseline slots than are ever used.

Signal: with 20 % headroom the highest hourly peak of 14 days needs fewer baseline slots, in steps of 50, than are paid
for. Where slots are added automatically the 99.5th percentile counts instead, since those can carry a rare peak.

The metric is sent only while slots are in use, so a hole says nothing; below 80 % of the points the answer is `no
data`. A reservation that nobody uses at all therefore is `no data` too. Baseline slots are paid by the hour whether
used or not; autoscaled slots beyond them are paid only while they are there.

Two things are not seen: what projects use that the metrics scope of the reservation's own does not hold, and capacity
commitments, whose slots go on being paid until they end. So the confidence is low, the evidence says it, and the saving
is at the price without commitment.
"""

import math
from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.economics.google_services_cost import slot_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Verdict
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
    saving, price_gap = priced(lambda: slot_terms(reservation, spec, unused, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            measured(
                slots,
                f"{what} is {peak:,.0f} slots of {spec.slot_capacity:,}; {enough:,} would do with headroom",
                observed=peak,
                threshold=spec.slot_capacity * (1 - params.headroom_fraction),
            ),
            Evidence(
                statement="not seen: use by projects outside of this project's metrics scope, and whether a capacity"
                " commitment pays for these slots"
            ),
        ),
        action=Action(kind=ActionKind.CONFIGURE, summary=f"Lower the baseline to {enough:,} slots", target=str(enough)),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.LOW,
    )


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
    " https://cloud.google.com/bigquery/docs/monitoring-dashboard (metrics scope)",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="bigquery_slots_max"),),
    grace_days=14,
)
