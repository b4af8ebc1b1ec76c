"""When holdings give their quantity, and what no holding may be."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from costopt.economics.billing_months import HOUR
from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding
from costopt.errors import DemandError


def window(demand: HourlyDemand, holding: Holding) -> slice:
    """The hours that begin within a holding's term, as a slice of the demand's hours; empty where there are none."""
    first = -(-(holding.start - demand.start) // HOUR)
    last = -(-(holding.end - demand.start) // HOUR)
    return slice(*(min(max(hour, 0), demand.hours) for hour in (first, last)))


def check_holdings(demand: HourlyDemand, holdings: Sequence[Holding]) -> None:
    """Refuse holdings that cannot be settled against a demand.

    Raises:
        DemandError: a quantity or cost that is negative or no number, a term that ends before it starts or has no time
            zone, rates that are not those of the demand's items.
    """
    for holding in holdings:
        fault = _fault_of_term(holding) or _fault_of_amount(holding) or _fault_of_take(demand, holding)
        if fault:
            raise DemandError(
                f"commitment {holding.instrument.id} cannot be settled: {fault}",
                hint="Check the commitment's entry in the snapshot or the plan's file.",
            )


def _fault_of_term(holding: Holding) -> str | None:
    for moment in (holding.start, holding.end):
        if moment.utcoffset() != timedelta(0):
            return f"{moment} is not in UTC"
    if holding.end <= holding.start:
        return f"its term ends at {holding.end} and starts at {holding.start}"
    return None


def _fault_of_amount(holding: Holding) -> str | None:
    for amount, what in ((holding.quantity, "quantity"), (holding.instrument.hourly_cost, "cost of a unit")):
        if not amount.is_finite() or amount < 0:
            return f"its {what} is {amount}"
    return None


def _fault_of_take(demand: HourlyDemand, holding: Holding) -> str | None:
    take = holding.instrument.take
    if take.shape != (len(demand.items),):
        return f"it has rates for {take.size} items of usage, the demand has {len(demand.items)}"
    premium = holding.instrument.premium
    if premium is not None and (premium.shape != take.shape or not (np.isfinite(premium) & (premium >= 0)).all()):
        return "its premiums are not those of the demand's items"
    wrong = np.flatnonzero(~(take > 0))
    if wrong.size:
        return f"covering a dollar of {demand.items[wrong[0]].label} takes {take[wrong[0]]} units"
    return None
