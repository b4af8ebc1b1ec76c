"""What is known of a Terraform configuration after it was evaluated: planned values, changes, and what could not be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

AttributePath = tuple[str | int, ...]
"""From a resource to one of its values: `("root_block_device", 0, "volume_type")`."""


class Unknown(Enum):
    """The one value that stands for a value that is known after apply only, or that no engine could evaluate."""

    UNKNOWN = "(unknown)"

    def __str__(self) -> str:
        return self.value


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Masked:
    """A secret, as far as it may be seen. Two of one process are equal exactly where the secrets are."""

    fingerprint: str = field(repr=False)
    """Keyed digest of the secret; the key is random and dies with the process."""

    def __str__(self) -> str:
        return "(sensitive)"


Value = str | bool | int | Decimal | None | Unknown | Masked | tuple[()] | Mapping[str, Any]
"""One value of a flattened resource. Empty collections are `()` and `{}`; others are flattened into their elements."""


class Engine(StrEnum):
    """What evaluated a configuration, from the best to the least."""

    PLAN_JSON = "plan-json"
    """The user's own plan, as `terraform show -json` prints it."""
    PROVIDERS = "terraform"
    """The terraform binary with the providers that are installed in the directory."""
    STUB = "terraform-offline"
    """The terraform binary with a stand-in for the providers that knows their schemas: defaults are null."""
    TFPARSE = "tfparse"
    """A library that evaluates expressions without any binary."""
    LITERALS = "literals"
    """Only values that are written out; everything else is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSkipped:
    """An engine that was not used."""

    engine: Engine
    """Which."""
    reason: str
    """Why, in words for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unevaluated:
    """Something that could not be evaluated."""

    where: str
    """Address, or file and line."""
    reason: str
    """Why, in words for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedResource:
    """One instance of a managed resource as the configuration wants it."""

    address: str
    """As terraform writes it: `module.app.aws_instance.node[0]`, `aws_instance.fleet["api"]`."""
    type: str
    """Type, such as `aws_instance`."""
    name: str
    """Second label of its block."""
    values: Mapping[str, Any]
    """Its values, nested as in a plan: strings, booleans, int, Decimal, None, UNKNOWN, Masked, lists, mappings."""
    module: str = ""
    """Address of its module, such as `module.app`; "" for the root."""
    index: str | int | None = None
    """Key of `for_each` or number of `count`."""
    provider: str = ""
    """Source address of its provider, "" where it is not known."""
    provider_key: str = ""
    """Key of its provider's configuration in `Evaluation.provider_settings`, such as `aws` or `aws.west`."""
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What its arguments refer to: `{"launch_template.id": ("aws_launch_template.this.id",)}`; only of a plan."""

    def flat(self) -> dict[AttributePath, Value]:
        """Its values by path."""
        return dict(flatten(self.values))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceChange:
    """What a plan would do to one resource."""

    address: str
    """Address of the resource."""
    type: str
    """Type of the resource."""
    actions: tuple[str, ...]
    """Terraform's words: `no-op`, `create`, `read`, `update`, `delete`; a replacement has two."""
    before: Mapping[str, Any] | None
    """Values before, None where it is created."""
    after: Mapping[str, Any] | None
    """Values after with UNKNOWN where they are known after apply, None where it is deleted."""
    importing: str | None = None
    """Id of the live resource that it imports."""

    @property
    def replaces(self) -> bool:
        """Whether the resource is destroyed and made anew."""
        return set(self.actions) == {"create", "delete"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A configuration, evaluated."""

    engine: Engine
    """What evaluated it."""
    resources: Mapping[str, PlannedResource]
    """Managed resources by address, in the order of the addresses."""
    skipped: tuple[EngineSkipped, ...] = ()
    """Better engines that were not used, and why."""
    changes: Mapping[str, ResourceChange] = field(default_factory=dict)
    """By address; empty where no state was given."""
    data_sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Arguments and answers of the data sources that the plan has read, by address, secrets masked."""
    unevaluated: tuple[Unevaluated, ...] = ()
    """What is missing from the resources, and why."""
    provider_versions: Mapping[str, str] = field(default_factory=dict)
    """Source address of a provider to the version of the schema that stood in for it."""
    provider_settings: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Key of a provider's configuration (`aws`, `module.app:aws.west`) to its known arguments, such as the region."""
    terraform_version: str | None = None
    """Version of the binary, or of the one that made the plan."""

    def flat(self) -> dict[str, dict[AttributePath, Value]]:
        """Planned values: address to attribute path to value."""
        return {address: resource.flat() for address, resource in self.resources.items()}


class Severity(StrEnum):
    """Whether terraform would refuse a configuration, or only its author may want to know."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationProblem:
    """Something that is wrong with a configuration."""

    rule: str
    """Which rule it breaks, such as `unknown-argument`."""
    severity: Severity
    """How bad it is."""
    message: str
    """What is wrong, and what was expected."""
    address: str
    """What it concerns: `aws_instance.web`, `aws_instance.web.root_block_device`."""
    file: str
    """File, relative to the root module."""
    line: int
    """Line in it, from 1."""


def flatten(value: Any, path: AttributePath = ()) -> Iterator[tuple[AttributePath, Value]]:
    """Every leaf of a nested value with the path to it; an empty collection is a leaf."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from flatten(inner, (*path, key))
    elif isinstance(value, (list, tuple)):
        for position, inner in enumerate(value):
            yield from flatten(inner, (*path, position))
        if not value:
            yield path, ()
    else:
        yield path, value


def path_text(path: AttributePath) -> str:
    """A path as terraform writes it: `root_block_device[0].volume_type`, `tags["kubernetes.io/name"]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.replace("_", "a").replace("-", "a").isalnum() and not step[0].isdigit():
            text += f".{step}" if text else step
        else:
            escaped = step.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{escaped}"]'
    return text
