"""Money: a decimal amount and its currency; currencies never mix."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from costopt.errors import CurrencyMismatch

USD = "USD"
HOURS_PER_MONTH = Decimal(730)
"""Hours in a billing month, 8,760 / 12, as AWS's own calculator uses. Source: https://calculator.aws."""

DAYS_PER_MONTH = HOURS_PER_MONTH / 24
"""Days in that same month, so that daily and hourly prices agree."""

SMALLEST_AMOUNT = Decimal("0.00000001")
"""Savings are rounded to this, so that they print and add up exactly; far below what any bill shows."""


@dataclass(frozen=True, slots=True, kw_only=True, order=False)
class Money:
    """An exact amount of one currency."""

    amount: Decimal
    """The amount in whole units of the currency, unrounded."""
    currency: str = USD
    """ISO 4217 code."""

    @classmethod
    def zero(cls, currency: str = USD) -> Self:
        """Nothing, in `currency`."""
        return cls(amount=Decimal(0), currency=currency)

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(amount=self.amount + other.amount, currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(amount=self.amount - other.amount, currency=self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        return Money(amount=self.amount * factor, currency=self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same_currency(other)
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        self._same_currency(other)
        return self.amount <= other.amount

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(
                f"{self.currency} and {other.currency} in one sum",
                hint="Give dated exchange rates in the configuration, or report one currency at a time.",
            )


def total(amounts: Iterable[Money], currency: str = USD) -> Money:
    """Sum of `amounts`; zero of `currency` where there are none.

    Raises:
        CurrencyMismatch: two currencies, or one other than `currency`.
    """
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result
