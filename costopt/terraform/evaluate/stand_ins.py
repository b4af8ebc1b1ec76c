"""Which stand-ins a configuration needs: a stub for each provider, with the resource types that are named."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from costopt.model.terraform import Unevaluated
from costopt.terraform.configuration.blocks import Block
from costopt.terraform.configuration.directory import Configuration, configuration_files
from costopt.terraform.configuration.providers import BUILT_IN, Requirement, provider_of, required_providers
from costopt.terraform.evaluate.request import EngineUnfit
from costopt.terraform.schema.catalog import Choice, bundled_name, choose
from costopt.terraform.stub.improvised import ImprovisedSchema
from costopt.terraform.stub.provider import Schema, StubProvider
from costopt.terraform.stub.server import serving

_TEST_TYPES = re.compile(r'^\s*(?:override_resource|override_data|mock_resource|mock_data)\s+"([a-z0-9_]+)"', re.M)
_KINDS = ("provider", "resource", "data", "ephemeral")
_REFERENCE = r"\b{}(?:\[[^\]\n]*\]|\.\*)?\.([A-Za-z_]\w*)"
"""After the address of a block: a key or a splat, and the attribute."""
_MIRROR = {"registry.terraform.io": "registry.opentofu.org", "registry.opentofu.org": "registry.terraform.io"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIns:
    """Stubs, ready to be served."""

    choices: Mapping[str, Choice]
    """Full address of a provider to the bundled schema that stands in for it."""
    improvised: Mapping[str, ImprovisedSchema]
    """Full address of a provider without one to what the configuration says of it."""
    types: frozenset[str]
    """Resource types and data sources that are served."""
    state_versions: Mapping[str, int]
    """Resource type to the schema_version in the state."""
    notes: tuple[Unevaluated, ...] = ()
    """Where a stand-in is not the version that was asked for."""

    def versions(self) -> dict[str, str]:
        """Full address of a provider to the version of its stand-in."""
        found = {address: choice.version for address, choice in self.choices.items()}
        return found | {address: schema.version for address, schema in self.improvised.items()}

    @contextmanager
    def serving(self, *, applies: bool = False) -> Iterator[dict[str, str]]:
        """Serve them; yields the environment that leads terraform to them.

        Args:
            applies: whether they answer ApplyResourceChange. Only for tests, to make states.
        """
        schemas: dict[str, Schema] = {address: choice.schema() for address, choice in self.choices.items()}
        providers = {}
        for address, schema in (schemas | dict(self.improvised)).items():
            stub = StubProvider(schema, self.types, state_versions=self.state_versions, applies=applies)
            host, slash, rest = address.partition("/")
            for name in (address, f"{_MIRROR[host]}{slash}{rest}" if host in _MIRROR else address):
                providers[name] = stub
        with serving(providers) as environment:
            yield environment


def stand_ins(configuration: Configuration, state: Path | None = None) -> StandIns:
    """Choose a schema for every provider of a configuration.

    Raises:
        EngineUnfit: the state cannot be read.
    """
    remembered = _remembered(state) if state else _Remembered(versions={}, providers=frozenset())
    needed = required_providers(configuration)
    needed.update({address: Requirement(address=address) for address in remembered.providers - set(needed)})
    choices = {
        address: choose(address, requirement.constraints, locked=requirement.locked)
        for address, requirement in needed.items()
        if bundled_name(address)
    }
    improvised = {address: _improvised(configuration, address) for address in needed if address not in choices}
    return StandIns(
        choices=choices,
        improvised=improvised,
        types=frozenset({*_named_types(configuration), *remembered.versions}),
        state_versions=remembered.versions,
        notes=(*_notes(needed, choices), *(_made_up(address) for address in improvised)),
    )


def _notes(needed: Mapping[str, Requirement], choices: Mapping[str, Choice]) -> Iterator[Unevaluated]:
    for address, choice in choices.items():
        if not choice.is_allowed:
            asked = ", ".join(needed[address].constraints)
            yield Unevaluated(
                where=address, reason=f"version {choice.version} stands in for `{asked}`, of which no schema is bundled"
            )
        elif not address.endswith(f"/{choice.provider}"):
            yield Unevaluated(where=address, reason=f"{choice.provider} {choice.version} stands in for it")


def _made_up(address: str) -> Unevaluated:
    return Unevaluated(where=address, reason="no schema of it is bundled: its resources are taken as they are written")


def _improvised(configuration: Configuration, address: str) -> ImprovisedSchema:
    """What the blocks of a provider, and what refers to them, say of it."""
    blocks: dict[str, list[Block]] = {}
    references: dict[str, set[str]] = {}
    for module in configuration.modules.values():
        named = [block for block in module.of_type(*_KINDS) if provider_of(block, module) == address]
        for block in named:
            key = "provider" if block.type == "provider" else f"{block.type}.{block.labels[0]}"
            blocks.setdefault(key, []).append(block)
        text = "".join(path.read_text("utf-8", "replace") for path in configuration_files(module.folder))
        for block in named:
            if block.type != "provider" and len(block.labels) == 2:
                prefix = "" if block.type == "resource" else f"{block.type}."
                found = re.findall(_REFERENCE.format(re.escape(f"{prefix}{'.'.join(block.labels)}")), text)
                references.setdefault(f"{block.type}.{block.labels[0]}", set()).update(found)
    return ImprovisedSchema(blocks, references)


def _named_types(configuration: Configuration) -> Iterator[str]:
    for block in configuration.blocks("resource", "data", "ephemeral", "import", "check"):
        yield from block.labels[:1]
        yield from (nested.labels[0] for nested in block.nested("data") if nested.labels)
    root = configuration.root.folder
    for path in (*root.glob("*.tftest.hcl"), *root.glob("tests/*.tftest.hcl")):
        yield from _TEST_TYPES.findall(path.read_text(errors="replace"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remembered:
    """What a state needs, whether or not the configuration still names it."""

    versions: Mapping[str, int]
    """Resource type to the newest schema_version."""
    providers: frozenset[str]
    """Full addresses."""


def _remembered(path: Path) -> _Remembered:
    try:
        document: Any = json.loads(path.read_bytes())
        versions: dict[str, int] = {}
        providers = set()
        for resource in document["resources"]:
            if resource["mode"] == "managed":
                found = (int(instance.get("schema_version", 0)) for instance in resource["instances"])
                versions[resource["type"]] = max([versions.get(resource["type"], 0), *found])
                providers.add(resource["provider"].split('"')[1])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise EngineUnfit(f"the state {path} cannot be read: {error!r}") from error
    return _Remembered(versions=versions, providers=frozenset(providers - BUILT_IN))
