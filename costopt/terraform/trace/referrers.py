"""What names a resource: who removes it has to look there as well."""

import re
from collections.abc import Iterator
from pathlib import Path

from costopt.terraform.hcl.source import Source, leaves
from costopt.terraform.trace.address import Address
from costopt.terraform.trace.tree import ModuleFiles


def named_at(files: ModuleFiles, address: Address) -> Iterator[tuple[Path, int]]:
    """File and line of every reference to a resource in the files of its module, outside of its own blocks.

    Blocks such as `moved` and `import` count: terraform refuses those that name nothing. Comments do not.
    """
    pattern = rf"(?<![\w.-]){re.escape(address.type)}\s*\.\s*{re.escape(address.name)}(?![\w-])".encode()
    own = files.blocks("resource", address.type, address.name)
    for source in files.sources:
        blocks = [(block.start_byte, block.end_byte) for one, block in own if one.path == source.path]
        found = _outside([match.start() for match in re.finditer(pattern, source.content)], blocks)
        if found:
            lines = {source.content.count(b"\n", 0, at) + 1 for at in _outside(found, _comments(source))}
            yield from ((source.path, line) for line in sorted(lines))


def _outside(positions: list[int], spans: list[tuple[int, int]]) -> list[int]:
    return [at for at in positions if not any(start <= at < end for start, end in spans)]


def _comments(source: Source) -> list[tuple[int, int]]:
    return [(leaf.start_byte, leaf.end_byte) for leaf in leaves(source.root) if leaf.type == "comment"]
