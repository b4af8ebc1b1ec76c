"""Which service of the catalog a SKU of Google's bill is of."""

import re
from collections.abc import Mapping

from costopt.economics.gce.machines import SERVICE as GCE
from costopt.economics.gce.skus import sku_unit
from costopt.model.price import Purchase

_SERVICES: Mapping[str, str] = {
    "152E-C115-5142": "cloud_run",
    "16B8-3DDA-9F10": "bigquery",
    "6F81-5844-456A": GCE,
    "95FF-2EF5-5EA1": "gcs",
    "9662-B51E-5089": "cloud_sql",
    "CCD8-9BF1-090E": "gke",
}
"""By the id that the export and the price catalog give a service. Source: https://cloud.google.com/skus."""
_NAMES: Mapping[str, str] = {
    "BigQuery Reservation API": "bigquery",
    "Cloud Run": "cloud_run",
    "Cloud SQL": "cloud_sql",
    "Cloud Storage": "gcs",
    "Compute Engine": GCE,
    "Kubernetes Engine": "gke",
}
"""By name, for a bill that carries no ids."""
GOOGLE_SERVICES = frozenset(_NAMES.values())
"""Services of Google in the catalog whose discounts a bill can show."""

_PRICED: Mapping[str, re.Pattern[str]] = {
    "bigquery": re.compile(r"BigQuery .+ Edition"),
    "cloud_run": re.compile(r"Services (?:Min Instance )?(?:CPU|Memory)"),
    "cloud_sql": re.compile(r"Cloud SQL for .+: (?:Zonal|Regional) ?- "),
    "gcs": re.compile(r"(?:Standard|Nearline|Coldline|Archive) Storage "),
    "gke": re.compile(r".*Kubernetes Clusters"),
}
"""What the catalog prices of a service: no traffic, no operations, no licences."""


def google_service(code: str | None, name: str | None, meter: str | None) -> str | None:
    """The service, None where the SKU is not Google's or the catalog prices nothing of the sort.

    Spot prices are the market's, and fees are no usage: neither shows what was negotiated of a price on demand.

    Args:
        code: id of the service, where the bill has one.
        name: its name.
        meter: description of the SKU.
    """
    service = _SERVICES.get(code or "") or _NAMES.get(name or "")
    if service is None or not meter:
        return None
    if service == GCE:
        unit = sku_unit(meter)
        return service if unit is not None and unit.purchase is Purchase.ON_DEMAND else None
    return service if _PRICED[service].match(meter) else None
