"""Whether a written-out value fits the type of an attribute, by Terraform's rules of conversion.

Source: https://developer.hashicorp.com/terraform/language/expressions/types#type-conversion
"""

from decimal import Decimal
from typing import Any

from costopt.model.terraform import UNKNOWN
from costopt.terraform.configuration.hcl import number
from costopt.terraform.schema.blocks import TypeShape


def misfit(value: Any, shape: TypeShape) -> str | None:
    """Why terraform would refuse a value, None where it would not, or where the value is not written out."""
    if value is UNKNOWN or value is None or shape == "dynamic":
        return None
    if isinstance(shape, str):
        return None if _fits_scalar(value, shape) else f"a {shape} is required"
    kind, inner = shape
    if kind in {"list", "set"}:
        return _misfit_elements(value, inner, kind)
    if kind == "map":
        return _misfit_entries(value, inner)
    if kind == "object":
        return _misfit_object(value, inner)
    return None


def _fits_scalar(value: Any, shape: str) -> bool:
    if shape == "string":
        return isinstance(value, str | bool | int | Decimal)
    if shape == "bool":
        return isinstance(value, bool) or value in ("true", "false")
    if isinstance(value, bool):
        return False
    return isinstance(value, int | Decimal) or (isinstance(value, str) and _is_number(value))


def _is_number(text: str) -> bool:
    return text == text.strip() and "_" not in text and number(text) is not None


def _misfit_elements(value: Any, inner: TypeShape, kind: str) -> str | None:
    if not isinstance(value, list):
        return f"a {kind} of {type_words(inner)} is required"
    for position, one in enumerate(value):
        reason = misfit(one, inner)
        if reason:
            return f"element {position}: {reason}"
    return None


def _misfit_entries(value: Any, inner: TypeShape) -> str | None:
    if not isinstance(value, dict):
        return f"a map of {type_words(inner)} is required"
    for name, one in value.items():
        reason = misfit(one, inner)
        if reason:
            return f'element "{name}": {reason}'
    return None


def _misfit_object(value: Any, fields: dict[str, TypeShape]) -> str | None:
    if not isinstance(value, dict):
        return "an object is required"
    absent = [name for name in fields if name not in value]
    if absent:
        return f"these must be set too, to null at least: {', '.join(sorted(absent))}"
    for name, one in value.items():
        reason = misfit(one, fields[name]) if name in fields else None
        if reason:
            return f'attribute "{name}": {reason}'
    return None


def type_words(shape: TypeShape) -> str:
    """A type in words, for messages."""
    if isinstance(shape, str):
        return "any type" if shape == "dynamic" else f"{shape}s"
    kind, inner = shape
    return "objects" if kind == "object" else f"{kind}s" if kind == "tuple" else f"{kind}s of {type_words(inner)}"
