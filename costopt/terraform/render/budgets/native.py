"""A budget on its way to a provider: its limits by period, and what the provider cannot be told of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from costopt.model.budget import Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBudget:
    """A budget with the amounts of this period and of those that follow."""

    budget: Budget
    """As the settings have it."""
    limits: tuple[tuple[date, Decimal], ...]
    """First day and amount of periods, this one first; at least one."""

    @property
    def varies(self) -> bool:
        """Whether growth or an adjustment makes periods differ."""
        return len({amount for _, amount in self.limits}) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaid:
    """Something of a budget that a provider cannot be told."""

    budget: str
    """Name of the budget. Hostile until escaped."""
    what: str
    """What, in a sentence. May contain hostile names."""
    is_left_out: bool
    """Whether the whole budget is not written, since it would watch something else."""

    @property
    def line(self) -> str:
        """With what became of it."""
        return f"{'not written' if self.is_left_out else 'not said'}: {self.what}"


def percent(fraction: Decimal) -> int | Decimal:
    """A fraction in percent, as whole as it is."""
    value = fraction * 100
    return int(value) if value == value.to_integral_value() else value.normalize()
