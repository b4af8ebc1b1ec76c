"""What commitments pay for, hour by hour, in the provider's order, and what that costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from costopt.economics.billing_months import billing_months
from costopt.economics.demand import Dollars, HourlyDemand
from costopt.economics.instruments import Holding
from costopt.economics.simulator.application import apply_claims
from costopt.economics.simulator.bill import MOST_AN_HOUR, Bill, Ledger, billionths, exact_billionths
from costopt.economics.simulator.order import payment_order
from costopt.economics.simulator.windows import check_holdings, window
from costopt.economics.sustained_use import sustained_use_discounts
from costopt.errors import DemandError

Units = NDArray[np.float64]
"""Units of holdings, [hours, holdings]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Settlement:
    """A demand and what paid for it. Amounts are floats hour by hour; sums of money are taken from its bills."""

    demand: HourlyDemand
    """What ran."""
    holdings: tuple[Holding, ...]
    """What was owned or planned."""
    on_demand: Dollars
    """Dollars that no commitment pays for, after sustained use discounts, [hours, items]."""
    premiums: Dollars
    """Dollars that usage costs beside the commitments that pay for it, [hours, items]: Google's of custom types."""
    sustained_use: Dollars
    """Sustained use discounts that are taken off already, [hours, items]."""
    covered: Dollars
    """Usage that each holding pays for, in dollars at on-demand prices, [hours, holdings]."""
    used: Units
    """Units that are used of each holding, [hours, holdings]."""
    committed: Units
    """Units that each holding gives, [hours, holdings]."""

    @property
    def bill(self) -> Bill:
        """What all hours cost."""
        return self._ledger().bill(slice(None))

    def bills_by_month(self) -> Mapping[datetime, Bill]:
        """What each calendar month (UTC) costs, by its first moment; they add up to `bill` exactly."""
        ledger = self._ledger()
        return {month: ledger.bill(hours) for month, hours in billing_months(self.demand.start, self.demand.hours)}

    @property
    def utilisation(self) -> tuple[float | None, ...]:
        """Share of each holding's units that is used, 0 to 1; None where it gives none in these hours."""
        pairs = zip(self.used.sum(axis=0).tolist(), self.committed.sum(axis=0).tolist(), strict=True)
        return tuple(used / given if given else None for used, given in pairs)

    @property
    def total_utilisation(self) -> float | None:
        """Share of the cost of all holdings that pays for something, 0 to 1; None where they cost nothing."""
        costs = np.array([float(holding.instrument.hourly_cost) for holding in self.holdings])
        given = float((self.committed * costs).sum())
        return float((self.used * costs).sum()) / given if given else None

    @property
    def coverage(self) -> tuple[float | None, ...]:
        """Share of the usage in each holding's scope and term that it pays for, 0 to 1; None where there is none."""
        return tuple(
            covered / eligible if eligible else None
            for covered, eligible in zip(self.covered.sum(axis=0).tolist(), self._eligible(), strict=True)
        )

    @property
    def total_coverage(self) -> float | None:
        """Share of all usage, at on-demand prices, that commitments pay for, 0 to 1; None where there is no usage."""
        return float(self.covered.sum()) / self.demand.total if self.demand.total else None

    def _eligible(self) -> list[float]:
        """On-demand dollars of the usage that each holding might pay for."""
        scopes = ((window(self.demand, one), one.instrument.covers) for one in self.holdings)
        return [float(self.demand.dollars[hours][:, covers].sum()) for hours, covers in scopes]

    def _ledger(self) -> Ledger:
        unit_costs = [exact_billionths(holding.quantity * holding.instrument.hourly_cost) for holding in self.holdings]
        costs = np.where(self.committed > 0, np.array(unit_costs, dtype=np.int64), 0)
        idle = np.divide(
            self.committed - self.used, self.committed, out=np.zeros_like(self.used), where=self.committed > 0
        )
        return Ledger(
            commitments=costs,
            unused=np.rint(idle * costs).astype(np.int64),
            on_demand=billionths(self.on_demand + self.premiums),
            sustained_use=billionths(self.sustained_use),
        )


def settle(
    demand: HourlyDemand, holdings: Sequence[Holding], *, sharing: bool = True, sustained_use: bool = True
) -> Settlement:
    """Let holdings pay for a demand in the provider's own order (`order.py`), owned and planned ones alike.

    Every hour stands alone: what a holding gives and nobody uses in that hour is lost.

    Args:
        demand: on-demand dollars, before sustained use discounts.
        holdings: commitments; each gives its quantity in the hours that begin within its term.
        sharing: whether accounts share their commitments, which is the default of AWS and of Google.
        sustained_use: whether the billing account gets Google's sustained use discounts; invoiced ones do not.

    Raises:
        DemandError: holdings that cannot be, or rates for other items than the demand's.
    """
    check_holdings(demand, holdings)
    if demand.dollars.max() > MOST_AN_HOUR:
        raise DemandError(
            f"an item of demand costs {demand.dollars.max():.4g} dollars in one hour",
            hint="Check the unit of the demand: it is dollars an hour at on-demand prices.",
        )
    windows = [window(demand, holding) for holding in holdings]
    left, committed = demand.dollars.T.copy(), _committed(demand, holdings, windows)
    units, covered, premiums = committed.copy(), np.zeros_like(committed), np.zeros_like(left)
    apply_claims(payment_order(demand.items, holdings, sharing=sharing), windows, left, units, premiums, covered)
    uncovered = left.T
    discounts = (
        sustained_use_discounts(demand.items, uncovered, demand.start) if sustained_use else np.zeros_like(uncovered)
    )
    return Settlement(
        demand=demand,
        holdings=tuple(holdings),
        on_demand=uncovered - discounts,
        premiums=premiums.T,
        sustained_use=discounts,
        covered=covered.T,
        used=(committed - units).T,
        committed=committed.T,
    )


def _committed(demand: HourlyDemand, holdings: Sequence[Holding], windows: Sequence[slice]) -> Units:
    """Units that each holding gives, [holdings, hours]."""
    committed = np.zeros((len(holdings), demand.hours))
    for row, holding, hours in zip(committed, holdings, windows, strict=True):
        row[hours] = float(holding.quantity)
    return committed
