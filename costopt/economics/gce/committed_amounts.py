"""What a resource-based commitment of Google holds: how much of which resource, in units and in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from costopt.economics.gce.commitment_types import covered_series
from costopt.economics.gce.usage import GPU, LOCAL_SSD, accelerator_item
from costopt.model.specs.committed_use import CommittedUse

YEARS = {"TWELVE_MONTH": 1, "THIRTY_SIX_MONTH": 3}
"""Length of a term by plan."""

_IN_WORDS = {
    "vcpu": "vCPUs of",
    "memory": "GiB of memory of",
    GPU: "GPUs of type",
    LOCAL_SSD: "GiB of local SSD",
}

Units = Mapping[tuple[str, str], Decimal]
"""How much by series or device, and resource: vCPUs, GiB or GPUs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One resource that a commitment holds."""

    families: tuple[str, ...]
    """Series of which any counts, such as (`m1`, `m2`), or the device."""
    kind: str
    """`vcpu`, `memory`, `gpu` or `local_ssd`."""
    count: Decimal
    """vCPUs, GiB or GPUs."""

    def words(self, of: Decimal | None = None) -> str:
        """Such as `8 vCPUs of n2`, or `2 of 8 vCPUs of n2`."""
        number = plain(self.count) if of is None else f"{plain(of)} of {plain(self.count)}"
        named = "" if self.kind == LOCAL_SSD else f" {'/'.join(self.families).removeprefix('gpu_')}"
        return f"{number} {_IN_WORDS[self.kind]}{named}"

    def within(self, units: Units) -> Decimal:
        """What units there are of its families."""
        return sum((units.get((family, self.kind), Decimal(0)) for family in self.families), Decimal(0))


def plain(count: Decimal) -> str:
    """A count without an exponent or zeros behind the point."""
    return f"{count.normalize():f}"


def amounts(spec: CommittedUse) -> tuple[Amount, ...]:
    """What a commitment for machines holds; without vCPUs and memory where its type is not known."""
    series = covered_series(spec.commitment_type)
    held = [
        Amount(families=series, kind="vcpu", count=Decimal(spec.vcpus)),
        Amount(families=series, kind="memory", count=Decimal(str(spec.memory_gib))),
        *(Amount(families=(accelerator_item(gpu),), kind=GPU, count=Decimal(gpu.count)) for gpu in spec.accelerators),
        Amount(families=(LOCAL_SSD,), kind=LOCAL_SSD, count=Decimal(spec.local_ssd_gib)),
    ]
    return tuple(one for one in held if one.count and one.families)
