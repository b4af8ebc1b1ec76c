"""One total held against another, and the way between them in explained steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

CENT = Decimal("0.01")
"""Less than this is a rounding of somebody's; the store itself is exact to ten digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One explained part of the difference between two totals."""

    reason: str
    """In words."""
    amount: Decimal
    """What it adds to the source's total on the way to the store's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """One billing period of one source in one currency, held against one total."""

    source: str
    """Name of the source."""
    billing_period: str
    """`YYYY-MM`."""
    currency: str
    """ISO 4217 code."""
    against: str
    """Whose total it is: `file` (the bill's own total column), `invoice` or `Cost Explorer`."""
    source_total: Decimal
    """That total."""
    store_total: Decimal
    """Sum of BilledCost in the store, read now."""
    by_category: Mapping[str, Decimal]
    """The same by ChargeCategory."""
    steps: tuple[Step, ...]
    """What explains the difference, greatest first; steps of nothing are left out."""

    @property
    def difference(self) -> Decimal:
        """What the store has more than the source."""
        return self.store_total - self.source_total

    @property
    def unexplained(self) -> Decimal:
        """What is left of the difference."""
        return self.difference - sum((step.amount for step in self.steps), Decimal(0))

    @property
    def exact(self) -> bool:
        """Whether nothing of a cent or more is left unexplained."""
        return abs(self.unexplained) < CENT
