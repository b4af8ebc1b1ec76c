"""What changed most where charges are in several currencies: each day at its own rate, as everything else is.

What only the rate moved counts, too: it is more or less money, whatever the provider's price did.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from costopt.billing.currency import Exchange
from costopt.model.budget import Basis, Budget
from costopt.model.budget_status import Mover
from costopt.model.period import Period
from costopt.pipeline.budgets.bill import BudgetBill

_MONEY = {Basis.BILLED: "billed_cost", Basis.EFFECTIVE: "effective_cost"}
_SPARE = 5
"""Further candidates that are summed exactly: they are chosen in floats, whose order may differ in the last digit."""
_PLACES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Charges:
    """Charges of a time by value, currency and day, with what a unit of each is worth."""

    values: Sequence[str | None]
    """Of the dimension, each row's."""
    amounts: pa.ChunkedArray
    """As billed."""
    rates: Sequence[Decimal]
    """Each row's."""

    @classmethod
    def of(cls, bill: BudgetBill, budget: Budget, by: str, period: Period) -> "_Charges":
        table, name, day = bill.charges_by_day(by, budget.conditions, period)
        currencies, days = table.column("BillingCurrency").to_pylist(), table.column(day).to_pylist()
        return cls(
            values=table.column(name).to_pylist(),
            amounts=table.column(_MONEY[budget.basis]),
            rates=_rates(bill.exchange, currencies, days),
        )

    def worth(self) -> NDArray[np.float64]:
        """Each row's, in the one currency, nearly."""
        rates = np.array([float(rate) for rate in self.rates])
        amounts: NDArray[np.float64] = np.asarray(pc.cast(self.amounts, pa.float64()), dtype=np.float64)
        worth: NDArray[np.float64] = amounts * rates
        return worth

    def sums(self, wanted: set[str | None]) -> dict[str | None, Decimal]:
        """The worth of some values, to the last digit."""
        found: dict[str | None, Decimal] = defaultdict(Decimal)
        for number, value in enumerate(self.values):
            if value in wanted:
                found[value] += self.amounts[number].as_py() * self.rates[number]
        return found


def converted_movers(
    bill: BudgetBill, budget: Budget, by: str, current: Period, previous: Period, *, count: int
) -> Iterator[Mover]:
    """The largest changes of a dimension, largest first.

    Args:
        bill: a converted one.
        budget: whose scope and basis.
        by: the dimension.
        current: the time that is held ...
        previous: ... against this one.
        count: how many.

    Raises:
        CurrencyMismatch: a rate is missing.
    """
    now, before = (_Charges.of(bill, budget, by, period) for period in (current, previous))
    candidates = set(_largest(now, before, count + _SPARE))
    costs, earlier = now.sums(candidates), before.sums(candidates)
    movers = [
        Mover(
            dimension=by,
            value=value,
            current=round(costs.get(value, Decimal(0)), _PLACES),
            previous=round(earlier.get(value, Decimal(0)), _PLACES),
        )
        for value in candidates
    ]
    movers.sort(key=lambda one: (-abs(one.change), one.value or ""))
    yield from (one for one in movers[:count] if one.change)


def _largest(now: _Charges, before: _Charges, count: int) -> list[str | None]:
    number_of: dict[str | None, int] = {}
    numbers = [number_of.setdefault(value, len(number_of)) for value in (*now.values, *before.values)]
    worth = np.concatenate([now.worth(), -before.worth()])
    changes = np.zeros(len(number_of))
    np.add.at(changes, np.array(numbers, dtype=np.int64), worth)
    values = list(number_of)
    return [values[index] for index in np.argsort(-np.abs(changes), kind="stable")[:count]]


def _rates(exchange: Exchange, currencies: Sequence[str], days: Sequence[date]) -> list[Decimal]:
    """Of each row; there are few currencies and days, and many rows."""
    known = {pair: exchange.rate(*pair) for pair in set(zip(currencies, days, strict=True))}
    return [known[pair] for pair in zip(currencies, days, strict=True)]
