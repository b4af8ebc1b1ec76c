"""How claims are worked off, over all hours at once."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from costopt.economics.simulator.order import Claim

ByHour = NDArray[np.float64]
"""One row of hours for each item or holding."""

_SPENT = 1e-12
"""Units below which nothing is left of a holding in an hour: a thousandth of what amounts are rounded to."""


def apply_claims(
    claims: Iterable[Claim],
    windows: Sequence[slice],
    dollars: ByHour,
    units: ByHour,
    premiums: ByHour,
    covered: ByHour | None = None,
) -> None:
    """Let holdings pay for usage, claim after claim; what is left of both stays in the arrays that are given.

    Args:
        claims: in the order of payment.
        windows: hours in which each holding is active.
        dollars: on-demand dollars that are not paid for yet, [items, hours]; changed in place.
        units: units that are not used yet, [holdings, hours]; changed in place.
        premiums: what usage costs beside that is paid for is added to it, in dollars, [items, hours].
        covered: where given, what each holding pays for is added to it, in on-demand dollars, [holdings, hours].
    """
    spent = {place for place, hours in enumerate(windows) if hours.start == hours.stop}
    for claim in claims:
        if claim.holding in spent:
            continue
        hours = windows[claim.holding]
        owed, left = dollars[claim.item, hours], units[claim.holding, hours]
        paid = np.minimum(owed, left / claim.take)
        owed -= paid
        left -= paid * claim.take
        np.maximum(left, 0, out=left)  # a last bit may be missing where all of it is used
        if left.max() < _SPENT:
            spent.add(claim.holding)
        if claim.premium:
            premiums[claim.item, hours] += paid * claim.premium
        if covered is not None:
            covered[claim.holding, hours] += paid
