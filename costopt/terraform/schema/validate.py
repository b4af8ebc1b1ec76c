"""Checks a configuration against the schemas of its providers, without any binary.

What it finds, `terraform validate` would refuse. What it does not look at: references, functions, rules that only a
provider's code knows.
"""

import os
from pathlib import Path

from costopt.model.terraform import ConfigurationProblem, Severity
from costopt.terraform.configuration.blocks import Block, Module
from costopt.terraform.configuration.directory import Configuration, read_configuration
from costopt.terraform.configuration.providers import provider_of, required_providers
from costopt.terraform.schema.blocks import BlockSchema
from costopt.terraform.schema.bodies import META_ARGUMENTS, BodyCheck
from costopt.terraform.schema.catalog import ProviderSchema, bundled_name, choose

_LIFECYCLE = {
    "resource": frozenset({"create_before_destroy", "prevent_destroy", "ignore_changes", "replace_triggered_by"}),
    "data": frozenset(),
    "ephemeral": frozenset(),
}
_LIFECYCLE_BLOCKS = frozenset({"precondition", "postcondition", "action_trigger"})
_PROVIDER_ARGUMENTS = frozenset({"alias", "version"})
_MODULE_ARGUMENTS = frozenset({"source", "version", "count", "for_each", "providers", "depends_on"})
_UNIQUE = ("resource", "data", "ephemeral", "module", "variable", "output")


def validate(folder: Path) -> tuple[ConfigurationProblem, ...]:
    """Everything that is wrong with a directory and the local modules that it calls, by file and line.

    Raises:
        TerraformError: a file is not valid HCL or JSON, or the directory holds none.
    """
    return validate_configuration(read_configuration(folder.resolve()))


def validate_configuration(configuration: Configuration) -> tuple[ConfigurationProblem, ...]:
    """Everything that is wrong with a configuration, by file and line."""
    installed = configuration.root.folder / ".terraform"
    validation = _Validation(configuration)
    for module in configuration.modules.values():
        if not module.folder.is_relative_to(installed):  # what others wrote is not the user's to correct
            validation.module(module)
    return tuple(sorted(validation.found, key=lambda one: (one.file, one.line, one.address, one.rule, one.message)))


class _Validation:
    """Checks the modules of one configuration."""

    def __init__(self, configuration: Configuration) -> None:
        self.found: list[ConfigurationProblem] = []
        self._configuration = configuration
        self._schemas: dict[str, ProviderSchema] = {}
        for address, needed in required_providers(configuration).items():
            if bundled_name(address):
                self._schemas[address] = choose(address, needed.constraints, locked=needed.locked).schema()

    def report(
        self, rule: str, message: str, address: str, block: Block, line: int, severity: Severity = Severity.ERROR
    ) -> None:
        """Take down what is wrong."""
        file = os.path.relpath(block.file, self._configuration.root.folder)
        self.found.append(
            ConfigurationProblem(rule=rule, severity=severity, message=message, address=address, file=file, line=line)
        )

    def module(self, module: Module) -> None:
        """Check the blocks of one directory."""
        self._duplicates(module)
        for block in module.of_type("resource", "data", "ephemeral"):
            self._resource(block, module)
        for block in module.of_type("provider"):
            self._provider(block, module)
        for block in module.of_type("module"):
            self._call(block)

    def _duplicates(self, module: Module) -> None:
        seen: dict[tuple[str, ...], Block] = {}
        for block in module.of_type(*_UNIQUE):
            key = (block.type, *block.labels)
            if _is_override(block):
                continue
            if key in seen:
                first = seen[key]
                message = f"already declared at {first.file.name}:{first.line}"
                self.report("duplicate-address", message, ".".join(key).removeprefix("resource."), block, block.line)
            seen.setdefault(key, block)

    def _resource(self, block: Block, module: Module) -> None:
        if len(block.labels) != 2:
            message = f"a {block.type} block needs two labels: its type and its name"
            self.report("wrong-labels", message, block.type, block, block.line)
            return
        kind = block.labels[0]
        address = ".".join(block.labels) if block.type == "resource" else ".".join((block.type, *block.labels))
        self._lifecycle(block, address)
        if block.argument("count") and block.argument("for_each"):
            self.report("count-and-for-each", "only one of count and for_each may be set", address, block, block.line)
        schema = self._schemas.get(provider_of(block, module))
        if schema is None:
            return  # terraform's own resources, and providers that are not bundled
        body = _look_up(schema, block.type, kind)
        if body is None:
            message = f"the provider {schema.provider} {schema.version} has no {block.type} of type {kind}"
            self.report("unknown-type", message, address, block, block.line)
            return
        BodyCheck(self.report, is_override=_is_override(block)).body(block, body, address, META_ARGUMENTS, top=True)

    def _lifecycle(self, block: Block, address: str) -> None:
        allowed = _LIFECYCLE[block.type]
        for lifecycle in block.nested("lifecycle"):
            for argument in lifecycle.arguments:
                if argument.name not in allowed:
                    message = f"there is no argument {argument.name} in lifecycle"
                    self.report("unknown-argument", message, f"{address}.lifecycle", lifecycle, argument.line)
            for nested in lifecycle.blocks:
                if nested.type not in _LIFECYCLE_BLOCKS:
                    message = f"there is no block {nested.type} in lifecycle"
                    self.report("unknown-block", message, f"{address}.lifecycle", nested, nested.line)

    def _provider(self, block: Block, module: Module) -> None:
        name = block.labels[0] if block.labels else ""
        schema = self._schemas.get(provider_of(block, module)) if name else None
        if schema:
            check = BodyCheck(self.report, is_override=_is_override(block), is_provider=True)
            check.body(block, schema.provider_block, f"provider.{name}", _PROVIDER_ARGUMENTS)

    def _call(self, block: Block) -> None:
        """Arguments of a module's call against the variables of the module, where it is a part of the tree."""
        address = f"module.{block.labels[0]}" if block.labels else "module"
        if block.argument("source") is None and not _is_override(block):
            self.report("missing-argument", "the argument source is required", address, block, block.line)
        call = next((one for one in self._configuration.calls if one.block is block), None)
        called = self._configuration.modules.get(call.folder) if call and call.folder else None
        if called is None:
            return
        variables = {one.labels[0]: one for one in called.of_type("variable") if one.labels}
        given = {argument.name for argument in block.arguments} - _MODULE_ARGUMENTS
        for name in sorted(given - set(variables)):
            argument = block.argument(name)
            message = f"the module has no variable {name}"
            self.report("unknown-argument", message, address, block, argument.line if argument else block.line)
        for name, variable in variables.items():
            if name not in given and variable.argument("default") is None and not _is_override(block):
                self.report("missing-argument", f"the argument {name} is required", address, block, block.line)


def _look_up(schema: ProviderSchema, kind: str, type_name: str) -> BlockSchema | None:
    if kind == "resource":
        return schema.resource(type_name)
    return schema.data_source(type_name) if kind == "data" else schema.ephemeral(type_name)


def _is_override(block: Block) -> bool:
    """Whether the block completes another one.

    Source: https://developer.hashicorp.com/terraform/language/files/override
    """
    stem = block.file.name.split(".")[0]
    return stem == "override" or stem.endswith("_override")
