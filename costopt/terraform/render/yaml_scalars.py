"""Text from outside as YAML: double-quoted scalars, which have an escape for every character.

Source: https://yaml.org/spec/1.2.2/#57-escaped-characters
"""

from collections.abc import Mapping, Sequence
from typing import Any

from costopt.errors import TerraformError
from costopt.terraform.render.expressions import Expression, Written

LONGEST_IMPLICIT_KEY = 1000
"""Characters of a key without `?`; YAML allows 1024. Source: https://yaml.org/spec/1.2.2/#742-flow-mappings"""

_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_FIRST_PRINTED, _LAST_PRINTED = 0x20, 0x7E


def yaml_string(text: str) -> str:
    """A double-quoted scalar of ASCII alone that reads as the text.

    Raises:
        TerraformError: the text has half of a surrogate pair.
    """
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    if _FIRST_PRINTED <= code <= _LAST_PRINTED:
        return character
    if 0xD800 <= code <= 0xDFFF:
        raise TerraformError("a name holds half of a surrogate pair, which no YAML can", hint="correct the name")
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _key(text: str) -> str:
    """A key with its colon; a long one needs the indicator `?`."""
    quoted = yaml_string(text)
    return f"{quoted}:" if len(quoted) <= LONGEST_IMPLICIT_KEY else f"? {quoted} :"


def yaml_value(value: Any) -> str:
    """A value in YAML's flow style, on one line.

    Raises:
        TypeError: a type that is not written.
    """
    if isinstance(value, (Expression, Written)):
        return str(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return yaml_string(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(str(key))} {yaml_value(one)}" for key, one in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return "[" + ", ".join(map(yaml_value, value)) + "]"
    raise TypeError(f"no form for a {type(value).__name__}")
