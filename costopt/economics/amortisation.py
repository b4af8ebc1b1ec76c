"""What an upfront fee costs an hour: fees and hourly prices on one scale."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from costopt.errors import UsageError

HOURS_PER_YEAR = 8760
"""Hours that a year of a commitment is reckoned to have. Source: https://calculator.aws (730 hours a month)."""

_DIGITS = 40
"""Working precision: the hourly rate of interest is near one in 100,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one unit of a commitment is paid with."""

    term_months: int
    """12 or 36."""
    payment: str
    """`no_upfront`, `partial_upfront`, `all_upfront`; Google: `monthly`."""
    upfront: Decimal
    """Dollars at purchase."""
    hourly: Decimal
    """Dollars in each hour of the term."""

    def __post_init__(self) -> None:
        """Refuse terms that contradict themselves.

        Raises:
            UsageError: no term, a negative amount, an upfront fee where none is due or an hourly one where all is paid.
        """
        fault = None
        if self.term_months <= 0:
            fault = f"a term of {self.term_months} months"
        elif self.upfront < 0 or self.hourly < 0:
            fault = f"${self.upfront} upfront and ${self.hourly} an hour"
        elif self.payment == "all_upfront" and self.hourly:
            fault = f"all is paid upfront and still ${self.hourly} an hour"
        elif self.payment in ("no_upfront", "monthly") and self.upfront:
            fault = f"${self.upfront} upfront where nothing is paid upfront"
        if fault:
            raise UsageError(f"a commitment cannot be bought like this: {fault}")

    @property
    def hours(self) -> int:
        """Hours of the term."""
        return self.term_months * HOURS_PER_YEAR // 12


def effective_hourly(terms: Terms, *, annual_rate: Decimal = Decimal(0)) -> Decimal:
    """What one unit costs an hour, all in.

    Args:
        terms: what it is paid with.
        annual_rate: the user's discount rate (cost of capital), 0.08 for 8 % a year.

    Raises:
        UsageError: a rate below 0.
    """
    return terms.hourly + hourly_equivalent(terms.upfront, hours=terms.hours, annual_rate=annual_rate)


def hourly_equivalent(upfront: Decimal, *, hours: int, annual_rate: Decimal = Decimal(0)) -> Decimal:
    """The payment at the end of every hour of a term that is worth the same as a fee at its start: its annuity.

    With i = (1 + annual_rate)^(1/8760) - 1 it is `upfront * i / (1 - (1 + i)^-hours)`, and without interest
    `upfront / hours`.

    Args:
        upfront: dollars.
        hours: hours of the term.
        annual_rate: the user's discount rate, 0.08 for 8 % a year.

    Raises:
        UsageError: a rate below 0.
    """
    if annual_rate < 0:
        raise UsageError(
            f"the discount rate is {annual_rate} a year", hint="Give the cost of capital as a fraction, such as 0.08."
        )
    if not annual_rate:
        return upfront / hours
    with localcontext(prec=_DIGITS):
        growth = (1 + annual_rate) ** (Decimal(1) / HOURS_PER_YEAR)
        annuity = (growth - 1) / (1 - growth**-hours)
    return upfront * annuity
