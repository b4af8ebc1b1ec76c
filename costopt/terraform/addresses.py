"""Addresses of resources as Terraform writes them."""

import re
import unicodedata

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def resource_address(module: str, type_name: str, name: str, index: str | int | None = None) -> str:
    """The address of an instance: `module.app.aws_instance.node["api"]`."""
    whole = f"{module}.{type_name}.{name}" if module else f"{type_name}.{name}"
    if index is None:
        return whole
    return f"{whole}[{index}]" if isinstance(index, int) else f'{whole}["{_quoted(index)}"]'


def _quoted(key: str) -> str:
    """A key as Terraform quotes it in addresses.

    Source: https://github.com/hashicorp/terraform/blob/main/internal/addrs/instance_key.go
    """
    escaped = "".join(_ESCAPES.get(letter, letter if _is_printed(letter) else _by_number(letter)) for letter in key)
    return escaped.replace("${", "$${").replace("%{", "%%{")


def _is_printed(letter: str) -> bool:
    return letter == " " or unicodedata.category(letter)[0] in "LMNPS"


def _by_number(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def without_indices(address: str) -> str:
    """The address of the block that an instance comes of: `module.app[0].aws_instance.node["api"]` without its keys."""
    return re.sub(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]', "", address)
