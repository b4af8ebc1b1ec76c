"""A large YAML file of plain data as nested mappings of texts: no aliases, no tags, bounded in every direction."""

import gzip
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

from costopt.errors import CatalogError

MAX_BYTES: Final = 64 * 2**20
"""Of the text; gcosts' list of 531 types in 43 regions has 4 MiB."""
MAX_DEPTH: Final = 20
"""Levels of nesting."""

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str"
"""Numbers stay texts, since money must be exact."""

_GZIP: Final = b"\x1f\x8b"
_HINT: Final = "Give gcosts' pricing.yml, plain or with .gz."
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_tree(path: Path) -> Tree:
    """Content of a file, which may be compressed by gzip.

    Raises:
        CatalogError: it cannot be read, is too large, or is no plain YAML.
    """
    try:
        return _tree(_text(path))
    except OSError as error:
        raise CatalogError(f"{path}: cannot be read ({error.strerror or error})", hint=_HINT) from error
    except (yaml.YAMLError, ValueError, EOFError, zlib.error) as error:
        raise CatalogError(f"{path}: no plain YAML ({error})", hint=_HINT) from error


def _text(path: Path) -> bytes:
    """Bytes of the file, unzipped.

    Raises:
        ValueError: too many, or no ordinary file.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("it is no ordinary file")
    with path.open("rb") as stream:
        zipped = stream.read(2) == _GZIP
        stream.seek(0)
        if zipped:
            with gzip.GzipFile(fileobj=stream) as unzipped:
                content = unzipped.read(MAX_BYTES + 1)
        else:
            content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES:,} bytes")
    return content


def _tree(text: bytes) -> Tree:
    events = (event for event in yaml.parse(text, Loader=_LOADER) if not _is_frame(event))
    first = next(events, None)
    if first is None:
        raise ValueError("it is empty")
    tree = _node(first, events, 0)
    if next(events, None) is not None:
        raise ValueError("it holds more than one document")
    return tree


def _is_frame(event: Any) -> bool:
    frames = (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentStartEvent, yaml.DocumentEndEvent)
    return isinstance(event, frames)


def _node(event: Any, events: Iterator[Any], depth: int) -> Tree:
    """What begins with an event.

    Raises:
        ValueError: an alias, a tag, a key twice, or too many levels.
    """
    line = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None or event.tag is not None:
        raise ValueError(f"line {line} has an alias, an anchor or a tag")
    if isinstance(event, yaml.ScalarEvent):
        return str(event.value)
    if depth >= MAX_DEPTH:
        raise ValueError(f"line {line} is more than {MAX_DEPTH} levels deep")
    if isinstance(event, yaml.SequenceStartEvent):
        return list(_items(events, depth))
    return _mapping(events, depth)


def _items(events: Iterator[Any], depth: int) -> Iterator[Tree]:
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            return
        yield _node(event, events, depth + 1)


def _mapping(events: Iterator[Any], depth: int) -> dict[str, Tree]:
    found: dict[str, Tree] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        if not isinstance(event, yaml.ScalarEvent):
            raise ValueError(f"line {event.start_mark.line + 1}: a key is no text")  # noqa: TRY004 - of the file
        key = _node(event, events, depth)
        if key in found:
            raise ValueError(f"line {event.start_mark.line + 1}: the key {key!r} is there twice")
        found[str(key)] = _node(next(events), events, depth + 1)
    return found
