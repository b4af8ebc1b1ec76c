"""A configuration as a tree of modules whose files can be edited."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from costopt.errors import TerraformError
from costopt.terraform.configuration.directory import Configuration, ModuleCall, configuration_files
from costopt.terraform.hcl.json_tree import JsonNotEdited
from costopt.terraform.hcl.source import Source, line_of, parse_source
from costopt.terraform.trace.address import Address, Key
from costopt.terraform.trace.place import Untraceable

if TYPE_CHECKING:
    from tree_sitter import Node

Found = tuple[Source, "Node"]
"""A block or an expression, and the file that it stands in."""
_SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")


def is_override(path: Path) -> bool:
    """Whether a file's blocks are merged into those of others.

    Source: https://developer.hashicorp.com/terraform/language/files/override
    """
    stem, dot, suffix = path.name.partition(".")
    return f"{dot}{suffix}" in _SUFFIXES and (stem == "override" or stem.endswith("_override"))


class ModuleFiles:
    """The files of one directory. Blocks are found by type and labels."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources: list[Source] = []
        self.not_edited: list[JsonNotEdited] = []
        for path in configuration_files(folder):
            try:
                self.sources.append(parse_source(path, path.read_bytes()))
            except JsonNotEdited as reason:
                self.not_edited.append(reason)

    @cached_property
    def _index(self) -> Mapping[tuple[str, ...], list[Found]]:
        found: dict[tuple[str, ...], list[Found]] = {}
        for source in self.sources:
            for heads, block in source.top_blocks():
                found.setdefault(heads, []).append((source, block))
        return found

    def blocks(self, *heads: str) -> list[Found]:
        """Blocks of exactly this type and these labels: plain ones first, then those that override, strongest last."""
        found = self._index.get(heads, [])
        return sorted(found, key=lambda one: (is_override(one[0].path), one[0].path.name))

    def resources(self) -> Iterator[tuple[tuple[str, ...], list[Found]]]:
        """Every resource's type and name, with the blocks that define it outside of override files."""
        for heads, found in self._index.items():
            if heads[0] == "resource":
                yield heads[1:], [one for one in found if not is_override(one[0].path)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleInstance:
    """A module as one call makes it."""

    files: ModuleFiles
    """Its files."""
    parent: "ModuleInstance | None" = None
    """The module that calls it; None for the root."""
    call: ModuleCall | None = None
    """The call."""
    key: Key = None
    """Key of the call."""

    def call_blocks(self) -> list[Found]:
        """The `module` block that calls it, and what overrides it."""
        if self.parent is None or self.call is None:
            return []
        return self.parent.files.blocks("module", self.call.path[-1])


class Tree:
    """Finds modules by address, and says which files may be edited."""

    def __init__(self, configuration: Configuration) -> None:
        """Parse the root; modules below it are parsed when they are first asked for.

        Raises:
            TerraformError: two files define one resource.
        """
        self.root = configuration.root.folder.resolve()
        self._calls = {call.path: call for call in configuration.calls}
        self._files: dict[Path, ModuleFiles] = {}
        for folder in configuration.modules:
            _check_unique(self._module_files(folder))

    def _module_files(self, folder: Path) -> ModuleFiles:
        resolved = folder.resolve()
        if resolved not in self._files:
            self._files[resolved] = ModuleFiles(resolved)
        return self._files[resolved]

    def module(self, address: Address) -> ModuleInstance:
        """The module of a resource.

        Raises:
            Untraceable: it is not in the configuration, or not installed.
        """
        instance = ModuleInstance(files=self._module_files(self.root))
        path: tuple[str, ...] = ()
        for name, key in address.modules:
            path = (*path, name)
            call = self._calls.get(path)
            if call is None:
                raise Untraceable(f"module {'.'.join(path)} is in the state, but in no file")
            if call.folder is None:
                raise Untraceable(
                    f"the module {call.source} is not installed: run `terraform init`",
                    file=call.block.file.resolve(),
                    line=call.block.line,
                )
            instance = ModuleInstance(files=self._module_files(call.folder), parent=instance, call=call, key=key)
        return instance

    def instances(self) -> Iterator[ModuleInstance]:
        """The root and every module that is called and installed, whatever the keys of its instances."""
        yield ModuleInstance(files=self._module_files(self.root))
        for path in self._calls:
            found = self._called(path)
            if found:
                yield found

    def called(self, caller: ModuleInstance, name: str) -> ModuleInstance | None:
        """The module that a call of another one leads to; None where it is not installed."""
        return self._called((*(caller.call.path if caller.call else ()), name))

    def _called(self, path: tuple[str, ...]) -> ModuleInstance | None:
        modules = tuple((name, None) for name in path)
        try:
            return self.module(Address(modules=modules, type="", name="", key=None))
        except Untraceable:
            return None

    def why_not_edited(self, path: Path) -> str | None:
        """Why a file must be left alone, None where it may be edited."""
        if not path.is_relative_to(self.root):
            return f"{path.name} lies outside of the directory: others may use it too"
        if path.is_symlink():
            return f"{path.name} is a symbolic link"
        if ".terraform" in path.relative_to(self.root).parts:
            return f"{path.name} belongs to a module that is fetched from elsewhere"
        return None


def _check_unique(files: ModuleFiles) -> None:
    for heads, found in files.resources():
        if len(found) > 1:
            (one, first), (two, second), *_ = found
            raise TerraformError(
                f"{'.'.join(heads)} is defined twice: {one.path}:{line_of(first)} and {two.path}:{line_of(second)}",
                hint="remove one of them",
            )
