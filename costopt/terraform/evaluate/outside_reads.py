"""Finds functions that read files: what they read must lie in the directories of the configuration.

The binary reads what the user may read, wherever that is; a path that leaves the tree is refused before it runs. A path
that is put together is only told: what it names shows when it is read.

Source: https://developer.hashicorp.com/terraform/language/functions/file
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from costopt.model.terraform import Unevaluated
from costopt.terraform.configuration.blocks import Module
from costopt.terraform.configuration.directory import Configuration, configuration_files
from costopt.terraform.configuration.hcl import unescape
from costopt.terraform.configuration.syntax_tree import syntax_tree
from costopt.terraform.evaluate.request import EngineUnfit
from costopt.terraform.private_copy import top_folders

if TYPE_CHECKING:
    from tree_sitter import Node

_NAMES = r"(?:file(?:exists|set|base64|md5|sha1|sha256|sha512|base64sha256|base64sha512)?|templatefile)"
_NAME = re.compile(_NAMES)
_MENTIONED = re.compile(_NAMES.encode())
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)
_CALL = re.compile(rf"(?<![\w.-])({_NAMES})\s*\(\s*({_QUOTED.pattern}(?=\s*[,)]))?", re.S)
_OPENED = re.compile(r"(?<!\$)\$\{|(?<!%)%\{")
"""Begins a template; a doubled mark means itself."""
_FOLDER = re.compile(r"\$\{\s*path\.(module|root|cwd)\s*\}|^path\.(module|root|cwd)$")
_LARGEST_TEMPLATE = 1_000_000
"""Bytes of the largest template that is looked into for further calls."""
_Call = tuple[int, str, str | None]
"""Line, function, and its first argument where that is a quoted text or a folder of the configuration."""


class ReadsOutside(EngineUnfit):
    """A configuration that names a file outside of its directories."""

    def __init__(self, file: str, line: int, said: str) -> None:
        """Say where and what.

        Args:
            file: relative to the root.
            line: from 1.
            said: what is read.
        """
        super().__init__(f"{file}:{line}: {said}")
        self.file = file
        self.line = line
        self.said = said


def check_reads(configuration: Configuration) -> tuple[Unevaluated, ...]:
    """Make sure that no file outside of the tree is read by name; returns, file by file, that paths are computed.

    Raises:
        ReadsOutside: a path leaves the directories of the configuration.
    """
    reads = _Reads(configuration)
    notes = []
    for module in configuration.modules.values():
        for path in configuration_files(module.folder):
            computed = list(reads.in_file(path, module))
            if computed:
                more = f", and {len(computed) - 1} more," if len(computed) > 1 else ""
                reason = f"a file is read whose path is computed{more} wherever that leads"
                notes.append(Unevaluated(where=computed[0], reason=reason))
    return tuple(notes)


class _Reads:
    """Looks for calls in files, and in the templates that these read."""

    def __init__(self, configuration: Configuration) -> None:
        self._root = configuration.root.folder
        self._inside = [*top_folders(self._root.resolve(), configuration), self._root.resolve()]
        self._seen: set[Path] = set()

    def in_file(self, path: Path, module: Module) -> Iterator[str]:
        """Places of calls whose path is computed, in a file and in the templates that it reads.

        Raises:
            ReadsOutside: a path leaves the tree.
        """
        if path in self._seen:
            return
        self._seen.add(path)
        for line, name, written in _calls(path):
            file = os.path.relpath(path, self._root)
            target = self._target(written, module)
            if target is None:
                yield f"{file}:{line}: {name}()"
                continue
            if not any(target.is_relative_to(one) for one in self._inside):
                raise ReadsOutside(file, line, f"{name}() reads {written}, which lies outside of the tree")
            if name == "templatefile" and _is_template(target):
                yield from self.in_file(target, module)

    def _target(self, written: str | None, module: Module) -> Path | None:
        """The file that a path names, links followed; None where the path is computed."""
        if written is None:
            return None
        folders = {"module": module.folder, "root": self._root, "cwd": self._root}
        path = _FOLDER.sub(lambda found: str(folders[found[1] or found[2]]), written)
        if _OPENED.search(path):
            return None
        path = unescape(path)
        if "\0" in path:
            return None
        return Path(os.path.normpath(self._root / os.path.expanduser(path))).resolve()  # noqa: PTH111 - as terraform does


def _calls(path: Path) -> Iterator[_Call]:
    content = path.read_bytes()
    if not _MENTIONED.search(content):
        return
    if path.name.endswith(".json"):
        yield from _calls_in_json(content.decode("utf-8", "replace"))
    elif path.name.endswith((".tf", ".tofu")):
        yield from _calls_in_hcl(content)
    else:
        text = content.decode("utf-8", "replace")
        yield from ((text.count("\n", 0, at) + 1, name, written) for at, name, written in _calls_in_template(text))


def _calls_in_hcl(content: bytes) -> Iterator[_Call]:
    waiting = [syntax_tree(content)]
    while waiting:
        node = waiting.pop()
        waiting.extend(reversed(node.named_children))
        if node.type == "function_call":
            name, written = (_text(content, part) for part in (node.named_children[0], _first_argument(node)))
            name = name.rpartition("::")[2].strip()  # `core::file` is the same function
            if _NAME.fullmatch(name):
                quoted = _QUOTED.fullmatch(written)
                known = quoted[1] if quoted else written if _FOLDER.fullmatch(written) else None
                yield node.start_point[0] + 1, name, known


def _first_argument(call: "Node") -> "Node":
    arguments = next((child for child in call.named_children if child.type == "function_arguments"), call)
    return next((child for child in arguments.named_children if child.type == "expression"), arguments)


def _text(content: bytes, node: "Node") -> str:
    return content[node.start_byte : node.end_byte].decode("utf-8", "replace")


def _calls_in_json(text: str) -> Iterator[_Call]:
    for found in _QUOTED.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield from ((line, name, written) for _, name, written in _calls_in_template(json.loads(found[0])))


def _calls_in_template(text: str) -> Iterator[_Call]:
    """Calls behind the first place where a template begins, each with its position."""
    opened = _OPENED.search(text)
    for call in _CALL.finditer(text, opened.end()) if opened else ():
        yield call.start(), call[1], call[3] if call[2] else None


def _is_template(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size <= _LARGEST_TEMPLATE
    except OSError:  # such as a name that is too long
        return False
