"""Totals in one currency, at dated rates that the user gave; without a rate there is no total."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from costopt.errors import CurrencyMismatch


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Rate:
    """What a unit of a currency is worth from a day on, until the next rate of the same pair."""

    currency: str
    """ISO 4217 code."""
    into: str
    """ISO 4217 code."""
    since: date
    """First day, UTC."""
    rate: Decimal
    """Units of `into` for one of `currency`."""


class Exchange:
    """Rates into one currency."""

    def __init__(self, rates: Iterable[Rate], into: str) -> None:
        self.into = into
        self._rates = sorted(rate for rate in rates if rate.into == into)

    def rate(self, currency: str, day: date) -> Decimal:
        """Units of `into` for one of `currency` on a day.

        Raises:
            CurrencyMismatch: no rate holds on that day.
        """
        if currency == self.into:
            return Decimal(1)
        held = [rate.rate for rate in self._rates if rate.currency == currency and rate.since <= day]
        if not held:
            raise CurrencyMismatch(
                f"no rate from {currency} into {self.into} holds on {day}",
                hint=f'Add [[billing.rates]] with currency = "{currency}", into = "{self.into}", since and rate.',
            )
        return held[-1]


def convert(
    rows: Sequence[Mapping[str, Any]], exchange: Exchange, *, money: Sequence[str], keys: Sequence[str], day: str
) -> list[dict[str, Any]]:
    """Rows of every day and currency as rows of one currency, summed over the days.

    Args:
        rows: with `BillingCurrency`, a column of the day, money and counts.
        exchange: the rates.
        money: names of the columns of money, None where unknown; all other columns that are no keys are summed as they
            are.
        keys: names of the columns to group by, `BillingCurrency` among them.
        day: name of the column of the day; left out of the result unless it is a key.

    Returns:
        Rows in the order in which their keys first come; money unrounded, and unknown where that of any day is.

    Raises:
        CurrencyMismatch: a rate is missing.
    """
    summed: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        rate = exchange.rate(row["BillingCurrency"], row[day])
        values = {**row, "BillingCurrency": exchange.into}
        key = tuple(values[name] for name in keys)
        total = summed.setdefault(key, {name: values[name] for name in keys})
        for name, value in values.items():
            if name in keys or name == day:
                continue
            worth = value * rate if name in money and value is not None else value
            total[name] = _added(total[name], worth) if name in total else worth
    return list(summed.values())


def _added(one: Any, other: Any) -> Any:
    """The sum; unknown where a part of it is."""
    return None if one is None or other is None else one + other
