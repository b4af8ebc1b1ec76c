"""The saving of a finding that is true whether or not its price is known."""

from collections.abc import Callable

from costopt.errors import PriceNotFound
from costopt.model.finding import Saving, Term


def priced(terms: Callable[[], tuple[Term, ...]]) -> tuple[Saving | None, str | None]:
    """Sum the terms, or say which price is missing.

    Waste is waste at any price, so a finding of waste is reported without a figure rather than dropped. A saving
    with one unknown term is not shown in part: half a sum would read as the whole.

    Args:
        terms: makes the lines of the saving; may raise `PriceNotFound`. No line at all is a saving of exactly zero.

    Returns:
        The saving and None, or None and the missing price in words; made for `Verdict.saving` and
        `Verdict.price_gap`.
    """
    try:
        return Saving(terms=terms()), None
    except PriceNotFound as missing:
        return None, str(missing)
