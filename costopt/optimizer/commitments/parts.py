"""Parts of an estate that nothing connects: each is planned for itself, and together they are the plan.

A link is a set of usage items that have to be decided together: what one commitment may pay for, what counts towards
one limit, what sustained use takes for one load curve. Parts are the connected components of these links. Between them
nothing is shared, so with demand d and purchases x split to parts p

    min over x of  c.x + sum_t Q_t(d, x)   =   sum_p  min over x_p of  c_p.x_p + sum_t Q_pt(d_p, x_p)

holds exactly, and the bounds of the parts add up to a bound of the whole. Two clouds are never one part. Whatever does
couple them, such as a budget for what is paid upfront, is a link like any other: its parts are then decided as one.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import UsageItem
from costopt.economics.instruments import Instrument
from costopt.economics.sustained_use import joined_usage
from costopt.optimizer.commitments.limits import Limit
from costopt.optimizer.commitments.options import Option

Items = NDArray[np.bool_]
"""Which items are meant, [items]."""


def find_parts(links: Iterable[Items], items: int) -> tuple[Items, ...]:
    """Split items into parts, by their first item.

    Args:
        links: items that belong together.
        items: how many there are.
    """
    first = np.arange(items)
    for link in links:
        if link.any():
            joined = first[link]
            first[np.isin(first, joined)] = joined.min()
    return tuple(first == one for one in np.unique(first))


def links_of_commitments(instruments: Iterable[Instrument]) -> Iterable[Items]:
    """What each commitment pays for, owned or on offer: a unit that one item takes is not there for another."""
    return (one.covers for one in instruments)


def links_of_sustained_use(items: Sequence[UsageItem]) -> Iterable[Items]:
    """Usage that Google joins to one load curve: what an hour of it costs depends on all of it."""
    for members in joined_usage(items):
        yield np.isin(np.arange(len(items)), members)


def links_of_limits(options: Sequence[Option], limits: Iterable[Limit]) -> Iterable[Items]:
    """What the purchases pay for that one limit counts: a dollar of a budget is spent once."""
    for limit in limits:
        counted = [options[place].instrument.covers for place in np.flatnonzero(limit.weights).tolist()]
        if counted:
            yield np.any(counted, axis=0)
