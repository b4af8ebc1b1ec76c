"""Money, numbers and times as text; the same on every machine, whatever its locale."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from costopt.model.finding import Finding
from costopt.model.money import Money
from costopt.model.period import Period
from costopt.model.price import Quality

MINUS = "\N{MINUS SIGN}"
"""As wide as a digit; the hyphen is not."""

TIMES = "\N{MULTIPLICATION SIGN}"
NOTHING = "\N{EN DASH}"
"""Shown where there is no name or owner."""

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
_CENT = Decimal("0.01")


def money(value: Money) -> str:
    """`$1,234.56`, `CHF 12.00`: two decimals, half away from zero, thousands by comma."""
    return amount(value.amount, value.currency)


ESTIMATED = "≈"
"""Stands before a figure that rests on an estimated price."""


def figure(value: Money, quality: Quality) -> str:
    """Money with a mark where it rests on an estimated price: `≈$1,234.56`."""
    return f"{ESTIMATED}{money(value)}" if quality is Quality.ESTIMATE and value.amount else money(value)


def worth(item: Finding) -> str:
    """What a finding counts, marked where it rests on an estimated price."""
    return figure(item.counted, item.saving.quality if item.saving else Quality.LIST)


def rest(whole: Money, part: Money) -> Money:
    """Whole less part, each rounded first, so that the three figures that a reader sees agree to the cent."""
    return Money(amount=cents(whole.amount) - cents(part.amount), currency=whole.currency)


def monthly(value: Money) -> str:
    """`$1,234.56/mo`."""
    return f"{money(value)}/mo"


def amount(value: Decimal, currency: str) -> str:
    """An amount of a currency with two decimals."""
    rounded = cents(value)
    return _signed(rounded, f"{_symbol(currency)}{abs(rounded):,.2f}")


def cents(value: Decimal) -> Decimal:
    """Rounded to two decimals, half away from zero."""
    return value.quantize(_CENT, rounding=ROUND_HALF_UP)


def unit_price(value: Decimal, currency: str) -> str:
    """A price of a unit: at least two decimals, and all that it has beyond."""
    text = plain(abs(value))
    whole, _, fraction = text.partition(".")
    return _signed(value, f"{_symbol(currency)}{int(whole):,}.{fraction.ljust(2, '0')}")


def quantity(value: Decimal) -> str:
    """A quantity without exponent and without trailing zeros."""
    whole, _, fraction = plain(abs(value)).partition(".")
    return _signed(value, f"{int(whole):,}" + (f".{fraction}" if fraction else ""))


def plain(value: Decimal) -> str:
    """A decimal for machines: exact, ASCII, no exponent, no trailing zeros, no negative zero."""
    if value == 0:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(fraction: Decimal | float) -> str:
    """`42%` of a fraction; what is above zero is never shown as zero, what is below one never as all."""
    hundredths = Decimal(str(fraction)) * 100
    if 0 < hundredths < 1:
        return "<1%"
    if 99 < hundredths < 100:
        return ">99%"
    return f"{hundredths.quantize(Decimal(1), rounding=ROUND_HALF_UP)}%"


def share_taken_off(fraction: Decimal) -> str:
    """`7.5%` of a discount: as many digits as it has, at most two behind the point."""
    return f"{plain((fraction * 100).quantize(_CENT, rounding=ROUND_HALF_UP))}%"


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 finding`, `1,204 findings`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def moment(value: datetime) -> str:
    """`2026-11-20 06:00 UTC`."""
    return f"{value:%Y-%m-%d %H:%M} UTC"


def day(value: date) -> str:
    """`2026-11-20`."""
    return value.isoformat()


def look_back(period: Period) -> str:
    """`14 days to 2026-11-20`, or hours where the period is shorter than two days."""
    hours = round(period.duration.total_seconds() / 3600)
    length = counted(hours // 24, "day") if hours >= 48 else counted(hours, "hour")
    return f"{length} to {period.end:%Y-%m-%d}"


def _symbol(currency: str) -> str:
    return _SYMBOLS.get(currency, f"{currency} ")


def _signed(value: Decimal, text: str) -> str:
    return f"{MINUS}{text}" if value < 0 else text
