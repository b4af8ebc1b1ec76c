"""What local values refer to: a plan does not say it, the configuration does."""

import re

from costopt.terraform.configuration.blocks import Module
from costopt.terraform.configuration.directory import Configuration

_RESOURCE = re.compile(r"\b(?!var\.|local\.|each\.|data\.|module\.)[a-z][a-z0-9]*_\w+\.[\w-]+(?:\[[^\]]*\])?(?:\.\w+)?")
_LOCAL = re.compile(r"\blocal\.(\w+)")
_DEEPEST = 10


def local_references(configuration: Configuration) -> dict[tuple[str, str], tuple[str, ...]]:
    """What the local values of every module refer to, through other locals too.

    Returns:
        Address of the module without indices ("" for the root) and name of the value, to resources as the expression
        names them.
    """
    modules = {"": configuration.root}
    for call in configuration.calls:
        if call.folder is not None:
            modules[".".join(f"module.{name}" for name in call.path)] = configuration.modules[call.folder]
    return {(address, name): found for address, module in modules.items() for name, found in _of_module(module).items()}


def _of_module(module: Module) -> dict[str, tuple[str, ...]]:
    texts = {argument.name: argument.text for block in module.of_type("locals") for argument in block.arguments}
    return {name: tuple(dict.fromkeys(_followed(name, texts, 0))) for name in texts}


def _followed(name: str, texts: dict[str, str], depth: int) -> list[str]:
    text = texts.get(name, "")
    found = _RESOURCE.findall(text)
    if depth < _DEEPEST:
        for other in _LOCAL.findall(text):
            found.extend(_followed(other, texts, depth + 1))
    return found
