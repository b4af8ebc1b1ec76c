"""Machine types by name, and the units that Google bills for each.

Google has no price of a machine: it bills vCPUs and GiB of memory at the rates of the series. What is billed may differ
from what the machine has: a shared core counts in part, memory above a custom type's limit has a rate of its own.
Source: https://cloud.google.com/compute/vm-instance-pricing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from costopt.economics.gce.series import ARM_SERIES, CUSTOM_RULES, PREDEFINED, CustomRule
from costopt.errors import PriceNotFound
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.price import Purchase

SERVICE = "gce"
"""Service name of all prices of Compute Engine in a price book."""

_CUSTOM = re.compile(r"(?:(?P<series>[a-z][0-9][a-z]?)-)?custom-(?P<vcpu>[0-9]{1,3})-(?P<mib>[0-9]{3,7})(?P<ext>-ext)?")
_MIB = 1024
_STEP_MIB = 256
"""Memory of a custom type is a multiple of 256 MiB."""

_SHARED_CORES = {
    "e2-micro": ("e2", "0.25", 2, "1"),
    "e2-small": ("e2", "0.5", 2, "2"),
    "e2-medium": ("e2", "1", 2, "4"),
    "f1-micro": ("f1", "1", 1, "0.6"),
    "g1-small": ("g1", "1", 1, "1.7"),
}
"""Series, vCPUs that are billed, vCPUs that are seen, GiB.
Source: https://cloud.google.com/compute/docs/general-purpose-machines#e2-shared-core."""

ITEM_SUFFIXES = {
    Purchase.ON_DEMAND: "",
    Purchase.SPOT: "_spot",
    Purchase.CUD_1Y: "_cud_1y",
    Purchase.CUD_3Y: "_cud_3y",
}
"""How items of a price book end, by the way that machines are bought."""
_WHOLE_MACHINES = ("f1", "g1")
"""Series that are billed by the machine. No commitment covers them.
Source: https://cloud.google.com/compute/docs/instances/signing-up-committed-use-discounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineType:
    """A machine type of Compute Engine."""

    name: str
    """Such as `n2-standard-8` or `n2-custom-6-20480`."""
    series: str
    """Such as `n2`."""
    vcpu: int
    """Virtual CPUs that the machine sees."""
    memory_gib: Decimal
    """Memory in GiB."""
    billed_vcpu: Decimal
    """vCPUs that are billed: fewer of a shared core."""
    extended_gib: Decimal = Decimal(0)
    """Part of the memory that is billed as extended."""
    custom: bool = False
    """Whether the user chose its size."""
    gpu_name: str | None = None
    """Accelerator that belongs to the type, such as `l4`."""
    gpus: int = 0
    """How many of them."""
    local_ssd_gib: int = 0
    """Local SSD that belongs to the type, in GiB."""

    @property
    def architecture(self) -> str:
        """`x86_64` or `arm64`."""
        return "arm64" if self.series in ARM_SERIES else "x86_64"

    @property
    def shared_core(self) -> bool:
        """Whether it has part of a core only."""
        return self.billed_vcpu != self.vcpu or self.series in _WHOLE_MACHINES

    def units(self, purchase: Purchase = Purchase.ON_DEMAND) -> tuple[tuple[str, Decimal], ...]:
        """Items of a price book and how many of each an hour takes.

        Commitments cover the vCPUs and memory of custom types at a premium, and extended memory is taken not to be
        covered: it goes on at its own rate. Source:
        https://cloud.google.com/compute/docs/instances/signing-up-committed-use-discounts.

        Raises:
            PriceNotFound: the type is not sold like that.
        """
        suffix = ITEM_SUFFIXES.get(purchase)
        committed = purchase in (Purchase.CUD_1Y, Purchase.CUD_3Y)
        if suffix is None or (committed and self.series in _WHOLE_MACHINES):
            raise PriceNotFound(f"{self.name} is not sold as {purchase.value}")
        if self.series in _WHOLE_MACHINES:
            return ((f"{self.name.replace('-', '_')}{suffix}", Decimal(1)),)
        kind = f"{self.series}_custom" if self.custom else self.series
        units = [
            (f"{kind}_vcpu{suffix}", self.billed_vcpu),
            (f"{kind}_memory{suffix}", self.memory_gib - self.extended_gib),
        ]
        if self.extended_gib:
            units.append((f"{extended_memory(self.series)}{'' if committed else suffix}", self.extended_gib))
        if self.gpus:
            units.append((f"gpu_{self.gpu_name}{suffix}", Decimal(self.gpus)))
        if self.local_ssd_gib:  # priced by the month
            units.append((f"local_ssd{suffix}", self.local_ssd_gib / HOURS_PER_MONTH))
        return tuple(units)


def extended_memory(series: str) -> str:
    """Item of the memory of a custom type above the usual limit, such as of `n2`."""
    return f"{series}_extended_memory"


def machine_type(name: str) -> MachineType:
    """The machine type of that name.

    Raises:
        PriceNotFound: no type that this program knows, or a custom one that cannot be.
    """
    if name in PREDEFINED:
        size = PREDEFINED[name]
        return MachineType(
            name=name,
            series=size.series,
            vcpu=size.vcpu,
            memory_gib=size.memory_gib,
            billed_vcpu=Decimal(size.vcpu),
            gpu_name=size.gpu_name,
            gpus=size.gpus,
            local_ssd_gib=size.local_ssd_gib,
        )
    if name in _SHARED_CORES:
        series, billed, vcpu, memory = _SHARED_CORES[name]
        return MachineType(name=name, series=series, vcpu=vcpu, memory_gib=Decimal(memory), billed_vcpu=Decimal(billed))
    matched = _CUSTOM.fullmatch(name)
    if matched is None:
        raise PriceNotFound(
            f"no Compute Engine machine type {name!r} is known",
            hint="Check the spelling; most types with local SSD in them, and bare metal, have no unit price here.",
        )
    return _custom(name, matched)


def predefined_types() -> Iterator[MachineType]:
    """All types with a size of Google's choice."""
    for name in (*PREDEFINED, *_SHARED_CORES):
        yield machine_type(name)


