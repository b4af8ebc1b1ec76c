"""Text from a cloud account made safe to show: names and tags are written by strangers."""

import re
import unicodedata
from typing import Any

REPLACEMENT = "\ufffd"
"""Shown for a character that is not, so that two different names never look the same by accident."""

_JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiners change the shape of letters in Persian, Indic scripts and emoji; they reorder nothing."""

_BLANKS = re.compile(r"[\t\n\r\v\f\x85\u2028\u2029]+")
_SUSPECT = re.compile(r"[^\x20-\x7e]")
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What makes a spreadsheet read a cell as a formula, full-width forms included.
Source: https://owasp.org/www-community/attacks/CSV_Injection."""


def clean(text: str) -> str:
    """One line without control characters, escape sequences, marks that reorder text, or lone surrogates.

    Line breaks and tabs become a space; every other such character becomes `REPLACEMENT`.
    """
    if text.isascii() and text.isprintable():
        return text
    return _SUSPECT.sub(_replace, _BLANKS.sub(" ", text))


def _replace(match: re.Match[str]) -> str:
    character = match.group()
    if character in _JOINERS:
        return character
    # Cc control, Cf format (bidirectional marks, tags), Cs surrogate, Co private use, Cn unassigned.
    return REPLACEMENT if unicodedata.category(character)[0] == "C" else character


def without_surrogates(text: str) -> str:
    """The text as it is, but encodable: UTF-8 has no lone surrogates."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def encodable(value: Any) -> Any:
    """A document whose texts can all be written as UTF-8."""
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, dict):
        return {key: encodable(one) for key, one in value.items()}
    return [encodable(one) for one in value] if isinstance(value, (list, tuple)) else value


def shorten(text: str, length: int) -> str:
    """At most `length` characters, the last one an ellipsis where something was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def without_formula(text: str) -> str:
    """A cell's text that no spreadsheet takes for a formula: a leading apostrophe where it would."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
