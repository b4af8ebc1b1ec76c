"""The files as they would be with a set of choices."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from costopt.terraform.hcl.rewrite import Addition, Change, NestedBlock, NewBlock, Replacement, rewrite
from costopt.terraform.hcl.source import Source
from costopt.terraform.patch.choices import Choice
from costopt.terraform.trace.place import Origin, Place, PlaceKey


def draft_files(choices: Iterable[Choice]) -> dict[Path, bytes]:
    """New content of every file that the choices edit, by path.

    Raises:
        TerraformError: edits contradict each other.
    """
    by_file: dict[Path, dict[PlaceKey, Change]] = defaultdict(dict)
    sources: dict[Path, Source] = {}
    for choice in choices:
        place = choice.place
        sources[place.source.path] = place.source
        by_file[place.source.path][place.key] = _edit(place, choice.expression)
    return {path: rewrite(sources[path], changes.values()) for path, changes in sorted(by_file.items())}


def _edit(place: Place, expression: str) -> Change:
    if place.origin is Origin.NEW_BLOCK:
        return NewBlock(below=place.node, text=expression)
    if place.origin is Origin.NESTED_BLOCK:
        return NestedBlock(block=place.node, name=place.added, text=expression)
    if place.added:
        return Addition(block=place.node, name=place.added, expression=expression)
    return Replacement(start=place.node.start_byte, end=place.node.end_byte, expression=expression)
