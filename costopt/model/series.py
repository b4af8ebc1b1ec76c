"""A metric series as it is kept: evenly spaced values with holes."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from costopt.model.resource import ResourceKey


@runtime_checkable
class PackedFloats(Protocol):
    """Values of a series that can be copied as a whole, without a Python float for each."""

    @property
    def raw(self) -> "array[float]":
        """Doubles, NaN where the provider sent no point."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One metric of one resource. A series with no value at all says: it was asked for, and nothing came."""

    resource: ResourceKey
    """What was measured."""
    metric: str
    """Canonical name, a key of `model.metrics.METRICS`."""
    start: datetime
    """Start of the first step, UTC."""
    step_seconds: int
    """Length of a step."""
    values: Sequence[float | None]
    """One value a step, None where the provider sent no point. May be `PackedFloats`, too."""
