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
    name = rf"(?<![\w.-]){re.escape(address.type)}\s*\.\s*{re.escape(address.name)}(?![\w-])"
    own = files.blocks("resource", address.type, address.name)
    for source in files.sources:
        spans = [(block.start_byte, block.end_byte) for one, block in own if one.path == source.path]
        spans += _comments(source)
        lines = {
            source.content.count(b"\n", 0, found.start()) + 1
            for found in re.finditer(name.encode(), source.content)
            if not any(start <= found.start() < end for start, end in spans)
        }
        yield from ((source.path, line) for line in sorted(lines))


def _comments(source: Source) -> Iterator[tuple[int, int]]:
    return ((leaf.start_byte, leaf.end_byte) for leaf in leaves(source.root) if leaf.type == "comment")
