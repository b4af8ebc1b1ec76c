"""Reads a JSON document as a stream of events, so that a file of any size needs little memory.

The caller walks down with `members` and `elements`, and for each either reads the value with `value` or passes over
it with `skip`. One of the two must be called before the walk goes on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final

import ijson

from costopt.prices.refresh.fetch import FetchError

Event = tuple[str, Any]
"""Name and value of an event, as `ijson.basic_parse` gives them."""

Events = Iterator[Event]
"""What is left of the document."""

_BLOCK: Final = 64 * 1024
_OPEN: Final = frozenset({"start_map", "start_array"})
_CLOSE: Final = frozenset({"end_map", "end_array"})


def events(stream: Any) -> Events:
    """The events of a binary stream."""
    found: Events = ijson.basic_parse(stream, buf_size=_BLOCK)
    return found


@contextmanager
def reading(url: str) -> Iterator[None]:
    """Turn every way in which a document can be wrong into one error that names it.

    Raises:
        FetchError: not JSON, cut short, or of another structure.
    """
    try:
        yield
    except (ijson.JSONError, UnicodeDecodeError) as error:
        first_line = str(error).partition("\n")[0]
        raise FetchError(f"{url} is not JSON, or was cut short: {first_line}") from error
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise FetchError(f"{url} is not built like a price file: {type(error).__name__}: {error}") from error


def members(left: Events) -> Iterator[str]:
    """Keys of the object that comes next.

    Raises:
        ValueError: what comes next is not an object.
    """
    event, _ = next(left)
    if event != "start_map":
        raise ValueError(f"an object was expected, not {event}")
    for event, key in left:
        if event == "end_map":
            return
        yield key


def elements(left: Events) -> Iterator[Events]:
    """Elements of the array that comes next; each time the events from the element's first on.

    Raises:
        ValueError: what comes next is not an array.
    """
    event, _ = next(left)
    if event != "start_array":
        raise ValueError(f"an array was expected, not {event}")
    for first in left:
        if first[0] == "end_array":
            return
        yield chain((first,), left)


def value(left: Events) -> Any:
    """The value that comes next, built as Python objects."""
    return _built(next(left), left)


def skip(left: Events) -> None:
    """Pass over the value that comes next."""
    depth = 0
    for event, _ in left:
        if event in _OPEN:
            depth += 1
        elif event in _CLOSE:
            depth -= 1
        if depth == 0:
            return


def _built(first: Event, left: Events) -> Any:
    event, scalar = first
    if event == "start_map":
        return _object(left)
    if event == "start_array":
        return _array(left)
    return scalar


def _object(left: Events) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for event, key in left:
        if event == "end_map":
            break
        built[key] = _built(next(left), left)
    return built


def _array(left: Events) -> list[Any]:
    built: list[Any] = []
    for first in left:
        if first[0] == "end_array":
            break
        built.append(_built(first, left))
    return built
