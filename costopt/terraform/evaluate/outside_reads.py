"""Finds functions that read files, in the text of a configuration: what they read must lie in its directories.

The binary reads what the user may read, wherever that is; a path that leaves the tree is refused before it runs. A path
that is put together is only told: what it names shows when it is read.

Source: https://developer.hashicorp.com/terraform/language/functions/file
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from costopt.model.terraform import Unevaluated
from costopt.terraform.configuration.blocks import Module
from costopt.terraform.configuration.directory import Configuration, configuration_files
from costopt.terraform.evaluate.request import EngineUnfit
from costopt.terraform.private_copy import top_folders

_GAP = r"(?:\s|/\*(?:[^*]|\*(?!/))*\*/|(?:#|//)[^\n]*)*"
_CALL = re.compile(
    rf"(?<![\w.-])(?P<name>file(?:exists|set|base64|md5|sha1|sha256|sha512|base64sha256|base64sha512)?|templatefile)"
    rf'{_GAP}\({_GAP}(?:(?:\\?"(?P<path>(?:[^"\\\n]|\\(?!"))*)\\?"|path\.(?P<folder>module|root|cwd)){_GAP}[,)])?',
    re.S,
)
_COMMENT = re.compile(r"^[ \t]*(?:#|//)[^\n]*", re.M)
_MODULE_PATH = re.compile(r"\$\{\s*path\.(module|root|cwd)\s*\}")
_LARGEST_TEMPLATE = 1_000_000
"""Bytes of the largest template that is looked into for further calls."""


def check_reads(configuration: Configuration) -> tuple[Unevaluated, ...]:
    """Make sure that no file outside of the tree is read by name; returns, file by file, that paths are computed.

    Raises:
        EngineUnfit: a path leaves the directories of the configuration.
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
            EngineUnfit: a path leaves the tree.
        """
        if path in self._seen:
            return
        self._seen.add(path)
        text = _COMMENT.sub("", path.read_text("utf-8", "replace"))
        for call in _CALL.finditer(text):
            where = f"{os.path.relpath(path, self._root)}:{text.count(chr(10), 0, call.start()) + 1}"
            target = self._target(f"${{path.{call['folder']}}}" if call["folder"] else call["path"], module)
            if target is None:
                yield f"{where}: {call['name']}()"
                continue
            if not any(target.is_relative_to(one) for one in self._inside):
                raise EngineUnfit(f"{where}: {call['name']}() reads {call['path']}, which lies outside of the tree")
            if call["name"] == "templatefile" and _is_template(target):
                yield from self.in_file(target, module)

    def _target(self, written: str | None, module: Module) -> Path | None:
        """The file that a path names, links followed; None where the path is computed."""
        if written is None:
            return None
        folders = {"module": module.folder, "root": self._root, "cwd": self._root}
        path = _MODULE_PATH.sub(lambda found: str(folders[found[1]]), written)
        if any(mark in path for mark in ("${", "%{", "\\", "\0")):
            return None
        return Path(os.path.normpath(self._root / os.path.expanduser(path))).resolve()  # noqa: PTH111 - as terraform does


def _is_template(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size <= _LARGEST_TEMPLATE
    except OSError:  # such as a name that is too long
        return False
