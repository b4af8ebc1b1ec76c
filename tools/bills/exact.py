"""Exact arithmetic in SQL: money as BIGINT in units of 1e-10, quantities as BIGINT in thousandths.

DOUBLE is right to the last of these digits below 2^53 units (900,719 dollars a line), so that files of doubles and
files of decimals say the same.
"""

from decimal import Decimal

UNIT = Decimal("1e-10")
"""One unit of money."""
UNITS = 10**10
"""Units in one dollar."""
SAFE_UNITS = 2**53
"""Below this a DOUBLE holds money exactly to the unit."""
THOUSANDTHS = 1_000
"""Parts of one whole quantity."""


def units(dollars: str) -> int:
    """Money or a rate in units.

    Raises:
        ValueError: it has more than ten decimals.
    """
    exact = Decimal(dollars) * UNITS
    if exact != exact.to_integral_value():
        raise ValueError(f"{dollars} has more than ten decimals")
    return int(exact)


def decimal_sql(expression: str) -> str:
    """Units as DECIMAL(28,10), exactly."""
    return f"CAST(CAST(({expression}) AS DECIMAL(18, 0)) * CAST('0.0000000001' AS DECIMAL(10, 10)) AS DECIMAL(28, 10))"


def double_sql(expression: str) -> str:
    """Units as the DOUBLE nearest to them."""
    return f"(({expression}) / 1e10)"


def draw_sql(expression: str, seed: int) -> str:
    """A number in 0 to 2^31-1 that looks random but is the same in every run and every version of DuckDB.

    Args:
        expression: a BIGINT in 0 to 2^31.
        seed: below 1,000,000.
    """
    first = f"(((({expression}) * 2654435761 + {seed * 1013904223 + 12345}) % 4294967296))"
    return f"((xor({first}, {first} >> 15) * 1540483477) % 2147483647)"
