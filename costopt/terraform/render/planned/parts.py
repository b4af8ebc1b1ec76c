"""The parts that a workload is cut into, a call each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from costopt.model.plan import Capacity
from costopt.terraform.render.planned.evidence import evidence, pointer
from costopt.terraform.render.planned.request import PlannedWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Capacity of a workload that one call makes."""

    label: str
    """Label of its call."""
    capacities: tuple[Capacity, ...]
    """What it is made of: one or more."""
    reasons: tuple[str, ...]
    """Why it is as it is; only the first part says it at length."""
    is_alone: bool
    """Whether it is all of the workload."""

    @property
    def first(self) -> Capacity:
        """Any of its capacities, for what they have in common."""
        return self.capacities[0]

    @property
    def machines(self) -> int:
        """How many machines it has at the peak."""
        return sum(one.count for one in self.capacities)

    @property
    def zones(self) -> list[str]:
        """Zones of its capacity, in order."""
        return sorted({one.zone for one in self.capacities if one.zone})


def parts_of(
    work: PlannedWork,
    markets: Sequence[str],
    *,
    ending: Callable[[Capacity], str],
    order: Callable[[Sequence[Capacity]], Any] | None = None,
) -> tuple[Part, ...]:
    """The parts of a workload.

    Args:
        work: the workload.
        markets: of the capacity that is cut.
        ending: what the capacities of one part have in common, and what ends its label where there are several.
        order: what the parts are sorted by; their endings where None.
    """
    found: dict[str, list[Capacity]] = {}
    for one in work.assignment.after:
        if one.market in markets:
            found.setdefault(ending(one), []).append(one)
    parts: list[Part] = []
    for name, capacities in sorted(found.items(), key=lambda pair: order(pair[1]) if order else pair[0]):
        parts.append(
            Part(
                label=work.label if len(found) == 1 else f"{work.label}__{name}",
                capacities=tuple(capacities),
                reasons=pointer(work, parts[0].label) if parts else evidence(work),
                is_alone=len(found) == 1,
            )
        )
    return tuple(parts)


def base_of_nodes(part: Part, bought: str) -> str:
    """What stands behind the figures of a pool of nodes.

    Args:
        part: the nodes.
        bought: how they are bought, in words.
    """
    nodes = "1 node" if part.machines == 1 else f"{part.machines} nodes"
    spread = f" over {len(part.zones)} zones" if len(part.zones) > 1 else ""
    return f"Base: {nodes}, {bought}{spread}; one more a zone while nodes are replaced."
