"""How values are written in HCL, in JSON and in files of values."""

import json
import unicodedata
from decimal import Decimal

from costopt.errors import TerraformError
from costopt.model.terraform_patch import Literal
from costopt.terraform.hcl.source import Syntax

_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def spell(value: Literal, syntax: Syntax = Syntax.HCL) -> str:
    """A value as an expression that means exactly it.

    Source: https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1

    Raises:
        TerraformError: the value cannot be written, such as a number that is none.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value) if syntax is Syntax.HCL else _in_json(value, syntax)
    if isinstance(value, Decimal) and not value.is_finite():
        raise TerraformError(f"{value} is no number that Terraform knows", hint="correct the recommendation")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _in_json(text: str, syntax: Syntax) -> str:
    written = json.dumps("".join(map(_whole, text)))
    return written.replace("${", "$${").replace("%{", "%%{") if syntax is Syntax.JSON else written


def _quoted(text: str) -> str:
    written = "".join(_SHORT.get(letter) or _plain(letter) for letter in text)
    return '"' + written.replace("${", "$${").replace("%{", "%%{") + '"'


def _plain(letter: str) -> str:
    """A character, or its number where it would not be seen or would reorder what is seen."""
    category = unicodedata.category(_whole(letter))
    if category[0] != "C" and category not in ("Zl", "Zp"):
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def _whole(letter: str) -> str:
    if unicodedata.category(letter) == "Cs":
        raise TerraformError("half of a character cannot be written", hint="correct the recommendation")
    return letter
