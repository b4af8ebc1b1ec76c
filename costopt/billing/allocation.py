"""Shared cost divided among those who share it, to the last digit of the money that the table holds.

A part that does not come out even is cut towards zero at ten digits after the point. The units that are then missing
go, one each, to the parts that lost most by the cut; between equal losses to the first name in order. So the parts
always sum to the total, and the same input gives the same parts.
"""

from collections.abc import Collection, Mapping
from decimal import ROUND_DOWN, Decimal, localcontext
from fractions import Fraction
from typing import Final

from costopt.errors import BillError

UNIT: Final = Decimal("1E-10")
"""Smallest amount that the table holds: the last digit of DECIMAL(28,10)."""
_DIGITS: Final = 60
"""Precision of the arithmetic: more than DECIMAL(38,10) holds, so that nothing is rounded on the way."""


def allocate_evenly(total: Decimal, names: Collection[str]) -> dict[str, Decimal]:
    """The same part for everyone.

    Args:
        total: what is shared; may be negative (a credit).
        names: who shares it, each once.

    Raises:
        BillError: nobody shares it.
    """
    return _divided(total, dict.fromkeys(names, Fraction(1)))


def allocate_by_cost(total: Decimal, costs: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Parts in proportion to what each costs by itself. Who costs nothing, or less, bears nothing.

    Args:
        total: what is shared; may be negative (a credit).
        costs: what each costs without it, in the same currency.

    Raises:
        BillError: nobody costs anything, so there is no proportion.
    """
    weights = {name: Fraction(max(cost, Decimal(0))) for name, cost in costs.items()}
    if not any(weights.values()):
        raise BillError(
            f"{total} of shared cost has no proportion: none of the {len(costs)} owners has a cost of its own",
            hint="Allocate it evenly or by fixed fractions.",
        )
    return _divided(total, weights)


def allocate_fixed(total: Decimal, fractions: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Parts by fractions that the user has set.

    Args:
        total: what is shared; may be negative (a credit).
        fractions: of each who shares it, 0 to 1; they sum to exactly 1.

    Raises:
        BillError: a fraction outside 0 to 1, or a sum that is not 1.
    """
    wrong = sorted(name for name, fraction in fractions.items() if not 0 <= fraction <= 1)
    whole = sum(map(Fraction, fractions.values()), Fraction(0))
    if wrong or whole != 1:
        raise BillError(
            f"fractions of shared cost must be 0 to 1 and sum to 1: they sum to {float(whole):g}"
            + (f", and {', '.join(wrong)} is outside" if wrong else ""),
            hint="Set fractions that sum to exactly 1, such as 0.5, 0.3 and 0.2.",
        )
    return _divided(total, {name: Fraction(fraction) for name, fraction in fractions.items()})


def _divided(total: Decimal, weights: Mapping[str, Fraction]) -> dict[str, Decimal]:
    """Parts of a total by weights that are not negative and not all zero, in order of the names."""
    whole = sum(weights.values(), Fraction(0))
    if not whole:
        raise BillError(f"{total} of shared cost has nobody to bear it", hint="Name who shares it.")
    with localcontext(prec=_DIGITS):
        if total != total.quantize(UNIT, rounding=ROUND_DOWN):
            raise ValueError(f"{total} has more than ten digits after the point")
        units = abs(int(total / UNIT))
        exact = {name: units * weights[name] / whole for name in sorted(weights)}
        parts = {name: int(part) for name, part in exact.items()}
        missing = units - sum(parts.values())
        for name in sorted(exact, key=lambda name: (parts[name] - exact[name], name))[:missing]:
            parts[name] += 1
        unit = UNIT.copy_sign(total)
        return {name: count * unit for name, count in parts.items()}
