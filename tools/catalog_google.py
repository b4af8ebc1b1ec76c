"""Prices of Compute Engine's vCPUs, memory, shared cores and disks, as apache-libcloud read them of Google."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

from catalog_sources import LIBCLOUD_391, Sources

from costopt.model.price import Quality, worst_quality
from costopt.prices.rows import UnitRow

EXACT = Decimal("0.0000000001")
HOURS_OF_LIBCLOUD = 720
"""libcloud divided Google's monthly prices of disks by the hours of 30 days; times that they are Google's again."""

HOME = "us-central1"
TWIN_REGIONS = ("us-east1", "us-west1")
"""Regions that share the SKUs of us-central1 ("running in Americas"), of which libcloud kept the first alone.
A test compares them with gcosts' list."""

SERIES = ("e2", "n1", "n2", "n2d", "c2", "m1")
"""Series whose prices a comparison with gcosts' list confirms; libcloud's vCPUs and memory of custom types are those of
other series."""

WRONG_REGIONS = {
    **dict.fromkeys(SERIES, frozenset({"europe-west6", "us-west4"})),
    "c2": frozenset({"europe-west6", "us-west4", "us-east4"}),
    "n2d": frozenset({"europe-west6", "us-west4", "asia-south1"}),
    "m1": frozenset({"europe-west6", "us-west4", "us-east4", "asia-northeast1"}),
}
"""Regions where libcloud's prices are not the current ones: 0.4 to 82 % off."""

COMMITTED_SHARE = {"_cud_1y": Decimal("0.63"), "_cud_3y": Decimal("0.45")}
"""Rate of a resource-based commitment over that on demand, for series whose rates libcloud lacks.
Source: https://cloud.google.com/compute/docs/instances/signing-up-committed-use-discounts (37 and 55 % off). By gcosts'
list of 2026-07-30 (https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator) it is that to 0.2 % in 38 of 40
regions; in the two others machines became dearer, and commitments did not."""

SHARE_IN_DEARER_REGIONS = {"_cud_1y": Decimal("0.599"), "_cud_3y": Decimal("0.428")}
DEARER_REGION = "us-east4"
USUAL_EVERYWHERE = "e2"
"""The series that did not become dearer there."""
ESTIMATED_COMMITMENTS = ("e2", "n1", "n2", "n2d")
"""Series whose commitments follow these shares; of C2 libcloud knows the rates, of M1 they differ by region."""

_TERMS = {"on_demand": "", "1yr_commitment": "_cud_1y", "3yr_commitment": "_cud_3y"}
"""Spot prices are left out: Google changes them every month, and libcloud's are of 2025."""

_RESOURCES = {"cpu": ("vcpu", "vCPU-hour"), "ram": ("memory", "GiB-hour")}
_SINGLE = {
    ("f1", "cpu"): ("n1", "f1_micro", "hour"),
    ("g1", "cpu"): ("n1", "g1_small", "hour"),
    ("n1_custom_extended", "ram"): ("n1", "n1_extended_memory", "GiB-hour"),
    ("n2_custom_extended", "ram"): ("n2", "n2_extended_memory", "GiB-hour"),
}
"""Shared cores and extended memory: libcloud's table and part; series, item, unit of ours. Extended memory is 2.15 to
2.25 times the usual in every region, and 0.00955 in us-central1 as https://cloud.google.com/compute/vm-instance-pricing
states it."""
BALANCED_OF_SSD = Decimal(10) / 17
"""Price of a balanced disk over that of an SSD: 0.10 and 0.17 in us-central1, to 0.3 % the same in the other regions of
libcloud by gcosts' list. Source: https://cloud.google.com/compute/disks-image-pricing."""
_DISKS = {"Standard": "pd_standard", "SSD": "pd_ssd", "Local SSD": "local_ssd"}
"""libcloud's other disks are copies of these."""


def google_unit_rows(sources: Sources) -> list[UnitRow]:
    """Rows of `units.parquet` for the service `gce`."""
    compute = sources.json(LIBCLOUD_391, "libcloud/data/pricing.json")["compute"]
    machines = list(_machine_rows(compute["gce_instances"]))
    found = [*machines, *_committed_rows(machines), *_disk_rows(compute["gce_disks"])]
    return [*found, *(_twin(row, region) for row in found if row.region == HOME for region in TWIN_REGIONS)]


def _twin(row: UnitRow, region: str) -> UnitRow:
    quality = worst_quality([row.quality, Quality.DERIVED])
    return row._replace(region=region, source=f"{row.source}, as in {HOME}", quality=quality)


def _machine_rows(table: Any) -> Iterator[UnitRow]:
    for series, part, term in product(SERIES, _RESOURCES, _TERMS):
        resource, unit = _RESOURCES[part]
        for region, usd in _prices(table[series][part][term]):
            if region not in WRONG_REGIONS[series]:
                yield _row(f"{series}_{resource}{_TERMS[term]}", region, usd, unit)
    for (name, part), (series, item, unit) in _SINGLE.items():
        for region, usd in _prices(table[name][part]["on_demand"]):
            if region not in WRONG_REGIONS[series]:
                yield _row(item, region, usd, unit)


def _committed_rows(on_demand: list[UnitRow]) -> Iterator[UnitRow]:
    """Estimated rates of commitments."""
    for row in on_demand:
        series, _, resource = row.item.partition("_")
        if series in ESTIMATED_COMMITMENTS and resource in ("vcpu", "memory"):
            dearer = row.region == DEARER_REGION and series != USUAL_EVERYWHERE
            for suffix, share in (SHARE_IN_DEARER_REGIONS if dearer else COMMITTED_SHARE).items():
                yield row._replace(
                    item=row.item + suffix,
                    usd=(row.usd * share).quantize(EXACT),
                    source=f"{row.source}, by the usual share of a commitment",
                    quality=Quality.ESTIMATE,
                )


def _disk_rows(table: Any) -> Iterator[UnitRow]:
    for name, item in _DISKS.items():
        for region, usd in _prices(table[name]["on_demand"]):
            row = _row(item, region, (usd * HOURS_OF_LIBCLOUD).quantize(Decimal("0.00001")), "GiB-month")
            yield row
            if item == "pd_ssd":
                yield row._replace(
                    item="pd_balanced",
                    usd=(row.usd * BALANCED_OF_SSD).quantize(Decimal("0.0001")),
                    source=f"{row.source}, by the usual share of SSD",
                    quality=Quality.ESTIMATE,
                )


def _prices(by_region: Any) -> Iterator[tuple[str, Decimal]]:
    """Prices that are there: libcloud has zeros where it found none."""
    for region, entry in sorted(by_region.items()):
        usd = Decimal(str(entry["price"]))
        if usd > 0:
            yield region, usd


def _row(item: str, region: str, usd: Decimal, unit: str) -> UnitRow:
    return UnitRow(
        "gce", item, region, usd.quantize(EXACT), unit, LIBCLOUD_391.source, LIBCLOUD_391.as_of, Quality.LIST
    )
