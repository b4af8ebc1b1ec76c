"""Takes addresses of resources apart."""

import re
from dataclasses import dataclass

from costopt.errors import TerraformError
from costopt.terraform.configuration.hcl import unescape

Key = str | int | None
_STEP = re.compile(r'(?P<name>[^\W\d][\w-]*)(?:\[(?:(?P<number>\d+)|"(?P<text>(?:[^"\\]|\\.)*)")\])?(?:\.|$)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a resource stands: `module.app[0].aws_instance.node["api"]`."""

    modules: tuple[tuple[str, Key], ...]
    """Names of the module calls from the root, each with its key."""
    type: str
    """Type of the resource."""
    name: str
    """Name of the resource."""
    key: Key
    """Key of `for_each` or number of `count`."""


def parse_address(text: str) -> Address:
    """The parts of an address as terraform writes it.

    Raises:
        TerraformError: it is no address of a managed resource.
    """
    steps: list[tuple[str, Key]] = []
    position = 0
    while position < len(text):
        found = _STEP.match(text, position)
        if not found:
            raise _no_address(text)
        steps.append((found["name"], _key(found)))
        position = found.end()
    modules = []
    while len(steps) > 2 and steps[0] == ("module", None):
        modules.append(steps[1])
        steps = steps[2:]
    if len(steps) != 2 or steps[0][1] is not None or steps[0][0] == "module" or text.endswith("."):
        raise _no_address(text)
    (type_name, _), (name, key) = steps
    return Address(modules=tuple(modules), type=type_name, name=name, key=key)


def _key(found: re.Match[str]) -> Key:
    if found["number"] is not None:
        return int(found["number"])
    return None if found["text"] is None else unescape(found["text"])


def _no_address(text: str) -> TerraformError:
    return TerraformError(f"{text} is no address of a resource", hint="write it as terraform does: aws_instance.web[0]")
