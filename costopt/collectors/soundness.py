"""Tells rows that can be relied on from rows that a broken or hostile answer made.

Nobody checks answers against a model of the service: they may hold text for a number, a number below zero, or text that
is no Unicode. One such row must neither enter a sum nor keep the others off the disk.
"""

import math
from typing import Any

import msgspec

from costopt.collectors.faults import FailedResults
from costopt.model.resource import Resource

MAX_TEXT = 4_096
"""Longest kept text of a name or tag. AWS allows 256 characters in a tag's value, and 1,023 in the longest names.
Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html"""

_TAGS = dict[str, str] | None


class UnsoundRow(FailedResults):
    """A row whose values cannot be true."""

    def __init__(self, flaw: str) -> None:
        super().__init__("server", f"the answer makes no sense: {flaw}", retryable=False)


def sound(resource: Resource) -> Resource:
    """The resource itself, once it is known to survive being kept and read again.

    Raises:
        UnsoundRow: a value has another type than its field, is below zero or no finite number, or is no text; or a
            text is far longer than any provider allows.
    """
    try:
        plain = msgspec.json.encode((resource.id, resource.name, resource.arn, resource.tags, resource.spec))
        msgspec.json.decode(plain, type=tuple[str, str | None, str | None, _TAGS, type(resource.spec)])  # type: ignore[misc]
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        raise UnsoundRow(str(error)) from error
    _refuse_odd_numbers(msgspec.to_builtins(resource.spec), "")
    for text in (resource.id, resource.name or "", *(resource.tags or {}), *(resource.tags or {}).values()):
        if len(text) > MAX_TEXT:
            raise UnsoundRow(f"a text of {len(text):,} characters")
    return resource


def _refuse_odd_numbers(value: Any, name: str) -> None:
    match value:
        case dict():
            for key, inner in value.items():
                _refuse_odd_numbers(inner, str(key))
        case list() | tuple():
            for inner in value:
                _refuse_odd_numbers(inner, name)
        case int() | float() if value < 0 or not math.isfinite(value):
            raise UnsoundRow(f"{name} is {value}")
