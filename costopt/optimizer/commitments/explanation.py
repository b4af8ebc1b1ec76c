"""What readers need to believe a portfolio: what held it back, and the load that each commitment faces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.economics.simulator.settlement import Settlement
from costopt.optimizer.commitments.limits import Limit
from costopt.optimizer.solver import row_name

Vector = NDArray[np.float64]

_POINTS = 101
"""Points of a load-duration curve: one for each percent of the hours, both ends included."""

_WORTH_SAYING = 1e-6
"""Dollars for a unit below which a limit does not bind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A limit that costs money."""

    name: str
    """The limit's name."""
    right: Decimal
    """Where it stands, what is owned taken off."""
    unit: str
    """Unit of `right`."""
    saves: Decimal
    """Dollars over the hours of the demand that relaxing it by one unit saves at most: further units save less."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadDuration:
    """How often a commitment of some size would be in use, all other commitments as they are."""

    scope: str
    """What the instrument pays for."""
    instrument: str
    """Its id."""
    committed: Decimal
    """Units an hour that the plan has of it, the largest at any time."""
    need: Vector
    """Units an hour that are exceeded in 0, 1, ... 100 % of its hours, falling, [101]."""


def explain_limits(limits: Sequence[Limit], duals: Mapping[str, float | None]) -> tuple[Binding, ...]:
    """Limits whose relaxation would save, the most valuable first."""
    found: list[Binding] = []
    for limit in limits:
        dual = duals.get(row_name(limit.name)) or 0.0
        if abs(dual) > _WORTH_SAYING:
            right = Decimal(repr(limit.right))
            saves = Decimal(repr(abs(dual))).quantize(Decimal("0.000001"))
            found.append(Binding(name=limit.name, right=right, unit=limit.unit, saves=saves))
    return tuple(sorted(found, key=lambda one: (-one.saves * one.right, one.name)))


def load_durations(settlement: Settlement) -> tuple[LoadDuration, ...]:
    """The curve of each instrument of a settlement, in the order of its first holding.

    An instrument faces what it pays for and what nobody does: its used units, and those that would cover what is left
    on demand in its scope.
    """
    left = settlement.on_demand + settlement.sustained_use
    places: dict[str, list[int]] = {}
    for place, holding in enumerate(settlement.holdings):
        places.setdefault(holding.instrument.id, []).append(place)
    curves: list[LoadDuration] = []
    for name, mine in places.items():
        instrument = settlement.holdings[mine[0]].instrument
        committed = settlement.committed[:, mine].sum(axis=1)
        active = committed > 0
        covers = instrument.covers
        need = settlement.used[:, mine].sum(axis=1) + left[:, covers] @ instrument.take[covers]
        curve = np.quantile(need[active], np.linspace(1, 0, _POINTS)) if active.any() else np.zeros(_POINTS)
        curves.append(
            LoadDuration(
                scope=instrument.scope,
                instrument=name,
                committed=Decimal(repr(float(committed.max(initial=0.0)))),
                need=curve,
            )
        )
    return tuple(curves)
