"""vCPUs and memory of Compute Engine that a bill shows, as what commitments may pay for."""

from collections.abc import Mapping
from typing import Any, Final

from costopt.economics.gce.skus import sku_unit
from costopt.economics.gce.usage import unit_usage
from costopt.economics.usage_items import Place
from costopt.model.price import Purchase

SERVICE_NAME: Final = "Compute Engine"
"""Name of the service in bills."""

_UNITS: Final = {
    "vCPU-hour": frozenset({"hour", "hours", "h"}),
    "hour": frozenset({"hour", "hours", "h"}),
    "GiB-hour": frozenset({"gibibyte hour", "gibibyte hours", "GiBy.h"}),
}
"""Pricing units of bills, by what a price is for."""


def google_place(row: Mapping[str, Any]) -> Place | None:
    """Project, region and unit of a row of the question `sku_usage`; None of what no commitment pays for.

    That is spot capacity, the fees of commitments, storage, traffic, and SKUs that this program does not know.
    """
    unit = sku_unit(row["sku_meter"] or "")
    if unit is None or unit.series is None or unit.purchase is not Purchase.ON_DEMAND or not row["quantity"]:
        return None
    if row["RegionId"] is None or row["PricingUnit"] not in _UNITS[unit.unit]:
        return None
    return row["SubAccountId"], (row["RegionId"], unit_usage(unit.item))
