"""What Google's sustained use discounts leave of a price, by series and by the share of a month that a machine runs.

Source: https://cloud.google.com/compute/docs/sustained-use-discounts.
"""

Rates = tuple[float, ...]
"""Shares of the price that usage pays at levels of equal width, from the first hours of a month to the last."""

_UP_TO_30_PERCENT: Rates = (1.0, 0.8, 0.6, 0.4)
_UP_TO_20_PERCENT: Rates = (1.0, 0.8678, 0.733, 0.6)

_RATES = {
    "n1": _UP_TO_30_PERCENT,
    "m1": _UP_TO_30_PERCENT,
    "m2": _UP_TO_30_PERCENT,
    "n2": _UP_TO_20_PERCENT,
    "n2d": _UP_TO_20_PERCENT,
    "c2": _UP_TO_20_PERCENT,
    "f1": _UP_TO_30_PERCENT,
    "g1": _UP_TO_30_PERCENT,
}
"""By series; all others (E2, C3, N4, ...) have none. F1 and G1 are the shared cores of N1, billed by the machine.
Source: https://cloud.google.com/compute/docs/sustained-use-discounts."""


def series_rates(series: str) -> Rates | None:
    """The same of vCPUs and memory of a series, such as `n2`."""
    return _RATES.get(series)


def slot_price(fraction: float, rates: Rates) -> float:
    """What a slot of capacity costs that is in use for part of a month, over what it costs on demand for all of it.

    Args:
        fraction: share of the month in which it is in use, 0 to 1.
        rates: incremental rates.
    """
    width = 1 / len(rates)
    return sum(min(max(fraction - level * width, 0.0), width) * rate for level, rate in enumerate(rates))
