"""The last engine: it takes what is written out, and evaluates nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.model.terraform import UNKNOWN, Engine, Evaluation, PlannedResource, Unevaluated, Value
from costopt.terraform.configuration.blocks import Block, Module
from costopt.terraform.configuration.directory import Configuration
from costopt.terraform.configuration.providers import provider_key, provider_of
from costopt.terraform.evaluate.request import Request
from costopt.terraform.evaluate.shape import META_ARGUMENTS, Shapes, shaped
from costopt.terraform.secrets import mask_value

_REPEATED = ("count", "for_each")


def evaluate_literals(request: Request, configuration: Configuration) -> Evaluation:
    """Read written-out values of resources that stand once; all other values are UNKNOWN.

    Repeated resources, and all that is in repeated or missing modules, are listed as not evaluated. No changes are
    computed: a state is not looked at.
    """
    shapes = Shapes(configuration)
    unevaluated: list[Unevaluated] = []
    found = {}
    for path, module in _modules(configuration, unevaluated):
        prefix = "".join(f"module.{name}." for name in path)
        for block in module.of_type("resource"):
            if len(block.labels) != 2:
                continue
            address = f"{prefix}{block.labels[0]}.{block.labels[1]}"
            repeated = next((name for name in _REPEATED if block.argument(name)), None)
            if repeated:
                unevaluated.append(_not_followed(block, address, repeated))
                continue
            found[address] = _resource(block, address, prefix.rstrip("."), module, shapes)
    return Evaluation(
        engine=Engine.LITERALS,
        resources=dict(sorted(found.items())),
        unevaluated=tuple(unevaluated),
        provider_versions=shapes.versions(),
        provider_settings=written_settings(configuration.root),
    )


def written_settings(root: Module) -> dict[str, Mapping[str, Value]]:
    """Written-out arguments of the root's provider configurations, by `aws` or `aws.alias`."""
    found: dict[str, Mapping[str, Value]] = {}
    for block in root.of_type("provider"):
        if not block.labels:
            continue
        key = provider_key(block)
        values = {argument.name: argument.value for argument in block.arguments if argument.name != "alias"}
        found[key] = {
            name: UNKNOWN if isinstance(value, (list, dict)) else value for name, value in mask_value(values).items()
        }
    return found


def _modules(configuration: Configuration, unevaluated: list[Unevaluated]) -> Iterator[tuple[tuple[str, ...], Module]]:
    """The root and the modules that are called once, with the names of the calls that lead to them."""
    yield (), configuration.root
    closed: set[tuple[str, ...]] = set()
    for call in configuration.calls:
        address = ".".join(f"module.{name}" for name in call.path)
        repeated = next((name for name in _REPEATED if call.block.argument(name)), None)
        if any(call.path[: len(path)] == path for path in closed):
            continue
        if call.folder is None or repeated:
            closed.add(call.path)
            reason = repeated or f"the module {call.source or ''} is not installed: run `terraform init`"
            unevaluated.append(_not_followed(call.block, address, reason))
        else:
            yield call.path, configuration.modules[call.folder]


def _not_followed(block: Block, address: str, reason: str) -> Unevaluated:
    words = f"`{reason}` is not evaluated by this engine" if reason in _REPEATED else reason
    return Unevaluated(where=f"{address} ({block.file.name}:{block.line})", reason=words)


def _resource(block: Block, address: str, module: str, holder: Module, shapes: Shapes) -> PlannedResource:
    values = shaped(written_values(block), shapes.resource(block.labels[0]))
    return PlannedResource(
        address=address,
        type=block.labels[0],
        name=block.labels[1],
        module=module,
        provider=provider_of(block, holder),
        provider_key=provider_key(block) if not module else "",
        values=mask_value(values),
    )


def written_values(block: Block) -> dict[str, Any]:
    """Values of a resource: arguments, and nested blocks as lists; a block that `dynamic` makes is UNKNOWN."""
    return _written(block, META_ARGUMENTS)


def _written(block: Block, left_out: frozenset[str]) -> dict[str, Any]:
    # Terraform's own words mean nothing within a nested block: the `count` of a guest_accelerator is a value.
    values: dict[str, Any] = {
        argument.name: argument.value for argument in block.arguments if argument.name not in left_out
    }
    for nested in block.blocks:
        if nested.type == "dynamic":
            values.update(dict.fromkeys(nested.labels[:1], UNKNOWN))
        elif nested.type not in left_out and values.get(nested.type) is not UNKNOWN:
            values.setdefault(nested.type, []).append(_written(nested, frozenset()))
    return values
