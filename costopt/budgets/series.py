"""Cost in even steps, by day or by hour, of one part of the bill."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from costopt.errors import ConfigError

Costs = NDArray[np.float64]


class Step(Enum):
    """How long a step is; the value is the number of steps in a day."""

    DAY = 1
    HOUR = 24

    @property
    def season(self) -> int:
        """Steps in a week, after which usage repeats itself."""
        return 7 * self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSeries:
    """Complete steps only: what the bill does not hold yet is not in it."""

    dimension: str
    """Column of the bill or `tag:KEY`; empty for the whole."""
    value: str | None
    """Its value; None for charges without, or the whole."""
    start: datetime
    """First moment, with a zone: days are those of the zone, also where its clocks change."""
    step: Step
    """Length of each step."""
    costs: Costs
    """Cost of each step, shape (steps,); 0 where there is no charge."""

    def __post_init__(self) -> None:
        """Refuse times and costs that cannot be placed.

        Raises:
            ConfigError: a start without a zone, or costs that are no numbers.
        """
        if self.start.utcoffset() is None:
            raise ConfigError(f"{self.start} has no time zone", hint="Write it as 2026-11-20T00:00:00Z.")
        if not np.isfinite(self.costs).all():
            raise ConfigError(
                f"costs of {self.value or 'the whole'} are not all numbers",
                hint="Give 0 for steps without a charge and leave incomplete ones out at the end.",
            )

    def moment(self, number: int) -> datetime:
        """First moment of a step."""
        if self.step is Step.DAY:
            return self.start + timedelta(days=number)
        return (self.start.astimezone(UTC) + timedelta(hours=number)).astimezone(self.start.tzinfo)
