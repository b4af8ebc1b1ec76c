"""Disks that are attached to nothing and still billed, of any cloud: for how long that has been so.

The clouds differ in what they tell of it, the time of the detachment, of the last attachment or only of the making, so
each check says which of them it rests on. No metric is read: a disk that is attached to nothing sends none.
"""

from datetime import datetime, timedelta

from costopt.analyzer.context import Context
from costopt.model.finding import CLEAR, Evidence, Verdict, no_data


def long_unattached(how: str, since: datetime | None, context: Context, days: int) -> Evidence | Verdict:
    """What shows that a disk has been attached to nothing for `days`, or the verdict where nothing does.

    Args:
        how: what happened at `since`, such as `detached`.
        since: from when on it is attached to nothing, UTC; None where that is not known.
        context: gives the time that this is measured against.
        days: how long a disk may be attached to nothing.
    """
    if since is None:
        return no_data("detachment and creation time unknown")
    idle = context.now - since
    if idle < timedelta(days=days):
        return CLEAR
    return Evidence(
        statement=f"attached to nothing; {how} {idle.days} days ago, {since:%Y-%m-%d}",
        observed=idle / timedelta(days=1),
        threshold=days,
    )
