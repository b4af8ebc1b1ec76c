"""SKUs and services as Google's bills name them.

Sources: https://cloud.google.com/skus, https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/detailed-usage.
"""

from collections.abc import Mapping

from costopt.collectors.made.billing_lines.meters import Service
from costopt.collectors.made.google.projects import IOWA, NETHERLANDS

PLACES: Mapping[str, str] = {IOWA: "Iowa", NETHERLANDS: "Netherlands", "us": "United States"}
"""Names of regions in SKUs. Source: https://cloud.google.com/compute/docs/regions-zones."""

COMPUTE = Service("6F81-5844-456A", "Compute Engine", "Compute")
SQL = Service("9662-B51E-5089", "Cloud SQL", "Databases")
STORAGE = Service("95FF-2EF5-5EA1", "Cloud Storage", "Storage")
SLOTS = Service("16B8-3DDA-9F10", "BigQuery Reservation API", "Analytics")
RUN = Service("152E-C115-5142", "Cloud Run", "Compute")
VERTEX = Service("C7E2-9256-1C43", "Vertex AI", "AI and Machine Learning")
TPU = Service("E000-3F24-B8AA", "Cloud TPU", "AI and Machine Learning")

_SERIES: Mapping[str, str] = {
    "c2": "Compute optimized",
    "e2": "E2 Instance",
    "e2_custom": "E2 Custom Instance",
    "g2": "G2 Instance",
    "n1": "N1 Predefined Instance",
    "n2": "N2 Instance",
    "n2d": "N2D AMD Instance",
}
_PARTS: Mapping[str, tuple[str, str]] = {"vcpu": ("Core", "hour"), "memory": ("Ram", "gibibyte hour")}
_GPUS: Mapping[str, str] = {"gpu_l4": "Nvidia L4", "gpu_t4": "Nvidia Tesla T4", "gpu_v100": "Nvidia Tesla V100"}
_STORED: Mapping[str, str] = {
    "image": "Storage Image",
    "local_ssd": "SSD backed Local Storage",
    "pd_balanced": "Balanced PD Capacity",
    "pd_ssd": "SSD backed PD Capacity",
    "pd_ssd_regional": "Regional SSD backed PD Capacity",
    "pd_standard": "Storage PD Capacity",
    "snapshot": "Storage PD Snapshot",
}
_COMMITTED: Mapping[str, str] = {"c2": "Compute optimized ", "e2": "E2 ", "n1": "", "n2": "N2 ", "n2d": "N2D AMD "}


def compute_sku(item: str, region: str) -> tuple[str, str]:
    """SKU and unit of an item of Compute Engine, by its name in a price book.

    Args:
        item: such as `n2_vcpu`, `gpu_t4`, `pd_ssd`, `address_unused`.
        region: where it is.
    """
    place = PLACES[region]
    series, _, part = item.rpartition("_")
    if series in _SERIES:
        what, unit = _PARTS[part]
        return f"{_SERIES[series]} {what} running in {place}", unit
    if item in _GPUS:
        return f"{_GPUS[item]} GPU running in {place}", "hour"
    if item == "address_unused":
        return f"Static Ip Charge in {place}", "hour"
    return f"{_STORED[item]} in {place}", "gibibyte month"


def commitment_sku(series: str, part: str, years: int, region: str) -> str:
    """SKU of a commitment's fee."""
    what = "Cpu" if part == "vcpu" else "Ram"
    return f"Commitment v1: {_COMMITTED[series]}{what} in {PLACES[region]} for {years} Year{'s' if years > 1 else ''}"
