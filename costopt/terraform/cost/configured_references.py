"""What arguments refer to, read from the configuration, for engines that evaluate without making a plan."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from costopt.model.terraform import Evaluation
from costopt.terraform.configuration.blocks import Block
from costopt.terraform.configuration.directory import Configuration

REFERENCE = re.compile(
    r"\b(?:local\.\w+|(?!var\.|each\.|data\.|module\.)[a-z][a-z0-9]*_\w+\.[\w-]+(?:\[[^\]]*\])?(?:\.\w+)?)"
)
_INDICES = re.compile(r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]")


def with_references(evaluation: Evaluation, configuration: Configuration) -> Evaluation:
    """The evaluation, with what arguments refer to where the engine did not tell."""
    if any(resource.references for resource in evaluation.resources.values()):
        return evaluation
    known = dict(_configured(configuration))
    resources = {
        address: replace(resource, references=known.get(_INDICES.sub("", address), {}))
        for address, resource in evaluation.resources.items()
    }
    return replace(evaluation, resources=resources)


def _configured(configuration: Configuration) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
    """Address of each resource block without indices, and its references by path."""
    modules = [("", configuration.root)]
    for call in configuration.calls:
        if call.folder is not None:
            address = "".join(f"module.{name}." for name in call.path)
            modules.append((address, configuration.modules[call.folder]))
    for prefix, module in modules:
        for block in module.of_type("resource"):
            if len(block.labels) == 2:
                yield f"{prefix}{block.labels[0]}.{block.labels[1]}", dict(_references(block, ""))


def _references(block: Block, path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for argument in block.arguments:
        found = tuple(REFERENCE.findall(argument.text))
        if found:
            yield f"{path}{argument.name}", found
    seen: Counter[str] = Counter()
    for nested in block.blocks:
        yield from _references(nested, f"{path}{nested.type}[{seen[nested.type]}].")
        seen[nested.type] += 1
