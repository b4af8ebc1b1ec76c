"""From when on a commitment pays."""

from decimal import ROUND_CEILING, Decimal

from costopt.economics.amortisation import Terms
from costopt.economics.sustained_rates import Rates, slot_price
from costopt.model.money import HOURS_PER_MONTH


def break_even_utilisation(price_ratio: float, rates: Rates | None = None) -> float | None:
    """Share of a month in which capacity must be in use for a commitment to cost as much as staying on demand.

    On demand, capacity that is in use for a share p of the month costs p of its price; with sustained use discounts it
    costs less, `slot_price(p)`. So without them a discount of 37 % pays from 63 % on.

    Args:
        price_ratio: committed price over on-demand price, 0.63 for a discount of 37 %.
        rates: incremental rates of sustained use, where the usage gets them.

    Returns:
        Share of the month, 0 to 1, or None where it never pays.
    """
    levels: Rates = rates or (1.0,)
    width = 1 / len(levels)
    for level, rate in enumerate(levels):
        spent = slot_price(level * width, levels)
        if price_ratio <= slot_price((level + 1) * width, levels):
            return level * width + (price_ratio - spent) / rate
    return None


def break_even_month(terms: Terms, on_demand_hourly: Decimal, *, utilisation: Decimal = Decimal(1)) -> int | None:
    """The month by whose end a commitment has cost no more than staying on demand would have, interest aside.

    Args:
        terms: what a unit is paid with.
        on_demand_hourly: dollars an hour of the same unit on demand.
        utilisation: share of the hours in which it is used, 0 to 1.

    Returns:
        1 for the first month, or None where the term ends before.
    """
    saved_a_month = (on_demand_hourly * utilisation - terms.hourly) * HOURS_PER_MONTH
    if saved_a_month <= 0:
        return 1 if not (saved_a_month or terms.upfront) else None
    month = max(1, int((terms.upfront / saved_a_month).to_integral_value(ROUND_CEILING)))
    return month if month <= terms.term_months else None
