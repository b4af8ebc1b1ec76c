"""Finds blocks that a file may hide from the parser, by looking at its text alone.

Where the parser and terraform read an odd file differently, what is inside a text to the one may be a block to the
other. None is known, but a block that would be fetched or asked while a plan is made must not be missed.
"""

import re

from costopt.terraform.configuration.blocks import Module
from costopt.terraform.configuration.directory import configuration_files
from costopt.terraform.evaluate.request import EngineUnfit

_GAP = rb"(?:\s|/\*(?:[^*]|\*(?!/))*\*/)*"
_LABEL = rb'("(?:[^"\\\n]|\\.)*"|[\w-]+)'
_DATA = re.compile(rb"\bdata" + _GAP + _LABEL + _GAP + _LABEL + _GAP + rb"\{", re.S)
_MODULE = re.compile(rb"\bmodule" + _GAP + _LABEL + _GAP + rb"\{", re.S)
_COMMENT = re.compile(rb"^[ \t]*(?:#|//)[^\n]*", re.M)
"""A line that is a comment, or a part of a text: no block for anyone."""


def check_nothing_hides(module: Module, asked_types: frozenset[str]) -> None:
    """Make sure that every module call, and every data source of these types, was found by the parser.

    Raises:
        EngineUnfit: a file has more of them in its text.
    """
    for path in configuration_files(module.folder):
        if path.name.endswith(".json"):
            continue
        text = _COMMENT.sub(b"", path.read_bytes())
        blocks = [block for block in module.blocks if block.file == path]
        known = sum(block.type == "module" for block in blocks)
        written = sum(1 for _ in _MODULE.finditer(text))
        types = [block.labels[0] for block in blocks if block.type == "data" and block.labels]
        asked = sum(1 for found in _DATA.finditer(text) if _may_be(found[1], asked_types))
        if written > known or asked > sum(one in asked_types for one in types):
            raise EngineUnfit(
                f"{path.name}: a comment or a text holds what looks like a module call or a remote state: remove it"
            )


def _may_be(label: bytes, types: frozenset[str]) -> bool:
    """Whether a label is one of these types, or is written in a way that only terraform resolves."""
    return b"\\" in label or label.strip(b'"').decode("utf-8", "replace") in types
