"""The file that says how much a configuration is used, in the format that Infracost made known.

Source: https://www.infracost.io/docs/features/usage_based_resources/ (version 0.1).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from costopt.errors import TerraformError
from costopt.terraform.cost.reading import number_of

VERSION = "0.1"
_INDEX = re.compile(r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]")
_TOP_KEYS = frozenset({"version", "resource_usage", "resource_type_default_usage"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How one resource is used."""

    values: Mapping[str, Any] = field(default_factory=dict)
    """As the file gives them, nested."""
    where: str = ""
    """Address that they were given for, for messages."""

    def number(self, *path: str) -> Decimal | None:
        """A number of zero or more; None where the file does not give it.

        Raises:
            TerraformError: it is there and is no such number.
        """
        value = self._at(path)
        if value is None:
            return None
        found = number_of(value)
        if found is None:
            raise TerraformError(
                f"the usage file gives {'.'.join(path)} = {value!r} for {self.where}",
                hint="Give a number of zero or more.",
            )
        return found

    def text(self, *path: str) -> str:
        """A text; "" where the file does not give it."""
        value = self._at(path)
        return "" if value is None or isinstance(value, Mapping) else str(value)

    def _at(self, path: tuple[str, ...]) -> Any:
        value: Any = self.values
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageFile:
    """What a usage file says of all resources."""

    resources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Address, or address with `[*]` for every index, to values."""
    types: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Type of resource to values that hold for all of it."""

    def of(self, address: str, type_name: str) -> Usage:
        """How one resource is used: what its type says, then what `[*]` says, then what its address says."""
        layers = (self.types.get(type_name, {}), self.resources.get(_INDEX.sub("[*]", address), {}))
        values = _merged(_merged(layers[0], layers[1]), self.resources.get(address, {}))
        return Usage(values=values, where=address)

    def unused(self, addresses: "set[str]") -> tuple[str, ...]:
        """Addresses in the file that lead to no resource, in order."""
        known = addresses | {_INDEX.sub("[*]", address) for address in addresses}
        return tuple(address for address in self.resources if address not in known)


def parse_usage(document: Any, *, name: str) -> UsageFile:
    """A usage file from what a YAML reader made of it.

    Args:
        document: mappings, lists and scalars.
        name: the file, for messages.

    Raises:
        TerraformError: it is no usage file of version 0.1.
    """
    if not isinstance(document, Mapping) or str(document.get("version", "")) != VERSION:
        raise TerraformError(
            f"{name} is no usage file of version {VERSION}", hint=f"Begin it with `version: {VERSION}`."
        )
    strange = sorted(set(document) - _TOP_KEYS)
    if strange:
        raise TerraformError(f"{name} has the key {strange[0]!r}", hint=f"Known are {', '.join(sorted(_TOP_KEYS))}.")
    return UsageFile(
        resources=_sections(document.get("resource_usage"), name),
        types=_sections(document.get("resource_type_default_usage"), name),
    )


def _sections(found: Any, name: str) -> dict[str, Mapping[str, Any]]:
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise TerraformError(f"{name}: usage is no mapping", hint="Write `address:` with indented `name: number`.")
    for address, values in found.items():
        if values is not None and not isinstance(values, Mapping):
            raise TerraformError(
                f"{name}: the usage of {address!r} is {values!r}", hint="Write indented `name: number` below it."
            )
    return {str(address): values or {} for address, values in found.items()}


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> Mapping[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        under = merged.get(name)
        merged[name] = _merged(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
    return merged
