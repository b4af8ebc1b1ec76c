"""The syntax tree of a JSON file: the grammar of HCL takes one object as a file of its own, so places are found alike.

Source: https://developer.hashicorp.com/terraform/language/syntax/json
"""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from costopt.errors import TerraformError
from costopt.terraform.configuration.syntax_tree import syntax_tree

if TYPE_CHECKING:
    from tree_sitter import Node

_STRING = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_TEMPLATE = re.compile(rb"[$%]\{")
_REFERENCE = re.compile(rb"\$\{[\w.\-\[\]() ]+\}")
_COMPUTED = b"${!%s}"
"""Stands for a template that is more than a reference: something computed, of any length from 5 on."""


class JsonNotEdited(TerraformError):  # noqa: N818 - for most callers it is no error
    """A JSON file that terraform may read, but that is written in a way that is not edited."""

    def __init__(self, path: Path, reason: str, *, hint: str) -> None:
        """Say which and why.

        Args:
            path: the file.
            reason: what is odd about it, in words.
            hint: what to do.
        """
        super().__init__(f"{path}: {reason}", hint=hint)
        self.path = path
        self.reason = reason


def json_tree(path: Path, content: bytes, *, templates: bool) -> "Node":
    """Root of the tree of a JSON file; positions are those of `content`, texts must be taken from there.

    Args:
        path: of the file, for messages.
        content: of it, without a byte order mark.
        templates: whether its strings may be templates, as in a configuration, or mean what they say, as in files of
            values.

    Raises:
        TerraformError: it is not JSON, or no object.
        JsonNotEdited: a name stands twice in one object, or a template is not valid.
    """
    try:
        document = json.loads(content.decode(), object_pairs_hook=_unique, parse_constant=_no_constant)
    except _Twice as twice:
        raise JsonNotEdited(path, f"{str(twice)!r} stands twice in one object", hint="remove one of them") from None
    except (ValueError, RecursionError) as error:
        raise TerraformError(f"{path}: this is not valid JSON: {error}", hint="correct the file") from error
    if not isinstance(document, dict):
        raise TerraformError(f"{path}: the file must hold one JSON object", hint="correct the file")
    root = syntax_tree(_STRING.sub(lambda found: _plain(found[1], templates), content))
    if root.has_error:
        raise JsonNotEdited(path, "its templates could not be read", hint="write the value as a plain text")
    return root


class _Twice(Exception):  # noqa: N818 - it never leaves this module
    """A name that stands twice in one object."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _plain(inside: bytes, templates: bool) -> bytes:  # noqa: FBT001 - the one question of this file
    """A string of the same length that the grammar takes, and that is a template exactly where the string is one."""
    if templates and _REFERENCE.fullmatch(inside):
        return b'"%s"' % inside
    if templates and _TEMPLATE.search(inside) and len(inside) >= len(_COMPUTED % b"x"):
        return b'"%s"' % (_COMPUTED % (b"x" * (len(inside) - len(_COMPUTED % b""))))
    return b'"%s"' % (b"x" * len(inside) if _TEMPLATE.search(inside) or b"\\" in inside else inside)
