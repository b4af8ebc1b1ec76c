"""The machine series of Compute Engine: predefined sizes, and what a custom type may be.

Sources: https://cloud.google.com/compute/docs/general-purpose-machines,
https://cloud.google.com/compute/docs/compute-optimized-machines,
https://cloud.google.com/compute/docs/memory-optimized-machines and
https://cloud.google.com/compute/docs/accelerator-optimized-machines. A test compares them with gcosts' list of types.

Of other series, types with local SSD in them (`c3-standard-4-lssd`) are left out, and so is bare metal: no unit price
here makes up theirs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

_EVEN_TO_32 = "2 4 8 16 32"
_N2 = f"{_EVEN_TO_32} 48 64 80 96"
_C3D = "4 8 16 30 60 90 180 360"
_C4 = "4 8 16 24 32 48 96 144 192 288"
_C4A = "1 2 4 8 16 32 48 64 72"
_C4D = "8 16 32 48 64 96 192 384"
_C4N = "4 8 16 24 48 96 192"
_N4A = "1 2 4 8 16 32 48 64"

_PREDEFINED = (
    ("e2", "standard", "4", _EVEN_TO_32),
    ("e2", "highmem", "8", "2 4 8 16"),
    ("e2", "highcpu", "1", _EVEN_TO_32),
    ("n1", "standard", "3.75", "1 2 4 8 16 32 64 96"),
    ("n1", "highmem", "6.5", "2 4 8 16 32 64 96"),
    ("n1", "highcpu", "0.9", "2 4 8 16 32 64 96"),
    ("n2", "standard", "4", f"{_N2} 128"),
    ("n2", "highmem", "8", _N2),
    ("n2", "highmem", "6.75", "128"),
    ("n2", "highcpu", "1", _N2),
    ("n2d", "standard", "4", f"{_N2} 128 224"),
    ("n2d", "highmem", "8", _N2),
    ("n2d", "highcpu", "1", f"{_N2} 128 224"),
    ("n4", "standard", "4", f"{_EVEN_TO_32} 48 64 80"),
    ("n4", "highmem", "8", f"{_EVEN_TO_32} 48 64 80"),
    ("n4", "highcpu", "2", f"{_EVEN_TO_32} 48 64 80"),
    ("n4a", "standard", "4", _N4A),
    ("n4a", "highmem", "8", _N4A),
    ("n4a", "highcpu", "2", _N4A),
    ("n4d", "standard", "4", _N2),
    ("n4d", "highmem", "8", _N2),
    ("n4d", "highcpu", "2", _N2),
    ("c2", "standard", "4", "4 8 16 30 60"),
    ("c2d", "standard", "4", f"{_EVEN_TO_32} 56 112"),
    ("c2d", "highmem", "8", f"{_EVEN_TO_32} 56 112"),
    ("c2d", "highcpu", "2", f"{_EVEN_TO_32} 56 112"),
    ("c3", "standard", "4", "4 8 22 44 88 176"),
    ("c3", "highmem", "8", "4 8 22 44 88 176"),
    ("c3", "highcpu", "2", "4 8 22 44 88 176"),
    ("c3d", "standard", "4", _C3D),
    ("c3d", "highmem", "8", _C3D),
    ("c3d", "highcpu", "2", "4 8 16"),
    ("c3d", "highcpu", "59/30", "30 60 90 180 360"),
    ("c4", "standard", "3.5", "2"),
    ("c4", "standard", "3.75", _C4),
    ("c4", "highmem", "7.5", "2"),
    ("c4", "highmem", "7.75", _C4),
    ("c4", "highcpu", "2", f"2 {_C4}"),
    ("c4a", "standard", "4", _C4A),
    ("c4a", "highmem", "8", _C4A),
    ("c4a", "highcpu", "2", _C4A),
    ("c4d", "standard", "3.5", "2"),
    ("c4d", "standard", "3.75", "4"),
    ("c4d", "standard", "3.875", _C4D),
    ("c4d", "highmem", "7.5", "2"),
    ("c4d", "highmem", "7.75", "4"),
    ("c4d", "highmem", "7.875", _C4D),
    ("c4d", "highcpu", "1.5", "2"),
    ("c4d", "highcpu", "1.75", "4"),
    ("c4d", "highcpu", "1.875", _C4D),
    ("c4n", "standard", "3.5", "2"),
    ("c4n", "standard", "3.75", _C4N),
    ("c4n", "highmem", "7.5", "2"),
    ("c4n", "highmem", "7.75", _C4N),
    ("c4n", "highcpu", "2", f"2 {_C4N}"),
    ("t2a", "standard", "4", "1 2 4 8 16 32 48"),
    ("t2d", "standard", "4", "1 2 4 8 16 32 48 60"),
    ("h3", "standard", "4", "88"),
    ("m1", "megamem", "224/15", "96"),
    ("m1", "ultramem", "24.025", "40 80 160"),
    ("m2", "megamem", "184/13", "416"),
    ("m2", "hypermem", "276/13", "416"),
    ("m2", "ultramem", "368/13", "208 416"),
    ("m3", "megamem", "15.25", "64 128"),
    ("m3", "ultramem", "30.5", "32 64 128"),
)
"""Series, class, GiB of memory for each vCPU, vCPUs."""

_ACCELERATED = (
    ("a2-highgpu-{}g", "1 2 4 8", 12, "85", "a100", 0),
    ("a2-ultragpu-{}g", "1 2 4 8", 12, "170", "a100_80gb", 375),
    ("a2-megagpu-{}g", "16", 6, "85", "a100", 0),
    ("a3-highgpu-{}g", "1 2 4 8", 26, "234", "h100_80gb", 750),
    ("a3-megagpu-{}g", "8", 26, "234", "h100_80gb_mega", 750),
)
"""Name, numbers of accelerators; for each of them vCPUs, GiB of memory, its name and GiB of local SSD."""

_G2 = {4: 1, 8: 1, 12: 1, 16: 1, 24: 2, 32: 1, 48: 4, 96: 8}
"""vCPUs of G2 and their L4 accelerators; each vCPU has 4 GiB."""

ARM_SERIES = frozenset({"t2a", "c4a", "n4a"})
"""Series with Arm processors; all others are x86-64."""

_WITHOUT_PERSISTENT_DISKS = re.compile(r"[a-z]+[4-9]")
"""From the fourth generation on: N4, C4, M4, ..."""


def takes_hyperdisks_alone(machine: str) -> bool:
    """Whether machines of a type take no Persistent Disk.

    Args:
        machine: name of the type.

    Source: https://cloud.google.com/compute/docs/disks/hyperdisks#machine-type-support.
    """
    return _WITHOUT_PERSISTENT_DISKS.match(machine) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Predefined:
    """Size of a predefined type."""

    series: str
    """Such as `n2`."""
    vcpu: int
    """Virtual CPUs."""
    memory_gib: Decimal
    """Memory in GiB."""
    gpu_name: str | None = None
    """Accelerator, as in the price book's items: `l4` of `gpu_l4`."""
    gpus: int = 0
    """How many of them."""
    local_ssd_gib: int = 0
    """Local SSD that belongs to the type, in GiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomRule:
    """What a custom type of a series may be.

    Source: https://cloud.google.com/compute/docs/instances/creating-instance-with-custom-machine-type.
    """

    vcpu: tuple[int, ...]
    """Numbers of vCPUs, ascending."""
    least_gib: Decimal
    """Least memory for each vCPU."""
    most_gib: Decimal
    """Most memory for each vCPU that is not extended."""
    extended_to_gib: Decimal | None
    """Most memory of a type with extended memory; None where the series has none."""
    most_total_gib: Decimal
    """Most memory of any type, whatever its vCPUs."""


def _rule(vcpu: tuple[int, ...], least: str, most: str, total: int, *, extends: bool = True) -> CustomRule:
    return CustomRule(
        vcpu=vcpu,
        least_gib=Decimal(least),
        most_gib=Decimal(most),
        extended_to_gib=Decimal(total) if extends else None,
        most_total_gib=Decimal(total),
    )


def _evens(last: int) -> tuple[int, ...]:
    return tuple(range(2, last + 1, 2))


CUSTOM_RULES: Mapping[str, CustomRule] = {
    "e2": _rule(_evens(32), "0.5", "8", 128, extends=False),
    "n1": _rule((1, *_evens(96)), "0.9", "6.5", 624),
    "n2": _rule((*_evens(32), *range(36, 129, 4)), "0.5", "8", 864),
    "n2d": _rule((2, 4, 8, *range(16, 97, 16)), "0.5", "8", 768),
    "n4": _rule(_evens(80), "2", "8", 640),
}
"""By series."""


def _exact(ratio: str) -> tuple[Decimal, Decimal]:
    above, _, below = ratio.partition("/")
    return Decimal(above), Decimal(below or 1)


def _predefined() -> dict[str, Predefined]:
    found = {}
    for series, kind, ratio, sizes in _PREDEFINED:
        above, below = _exact(ratio)
        for vcpu in map(int, sizes.split()):
            memory = (vcpu * above / below).normalize()
            found[f"{series}-{kind}-{vcpu}"] = Predefined(series=series, vcpu=vcpu, memory_gib=memory)
    return found


def _accelerated() -> dict[str, Predefined]:
    found = {
        f"g2-standard-{vcpu}": Predefined(
            series="g2", vcpu=vcpu, memory_gib=Decimal(4 * vcpu), gpu_name="l4", gpus=count
        )
        for vcpu, count in _G2.items()
    }
    for name, counts, vcpu, memory, gpu, ssd in _ACCELERATED:
        for count in map(int, counts.split()):
            found[name.format(count)] = Predefined(
                series=name.partition("-")[0],
                vcpu=vcpu * count,
                memory_gib=Decimal(memory) * count,
                gpu_name=gpu,
                gpus=count,
                local_ssd_gib=ssd * count,
            )
    return found


PREDEFINED: Mapping[str, Predefined] = _predefined() | _accelerated()
"""Predefined types by name, those with a share of a core left out."""
