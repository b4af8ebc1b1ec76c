"""A machine or a group of equal machines whose size is open, as each provider's own module finds it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from costopt.economics.usage_items import Place
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.plan import Unplanned
from costopt.model.resource import Resource
from costopt.optimizer.sizing.judgement import Candidates
from costopt.optimizer.sizing.machines import Flags, Floats, Machine

Relaxing = Callable[[Decimal], tuple[str, ...]]
"""From dollars an hour of what was chosen to what relaxing a requirement would save, in sentences, the most first."""

MOST_RELAXED = 2
"""Requirements told with each machine: those whose relaxing would save most."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenWorkload:
    """What is decided."""

    options: Candidates
    """What it runs on, and what saves enough; rows of the provider's machines."""
    members: tuple[Resource, ...]
    """Its machines."""
    running: Mapping[Place, Decimal]
    """Units that they are today."""
    relaxing: Relaxing
    """Says what its requirements cost."""

    @property
    def name(self) -> str:
        """Its name, unique. Hostile until escaped."""
        return self.options.workload.name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProviderSizes:
    """What one provider's part of an estate gives to decide."""

    machines: tuple[Machine, ...] = ()
    """Types on offer."""
    workloads: tuple[OpenWorkload, ...] = ()
    """Workloads with an open size, names unique among them."""
    unplanned: tuple[Unplanned, ...] = ()
    """Machines whose size stays, and why."""


def worth_changing(hourly: Floats, today: float, least_monthly: Decimal, least_fraction: Decimal) -> Flags:
    """Which options save enough to be worth a restart, [options].

    Args:
        hourly: dollars an hour of each, [options].
        today: dollars an hour of what runs.
        least_monthly: least saving in dollars a month.
        least_fraction: least saving as a share of what runs, 0..1.
    """
    least = max(float(least_monthly / HOURS_PER_MONTH), float(least_fraction) * today)
    return hourly <= today - least


def saving_words(requirement: str, count: int, instance_type: str, hourly: Decimal) -> str:
    """What a workload could run on without a requirement, and dollars an hour less as those of a month."""
    return f"without {requirement}: {count} x {instance_type}, ${hourly * HOURS_PER_MONTH:,.2f} a month less"
