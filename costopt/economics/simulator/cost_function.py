"""The total of a settlement as a function of quantities, for searches that try many."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from costopt.economics.billing_months import billing_months
from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding
from costopt.economics.simulator.application import apply_claims
from costopt.economics.simulator.distinct_hours import distinct_hours
from costopt.economics.simulator.order import payment_order
from costopt.economics.simulator.windows import check_holdings, window
from costopt.economics.sustained_use import MonthlyDiscount, incremental_rates
from costopt.errors import DemandError


class CostFunction:
    """What a demand costs with given holdings of any quantities.

    Order and windows are worked out once, and hours that are the same are settled once. The result is a float that
    agrees with the total of `settle`'s bill but for rounding; it is for comparing, not for reporting.
    """

    def __init__(
        self,
        demand: HourlyDemand,
        holdings: Sequence[Holding],
        *,
        sharing: bool = True,
        sustained_use: bool = True,
    ) -> None:
        check_holdings(demand, holdings)
        windows = [window(demand, holding) for holding in holdings]
        self._claims = payment_order(demand.items, holdings, sharing=sharing)
        active = (hours.stop - hours.start for hours in windows)
        self._unit_costs = np.array(
            [float(one.instrument.hourly_cost) * hours for one, hours in zip(holdings, active, strict=True)]
        )
        discounted = sustained_use and any(incremental_rates(item) for item in demand.items)
        # What sustained use takes off an hour depends on the other hours of its month.
        months = [own for _, own in billing_months(demand.start, demand.hours)] if discounted else []
        hours = distinct_hours(demand.dollars, [*windows, *months])
        self._by_item = np.ascontiguousarray(hours.dollars.T)
        self._weight, self._windows = hours.weight, hours.windows[: len(windows)]
        self._discount = MonthlyDiscount(demand.items, hours.weight, hours.windows[len(windows) :])

    def __call__(self, quantities: Sequence[float] | NDArray[np.float64]) -> float:
        """Dollars of all hours.

        Args:
            quantities: units of each holding, in their order; those of the holdings themselves do not matter.

        Raises:
            DemandError: another number of quantities than of holdings.
        """
        bought = np.asarray(quantities, dtype=float)
        if bought.shape != self._unit_costs.shape:
            raise DemandError(f"{bought.size} quantities for {self._unit_costs.size} commitments")
        left = self._by_item.copy()
        units = np.repeat(bought[:, np.newaxis], len(self._weight), axis=1)
        premiums = np.zeros_like(left)
        used = (claim for claim in self._claims if bought[claim.holding] > 0)
        apply_claims(used, self._windows, left, units, premiums)
        usage = float((left.sum(axis=0) + premiums.sum(axis=0)) @ self._weight)
        return float(self._unit_costs @ bought) + usage - self._discount(left)


def total_cost(
    demand: HourlyDemand, holdings: Sequence[Holding], *, sharing: bool = True, sustained_use: bool = True
) -> float:
    """Dollars of all hours with holdings as they are; arguments as of `settle`."""
    function = CostFunction(demand, holdings, sharing=sharing, sustained_use=sustained_use)
    return function([float(holding.quantity) for holding in holdings])
