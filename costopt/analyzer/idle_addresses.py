"""Public addresses that are paid for and not used, of any cloud: what to do about one."""

from collections.abc import Callable

from costopt.economics.pricing_gaps import priced
from costopt.model.finding import Action, ActionKind, Confidence, Evidence, Outcome, Risk, Term, Verdict


def releasable(shown: Evidence, costs: Callable[[], tuple[Term, ...]], confidence: Confidence) -> Verdict:
    """The verdict on an address that nothing uses.

    Args:
        shown: what shows that.
        costs: what it costs a month; may raise `PriceNotFound`.
        confidence: how sure it is that nothing uses it.
    """
    saving, price_gap = priced(costs)
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(shown,),
        action=Action(
            kind=ActionKind.DELETE,
            summary="Release the address, once no allow-list or DNS record names it: it cannot be had back for sure",
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=confidence,
        risk=Risk.DESTRUCTIVE,
    )
