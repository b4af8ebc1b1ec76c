"""A temporary copy of a configuration that only this user can read, and that is gone afterwards, whatever happens."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from costopt.errors import TerraformError
from costopt.terraform.configuration.directory import Configuration, repository_of

MOST_FILES = 50_000
MOST_BYTES = 500_000_000
"""Limits of a copy. A tree beyond them is not a configuration alone."""

_LEFT_OUT = frozenset({".git", ".terraform", ".terragrunt-cache", "node_modules", ".venv", "__pycache__"})
_STATE_SUFFIXES = (".tfstate", ".tfstate.backup", ".tfplan")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateCopy:
    """Where the copy is."""

    root: Path
    """The root module in the copy."""
    home: Path
    """An empty private folder beside it, for whatever terraform keeps in a home."""


@contextmanager
def private_copy(configuration: Configuration) -> Iterator[PrivateCopy]:
    """Copy the root and the local modules that it calls, at the same places relative to each other.

    Installed modules (`.terraform/modules`) are copied too; states, plans, version control and providers are not.

    Raises:
        TerraformError: a symbolic link leaves the tree, the tree is too large, or a file cannot be read.
    """
    folder = Path(tempfile.mkdtemp(prefix="costopt-"))  # mode 0700
    try:
        home = folder / "home"
        home.mkdir(mode=0o700)
        root = _copy_tree(configuration, folder / "tree")
        yield PrivateCopy(root=root, home=home)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy_tree(configuration: Configuration, target: Path) -> Path:
    root = configuration.root.folder.resolve()
    tops = top_folders(root, configuration)
    ancestor = Path(os.path.commonpath(tops))
    copier = _Copier(_boundary(root, ancestor))
    for top in tops:
        copier.folder(top, target / top.relative_to(ancestor))
    modules = root / ".terraform" / "modules"
    copied_root = target / root.relative_to(ancestor)
    if modules.is_dir():
        copier.folder(copier.followed(modules), copied_root / ".terraform" / "modules")
    return copied_root


def top_folders(root: Path, configuration: Configuration) -> list[Path]:
    """The root and the folders of local modules, links followed, without those that lie within another.

    Args:
        root: of the configuration, links followed.
        configuration: with the calls of modules.
    """
    installed = root / ".terraform"
    called = (call.folder.resolve() for call in configuration.calls if call.folder is not None)
    wanted = sorted({root, *(path for path in called if not path.is_relative_to(installed))})
    tops: list[Path] = []
    for path in wanted:
        if not any(path.is_relative_to(top) for top in tops):
            tops.append(path)
    return tops


def _boundary(root: Path, ancestor: Path) -> Path:
    """The tree that symbolic links may not leave: the repository of the root, or else what is copied."""
    repository = repository_of(root)
    return repository if repository and ancestor.is_relative_to(repository) else ancestor


class _Copier:
    """Copies folders; keeps count, and watches where links lead."""

    def __init__(self, boundary: Path) -> None:
        self._boundary = boundary
        self._files = 0
        self._bytes = 0

    def folder(self, source: Path, target: Path, above: tuple[Path, ...] = ()) -> None:
        """Copy a folder and what is below it."""
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            entries = sorted(os.scandir(source), key=lambda entry: entry.name)
        except OSError as error:
            raise _unreadable(source, error) from error
        for entry in entries:
            if entry.name in _LEFT_OUT or entry.name.endswith(_STATE_SUFFIXES):
                continue
            path = self.followed(Path(entry.path)) if entry.is_symlink() else Path(entry.path)
            if path.is_dir():
                if path in (source, *above):
                    raise TerraformError(f"{entry.path} leads back to a folder above it", hint="remove the link")
                self.folder(path, target / entry.name, (*above, source))
            elif path.is_file():
                self._file(path, target / entry.name)

    def followed(self, link: Path) -> Path:
        """Where a link leads. A link to nothing is nothing."""
        try:
            path = link.resolve()
        except (OSError, RuntimeError) as error:
            raise TerraformError(f"{link} is a symbolic link to itself", hint="remove the link") from error
        if not path.is_relative_to(self._boundary):
            raise TerraformError(
                f"{link} is a symbolic link that leaves the tree {self._boundary}",
                hint="replace the link with the file, or run costopt on a directory that holds both",
            )
        return path

    def _file(self, source: Path, target: Path) -> None:
        try:
            self._bytes += source.stat().st_size
            self._files += 1
            if self._files > MOST_FILES or self._bytes > MOST_BYTES:
                raise TerraformError(
                    f"the tree around {source} has more than {MOST_FILES} files or {MOST_BYTES} bytes",
                    hint="run costopt on the directory of one root module",
                )
            shutil.copyfile(source, target)
        except OSError as error:
            raise _unreadable(source, error) from error


def _unreadable(path: Path, error: OSError) -> TerraformError:
    return TerraformError(f"{path} cannot be read: {error.strerror}", hint="check its permissions")
