"""What a plan of commitments has to keep to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from costopt.optimizer.bundle import DEFAULT_TOLERANCE

FAMILY_BOUND_SHARE = 0.5
"""Of what a family rarely falls below, how much may be bound to it. Measured on three years of four regions of a real
fleet, which moved from one family to another once: with this cap plans cost 79.6 % of on demand and regret at most
13.3 %, without it 80.3 % and 19.3 %. Source: https://arxiv.org/abs/2503.10235 (data)."""

FAMILY_BOUND_PERCENTILE = 10.0
"""The hourly dollars that a family rarely falls below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """Limits, choices and effort of one plan. Quantities of money are effective dollars an hour where not said."""

    purchase_at: tuple[datetime, ...] = ()
    """Moments at which commitments may be bought, UTC: a ladder. Empty for the start of the demand."""
    also_at: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    """Further moments of single offers, UTC, by their id; see `purchase_dates`."""
    upfront_budget: Decimal | None = None
    """Dollars that all purchases together may take upfront; None for any."""
    family_floors: Mapping[str, Decimal] = field(default_factory=dict)
    """Least commitment that is bound to a family after the last purchase, owned ones included, by family."""
    family_caps: Mapping[str, Decimal] = field(default_factory=dict)
    """Largest commitment that is bound to a family at any time, owned ones included, by family."""
    family_bound_share: float | None = FAMILY_BOUND_SHARE
    """On-demand dollars that commitments bound to one family and region may pay for, over those that its demand rarely
    falls below; owned ones count. None for no such cap."""
    family_bound_percentile: float = FAMILY_BOUND_PERCENTILE
    """Percentile of hourly demand that is meant by "rarely", 0..100."""
    sharing: bool = True
    """Whether accounts share commitments."""
    sustained_use: bool = True
    """Whether the billing account gets Google's sustained use discounts."""
    tolerance: float = DEFAULT_TOLERANCE
    """Relative gap at which a plan counts as optimal."""
    time_limit: float | None = None
    """Seconds after which the best plan so far is taken; None for as long as it takes."""
    trials: int = 400
    """Bills that the local search may simulate of each part that nothing connects to the others."""
