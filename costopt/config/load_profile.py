"""Load over the week as people say it."""

import re
from typing import Any

from costopt.errors import WorkloadError

HOURS_PER_DAY, HOURS_PER_WEEK = 24, 168
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"(?P<days>[a-z]{3}(?:-[a-z]{3})?|daily)\s+(?P<first>\d{1,2})-(?P<last>\d{1,2})")


def parse_profile(value: Any, place: str) -> list[float]:
    """Share of the peak need in each hour of the week from Monday 00:00 UTC, of the day, or one for always.

    Args:
        value: None for always, a list of 24 or 168 shares, or a mapping of windows such as `mon-fri 8-20` (UTC, from
            the first hour up to the last, which is not in it) to shares, with `else` for all other hours.
        place: what to name in an error.

    Raises:
        WorkloadError: it is none of these, or a share is not between 0 and 1, or none is 1.
    """
    if value is None:
        return [1.0]
    shares = _windows(value, place) if isinstance(value, dict) else value
    if not isinstance(shares, list) or len(shares) not in (1, HOURS_PER_DAY, HOURS_PER_WEEK):
        raise WorkloadError(f"{place}: profile must be 24 or 168 shares, or windows such as `mon-fri 8-20: 1.0`")
    if not all(type(share) in (int, float) and 0 <= share <= 1 for share in shares):  # true is no share
        raise WorkloadError(f"{place}: a share of the profile is not between 0 and 1")
    if max(shares) < 1:
        raise WorkloadError(f"{place}: no hour of the profile has the peak, which is 1")
    return [float(share) for share in shares]


def _windows(value: dict[str, Any], place: str) -> list[Any]:
    week = [value.get("else", 0.0)] * HOURS_PER_WEEK
    for words, share in value.items():
        if words == "else":
            continue
        found = _WINDOW.fullmatch(words)
        days = _days(found["days"]) if found else None
        if found is None or days is None or not int(found["first"]) < int(found["last"]) <= HOURS_PER_DAY:
            raise WorkloadError(f"{place}: {words!r} is no window such as `mon-fri 8-20` or `daily 0-6`")
        for day in days:
            for hour in range(int(found["first"]), int(found["last"])):
                week[day * HOURS_PER_DAY + hour] = share
    return week


def _days(words: str) -> list[int] | None:
    """Days of a week, Monday is 0; None where it names none."""
    if words == "daily":
        return list(range(len(_DAYS)))
    first, _, last = words.partition("-")
    if first not in _DAYS or (last or first) not in _DAYS:
        return None
    start, end = _DAYS.index(first), _DAYS.index(last or first)
    return [(start + step) % len(_DAYS) for step in range((end - start) % len(_DAYS) + 1)]
