"""Prices of licences of operating systems: from SKUs, and from gcosts' list.

The list states what each operating system costs on each machine type. Google bills most by the vCPU, at a price for
each size of machine, so that prices of units are worked back and all machines must agree on them. They cost the same
everywhere. Source: https://cloud.google.com/compute/disks-image-pricing#premiumimages.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from costopt.economics.gce.licences import licence_unit, licence_units
from costopt.economics.gce.machines import MachineType
from costopt.errors import PriceNotFound
from costopt.prices.refresh.google.prices import GoogleTally

PLATFORMS: Final = {
    "windows": "windows",
    "rhel": "rhel",
    "rhel-sap": "rhel_sap",
    "sles": "sles",
    "sles-sap": "sles_sap",
}
"""Operating systems by the list's names, and platforms of `GceInstance`."""
_STEP: Final = Decimal("1e-8")
_FEE: Final = "Licensing Fee for "
_RHEL: Final = "Red Hat Enterprise Linux 9"
_RHEL_SAP: Final = f"{_RHEL} for SAP with High Availability and Update Services"
_SKUS: Final = {
    f"{_RHEL} on VM with up to 8 VCPU": "licence_rhel_vcpu_to_8",
    f"{_RHEL} on VM with 9 to 127 VCPU": "licence_rhel_vcpu_9_to_127",
    f"{_RHEL} on VM with 128 VCPU or more": "licence_rhel_vcpu_from_128",
    f"{_RHEL_SAP} on VM with up to 8 VCPU": "licence_rhel_sap_vcpu_to_8",
    f"{_RHEL_SAP} on VM with 9 to 127 VCPU": "licence_rhel_sap_vcpu_9_to_127",
    f"{_RHEL_SAP} on VM with 128 or more VCPU": "licence_rhel_sap_vcpu_from_128",
    "SUSE Linux Enterprise Server 15 (CPU cost)": "licence_sles",
    "SUSE Linux Enterprise Server 15 on f1-micro": "licence_sles_small",
    "SUSE Linux Enterprise Server 15 on g1-small": "licence_sles_small",
    "SLES 15 For SAP License on VM with 1 to 3 VCPU": "licence_sles_sap_to_3",
    "SLES 15 For SAP License on VM with 4 VCPU": "licence_sles_sap_4",
    "SLES 15 For SAP License on VM with 6 or more VCPU": "licence_sles_sap_from_6",
    "Windows Server 2019 Datacenter Edition (CPU cost)": "licence_windows_vcpu",
    "Windows Server 2019 Datacenter Edition on f1-micro": "licence_windows_small",
    "Windows Server 2019 Datacenter Edition on g1-small": "licence_windows_small",
}
"""SKUs and items of the price book. Each release of a system has SKUs of its own; one stands for all, as in gcosts.
Source: https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator (build/mapping.csv)."""


def licence_of_sku(description: str) -> str | None:
    """Item of the price book that a SKU of Compute Engine is the price of, None of all that is no known licence."""
    return _SKUS.get(description.removeprefix(_FEE)) if description.startswith(_FEE) else None


def note_licences(
    hours: Iterable[tuple[MachineType, Mapping[str, Decimal]]], regions: Iterable[str], tally: GoogleTally
) -> None:
    """Note the price of every licence that all machines agree on.

    Args:
        hours: machine types, and dollars an hour by the list's name of an operating system.
        regions: where to note them.
        tally: takes them, and those that are contradicted.
    """
    found: dict[str, set[Decimal]] = defaultdict(set)
    for item, usd in _units(hours):
        found[item].add(usd)
    for region in regions:
        for item, prices in found.items():
            if len(prices) == 1:
                tally.unit(item, region, min(prices), licence_unit(item))
            else:
                stated = ", ".join(f"{usd.normalize():f}" for usd in sorted(prices))
                tally.reject(item, region, f"machines of one size do not agree on it: {stated}")


def _units(hours: Iterable[tuple[MachineType, Mapping[str, Decimal]]]) -> Iterator[tuple[str, Decimal]]:
    for machine, costs in hours:
        for name, platform in PLATFORMS.items():
            if name not in costs:
                continue
            try:
                item, count = licence_units(platform, machine)
            except PriceNotFound:
                continue  # a shared core, which the list takes for a part of a vCPU
            yield item, (costs[name] / count).quantize(_STEP)
