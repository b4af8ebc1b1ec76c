"""What one plan covers at every quantity of it: exact, and built once for all quantities."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import Dollars


class PlanCurve:
    """On-demand dollars that a plan alone pays for, as a function of its quantity.

    Within an hour the plan pays first for what it saves most on (lowest take), so that each item is a piece of the
    curve with the slope 1/take. The pieces of all hours, laid over each other, are one concave function.
    """

    def __init__(self, dollars: Dollars, take: NDArray[np.float64]) -> None:
        """Lay the pieces over each other.

        Args:
            dollars: demand, [hours, items].
            take: units that cover one dollar of each item, [items]; inf where the plan does not pay.
        """
        pays = np.isfinite(take)
        self._dollars, self._take = dollars[:, pays], take[pays]
        self.needs: NDArray[np.float64] = self._dollars @ self._take
        """Units that would cover all of each hour, [hours]."""

    @cached_property
    def _curve(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Quantities at which the slope changes, ascending from 0, and the dollars covered there."""
        order = np.argsort(self._take, kind="stable")
        units = self._dollars[:, order] * self._take[order]
        ends = np.cumsum(units, axis=1)
        slopes = np.broadcast_to(1 / self._take[order], units.shape)
        places = np.concatenate([(ends - units).ravel(), ends.ravel()])
        changes = np.concatenate([slopes.ravel(), -slopes.ravel()])
        sorted_ = np.argsort(places, kind="stable")
        quantities = np.concatenate([[0.0], places[sorted_]])
        slope = np.concatenate([[0.0], np.cumsum(changes[sorted_])])
        return quantities, np.concatenate([[0.0], np.cumsum(np.diff(quantities) * slope[:-1])])

    def covered(self, quantity: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """On-demand dollars of all hours that so many units an hour pay for, in the shape of `quantity`."""
        return np.asarray(np.interp(quantity, *self._curve))

    def quantity_covering(self, dollars: float) -> float:
        """Smallest quantity that pays for so many dollars, or for all that it can."""
        quantities, covered = self._curve
        place = int(np.searchsorted(covered, dollars))
        if place >= len(covered):
            return float(quantities[-1])
        if place == 0:
            return 0.0
        below, above = covered[place - 1 : place + 1]
        left, right = quantities[place - 1 : place + 1]
        return float(left + (right - left) * (dollars - below) / (above - below))
