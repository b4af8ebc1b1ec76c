"""Slot reservations of BigQuery: a service apart, since not every Asset Inventory lists them.

A type that it does not list makes it refuse a whole request, and tables must not be lost with the slots. Google's
table of types names BigQuery, its transfers and its migrations, and not always its reservations.
Source: https://cloud.google.com/asset-inventory/docs/asset-types.
"""

from collections.abc import Iterator

from costopt.collectors.gcp.interface import Asset, Service
from costopt.collectors.gcp.names import Project, last_part
from costopt.collectors.gcp.rows import google_resource, location_of
from costopt.collectors.gcp.values import flag, optional_text, part, text, whole
from costopt.model.resource import Resource
from costopt.model.specs.google_storage import BigQueryReservation


def reservations_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one reservation."""
    data = asset.data
    edition = optional_text(data, "edition")
    spec = BigQueryReservation(
        location=last_part(location_of(asset)).lower(),
        slot_capacity=whole(data, "slotCapacity") or 0,
        edition=None if edition == "EDITION_UNSPECIFIED" else edition,
        autoscale_max_slots=whole(part(data, "autoscale"), "maxSlots") or 0,
        ignore_idle_slots=flag(data, "ignoreIdleSlots"),
    )
    yield google_resource(project, asset, spec, name=last_part(text(data, "name")))


BIGQUERY_RESERVATIONS = Service(
    id="bigquery_reservations",
    parsers={"bigqueryreservation.googleapis.com/Reservation": reservations_of},
    kinds=(BigQueryReservation,),
)
