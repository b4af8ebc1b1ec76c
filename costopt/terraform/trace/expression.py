"""Takes expressions apart: wrappers, references, collections, what is written out."""

import re
from typing import TYPE_CHECKING

from costopt.terraform.configuration.hcl import number
from costopt.terraform.hcl.source import Source

if TYPE_CHECKING:
    from tree_sitter import Node

_WRAPPERS = frozenset({"expression", "collection_value", "template_expr"})
_CONVERSIONS = frozenset({"tomap", "tolist", "toset", "tostring", "tonumber", "tobool"})
"""Functions that change the type of a value and nothing else."""
_WORD = re.compile(r"[^\W\d][\w-]*")


def inner(source: Source, node: "Node") -> "Node":
    """What is within parentheses, conversions and templates that hold one expression only."""
    while True:
        parts = [child for child in node.named_children if child.type != "comment"]
        if node.type in _WRAPPERS and len(parts) == 1:
            node = parts[0]
        elif node.type == "quoted_template" and [part.type for part in parts[1:-1]] == ["template_interpolation"]:
            node = next(child for child in parts[1].named_children if child.type == "expression")
        elif node.type == "function_call" and source.text(parts[0]) in _CONVERSIONS and len(parts) == 2:
            arguments = [child for child in parts[1].named_children if child.type == "expression"]
            if len(arguments) != 1:
                return node
            node = arguments[0]
        else:
            return node


def is_written(source: Source, node: "Node") -> bool:
    """Whether a value is written out."""
    return node.type == "literal_value" or (node.type == "operation" and number(source.text(node)) is not None)


def written(source: Source, node: "Node") -> str | int | None:
    """A text or a whole number that is written out, else None."""
    node = inner(source, node)
    if node.type != "literal_value":
        return None
    literal = node.named_children[0]
    if literal.type == "string_lit":
        return source.quoted(literal)
    found = number(source.text(literal)) if literal.type == "numeric_lit" else None
    return found if isinstance(found, int) else None


def reference(source: Source, node: "Node") -> "list[str | Node] | None":
    """Steps of a reference such as `var.fleet["api"].type`: names, and the expressions between brackets.

    None for anything else, splats among them.
    """
    parts = [child for child in node.named_children if child.type != "comment"]
    if node.type == "variable_expr":
        return [source.text(node)]
    if node.type != "expression" or not parts or parts[0].type != "variable_expr":
        return None
    steps: list[str | Node] = []
    for part in parts:
        if part.type == "variable_expr":
            steps.append(source.text(part))
        elif part.type == "get_attr":
            steps.append(source.text(part.named_children[0]))
        elif part.type == "index" and part.named_children[0].type == "new_index":
            steps.append(part.named_children[0].named_children[0])
        else:
            return None
    return steps


def element(source: Source, node: "Node", step: str | int) -> "Node | None":
    """Of a collection that is written out the value with a key, or at a number."""
    if node.type == "tuple" and isinstance(step, int):
        values = [child for child in node.named_children if child.type == "expression"]
        return values[step] if 0 <= step < len(values) else None
    for key, value in entries(source, node):
        if key == str(step):
            return value
    return None


def entries(source: Source, node: "Node") -> "list[tuple[str | None, Node]]":
    """Keys and values of an object that is written out; None for a key that is computed."""
    if node.type != "object":
        return []
    found = []
    for one in node.named_children:
        if one.type == "object_elem":
            key, value = (child for child in one.named_children if child.type == "expression")
            found.append((_key(source, key), value))
    return found


def _key(source: Source, node: "Node") -> str | None:
    text = source.text(node)
    if _WORD.fullmatch(text):
        return text
    found = written(source, node)
    return None if found is None else str(found)


def keys(source: Source, node: "Node") -> "list[str | int | None] | None":
    """Keys of a collection that is written out, in the order in which Terraform goes through it; None for others."""
    node = inner(source, node)
    if node.type == "tuple":
        return list(range(sum(child.type == "expression" for child in node.named_children)))
    names = [key for key, _ in entries(source, node)]
    if node.type != "object" or None in names:
        return None
    known: list[str | int | None] = [name for name in names if name is not None]
    return sorted(known, key=str)
