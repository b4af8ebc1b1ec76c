"""Offers that no plan needs: of what pays for the same, for as long, only the cheapest way to pay is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from costopt.economics.instruments import Instrument

_EQUAL = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Dominated:
    """An offer that was left out."""

    instrument: Instrument
    """Which."""
    by: Instrument | None
    """The offer that is never dearer; None where on demand never is."""


def drop_dominated(
    offers: Sequence[Instrument], *, upfront_matters: bool
) -> tuple[tuple[Instrument, ...], tuple[Dominated, ...]]:
    """Split offers into those that a plan may need and those that it does not.

    Where units of one offer cost no more for every dollar that they can cover, any plan with the other offer is as good
    or better with this one. Costs are effective, so with the user's discount rate; with an upfront budget an offer must
    not take more upfront either.

    Args:
        offers: All offers, each of them once.
        upfront_matters: Whether there is an upfront budget.
    """
    kept: list[Instrument] = []
    dropped: list[Dominated] = []
    for offer in offers:
        better = next((one for one in kept if _dominates(one, offer, upfront_matters=upfront_matters)), None)
        if better is not None or not _ever_pays(offer):
            dropped.append(Dominated(instrument=offer, by=better))
            continue
        worse = [one for one in kept if _dominates(offer, one, upfront_matters=upfront_matters)]
        dropped += [Dominated(instrument=one, by=offer) for one in worse]
        kept = [one for one in kept if one not in worse] + [offer]
    return tuple(kept), tuple(dropped)


def _ever_pays(offer: Instrument) -> bool:
    """Whether covering a dollar with a unit that is always used costs less than a dollar, for some item."""
    return bool((offer.price_ratio < 1).any())


def _dominates(one: Instrument, other: Instrument, *, upfront_matters: bool) -> bool:
    if (one.kind, one.scope, one.term_months, one.account) != (
        other.kind,
        other.scope,
        other.term_months,
        other.account,
    ):
        return False
    cheaper = bool((one.price_ratio <= other.price_ratio * (1 + _EQUAL)).all())
    return cheaper and (not upfront_matters or _upfront_ratio(one, other))


def _upfront_ratio(one: Instrument, other: Instrument) -> bool:
    """Whether one takes no more upfront for every dollar that it covers."""
    with np.errstate(invalid="ignore"):
        mine, others = one.take * float(one.upfront), other.take * float(other.upfront)
    both = one.covers & other.covers
    return bool((mine[both] <= others[both] * (1 + _EQUAL)).all())
