"""Which values of a resource can be true: a second, stricter reading of each kind's fields.

The types in `model.specs` say what a field is. What comes from a file must also be what a cloud can hold: no negative
size, no time without a zone, no number so large that money computed from it has no digits left for cents.
"""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

MOST = 10**10
"""Units of anything that is counted, provisioned or dated."""
MOST_BYTES = 10**18
"""An exabyte, and as many items of a table."""
_AMOUNT = r"^-?\d{1,12}(\.\d{1,18})?(E-\d{1,2})?$"
"""A decimal as `str` writes it, below a trillion."""


def strict_type(spec: Any) -> type[Any]:
    """A type with the fields of a dataclass that takes only plausible values.

    Args:
        spec: dataclass of one kind, or of a part of one.
    """
    hints = get_type_hints(spec)
    made = []
    for field in fields(spec):
        kind = _strict(hints[field.name], MOST_BYTES if _is_vast(field.name) else MOST)
        given = field.default is MISSING and field.default_factory is MISSING
        made.append((field.name, kind) if given else (field.name, kind, msgspec.UNSET))
    return msgspec.defstruct(f"Strict{spec.__name__}", made, kw_only=True)


def _is_vast(name: str) -> bool:
    return "bytes" in name or name == "items"


def _strict(hint: Any, most: int) -> Any:
    """A type hint with its numbers, times and nested dataclasses bounded."""
    simple = {
        int: Annotated[int, msgspec.Meta(ge=0, le=most)],
        float: Annotated[float, msgspec.Meta(ge=0, le=most)],
        datetime: Annotated[datetime, msgspec.Meta(tz=True)],
        Decimal: Annotated[str, msgspec.Meta(pattern=_AMOUNT)],
    }
    if hint in simple:
        return simple[hint]
    if is_dataclass(hint) and isinstance(hint, type):
        return strict_type(hint)
    origin, inner = get_origin(hint), tuple(part if part is ... else _strict(part, most) for part in get_args(hint))
    if origin in (Union, types.UnionType):
        return Union[inner]  # noqa: UP007 - of a tuple made here
    if origin is tuple:
        return types.GenericAlias(tuple, inner)
    return types.GenericAlias(dict, inner) if origin is Mapping else hint
