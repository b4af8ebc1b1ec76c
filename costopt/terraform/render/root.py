"""The root module: it calls the modules, adopts what exists, and asks for what no plan knows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2.sandbox import ImmutableSandboxedEnvironment

from costopt.terraform.configuration.hcl import read_hcl
from costopt.terraform.render.calls import Adoption, Blueprint, ModuleCall
from costopt.terraform.render.environment import hcl_environment, yaml_environment
from costopt.terraform.render.expressions import Expression, Written
from costopt.terraform.render.library import Input, Writing, context_of, find_module, render_module, required_inputs

_SHARED = {
    "region": "Region of all resources.",
    "account_id": "Account of all resources, 12 digits.",
    "subnet_ids": "Private subnets, one for each zone, always in the same order.",
    "vpc_id": "VPC of the subnets.",
    "route_table_ids": "Route tables of the private subnets.",
    "cluster_name": "Name of the EKS cluster.",
    "email_addresses": "Addresses that budgets tell.",
    "zones": "Zones of the region that resources may be in, always in the same order.",
    "subnetwork": "Subnetwork of the machines.",
    "network": "VPC network with private services access.",
    "service_account_email": "Service account of the machines and nodes, with the roles that they need and no more.",
    "project_number": "Number of the project, by which its service agents are named.",
    "cluster": "Name of the GKE cluster.",
    "cluster_location": "Region or zone of the GKE cluster.",
}
"""Inputs that mean the same for every module of a root, with what they are; others are asked for by call."""
_PICKED_FROM = frozenset({"subnet_ids", "zones"})
"""Shared lists of which calls take an element, whether or not a module is given all of them."""
_VARIABLE = re.compile(r"\bvar\.(\w+)")
_ROOT_FILES = (
    "versions.tf",
    "providers.tf",
    "variables.tf",
    "main.tf",
    "outputs.tf",
    "terraform.tfvars.example",
    "README.md",
)
_IMPORTS = "imports.tf"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Import:
    call: str
    adoption: Adoption


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A variable of the root."""

    name: str
    type: Written
    description: str
    example: Any


def render_root(blueprint: Blueprint, writing: Writing, folder: Path | None = None) -> dict[str, str]:
    """All files of a root module and of the modules that it calls, by path.

    Args:
        blueprint: what it says.
        writing: what all templates are given.
        folder: the templates; those of costopt where None.

    Raises:
        TerraformError: text that Terraform cannot hold.
        UsageError: a module that is not known.
    """
    environment = hcl_environment(folder)
    files: dict[str, str] = {}
    inputs: dict[str, tuple[Input, ...]] = {}
    for name in sorted({call.module for call in blueprint.calls}):
        rendered = render_module(find_module(name), writing, environment)
        inputs[name] = required_inputs(rendered["variables.tf"])
        files |= {f"modules/{name}/{path}": text for path, text in rendered.items()}
    files |= _root_files(blueprint, writing, environment, inputs)
    files |= _node_pools(blueprint, writing, folder)
    for path, text in files.items():
        if path.endswith((".tf", ".hcl")):
            read_hcl(text.encode(), Path(path))  # what cannot be read is written nowhere
    return dict(sorted(files.items()))


def _root_files(
    blueprint: Blueprint,
    writing: Writing,
    environment: ImmutableSandboxedEnvironment,
    inputs: Mapping[str, Sequence[Input]],
) -> dict[str, str]:
    calls = [_with_variables(call, inputs[call.module]) for call in blueprint.calls]
    imports = [_Import(call=call.label, adoption=one) for call in blueprint.calls for one in call.adoptions]
    context: dict[str, Any] = {
        **context_of(writing),
        "blueprint": blueprint,
        "calls": calls,
        "imports": imports,
        "variables": _asked(blueprint, inputs),
        "module": {"title": "Root module: calls every module of the plan."},
        "reference": lambda *parts: Expression(".".join(parts)),
    }
    names = (*_ROOT_FILES, *((_IMPORTS,) if imports else ()))
    return {
        name: environment.select_template([f"{blueprint.cloud}/_root/{name}.j2", f"_root/{name}.j2"]).render(context)
        for name in names
    }


def _with_variables(call: ModuleCall, inputs: Sequence[Input]) -> dict[str, Any]:
    """A call whose missing inputs come from variables of the root."""
    given = dict(call.arguments)
    asked = {one.name: Expression(f"var.{_root_name(call, one)}") for one in inputs if one.name not in given}
    module = find_module(call.module)
    name = module.cloud.tags
    tags = {name: Expression(f"var.{name}")} if module.takes_tags else {}
    return {"call": call, "arguments": {"source": f"./modules/{call.module}", **given, **asked, **tags}}


def _root_name(call: ModuleCall, asked: Input) -> str:
    return asked.name if asked.name in _SHARED else f"{call.label}_{asked.name}"


def _asked(blueprint: Blueprint, inputs: Mapping[str, Sequence[Input]]) -> list[_Asked]:
    """Variables of the root, each once, those that are shared first."""
    found: dict[str, _Asked] = {}
    for call in blueprint.calls:
        for one in inputs[call.module]:
            name = _root_name(call, one)
            if one.name not in call.arguments and name not in found and name != "region":
                found[name] = _Asked(
                    name=name, type=one.type, description=_described(name, call, one), example=_example(one.type)
                )
        for name in _PICKED_FROM.intersection(_referred(call.arguments)) - found.keys():
            found[name] = _Asked(name=name, type=Written("list(string)"), description=_SHARED[name], example=[])
    return sorted(found.values(), key=lambda one: (one.name not in _SHARED, one.name))


def _referred(value: Any) -> Iterator[str]:
    """Variables of the root that arguments refer to by themselves."""
    if isinstance(value, Expression):
        yield from _VARIABLE.findall(value)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _referred(one)


def _described(name: str, call: ModuleCall, asked: Input) -> str:
    return _SHARED.get(name) or f"{call.label}: {asked.description}"


def _example(kind: str) -> Any:
    """A value of a type that says nothing."""
    empty: dict[str, Any] = {"string": "", "number": 0, "bool": False}
    if kind in empty:
        return empty[kind]
    return [] if kind.startswith(("list", "set", "tuple")) else {}


def _node_pools(blueprint: Blueprint, writing: Writing, folder: Path | None) -> dict[str, str]:
    template = yaml_environment(folder).get_template("aws/karpenter_node_pool/node-pool.yaml.j2")
    module = {"title": "Karpenter NodePool and the class of its nodes"}
    return {
        f"karpenter/{pool.label}.yaml": template.render(
            **context_of(writing), module=module, evidence=pool.evidence, pool=pool.values
        )
        for pool in blueprint.node_pools
    }
