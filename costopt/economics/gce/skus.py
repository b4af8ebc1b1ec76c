"""What a SKU of Compute Engine is for, by its description: the same in Google's price catalog and in its bills.

Descriptions end in a place ("running in Netherlands"), which is not read: a region's id stands beside them. What does
not match a pattern here in full (sole tenancy, M2's premium, new kinds) is not known, and never guessed.
Source: https://cloud.google.com/skus and https://cloud.google.com/billing/docs/reference/pricing-api.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from costopt.model.price import Purchase


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuUnit:
    """What one SKU bills."""

    series: str | None
    """Such as `n2`; None of what belongs to no series."""
    resource: str
    """`vcpu`, `memory`, `extended_memory`, `machine`, or the item itself of what belongs to no series."""
    purchase: Purchase
    """How it is bought."""
    custom: bool = False
    """Whether it is of custom machine types."""

    @property
    def item(self) -> str:
        """Name in a price book."""
        suffix = "" if self.purchase is Purchase.ON_DEMAND else f"_{self.purchase.value}"
        if self.series is None:
            return f"{self.resource}{suffix}"
        if self.resource == "machine":
            return f"{_MACHINES[self.series]}{suffix}"
        return f"{self.series}{'_custom' if self.custom else ''}_{self.resource}{suffix}"

    @property
    def unit(self) -> str:
        """What one costs the price for."""
        if self.resource == "vcpu":
            return "vCPU-hour"
        if self.resource.endswith("memory"):
            return "GiB-hour"
        if self.resource.endswith("_iops"):
            return "IOPS-month"
        if self.resource.endswith("_throughput") and self.resource != _THROUGHPUT_DISK:
            return "MiBps-month"
        by_the_hour = self.resource == "machine" or self.resource.startswith(("gpu_", "address_"))
        return "hour" if by_the_hour else "GiB-month"


_SERIES = r"(?P<series>[A-Z][0-9][A-Z]?)(?: AMD| Arm| Memory-optimized)?"
_OLDER = r"(?P<older>Compute optimized|Memory-optimized|N1 Predefined)"
_PLACE = r"(?: running)? in .+"
_OTHER_PRODUCTS = re.compile(
    r"Sole Tenancy|Reserved|Premium|Overcommit|DWS|Calendar Mode|Defined Duration|Confidential"
)
"""Words of what costs something else than the usual way to run a machine."""
_SPOT = r"(?P<spot>Spot Preemptible |Preemptible )?"
_USED = re.compile(
    rf"{_SPOT}(?P<first>Custom )?(?:{_OLDER}|{_SERIES})?(?P<custom> ?Custom)?(?P<extended> Extended)?(?: ?Instance)? "
    rf"(?P<part>Core|Ram){_PLACE}"
)
_COMMITTED = re.compile(
    rf"Commitment(?: v1)?: (?:(?:{_OLDER}|{_SERIES}) )?(?P<part>Cpu|Ram) in .+ for (?P<years>[13]) Years?"
)
_OLDER_SERIES = {"Compute optimized": "c2", "Memory-optimized": "m1", "N1 Predefined": "n1"}
_PARTS = {"Core": "vcpu", "Cpu": "vcpu", "Ram": "memory"}
_YEARS = {"1": Purchase.CUD_1Y, "3": Purchase.CUD_3Y}

_MACHINES = {"f1": "f1_micro", "g1": "g1_small"}
_MACHINE = re.compile(
    rf"{_SPOT}(?:(?P<f1>Micro Instance with burstable CPU)|(?P<g1>Small Instance with 1 VCPU)){_PLACE}"
)
_GPU = re.compile(
    r"(?P<committed>Commitment v1: )?Nvidia (?:Tesla )?(?P<name>[A-Z][A-Z0-9 ]*?(?: Mega)?) GPU"
    r"(?P<spot> attached to Spot Preemptible VMs)? running in .+?(?: for (?P<years>[13]) Years?)?"
)
_LOCAL = re.compile(
    r"(?:SSD backed Local Storage(?P<spot> attached to Spot Preemptible VMs)?|(?P<committed>Commitment v1: Local SSD))"
    r"(?:(?: running)? in .+?)?(?: for (?P<years>[13]) Years?)?"
)
_THROUGHPUT_DISK = "hyperdisk_throughput"
_OTHERS = {
    "Storage PD Capacity": "pd_standard",
    "Regional Storage PD Capacity": "pd_standard_regional",
    "Balanced PD Capacity": "pd_balanced",
    "Regional Balanced PD Capacity": "pd_balanced_regional",
    "SSD backed PD Capacity": "pd_ssd",
    "Regional SSD backed PD Capacity": "pd_ssd_regional",
    "Extreme PD Capacity": "pd_extreme",
    "Extreme PD IOPS": "pd_extreme_iops",
    "Hyperdisk Balanced Capacity": "hyperdisk_balanced",
    "Hyperdisk Balanced IOPS": "hyperdisk_balanced_iops",
    "Hyperdisk Balanced Throughput": "hyperdisk_balanced_throughput",
    "Hyperdisk Extreme Capacity": "hyperdisk_extreme",
    "Hyperdisk Extreme IOPS": "hyperdisk_extreme_iops",
    "Hyperdisk Throughput Capacity": _THROUGHPUT_DISK,
    "Hyperdisk Throughput Throughput Capacity": f"{_THROUGHPUT_DISK}_throughput",
    "Storage PD Snapshot": "snapshot",
    "Storage Image": "image",
    "Static Ip Charge": "address_unused",
    "External IP Charge on a Standard VM": "address_in_use",
    "External IP Charge on a Spot Preemptible VM": "address_in_use",
}


@lru_cache(maxsize=8192)
def sku_unit(description: str) -> SkuUnit | None:
    """What a SKU bills, None where that is not known.

    Args:
        description: such as `N2 Instance Core running in Netherlands`.
    """
    if _OTHER_PRODUCTS.search(description):
        return None
    for read in (_usage, _commitment, _machine, _device):
        found = read(description)
        if found is not None:
            return found
    name = re.sub(r" in .+", "", description)
    if name not in _OTHERS:
        return None
    purchase = Purchase.SPOT if "Spot Preemptible" in name else Purchase.ON_DEMAND
    return SkuUnit(series=None, resource=_OTHERS[name], purchase=purchase)


def _usage(description: str) -> SkuUnit | None:
    matched = _USED.fullmatch(description)
    if matched is None:
        return None
    custom, series = bool(matched["first"] or matched["custom"]), _series(matched)
    if series is None:
        if not custom:
            return None
        series = "n1"  # "Custom Instance Core": the first custom machine types were of N1
    extended = bool(matched["extended"])
    return SkuUnit(
        series=series,
        resource="extended_memory" if extended else _PARTS[matched["part"]],
        purchase=Purchase.SPOT if matched["spot"] else Purchase.ON_DEMAND,
        custom=custom and not extended,
    )


def _commitment(description: str) -> SkuUnit | None:
    matched = _COMMITTED.fullmatch(description)
    if matched is None:
        return None
    # "Commitment v1: Cpu" is of N1, the only series when commitments began.
    return SkuUnit(series=_series(matched) or "n1", resource=_PARTS[matched["part"]], purchase=_YEARS[matched["years"]])


def _machine(description: str) -> SkuUnit | None:
    matched = _MACHINE.fullmatch(description)
    if matched is None:
        return None
    purchase = Purchase.SPOT if matched["spot"] else Purchase.ON_DEMAND
    return SkuUnit(series="f1" if matched["f1"] else "g1", resource="machine", purchase=purchase)


def _device(description: str) -> SkuUnit | None:
    """Accelerators and local SSD."""
    for pattern in (_GPU, _LOCAL):
        matched = pattern.fullmatch(description)
        if matched is None or bool(matched["committed"]) != bool(matched["years"]):
            continue
        name = matched["name"].lower().replace(" ", "_") if pattern is _GPU else None
        purchase = Purchase.SPOT if matched["spot"] else _YEARS.get(matched["years"], Purchase.ON_DEMAND)
        return SkuUnit(series=None, resource="local_ssd" if name is None else f"gpu_{name}", purchase=purchase)
    return None


def _series(matched: re.Match[str]) -> str | None:
    if matched["older"]:
        return _OLDER_SERIES[matched["older"]]
    return matched["series"].lower() if matched["series"] else None
