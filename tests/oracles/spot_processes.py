"""Made histories of spot capacity, from processes that no model of the code under test is.

Each gives booleans, tick by tick, from a seed. Spells are drawn in hours and laid on ticks of ten minutes.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

TICK_HOURS = 1 / 6
PER_DAY = 144

Flags = NDArray[np.bool_]


def _alternate(up: Callable[[int], float], down: Callable[[int], float], ticks: int) -> Flags:
    """Spells of `up` and `down` hours in turn; each is drawn knowing the tick at which it begins."""
    there = np.zeros(ticks, dtype=bool)
    tick, available = 0, True
    while tick < ticks:
        length = max(1, round((up if available else down)(tick) / TICK_HOURS))
        there[tick : tick + length] = available
        tick, available = tick + length, not available
    return there


def bursty(ticks: int, seed: int) -> Flags:
    """Calm days, in which capacity stays for long, and stormy hours, in which it hardly does (Markov-modulated)."""
    rng = np.random.default_rng(seed)
    calm = _alternate(lambda _: rng.exponential(30), lambda _: rng.exponential(16), ticks)
    return _alternate(
        lambda tick: rng.exponential(9.0 if calm[tick] else 0.8),
        lambda tick: rng.exponential(0.7 if calm[tick] else 4.0),
        ticks,
    )


def diurnal(ticks: int, seed: int) -> Flags:
    """Scarce in working hours, plentiful at night."""
    rng = np.random.default_rng(seed)

    def busy(tick: int) -> bool:
        return 8 <= (tick * TICK_HOURS) % 24 < 20

    return _alternate(
        lambda tick: rng.exponential(1.2 if busy(tick) else 6.0),
        lambda tick: rng.exponential(3.0 if busy(tick) else 0.6),
        ticks,
    )


def heavy_tailed(ticks: int, seed: int) -> Flags:
    """Pareto spells of capacity: most end soon, some last for days. Gaps are log-normal."""
    rng = np.random.default_rng(seed)
    return _alternate(lambda _: 0.5 * (1 + rng.pareto(1.2)), lambda _: rng.lognormal(0.3, 0.9), ticks)


def regime_change(ticks: int, seed: int) -> Flags:
    """Plentiful for the first third, which is all that a model is fitted on, then scarce: or the other way round."""
    rng = np.random.default_rng(seed)
    rich, poor = (8.0, 1.0), (1.0, 3.0)
    first, then = (rich, poor) if seed % 2 == 0 else (poor, rich)

    def regime(tick: int) -> tuple[float, float]:
        return first if tick < ticks // 3 else then

    return _alternate(
        lambda tick: rng.exponential(regime(tick)[0]), lambda tick: rng.exponential(regime(tick)[1]), ticks
    )


PROCESSES: dict[str, Callable[[int, int], Flags]] = {
    "bursty": bursty,
    "diurnal": diurnal,
    "heavy-tailed": heavy_tailed,
    "regime change": regime_change,
}
