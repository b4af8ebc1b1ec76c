"""Reads arguments of a planned resource: what is set, what is left to the provider, and what nobody knows yet."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from costopt.model.terraform import UNKNOWN, Engine, Masked, PlannedResource

_PLANS = frozenset({Engine.PLAN_JSON, Engine.PROVIDERS, Engine.STUB})
MOST = Decimal(10) ** 15
"""Larger numbers in a configuration are taken for a mistake."""


class NotKnown(Exception):  # noqa: N818 - it is no error: the line says why it has no price
    """An argument that a cost depends on has no value yet; the message names it."""


class Section:
    """A resource or one of its blocks.

    An argument that nobody set is computed by the provider, so that a plan says "known after apply" of it as it does
    of one that is set to something unknown. What tells them apart is whether the configuration refers to something.
    """

    def __init__(self, resource: PlannedResource, values: Mapping[str, Any], path: str, engine: Engine) -> None:
        self.resource = resource
        self.path = path
        self._values = values
        self._engine = engine

    def place(self, name: str) -> str:
        """Path of an argument from the resource, as `PlannedResource.references` writes it."""
        return f"{self.path}.{name}" if self.path else name

    def raw(self, name: str) -> Any:
        """The value; None where it is left to the provider.

        Raises:
            NotKnown: it is set to something that is not known.
        """
        value = self._values.get(name)
        if isinstance(value, Masked):
            raise NotKnown(f"{self.place(name)} is a secret")
        if value is not UNKNOWN:
            return value
        if self._engine in _PLANS and self.place(name) not in self.resource.references:
            return None
        raise NotKnown(f"{self.place(name)} is not known")

    def text(self, name: str, default: str = "") -> str:
        """A text.

        Raises:
            NotKnown: it is set to something that is not known.
        """
        value = self.raw(name)
        return default if value is None or isinstance(value, (dict, list, tuple)) or value == "" else str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Whether it is true.

        Raises:
            NotKnown: it is set to something that is not known.
        """
        value = self.raw(name)
        return default if value is None else value is True or str(value).lower() == "true"

    def number(self, name: str) -> Decimal | None:
        """A number of zero or more; None where it is left to the provider.

        Raises:
            NotKnown: it is set to something that is not known, or that is no number.
        """
        value = self.raw(name)
        if value is None or value == "":
            return None
        found = number_of(value)
        if found is None:
            raise NotKnown(f"{self.place(name)} is no number")
        return found

    def blocks(self, name: str) -> "list[Section]":
        """Nested blocks of a type, in order.

        Raises:
            NotKnown: how many there are is not known.
        """
        value = self.raw(name)
        if isinstance(value, Mapping):
            value = [value]
        if not isinstance(value, (list, tuple)):
            return []
        return list(self._sections(name, value))

    def block(self, name: str) -> "Section":
        """The first nested block of a type; an empty one where there is none.

        Raises:
            NotKnown: whether there is one is not known.
        """
        found = self.blocks(name)
        return found[0] if found else Section(self.resource, {}, f"{self.place(name)}[0]", self._engine)

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a list that are known.

        Raises:
            NotKnown: the list is not known.
        """
        value = self.raw(name)
        return tuple(str(one) for one in value if isinstance(one, str)) if isinstance(value, (list, tuple)) else ()

    def count(self, name: str) -> int:
        """How many elements a list has, known or not; 0 where it is left to the provider.

        Raises:
            NotKnown: the list is set to something that is not known.
        """
        if self._values.get(name) is UNKNOWN and (referred := self.resource.references.get(self.place(name))):
            # Each reference stands twice: the attribute, and what it belongs to.
            return len({one for one in referred if not any(other.startswith(f"{one}.") for other in referred)})
        value = self.raw(name)
        return len(value) if isinstance(value, (list, tuple)) else 0

    def given(self, name: str) -> bool:
        """Whether it is set, to anything at all."""
        value = self._values.get(name)
        if value is UNKNOWN:
            return self._engine not in _PLANS or self.place(name) in self.resource.references
        return value is not None

    def _sections(self, name: str, values: "list[Any] | tuple[Any, ...]") -> "Iterator[Section]":
        for position, one in enumerate(values):
            if isinstance(one, Mapping):
                yield Section(self.resource, one, f"{self.place(name)}[{position}]", self._engine)


def number_of(value: Any) -> Decimal | None:
    """A number of zero or more, exact; None where it is none that can be meant."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found <= MOST else None
