"""Which providers a configuration needs, and which versions it allows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from costopt.terraform.configuration.blocks import Block, Module
from costopt.terraform.configuration.directory import Configuration
from costopt.terraform.configuration.hcl import read_hcl

DEFAULT_HOST = "registry.terraform.io"
BUILT_IN = frozenset({"terraform.io/builtin/terraform", f"{DEFAULT_HOST}/hashicorp/terraform"})
"""The provider of terraform_data and terraform_remote_state, which is a part of terraform itself."""
_LOCK_FILE = ".terraform.lock.hcl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A provider that a configuration needs."""

    address: str
    """Its full address, such as `registry.terraform.io/hashicorp/aws`."""
    constraints: tuple[str, ...] = ()
    """What its modules ask of its version, as written: `~> 6.0`, `>= 5.0, < 7.0`."""
    locked: str | None = None
    """Version that the lock file names."""


def provider_address(source: str) -> str:
    """The full, lower-case address of a source such as `hashicorp/aws` or `aws`."""
    parts = source.lower().split("/")
    if len(parts) == 1:
        parts = ["hashicorp", *parts]
    return "/".join(parts if len(parts) == 3 else [DEFAULT_HOST, *parts])


def required_providers(configuration: Configuration) -> dict[str, Requirement]:
    """Every provider that some module names or uses, by full address, in the order of the addresses."""
    constraints: dict[str, list[str]] = {}
    for module in configuration.modules.values():
        sources = provider_sources(module)
        for name, asked in declared_constraints(module).items():
            constraints.setdefault(sources[name], []).append(asked)
        for name in used_names(module):
            constraints.setdefault(sources.get(name, provider_address(name)), [])
    for address in BUILT_IN:
        constraints.pop(address, None)
    locked = locked_versions(configuration.root.folder)
    return {
        address: Requirement(address=address, constraints=tuple(dict.fromkeys(asked)), locked=locked.get(address))
        for address, asked in sorted(constraints.items())
    }


def provider_sources(module: Module) -> dict[str, str]:
    """Local names that a module declares, each with the full address that it stands for."""
    return {name: provider_address(str(told.get("source") or name)) for name, told in _declared(module)}


def declared_constraints(module: Module) -> dict[str, str]:
    """Local names whose version a module restricts, each with what it asks."""
    return {name: str(told["version"]) for name, told in _declared(module) if isinstance(told.get("version"), str)}


def used_names(module: Module) -> set[str]:
    """Local names of the providers whose resources a module has, or that it configures."""
    names = {name for name, _ in _declared(module)}
    for block in module.of_type("provider", "resource", "data", "ephemeral"):
        if block.labels:
            names.add(provider_key(block).split(".")[0])
    return names


def provider_key(block: Block) -> str:
    """How a resource or a provider's configuration names its provider: `aws`, `aws.west`."""
    if block.type == "provider":
        alias = block.argument("alias")
        return f"{block.labels[0]}.{alias.value}" if alias else block.labels[0]
    chosen = block.argument("provider")
    return chosen.text.strip('"${} ') if chosen else block.labels[0].split("_")[0]


def provider_of(block: Block, module: Module) -> str:
    """Full address of the provider of a block in a module."""
    name = provider_key(block).split(".")[0]
    return provider_sources(module).get(name, provider_address(name))


def _declared(module: Module) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Entries of `required_providers`; the old form `aws = "~> 2.0"` is a version alone."""
    for block in module.of_type("terraform"):
        for name, told in _entries(block):
            if isinstance(told, str):
                yield name, {"version": told}
            else:
                yield name, told if isinstance(told, Mapping) else {}


def _entries(block: Block) -> Iterator[tuple[str, object]]:
    for nested in block.nested("required_providers"):
        for argument in nested.arguments:
            # `configuration_aliases` makes no difference to the source, but is no literal: the rest still is one.
            yield argument.name, argument.value
    in_json = block.argument("required_providers")
    if block.is_json and in_json:
        for entries in in_json.value if isinstance(in_json.value, list) else [in_json.value]:
            yield from entries.items() if isinstance(entries, dict) else ()


def locked_versions(root: Path) -> dict[str, str]:
    """Version of every provider in the dependency lock file, by full address.

    Raises:
        TerraformError: the lock file is not valid HCL.
    """
    path = root / _LOCK_FILE
    if not path.is_file():
        return {}
    found = {}
    for block in read_hcl(path.read_bytes(), path):
        version = block.argument("version")
        if block.type == "provider" and block.labels and version and isinstance(version.value, str):
            found[block.labels[0]] = version.value
    return found
