"""Text from outside as Terraform's own syntax: strings, keys, values and comments that mean exactly what was given.

Terraform normalises every string to Unicode NFC, so that what it reads back equals what was given after NFC.

Source: https://developer.hashicorp.com/terraform/language/expressions/strings (escapes);
https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md (identifiers, numbers, templates).
"""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from costopt.errors import TerraformError
from costopt.terraform.render.expressions import Expression, Written

MOST_COMMENT_CHARACTERS = 400
"""Of one comment; what is longer is cut, with an ellipsis."""
WIDEST_LIST = 80
"""Characters of a list that still stands on one line."""

_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Co", "Cn"})
"""Categories of characters that an editor does not show, or that reorder what it shows."""
_BARE_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z", re.ASCII)
_RESERVED = frozenset({"for", "in", "if", "else", "endif", "endfor", "null", "true", "false"})
_LAST_OF_FOUR_DIGITS = 0xFFFF
_LAST_SIMPLE = 0x52F
"""Latin, Greek and Cyrillic end here."""
_SYLLABLES = (range(0x3041, 0x3097), range(0x30A1, 0x30FB), range(0x4E00, 0xA000), range(0xAC00, 0xD7A4))
"""Kana, Han and Hangul, each character of which stands alone."""
_OPENING = re.compile(r"[$%]+\{")
_SHORTEST_OPENING = 2
_BREAKS = re.compile(r"\s+")
_INDENT = "  "


def hcl_string(text: str) -> str:
    """A quoted string that Terraform reads as the text, after NFC.

    Raises:
        TerraformError: the text has half of a surrogate pair, which Unicode text cannot hold.
    """
    return '"' + "".join(_escaped(text, position) for position in range(len(text))) + '"'


def _escaped(text: str, position: int) -> str:
    character = text[position]
    if character in _SHORT:
        return _SHORT[character]
    if character in "$%" and (opening := _OPENING.match(text, position)):
        # Readers of HCL do not agree on which of several `$` belong together; only the last one is doubled.
        return character * 2 if len(opening[0]) == _SHORTEST_OPENING else _by_number(character)
    if "\ud800" <= character <= "\udfff":
        raise TerraformError(
            f"{text[:60]!r} holds half of a surrogate pair, which no Terraform string can",
            hint="correct the name or tag where it comes from",
        )
    if unicodedata.category(character) in _UNSEEN or _is_hidden_blank(text, position):
        return _by_number(character)
    return character


def _is_hidden_blank(text: str, position: int) -> bool:
    """Whether a reader overlooks a blank: one at an end, or one that is no plain space."""
    plain = text[position] == " "
    at_end = position in (0, len(text) - 1)
    return text[position].isspace() and (at_end or not plain)


def _by_number(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= _LAST_OF_FOUR_DIGITS else f"\\U{code:08x}"


def hcl_key(text: str) -> str:
    """A key of a map: bare where that is safe, else quoted.

    Raises:
        TerraformError: as of `hcl_string`.
    """
    if _BARE_KEY.match(text) and text not in _RESERVED:
        return text
    # `terraform fmt` aligns by what a reader takes for one character; marks that join to the one before would shift it.
    quoted = hcl_string(unicodedata.normalize("NFC", text))
    return "".join(one if _stands_alone(one) else _by_number(one) for one in quoted)


def _stands_alone(character: str) -> bool:
    code = ord(character)
    if code <= _LAST_SIMPLE:
        return not unicodedata.category(character).startswith("M")
    return any(code in one for one in _SYLLABLES)


def hcl_comment(text: str) -> str:
    """Text for one line behind `# `: a break would end the comment, and what follows it would be code."""
    seen = "".join(" " if unicodedata.category(one) in {*_UNSEEN, "Cs"} else one for one in text)
    line = _BREAKS.sub(" ", seen).strip()
    return line if len(line) <= MOST_COMMENT_CHARACTERS else line[: MOST_COMMENT_CHARACTERS - 1].rstrip() + "…"


def hcl_value(value: Any, depth: int = 0) -> str:
    """A value as an expression, laid out as `terraform fmt` does.

    Args:
        value: None, booleans, numbers, text, `Expression`, sequences and mappings of these.
        depth: how far the line that it begins on is indented, in steps.

    Raises:
        TerraformError: a number that is not finite, text that is none, or a key that is not text.
        TypeError: a type that has no form in Terraform.
    """
    if isinstance(value, (Expression, Written)):
        return str(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    if isinstance(value, str):
        return hcl_string(value)
    if isinstance(value, Mapping):
        return _mapping(value, depth)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return _sequence(value, depth)
    raise TypeError(f"Terraform has no form for a {type(value).__name__}")


def _number(value: float | Decimal) -> str:
    if not math.isfinite(value):
        raise TerraformError(
            f"{value} is no number that Terraform can hold", hint="correct the figure where it comes from"
        )
    return str(value) if isinstance(value, int) else format(Decimal(str(value)), "f")


def _sequence(values: Sequence[Any], depth: int) -> str:
    inner = [hcl_value(one, depth + 1) for one in values]
    line = "[" + ", ".join(inner) + "]"
    if len(line) <= WIDEST_LIST and "\n" not in line:
        return line
    pad = _INDENT * (depth + 1)
    return "[\n" + "".join(f"{pad}{one},\n" for one in inner) + _INDENT * depth + "]"


def _mapping(values: Mapping[Any, Any], depth: int) -> str:
    if not values:
        return "{}"
    pairs = [(hcl_key(_text_key(key)), hcl_value(inner, depth + 1)) for key, inner in values.items()]
    return "{\n" + aligned(pairs, depth + 1) + _INDENT * depth + "}"


def _text_key(key: Any) -> str:
    if not isinstance(key, str):
        raise TerraformError(f"{key!r} cannot be a key of a map", hint="use text")
    return key


def aligned(pairs: Sequence[tuple[str, str]], depth: int) -> str:
    """Lines `name = value`, the equals signs of neighbours below each other; a value of several lines stands alone."""
    lines, run = [], list[tuple[str, str]]()
    for name, value in (*pairs, ("", "\n")):
        if "\n" not in value:
            run.append((name, value))
            continue
        width = max((len(one) for one, _ in run), default=0)
        lines += [f"{one.ljust(width)} = {inner}" for one, inner in run]
        run = []
        if name:
            lines.append(f"{name} = {value}")
    return "".join(f"{_INDENT * depth}{line}\n" for line in lines)
