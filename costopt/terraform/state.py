"""Reads states: files of version 4, and what `terraform show -json` prints of a state or a plan. Secrets are masked.

Sources: https://developer.hashicorp.com/terraform/internals/json-format and
https://github.com/hashicorp/terraform/blob/main/internal/states/statefile/version4.go
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from costopt.errors import TerraformError
from costopt.terraform.addresses import resource_address
from costopt.terraform.configuration.directory import Configuration
from costopt.terraform.evaluate.plan_json import read_json_document
from costopt.terraform.secrets import mark_paths, mask_repeats, mask_value

NEWEST_VERSION = 4
"""Of the file format that is understood."""
_PROVIDER = re.compile(r'(?:module\..*?\.)?provider\["([^"]+)"\](?:\.(.+))?')
_TYPES = ("list", "set", "map", "object", "tuple")
_WORKSPACE_FOLDER = "terraform.tfstate.d"


@dataclass(frozen=True, slots=True, kw_only=True)
class StateResource:
    """One instance of a resource that a state holds."""

    address: str
    """As terraform writes it."""
    mode: str
    """`managed` or `data`."""
    type: str
    """Type, such as `aws_instance`."""
    name: str
    """Second label of its block."""
    module: str
    """Address of its module, "" for the root."""
    index: str | int | None
    """Key of `for_each` or number of `count`."""
    provider: str
    """Full address of its provider."""
    values: Mapping[str, Any]
    """Its attributes, secrets masked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What Terraform remembers of what it made."""

    resources: tuple[StateResource, ...]
    """In the order of their addresses."""
    terraform_version: str | None
    """Version that wrote it."""
    serial: int | None = None
    """Counts the writes; only of a state file."""
    lineage: str | None = None
    """Identity of the state through its writes; only of a state file."""

    def managed(self) -> Iterator[StateResource]:
        """Resources that Terraform manages, without data sources."""
        return (resource for resource in self.resources if resource.mode == "managed")


def read_state(path: Path, *, workspace: str = "default") -> State:
    """A state, whichever way it was written.

    Args:
        path: a state file of version 4, or the output of `terraform show -json` for a state or a plan.
        workspace: the workspace that it should be of.

    Raises:
        TerraformError: it cannot be read, is of a newer version, or of another workspace.
    """
    _check_workspace(path, workspace)
    document = read_json_document(path, what="state")
    try:
        return _state(document, path)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise TerraformError(f"the state {path} is damaged: {error!r}", hint="restore it from a backup") from error


def _check_workspace(path: Path, workspace: str) -> None:
    parts = path.resolve().parts
    place = parts.index(_WORKSPACE_FOLDER) if _WORKSPACE_FOLDER in parts else len(parts)
    named = parts[place + 1] if place + 2 < len(parts) else None
    if named and named != workspace:
        raise TerraformError(
            f"{path} is the state of the workspace {named}, not of {workspace}",
            hint=f"give the state of {workspace}, or say --workspace {named}",
        )


def _state(document: Mapping[str, Any], path: Path) -> State:
    if "encrypted_data" in document:
        raise TerraformError(f"the state {path} is encrypted", hint="write it with `tofu show -json > state.json`")
    if "format_version" in document:
        return _shown(document, path)
    version = document.get("version")
    if not isinstance(version, int):
        raise TerraformError(f"{path} is not a Terraform state: it has no version", hint="check the path")
    if version > NEWEST_VERSION:
        raise TerraformError(
            f"the state {path} has version {version}, newer than {NEWEST_VERSION}, the newest that is understood",
            hint="write it with `terraform show -json > state.json` and give that, or update costopt",
        )
    if version < NEWEST_VERSION:
        raise TerraformError(
            f"the state {path} has version {version}, of Terraform before 0.12", hint="upgrade it: run terraform apply"
        )
    secrets: set[str] = set()
    found = [resource for raw in document["resources"] for resource in _of_block(raw, secrets)]
    return State(
        resources=_ordered(found, secrets),
        terraform_version=document.get("terraform_version"),
        serial=document.get("serial"),
        lineage=document.get("lineage"),
    )


def _ordered(found: list[StateResource], secrets: set[str]) -> tuple[StateResource, ...]:
    masked = (replace(resource, values=mask_repeats(resource.values, secrets)) for resource in found)
    return tuple(sorted(masked, key=lambda resource: resource.address))


def _of_block(raw: Mapping[str, Any], secrets: set[str]) -> Iterator[StateResource]:
    """The instances of one block in a state file. Deposed ones are remains of a replacement, and left out."""
    matched = _PROVIDER.fullmatch(str(raw.get("provider", "")))
    for instance in raw["instances"]:
        if "deposed" in instance:
            continue
        index = instance.get("index_key")
        marks = mark_paths(instance.get("sensitive_attributes"))
        yield _resource(
            raw,
            module=raw.get("module", ""),
            index=int(index) if isinstance(index, int | float) else index,
            provider=matched[1] if matched else "",
            values=mask_value(_unwrapped(instance.get("attributes") or {}), marks, secrets),
        )


def _unwrapped(value: Any) -> Any:
    """Attributes as a plan has them: a state keeps a value of no fixed type beside its type."""
    if isinstance(value, list):
        return [_unwrapped(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    if set(value) == {"value", "type"} and _is_type(value["type"]):
        return _unwrapped(value["value"])
    return {name: _unwrapped(one) for name, one in value.items()}


def _is_type(shape: Any) -> bool:
    return shape in ("string", "number", "bool") or (isinstance(shape, list) and len(shape) == 2 and shape[0] in _TYPES)


def _resource(
    raw: Mapping[str, Any], *, module: str, index: str | int | None, provider: str, values: Mapping[str, Any]
) -> StateResource:
    address = resource_address(module, raw["type"], raw["name"], index)
    return StateResource(
        address=address if raw["mode"] == "managed" else _data_address(module, address),
        mode=raw["mode"],
        type=raw["type"],
        name=raw["name"],
        module=module,
        index=index,
        provider=provider,
        values=values,
    )


def _data_address(module: str, address: str) -> str:
    return f"{module}.data.{address.removeprefix(f'{module}.')}" if module else f"data.{address}"


def _shown(document: Mapping[str, Any], path: Path) -> State:
    """The output of `terraform show -json`: of a state, or of a plan, which holds the state it was made against."""
    version = str(document["format_version"])
    if not re.fullmatch(r"(0|1)\.\d+", version):
        raise TerraformError(f"{path} has format {version}, newer than 1, the newest understood", hint="update costopt")
    shown = document.get("prior_state", {}) if "planned_values" in document else document
    waiting = [(shown.get("values") or {}).get("root_module", {})]
    found = []
    secrets: set[str] = set()
    while waiting:
        module = waiting.pop()
        waiting.extend(module.get("child_modules", ()))
        for raw in module.get("resources", ()):
            if "deposed_key" in raw:
                continue
            found.append(
                _resource(
                    raw,
                    module=module.get("address", ""),
                    index=raw.get("index"),
                    provider=raw.get("provider_name", ""),
                    values=mask_value(raw.get("values") or {}, raw.get("sensitive_values"), secrets),
                )
            )
    return State(
        resources=_ordered(found, secrets),
        terraform_version=document.get("terraform_version"),
    )


def check_belongs(state: State, configuration: Configuration, path: Path) -> None:
    """Make sure that a state is of a configuration, as far as can be told: they have some resource in common.

    Args:
        state: the state.
        configuration: the configuration.
        path: where the state came from, for the message.

    Raises:
        TerraformError: none of the resources in the state is in the configuration.
    """
    in_state = {(resource.type, resource.name) for resource in state.managed()}
    declared = {block.labels[:2] for block in configuration.blocks("resource")}
    if in_state and declared and not in_state & declared:
        one = next(state.managed()).address
        raise TerraformError(
            f"{path} is the state of something else: none of its {len(in_state)} resources (such as {one}) is in "
            f"{configuration.root.folder}",
            hint="give the state of this directory and workspace",
        )
