"""What holds for all workloads of one file while they are planned."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from costopt.optimizer.solver import NEVER, Deadline
from costopt.pipeline.planning.workloads.judged_types import JudgedTypes
from costopt.pipeline.planning.workloads.offered_type import Basis
from costopt.pipeline.planning.workloads.offered_types import TypeMarket

SEED = 1
"""Of the random numbers behind expected costs of jobs: the same file gives the same plan."""

ASSUMED_ZONES = ("zone 1", "zone 2", "zone 3")
"""Where a workload names none. Most regions have three or more.
Source: https://aws.amazon.com/about-aws/global-infrastructure/regions_az/."""

_RELAXED_SHARE, _RELAXED_GAP = 0.25, 1e-2


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Prices, time and what the user measured."""

    market: TypeMarket
    """Types and prices."""
    basis: Basis
    """What an hour on demand counts when machines are chosen."""
    performance: Mapping[str, float]
    """Work of one vCPU of a family over that of the reference."""
    now: datetime
    """When the plan begins, UTC."""
    solve_seconds: float
    """Longest search for one workload and level."""
    deadline: Deadline = NEVER
    """After which only what an answer needs is worked out, and no alternatives to it."""
    judged: JudgedTypes = field(default_factory=JudgedTypes)
    """What was found out of types already."""
    gap: float = 2e-3
    """Share of the cost within which a workload's machines count as cheapest."""

    def in_short(self) -> "Conditions":
        """The same for what relaxing one requirement would save, which need not be known as well."""
        return replace(self, solve_seconds=self.solve_seconds * _RELAXED_SHARE, gap=_RELAXED_GAP)
