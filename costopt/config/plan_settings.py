"""Section `[plan]`: what every plan is asked for where the command does not say otherwise."""

from dataclasses import dataclass
from typing import Literal

from costopt.errors import ConfigError

LONGEST_HORIZON_MONTHS = 60
"""Prices and demand of five years on are nobody's to know; commitments end after three."""

LARGEST_DISCOUNT_RATE = 1.0
"""Whose capital costs more than 100 % a year pays nothing upfront: more is a percentage where a share is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSettings:
    """Section `[plan]`."""

    horizon_months: int = 12
    """Months ahead, 1 to 60."""
    discount_rate: float = 0.0
    """Yearly cost of capital, 0.08 for 8 %, 0..1: fees that are paid upfront count with it."""
    max_risk: float | None = None
    """Most that may be lost in the worst scenario, as a share of what is saved, 0..1; None for no limit."""
    goal: Literal["cost", "balanced", "safe"] = "balanced"
    """What the recommended variant is chosen for."""


def check_plan_settings(settings: PlanSettings) -> None:
    """Refuse what cannot be meant.

    Raises:
        ConfigError: names the key.
    """
    if not 1 <= settings.horizon_months <= LONGEST_HORIZON_MONTHS:
        raise ConfigError(
            f"plan.horizon_months is {settings.horizon_months}", hint=f"Months ahead, 1 to {LONGEST_HORIZON_MONTHS}."
        )
    if not 0 <= settings.discount_rate <= LARGEST_DISCOUNT_RATE:
        raise ConfigError(f"plan.discount_rate is {settings.discount_rate}", hint="A share a year: 0.08 for 8 %.")
    if settings.max_risk is not None and not 0 <= settings.max_risk <= 1:
        raise ConfigError(f"plan.max_risk is {settings.max_risk}", hint="A share from 0 to 1, such as 0.1.")
