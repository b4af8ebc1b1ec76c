"""Values of AWS answers in the model's terms: time in UTC, tags as a mapping, money as Decimal."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any


def utc(value: datetime | str | None) -> datetime | None:
    """A time of an answer in UTC, None where there is none.

    Args:
        value: boto3 gives `datetime` for what the service model calls a timestamp and text for the few services
            (Savings Plans, AMIs) whose model calls it a string. Text and times without a zone are UTC, as AWS writes.
    """
    if value is None or value == "":
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def utc_of_milliseconds(value: int | None) -> datetime | None:
    """A time that a service gives as milliseconds since 1970."""
    return None if value is None else datetime.fromtimestamp(value / 1000, tz=UTC)


def tag_map(items: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """Tags of a `[{"Key": ..., "Value": ...}]` list (ECS and others write the words small).

    Services leave the list out where there are none, so absence is an empty mapping.
    """
    return {
        item.get("Key") or item.get("key") or "": item.get("Value") or item.get("value") or "" for item in items or ()
    }


def dollars(value: float | str | None) -> Decimal | None:
    """An amount as the digits that the service sent, not as the binary fraction next to them."""
    return None if value is None else Decimal(str(value))


def state_of(item: Mapping[str, Any], key: str, code: str) -> str:
    """The word under `item[key][code]`, `unknown` where it is missing."""
    return str((item.get(key) or {}).get(code) or "unknown")
