"""Fields of a resource's JSON in the model's terms.

Nobody checks that JSON against a model, so each field is read by the type that it must have. What has another type
makes one row unsound, and no more than that row is lost.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from costopt.collectors.soundness import UnsoundRow

Json = Mapping[str, Any]

_INT64 = re.compile(r"-?[0-9]{1,19}")


def text(data: Json, key: str) -> str:
    """A text that must be there.

    Raises:
        UnsoundRow: it is not, or is no text.
    """
    found = optional_text(data, key)
    if found is None:
        raise UnsoundRow(f"it has no {key}")
    return found


def optional_text(data: Json, key: str) -> str | None:
    """A text, None where it is missing or empty.

    Raises:
        UnsoundRow: it is no text.
    """
    found = data.get(key)
    if found is None or found == "":
        return None
    if not isinstance(found, str):
        raise UnsoundRow(f"{key} is no text")
    return found


def number(data: Json, key: str) -> float | None:
    """A number, which 64-bit integers are sent as text; None where it is missing.

    Source: https://protobuf.dev/programming-guides/json/ (int64 is a decimal string).

    Raises:
        UnsoundRow: it is no number.
    """
    found = data.get(key)
    if found is None or found == "":
        return None
    if isinstance(found, bool) or not isinstance(found, (int, float, str)):
        raise UnsoundRow(f"{key} is no number")
    try:
        value = float(found)
    except (ValueError, OverflowError):
        raise UnsoundRow(f"{key} is no number") from None
    if not isfinite(value):
        raise UnsoundRow(f"{key} is no number")
    return value


def whole(data: Json, key: str) -> int | None:
    """A whole number; None where it is missing.

    Raises:
        UnsoundRow: it is none.
    """
    found = data.get(key)
    if isinstance(found, str) and _INT64.fullmatch(found):
        return int(found)
    value = number(data, key)
    if value is None:
        return None
    if not value.is_integer():
        raise UnsoundRow(f"{key} is no whole number")
    return int(value)


def flag(data: Json, key: str) -> bool:
    """A yes or no; what is missing is no, as proto3 leaves it out.

    Raises:
        UnsoundRow: it is neither.
    """
    found = data.get(key)
    if found is None:
        return False
    if isinstance(found, str) and found.lower() in ("true", "false"):
        return found.lower() == "true"
    if not isinstance(found, bool):
        raise UnsoundRow(f"{key} is neither true nor false")
    return found


def part(data: Json, *keys: str) -> Json:
    """An object inside, by its path; empty where it is missing.

    Raises:
        UnsoundRow: there is something else.
    """
    for key in keys:
        found = data.get(key)
        if found is None:
            return {}
        if not isinstance(found, Mapping):
            raise UnsoundRow(f"{key} is no object")
        data = found
    return data


def parts(data: Json, key: str) -> Sequence[Json]:
    """The objects of a list; none where it is missing.

    Raises:
        UnsoundRow: there is something else.
    """
    found = _list(data, key)
    if not all(isinstance(one, Mapping) for one in found):
        raise UnsoundRow(f"{key} is no list of objects")
    return found


def texts(data: Json, key: str) -> tuple[str, ...]:
    """The texts of a list, in their order; none where it is missing.

    Raises:
        UnsoundRow: there is something else.
    """
    found = _list(data, key)
    if not all(isinstance(one, str) for one in found):
        raise UnsoundRow(f"{key} is no list of texts")
    return tuple(found)


def moment(data: Json, key: str) -> datetime | None:
    """A time in UTC; None where it is missing.

    Raises:
        UnsoundRow: it is no time.
    """
    found = optional_text(data, key)
    if found is None:
        return None
    try:
        given = datetime.fromisoformat(found)
        return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UnsoundRow(f"{key} is no time") from None


def moment_of_milliseconds(data: Json, key: str) -> datetime | None:
    """A time that is sent as milliseconds since 1970, as BigQuery does.

    Raises:
        UnsoundRow: it is no time.
    """
    found = whole(data, key)
    if found is None:
        return None
    try:
        return datetime.fromtimestamp(found / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise UnsoundRow(f"{key} is no time") from None


def labels(data: Json, key: str = "labels") -> dict[str, str]:
    """Labels; what has none leaves the field out, so that absence is an empty mapping.

    Raises:
        UnsoundRow: they are no texts.
    """
    found = part(data, key)
    if not all(isinstance(value, str) for value in found.values()):
        raise UnsoundRow("labels are no texts")
    return dict(found)


def _list(data: Json, key: str) -> Sequence[Any]:
    found = data.get(key)
    if found is None:
        return ()
    if not isinstance(found, list):
        raise UnsoundRow(f"{key} is no list")
    return found
