"""Licences of operating systems that Compute Engine bills beside a machine: which item of the price book, how many.

They cost the same everywhere, are paid for running machines alone, and no discount for spot or sustained use touches
them. RHEL costs less for each vCPU of a larger machine, SLES the same for all, SLES for SAP by three sizes. Not known
are SQL Server and Ubuntu Pro, and licences by the vCPU on most shared cores: Google does not say how many they count.

Source: https://cloud.google.com/compute/disks-image-pricing#premiumimages; the sizes are those in the names of the
SKUs, such as `Licensing Fee for Red Hat Enterprise Linux 9 on VM with 9 to 127 VCPU`.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from costopt.economics.gce.machines import SERVICE, MachineType
from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.price import Price

BY_VCPU: Final[Mapping[str, tuple[tuple[int, str], ...]]] = {
    "windows": ((1, "licence_windows_vcpu"),),
    "rhel": (
        (128, "licence_rhel_vcpu_from_128"),
        (9, "licence_rhel_vcpu_9_to_127"),
        (1, "licence_rhel_vcpu_to_8"),
    ),
    "rhel_sap": (
        (128, "licence_rhel_sap_vcpu_from_128"),
        (9, "licence_rhel_sap_vcpu_9_to_127"),
        (1, "licence_rhel_sap_vcpu_to_8"),
    ),
}
"""Paid for every vCPU: least vCPUs of a machine and the item, the largest first; by platform of `GceInstance`."""
BY_MACHINE: Final[Mapping[str, tuple[tuple[int, str], ...]]] = {
    "sles": ((1, "licence_sles"),),
    "sles_sap": (
        (6, "licence_sles_sap_from_6"),
        (4, "licence_sles_sap_4"),
        (1, "licence_sles_sap_to_3"),
    ),
}
"""Paid for the machine, whatever its vCPUs within the size."""
SMALL_MACHINES: Final = ("f1-micro", "g1-small")
"""Shared cores of the first series, for which Google has licences of their own."""
SMALL: Final[Mapping[str, str]] = {"windows": "licence_windows_small", "sles": "licence_sles_small"}
"""What is paid for one of these. RHEL 9 has none, so that what it costs there is not known."""


def licence_units(platform: str, size: MachineType) -> tuple[str, Decimal]:
    """Item of the price book for an hour of a licence, and how many of it a machine takes.

    Args:
        platform: of `GceInstance`, such as `rhel`.
        size: the machine type.

    Raises:
        PriceNotFound: the licence is not known, or how many vCPUs of a shared core it counts.
    """
    if size.name in SMALL_MACHINES and platform in SMALL:
        return SMALL[platform], Decimal(1)
    if platform in BY_MACHINE:
        return _item(BY_MACHINE[platform], size.vcpu), Decimal(1)
    if platform not in BY_VCPU or size.shared_core:
        raise PriceNotFound(f"licence of {platform} on gce {size.name}")
    return _item(BY_VCPU[platform], size.vcpu), Decimal(size.vcpu)


def licence_unit(item: str) -> str:
    """What one of an item costs its price for: a vCPU, or the machine."""
    return "vCPU-hour" if "_vcpu" in item else "hour"


def licence_price(platform: str, size: MachineType, region: str, prices: PriceBook) -> tuple[Price, Decimal]:
    """Price of an hour of one unit of a licence, and how many of it a machine takes.

    Raises:
        PriceNotFound: see `licence_units`; or the price book does not have it.
    """
    item, count = licence_units(platform, size)
    return prices.unit(SERVICE, item, region), count


def _item(sizes: tuple[tuple[int, str], ...], vcpu: int) -> str:
    return next(item for least, item in sizes if vcpu >= least)
