"""Baseline slots of BigQuery, which are charged by the hour whether they are used or not."""

from costopt.model.finding import ComputeUsage
from costopt.model.resource import Resource
from costopt.model.specs.google_storage import BigQueryReservation

SERVICE = "bigquery"
"""Name in the price book."""
_FLAT_RATE_EDITION = "ENTERPRISE"
"""How what has no edition counts.
Source: https://cloud.google.com/bigquery/docs/reference/reservations/rest/v1/Edition."""


def slot_usage(project: str, edition: str | None) -> ComputeUsage:
    """A slot of an edition, which commitments of its project alone can pay for."""
    item = f"{(edition or _FLAT_RATE_EDITION).lower()}_slot"
    return ComputeUsage(service=SERVICE, instance_type=item, variant=project)


def baseline_slots(resource: Resource) -> tuple[tuple[ComputeUsage, int], ...]:
    """Slots that a reservation has at all times; none of any other resource."""
    spec = resource.spec
    if not isinstance(spec, BigQueryReservation) or not spec.slot_capacity:
        return ()
    return ((slot_usage(resource.account, spec.edition), spec.slot_capacity),)
