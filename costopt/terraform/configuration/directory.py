"""Reads the directories of a configuration: the root, and the modules that it calls and that are there."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from costopt.errors import TerraformError
from costopt.terraform.configuration.blocks import Block, Module
from costopt.terraform.configuration.hcl import read_hcl
from costopt.terraform.configuration.json_syntax import read_json

LARGEST_FILE = 10_000_000
"""Bytes of the largest configuration file that is read; the largest known real one has 0.5 MB."""
_MOST_MODULES = 2_000
_SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")
_LOCAL = ("./", "../")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleCall:
    """A `module` block that was followed, or could not be."""

    path: tuple[str, ...]
    """Names of the calls from the root."""
    source: str
    """What it calls, as written; "" where that is not a string."""
    block: Block
    """The block."""
    folder: Path | None
    """Directory of the module, None where it is not installed."""

    @property
    def is_local(self) -> bool:
        """Whether the module is a part of the tree, rather than fetched from elsewhere."""
        return self.source.startswith(_LOCAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """A root module and all modules below it."""

    root: Module
    """Where it starts."""
    modules: Mapping[Path, Module]
    """By directory, the root among them."""
    calls: tuple[ModuleCall, ...]
    """Every call, outer ones first."""

    @property
    def missing(self) -> tuple[ModuleCall, ...]:
        """Calls of modules that are not installed."""
        return tuple(call for call in self.calls if call.folder is None)

    def blocks(self, *kinds: str) -> Iterator[Block]:
        """Top-level blocks of some types in all modules."""
        for module in self.modules.values():
            yield from module.of_type(*kinds)


def repository_of(folder: Path) -> Path | None:
    """The top of the git repository that holds a directory, None where there is none."""
    return next((path for path in (folder, *folder.parents) if (path / ".git").exists()), None)


def configuration_files(folder: Path) -> list[Path]:
    """The files that terraform reads in a directory, in the order in which it does.

    Raises:
        TerraformError: it is no directory.
    """
    if not folder.is_dir():
        raise TerraformError(f"{folder} is not a directory", hint="name the directory that holds the .tf files")
    return sorted(
        path
        for path in folder.iterdir()
        if path.name.endswith(_SUFFIXES) and not path.name.startswith(".") and path.is_file()
    )


def read_module(folder: Path) -> Module:
    """The blocks of one directory.

    Raises:
        TerraformError: a file cannot be read or is not valid.
    """
    blocks: list[Block] = []
    for path in configuration_files(folder):
        content = _content(path)
        blocks.extend(read_json(content, path) if path.name.endswith(".json") else read_hcl(content, path))
    return Module(folder=folder, blocks=tuple(blocks))


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise TerraformError(f"{path}: larger than {LARGEST_FILE} bytes", hint="split the file")
        return path.read_bytes()
    except OSError as error:
        raise TerraformError(f"{path} cannot be read: {error.strerror}", hint="check its permissions") from error


def read_configuration(folder: Path) -> Configuration:
    """A directory and the modules that it calls, as far as they are there.

    Modules that `terraform init` installed are found through `.terraform/modules/modules.json`.

    Raises:
        TerraformError: the directory holds no configuration, or a file is not valid.
    """
    root = read_module(folder)
    if not root.blocks:
        raise TerraformError(
            f"{folder} holds no Terraform configuration", hint="name the directory with the .tf files of the root"
        )
    modules = {folder: root}
    calls: list[ModuleCall] = []
    installed = _installed(folder)
    waiting: list[tuple[tuple[str, ...], Module]] = [((), root)]
    while waiting:
        path, module = waiting.pop(0)
        for block in module.of_type("module"):
            call = _call(path, module, block, folder, installed)
            calls.append(call)
            if call.folder is None:
                continue
            if len(calls) > _MOST_MODULES or call.folder in _folders_above(call.path, calls, folder):
                raise TerraformError(f"{block.file}:{block.line}: modules call each other in a circle", hint="break it")
            if call.folder not in modules:
                modules[call.folder] = read_module(call.folder)
            waiting.append((call.path, modules[call.folder]))
    return Configuration(root=root, modules=modules, calls=tuple(calls))


def _folders_above(path: tuple[str, ...], calls: list[ModuleCall], root: Path) -> set[Path | None]:
    above = {path[:length] for length in range(1, len(path))}
    return {root, *(call.folder for call in calls if call.path in above)}


def _call(above: tuple[str, ...], module: Module, block: Block, root: Path, installed: Mapping[str, str]) -> ModuleCall:
    path = (*above, block.labels[0] if block.labels else "")
    argument = block.argument("source")
    source = argument.value if argument and isinstance(argument.value, str) else ""
    folder: Path | None = None
    if source.startswith(_LOCAL):
        folder = Path(os.path.normpath(module.folder / source))
    elif ".".join(path) in installed:
        folder = Path(os.path.normpath(root / installed[".".join(path)]))
    if folder is not None:
        _check_within(folder, root, block)
    if folder is not None and not (folder.is_dir() and configuration_files(folder)):
        folder = None
    return ModuleCall(path=path, source=source, block=block, folder=folder)


def _check_within(folder: Path, root: Path, block: Block) -> None:
    """Whoever writes a module's source must not have directories read that no review of the repository shows."""
    repository = repository_of(root.resolve())
    if repository and not folder.resolve().is_relative_to(repository):
        raise TerraformError(
            f"{block.file}:{block.line}: the module lies outside of the repository {repository}",
            hint="move the module into the repository",
        )


def _installed(root: Path) -> dict[str, str]:
    """Directory of every installed module, relative to the root, by the dotted names of the calls."""
    manifest = root / ".terraform" / "modules" / "modules.json"
    if not manifest.is_file():
        return {}
    try:
        document: Any = json.loads(_content(manifest))
        return {str(entry["Key"]): str(entry["Dir"]) for entry in document["Modules"]}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TerraformError(f"{manifest} is not a list of modules", hint="run `terraform init` again") from error
