"""Writes reports/schema/*.schema.json from the model: types from annotations, words from docstrings.

Run: python tools/build_schema.py [--check]
"""

import ast
import inspect
import json
import sys
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from costopt.model.budget_check import BUDGET_SCHEMA_VERSION, BudgetCheck
from costopt.model.plan import PLAN_SCHEMA_VERSION, Plan
from costopt.model.report import REPORT_SCHEMA_VERSION, Report
from costopt.model.resource import ResourceKey
from costopt.renderers.document import DERIVED

FOLDER = Path(__file__).parents[1] / "reports" / "schema"
_PUBLISHED_AT = "https://github.com/cloud-costopt/costopt/raw/main/reports/schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A document whose schema is published."""

    name: str
    """Of the file, before `.schema.json`."""
    kind: type[Any]
    """The dataclass that it is written from."""
    version: int
    """Of its structure."""
    words: str
    """What writes it."""


DOCUMENTS = (
    Published(
        name="report",
        kind=Report,
        version=REPORT_SCHEMA_VERSION,
        words="What `costopt audit -f json` writes; a line of `-f jsonl` is a Finding.",
    ),
    Published(name="plan", kind=Plan, version=PLAN_SCHEMA_VERSION, words="What `costopt plan -f json` writes."),
    Published(
        name="budget",
        kind=BudgetCheck,
        version=BUDGET_SCHEMA_VERSION,
        words="What `costopt budget check -f json` and `budget status -f json` write.",
    ),
)

_SCALARS: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Decimal: {"type": "string", "pattern": r"^-?\d+(\.\d*[1-9])?$"},
    datetime: {"type": "string", "format": "date-time", "pattern": r"Z$"},
    date: {"type": "string", "format": "date"},
    type(None): {"type": "null"},
}


def build(document: Published) -> dict[str, Any]:
    """The JSON Schema of a document."""
    definitions: dict[str, Any] = {}
    root = _reference(document.kind, definitions)
    definitions[document.kind.__name__]["properties"]["schema_version"] = {"const": document.version}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{_PUBLISHED_AT}/{document.name}.schema.json",
        "title": f"costopt {document.name}",
        "description": f"{document.words} Decimals are strings, times are UTC, null means unknown.",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _schema(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if kind in _SCALARS:
        return dict(_SCALARS[kind])
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0], definitions)}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _schema(arguments[1], definitions)}
    if origin in (types.UnionType, typing.Union):
        return {"anyOf": [_schema(argument, definitions) for argument in arguments]}
    return _reference(kind, definitions)


def _reference(kind: type[Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}  # the name is taken before its fields are looked at
        definitions[kind.__name__].update(_builder(kind)(kind, definitions))
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _builder(kind: type[Any]) -> Callable[[Any, dict[str, Any]], dict[str, Any]]:
    if issubclass(kind, Enum):
        return _enumeration
    if kind is ResourceKey or is_dataclass(kind):
        return _object
    raise TypeError(f"the report holds a {kind!r}, which has no schema")


def _enumeration(kind: type[Enum], _: dict[str, Any]) -> dict[str, Any]:
    return {"description": _words(kind), "enum": [member.value for member in kind]}


def _object(kind: type[Any], definitions: dict[str, Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    names = kind._fields if kind is ResourceKey else [field.name for field in fields(kind)]
    words = _field_words(kind)
    properties = {name: _described(_schema(hints[name], definitions), words.get(name)) for name in names}
    for name in DERIVED.get(kind, ()):
        getter = getattr(kind, name).fget
        returned = typing.get_type_hints(getter)["return"]
        properties[name] = _described(_schema(returned, definitions), _words(getter))
    return {
        "description": _words(kind),
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _described(schema: dict[str, Any], words: str | None) -> dict[str, Any]:
    return {"description": words, **schema} if words else schema


def _words(documented: Any) -> str:
    return " ".join(inspect.cleandoc(documented.__doc__ or "").split())


def _field_words(kind: type[Any]) -> dict[str, str]:
    """The docstring below each field, which Python itself throws away."""
    body = ast.parse(inspect.getsource(kind).lstrip()).body[0]
    assert isinstance(body, ast.ClassDef)
    words = {}
    for field, doc in zip(body.body, body.body[1:], strict=False):
        match field, doc:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                words[name] = " ".join(text.split())
    return words


def main(arguments: list[str]) -> int:
    """Write the schemas, or with `--check` say whether the written ones are current."""
    stale = 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for document in DOCUMENTS:
        target = FOLDER / f"{document.name}.schema.json"
        text = json.dumps(build(document), indent=2, ensure_ascii=False) + "\n"
        if "--check" not in arguments:
            target.write_text(text, encoding="utf-8")
            print(f"wrote {target}")
        elif target.is_file() and target.read_text(encoding="utf-8") == text:
            print(f"{target.name} is current")
        else:
            stale += 1
            print(f"{target.name} is stale: run python tools/build_schema.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
