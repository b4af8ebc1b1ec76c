"""Reads blocks and written-out values from `.tf.json` files."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from costopt.errors import TerraformError
from costopt.model.terraform import UNKNOWN
from costopt.terraform.configuration.blocks import Argument, Block

LABELS = {"resource": 2, "data": 2, "ephemeral": 2, "module": 1, "provider": 1, "variable": 1, "output": 1, "check": 1}
"""Number of labels of a block; those that are not here have none.

Source: https://developer.hashicorp.com/terraform/language/syntax/json
"""


def read_json(content: bytes, file: Path) -> tuple[Block, ...]:
    """Top-level blocks of a file. Nested blocks of theirs stand among the arguments: only a schema tells them apart.

    Raises:
        TerraformError: it is not JSON, or not an object.
    """
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_float=Decimal, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise TerraformError(f"{file}: this is not valid JSON: {error}", hint="correct the file") from error
    if not isinstance(document, dict):
        raise TerraformError(f"{file}: the file must hold one JSON object", hint="correct the file")
    try:
        return tuple(
            _block(kind, labels, body, file)
            for kind, content_of_kind in document.items()
            if kind != "//"
            for labels, body in _labelled(content_of_kind, LABELS.get(kind, 0), ())
        )
    except RecursionError as error:
        raise TerraformError(f"{file}: values are nested too deep", hint="split the file") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. A name that stands twice means both, as it does to terraform: neither hides the other."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        found[name] = [*_listed(found[name]), *_listed(value)] if name in found else value
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _labelled(value: Any, remaining: int, labels: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Bodies below the labels; an array stands for several blocks."""
    for one in _listed(value):
        if not isinstance(one, dict):
            continue
        if remaining == 0:
            yield labels, one
            continue
        for label, inner in one.items():
            yield from _labelled(inner, remaining - 1, (*labels, label))


def _block(kind: str, labels: tuple[str, ...], body: dict[str, Any], file: Path) -> Block:
    arguments = tuple(
        Argument(name=name, value=written(value), text=json.dumps(value, default=str), line=1)
        for name, value in body.items()
        if name != "//"
    )
    return Block(type=kind, labels=labels, arguments=arguments, blocks=(), file=file, line=1, is_json=True)


def written(value: Any) -> Any:
    """A value with UNKNOWN in the place of every template."""
    if isinstance(value, str):
        return UNKNOWN if "${" in value or "%{" in value else value
    if isinstance(value, list):
        return [written(one) for one in value]
    if isinstance(value, dict):
        return {key: written(one) for key, one in value.items()}
    return value