def custom_types(series: str, vcpu: int, memory_gib: Decimal) -> tuple[MachineType, ...]:
    """The smallest custom types of a series with at least so much: with all memory at the usual rate, and extended.

    Args:
        series: such as `n2`.
        vcpu: at least so many.
        memory_gib: at least so much.

    Returns:
        None where the series has no custom types or none so large.
    """
    rule = CUSTOM_RULES.get(series)
    if rule is None:
        return ()
    wanted = [count for count in rule.vcpu if count >= vcpu]
    if memory_gib > rule.most_total_gib:
        return ()
    usual = next((count for count in wanted if count * rule.most_gib >= memory_gib), None)
    found = []
    if usual is not None:
        found.append(_named(series, usual, max(memory_gib, usual * rule.least_gib)))
    if wanted and wanted[0] != usual and memory_gib <= (rule.extended_to_gib or 0):
        found.append(_named(series, wanted[0], memory_gib))
    return tuple(machine_type(name) for name in found)


def _named(series: str, vcpu: int, memory_gib: Decimal) -> str:
    steps = int((memory_gib * _MIB / _STEP_MIB).to_integral_value(ROUND_CEILING))
    rule = CUSTOM_RULES[series]
    extended = "-ext" if Decimal(steps * _STEP_MIB) / _MIB > vcpu * rule.most_gib else ""
    prefix = "" if series == "n1" else f"{series}-"
    return f"{prefix}custom-{vcpu}-{steps * _STEP_MIB}{extended}"


def _custom(name: str, matched: re.Match[str]) -> MachineType:
    series = matched["series"] or "n1"
    vcpu, memory = int(matched["vcpu"]), Decimal(matched["mib"]) / _MIB
    rule = CUSTOM_RULES.get(series)
    if rule is None:
        raise PriceNotFound(f"{name}: custom machine types of {series} are not known")
    usual = vcpu * rule.most_gib
    if not _allowed(rule, vcpu, memory, int(matched["mib"]), extended=bool(matched["ext"])):
        raise PriceNotFound(
            f"{name}: no such custom machine type can be",
            hint=f"{series} has {rule.least_gib} to {rule.most_gib} GiB for a vCPU, in steps of {_STEP_MIB} MiB;"
            " more needs -ext at the end.",
        )
    return MachineType(
        name=name,
        series=series,
        vcpu=vcpu,
        memory_gib=memory,
        billed_vcpu=Decimal(vcpu),
        extended_gib=max(memory - usual, Decimal(0)),
        custom=True,
    )


def _allowed(rule: CustomRule, vcpu: int, memory_gib: Decimal, mib: int, *, extended: bool) -> bool:
    if vcpu not in rule.vcpu or mib % _STEP_MIB or memory_gib < vcpu * rule.least_gib:
        return False
    most = rule.extended_to_gib if extended else min(vcpu * rule.most_gib, rule.most_total_gib)
    return most is not None and memory_gib <= most
