"""YAML that holds data and nothing else: no tags, no aliases, no key twice."""

import re
from pathlib import Path
from typing import Any

import yaml

from costopt.errors import WorkloadError

MAX_BYTES = 2**20
"""Of a file that people write by hand."""
MAX_DEPTH = 20
"""Levels of nesting."""


class _PlainLoader(yaml.SafeLoader):  # type: ignore[misc]
    """Refuses what makes a small file large, or reads otherwise than it looks."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Compose a node that is no alias and not too deep."""
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.composer.ComposerError(None, None, "aliases are not allowed", event.start_mark)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            event = self.peek_event()
            raise yaml.composer.ComposerError(None, None, f"more than {MAX_DEPTH} levels", event.start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 - the library's signature
        """A mapping whose keys are all different."""
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            problem = None if isinstance(key, str) else f"the key {key!r} is no text"
            if problem is None and key in seen:
                problem = f"the key {key!r} is there twice"
            if problem is not None:
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


# Yes, No and dates stay texts: a region is not a truth, and a version no number. Numbers are decimal: YAML 1.1 would
# read 010 as eight and 1:30 as ninety.
_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] == "null"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _kind, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:(?:0|[1-9][0-9]*)?\.[0-9]+|(?:0|[1-9][0-9]*)\.)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)[eE][-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "-+."),
):
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(f"^(?:{_pattern})$"), list(_first))


def read_yaml(path: Path) -> Any:
    """Content of a file: mappings, lists, texts, numbers, true, false and null.

    Raises:
        WorkloadError: it cannot be read, is too large, or is no plain YAML.
    """
    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            raise WorkloadError(f"{path} is no file of at most {MAX_BYTES:,} bytes", hint="Name another file.")
        with path.open("rb") as stream:
            return yaml.load(stream, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader with less
    except OSError as error:
        raise WorkloadError(f"cannot read {path}: {error.strerror}", hint="Name another file.") from error
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark
        where = f" at line {place.line + 1}, column {place.column + 1}" if place else ""
        raise WorkloadError(f"{path} is no plain YAML{where}: {error.problem}", hint="Correct that line.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise WorkloadError(f"{path} is no plain YAML: {error}", hint="Correct the file.") from error
