"""A report or a plan as plain objects, lists, strings and numbers: what JSON formats write and schemas describe."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec

from costopt.model.budget_status import Anomaly, Mover
from costopt.model.finding import Saving, Term
from costopt.model.plan import Certificate
from costopt.model.resource import ResourceKey
from costopt.renderers.clean import without_surrogates
from costopt.renderers.formats import plain

DERIVED: Mapping[type[Any], tuple[str, ...]] = {
    Term: ("amount",),
    Saving: ("monthly", "quality"),
    Certificate: ("gap_fraction",),
    Mover: ("change",),
    Anomaly: ("severity",),
}
"""Properties that are written beside the fields, so that a reader need not repeat the arithmetic."""


_UNSEEN = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Controls above ASCII, line and paragraph separators, and marks that reorder text: a terminal obeys them and a line
reader may split at them."""


def encode(value: Any) -> str:
    """A value of the model as compact JSON on one line; what is not seen is escaped, its meaning kept."""
    return escape_unseen(msgspec.json.encode(to_document(value)).decode())


def escape_unseen(text: str) -> str:
    """JSON in which what is not seen is escaped, its meaning kept."""
    if text.isascii() and "\x7f" not in text:
        return text
    # None of them is JSON's own, so that every match is inside of a string.
    return _UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def to_document(value: Any) -> Any:
    """A value of the model as JSON's own types.

    Decimals are strings, since a float cannot hold them; times are RFC 3339 in UTC with `Z`; enums are their
    values; a resource key is an object with named fields; unknown is null.

    Raises:
        TypeError: the value is of no type that a report or a plan holds.
    """
    kind = type(value)
    writer = _WRITERS.get(kind)
    if writer is None:
        # Looked up once a type: a report of ten thousand findings holds a million values.
        writer = _WRITERS[kind] = _writer_of(kind)
    return writer(value)


Writer = Callable[[Any], Any]


def _writer_of(kind: type[Any]) -> Writer:
    if is_dataclass(kind):
        names = (*(field.name for field in fields(kind)), *DERIVED.get(kind, ()))
        return lambda value: {name: to_document(getattr(value, name)) for name in names}
    if issubclass(kind, Enum):
        return lambda value: value.value
    raise TypeError(f"the report holds a {kind.__name__}, which no format knows")


def _as_it_is(value: Any) -> Any:
    return value


_WRITERS: dict[type[Any], Writer] = {
    **dict.fromkeys((type(None), bool, int, float), _as_it_is),
    str: without_surrogates,
    Decimal: plain,
    datetime: lambda moment: moment.isoformat().replace("+00:00", "Z"),
    date: lambda day: day.isoformat(),
    dict: lambda pairs: {without_surrogates(key): to_document(value) for key, value in pairs.items()},
    tuple: lambda items: [to_document(item) for item in items],
    ResourceKey: lambda key: {name: to_document(part) for name, part in zip(key._fields, key, strict=True)},
}
"""How each type is written; those of dataclasses and enums are added when they are first met."""
