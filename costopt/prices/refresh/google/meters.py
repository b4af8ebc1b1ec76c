"""What a SKU of Google's price catalog is for, by the service that it is of and its description.

Descriptions end in a place, which is not read: a region's id stands beside them. What does not match a pattern in full
is not known, and never guessed. Source: https://cloud.google.com/skus.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from costopt.economics.cloud_sql_cost import SERVICE as CLOUD_SQL
from costopt.economics.gce.licences import licence_unit
from costopt.economics.gce.machines import SERVICE as GCE
from costopt.economics.gce.skus import sku_unit
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.price import Purchase
from costopt.prices.refresh.google.licences import licence_of_sku

_SECONDS: Final = Decimal(3600)
CONVERSIONS: Final[Mapping[str, Mapping[str, Decimal]]] = {
    "GiB": {"GiBy": Decimal(1)},
    "GiB-hour": {"GiBy.h": Decimal(1), "GiBy.s": _SECONDS, "GBy.h": Decimal(1024**3) / Decimal(10**9)},
    "GiB-month": {"GiBy.mo": Decimal(1), "GiBy.h": HOURS_PER_MONTH},
    "IOPS-month": {"mo": Decimal(1), "h": HOURS_PER_MONTH},
    "MiBps-month": {"mo": Decimal(1), "h": HOURS_PER_MONTH},
    "hour": {"h": Decimal(1)},
    "slot-hour": {"h": Decimal(1)},
    "vCPU-hour": {"h": Decimal(1), "s": _SECONDS},
}
"""How many of the catalog's units, by their name there, are one of ours. C4D's memory is sold by the decimal GB, and
Google's pages state what a disk costs by the hour as a 730th of its month."""
_SPOT_ADDRESS: Final = "address_in_use_spot"
"""The catalog says of no address that it is spot: it is a machine that is.
Source: https://cloud.google.com/skus (4AF8-7C1F-39C4)."""
_USAGE_TYPES: Final = {
    Purchase.ON_DEMAND: "OnDemand",
    Purchase.SPOT: "Preemptible",
    Purchase.CUD_1Y: "Commit1Yr",
    Purchase.CUD_3Y: "Commit3Yr",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """What one SKU bills."""

    service: str
    """Service of a price book, such as `cloud_sql`."""
    item: str
    """Item of it."""
    unit: str
    """What one costs the price for, of `CONVERSIONS`."""
    usage_type: str = _USAGE_TYPES[Purchase.ON_DEMAND]
    """How the catalog says that it is bought."""


_SQL: Final = re.compile(r"Cloud SQL for (?:My ?SQL|Postgre(?:s|SQL)): Zonal ?- (?P<part>.+?) in .+")
_SQL_PARTS: Final = {
    "Enterprise Plus N RAM": ("enterprise_plus_memory", "GiB-hour"),
    "Enterprise Plus N vCPU": ("enterprise_plus_vcpu", "vCPU-hour"),
    "IP address reservation": ("address_hour", "hour"),
    "Low cost storage": ("hdd_storage", "GiB-month"),
    "Micro instance": ("f1_micro", "hour"),
    "RAM": ("enterprise_memory", "GiB-hour"),
    "Small instance": ("g1_small", "hour"),
    "Standard storage": ("ssd_storage", "GiB-month"),
    "vCPU": ("enterprise_vcpu", "vCPU-hour"),
}
_SQL_SUPPORT: Final = re.compile(r"Extended support vCPU v\w+")
_SQL_BACKUPS: Final = re.compile(r"Cloud SQL: Backups in .+")
_BUCKET: Final = re.compile(
    r"(?P<name>Standard|Nearline|Coldline|Archive) Storage (?!.*(?:Dual-region|Early Delete)).+", re.ASCII
)
"""A pair of regions has the id of each: its price would be taken for theirs."""
_RUN_IDLE: Final = re.compile(r"Services Min Instance (?P<part>CPU|Memory)(?: Tier 2)? +\(Request-based billing\)")
_RUN_ALWAYS: Final = re.compile(r"Services (?P<part>CPU|Memory) \(Instance-based billing\)(?: in)+ [a-z0-9-]+")
_RUN_PARTS: Final = {"CPU": ("vcpu", "vCPU-hour"), "Memory": ("memory", "GiB-hour")}
_SLOTS: Final = re.compile(r"BigQuery (?P<edition>Standard|Enterprise|Enterprise Plus) Edition for .+")
_NAT: Final = {
    "Networking Cloud Nat Gateway Uptime": ("vm_hour", "hour"),
    "Networking Cloud Nat Data Processing": ("data", "GiB"),
}
_RULES: Final = re.compile(
    r"Cloud Load Balancer Forwarding Rule (?P<part>Minimum|Additional) (?:(?P<all>Global)|for .+)"
)
_RULE_PARTS: Final = {"Minimum": "s_first_five", "Additional": "_beyond_five"}
"""Source: https://cloud.google.com/skus/sku-groups/cloud-load-balancing."""
_CLUSTER: Final = re.compile(r"(?:Regional|Zonal) Kubernetes Clusters")


def _machines(description: str) -> Meter | None:
    licence = licence_of_sku(description)
    if licence is not None:
        return Meter(service=GCE, item=licence, unit=licence_unit(licence))
    found = sku_unit(description)
    if found is None:
        return None
    purchase = Purchase.ON_DEMAND if found.item == _SPOT_ADDRESS else found.purchase
    return Meter(service=GCE, item=found.item, unit=found.unit, usage_type=_USAGE_TYPES[purchase])


def _databases(description: str) -> Meter | None:
    """Instances in one zone: those with a standby cost twice. SQL Server is sold with its licence, and not known."""
    if _SQL_BACKUPS.fullmatch(description):
        return Meter(service=CLOUD_SQL, item="backup_storage", unit="GiB-month")
    matched = _SQL.fullmatch(description)
    part = matched["part"] if matched else ""
    if _SQL_SUPPORT.fullmatch(part):
        return Meter(service=CLOUD_SQL, item="extended_support_vcpu", unit="vCPU-hour")
    if part not in _SQL_PARTS:
        return None
    item, unit = _SQL_PARTS[part]
    return Meter(service=CLOUD_SQL, item=item, unit=unit)


def _buckets(description: str) -> Meter | None:
    matched = _BUCKET.fullmatch(description)
    return matched and Meter(service="gcs", item=f"{matched['name'].lower()}_storage", unit="GiB-month")


def _containers(description: str) -> Meter | None:
    for pattern, kind in ((_RUN_IDLE, "idle"), (_RUN_ALWAYS, "always")):
        matched = pattern.fullmatch(description)
        if matched:
            what, unit = _RUN_PARTS[matched["part"]]
            return Meter(service="cloud_run", item=f"{kind}_{what}_hour", unit=unit)
    return None


def _slots(description: str) -> Meter | None:
    matched = _SLOTS.fullmatch(description)
    edition = matched["edition"].lower().replace(" ", "_") if matched else ""
    return Meter(service="bigquery", item=f"{edition}_slot", unit="slot-hour") if edition else None


def _clusters(description: str) -> Meter | None:
    return Meter(service="gke", item="cluster", unit="hour") if _CLUSTER.fullmatch(description) else None


def _networks(description: str) -> Meter | None:
    if description in _NAT:
        item, unit = _NAT[description]
        return Meter(service="cloud_nat", item=item, unit=unit)
    matched = _RULES.fullmatch(description)
    if matched is None:
        return None
    item = f"{'global_rule' if matched['all'] else 'rule'}{_RULE_PARTS[matched['part']]}"
    return Meter(service="cloud_lb", item=item, unit="hour")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogService:
    """A service of Google's price catalog."""

    name: str
    """As it is shown."""
    id: str
    """Its name in the catalog, such as `services/6F81-5844-456A`."""
    meter: Callable[[str], Meter | None]
    """What a SKU of it bills, by its description; None where that is not known."""


CATALOG_SERVICES: Final = (
    CatalogService(name="Compute Engine", id="services/6F81-5844-456A", meter=_machines),
    CatalogService(name="BigQuery Reservation API", id="services/16B8-3DDA-9F10", meter=_slots),
    CatalogService(name="Cloud Run", id="services/152E-C115-5142", meter=_containers),
    CatalogService(name="Cloud SQL", id="services/9662-B51E-5089", meter=_databases),
    CatalogService(name="Cloud Storage", id="services/95FF-2EF5-5EA1", meter=_buckets),
    CatalogService(name="Kubernetes Engine", id="services/CCD8-9BF1-090E", meter=_clusters),
    CatalogService(name="Networking", id="services/E505-1604-58F8", meter=_networks),
)
"""Services whose prices are of use, in the order of reading. Source of the names: https://cloud.google.com/skus."""
