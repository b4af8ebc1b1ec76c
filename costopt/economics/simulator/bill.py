"""Exact sums of a settlement.

Every dollar amount of an hour, of one item or holding, is rounded to a billionth of a dollar and kept as an integer.
Sums of integers do not depend on their order, so parts add up to totals and months to the whole, to the last digit.
"""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

_PLACES = 9
_UNIT = 10**_PLACES
MOST_AN_HOUR = 1e9
"""Dollars an hour of one item above which an amount does not fit into the integers that it is kept in."""

Billionths = NDArray[np.int64]
"""Billionths of a dollar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What some hours cost, in dollars; the parts add up exactly."""

    commitments: tuple[Decimal, ...]
    """Effective cost of each holding, whether it is used or not."""
    unused: tuple[Decimal, ...]
    """Of that, the part that paid for nothing."""
    on_demand: tuple[Decimal, ...]
    """Cost of each item's usage that no commitment paid for, after sustained use discounts, and premiums on what one
    did."""
    sustained_use: tuple[Decimal, ...]
    """Sustained use discount of each item, already taken off."""

    @property
    def commitment_cost(self) -> Decimal:
        """Cost of all holdings."""
        return sum(self.commitments, Decimal(0))

    @property
    def unused_cost(self) -> Decimal:
        """Part of it that paid for nothing."""
        return sum(self.unused, Decimal(0))

    @property
    def on_demand_cost(self) -> Decimal:
        """Cost of all usage that no commitment paid for, premiums included."""
        return sum(self.on_demand, Decimal(0))

    @property
    def total(self) -> Decimal:
        """Commitments and what is left on demand."""
        return self.commitment_cost + self.on_demand_cost


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ledger:
    """Amounts by hour, from which bills of any hours are made."""

    commitments: Billionths
    """Cost of holdings, [hours, holdings]."""
    unused: Billionths
    """Unused part of it, [hours, holdings]."""
    on_demand: Billionths
    """Cost on demand, [hours, items]."""
    sustained_use: Billionths
    """Discounts, [hours, items]."""

    def bill(self, hours: slice) -> Bill:
        """The bill of some hours."""
        return Bill(
            commitments=_sums(self.commitments[hours]),
            unused=_sums(self.unused[hours]),
            on_demand=_sums(self.on_demand[hours]),
            sustained_use=_sums(self.sustained_use[hours]),
        )


def billionths(dollars: NDArray[np.float64]) -> Billionths:
    """Dollars as integers, half to even."""
    amounts: Billionths = np.rint(dollars * _UNIT).astype(np.int64)
    return amounts


def exact_billionths(dollars: Decimal) -> int:
    """The same for one exact amount."""
    return int(dollars.scaleb(_PLACES).to_integral_value())


def _sums(amounts: Billionths) -> tuple[Decimal, ...]:
    """Exact column sums. Dollars and fractions are added apart, as an estate's year may not fit into 64 bits."""
    dollars, fractions = (part.sum(axis=0).tolist() for part in np.divmod(amounts, _UNIT))
    return tuple(
        Decimal(whole * _UNIT + fraction).scaleb(-_PLACES) for whole, fraction in zip(dollars, fractions, strict=True)
    )
