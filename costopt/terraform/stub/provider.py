"""One provider: it answers terraform's calls from a schema alone.

It never touches a cloud. Data sources are answered from a table, and applying a change is refused: a plan is all that
costopt ever asks terraform for. Only tests may construct one that applies, to make state files.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from costopt.terraform.schema.blocks import BlockSchema, TypeShape, object_fields
from costopt.terraform.stub.made_values import answers_of
from costopt.terraform.stub.messages import (
    UNKNOWN,
    diagnostic,
    dynamic_value,
    schema_message,
    to_dynamic_value,
)
from costopt.terraform.stub.values import conform, empty_value, fill_computed, without_unknowns
from costopt.terraform.stub.wire import Fields, bytes_field, message_of, number_field, parse, text_of

_PLAN_DESTROY = number_field(1, 1)
"""ServerCapabilities: the plan of a removal is asked for too, and answered."""


class Schema(Protocol):
    """What a stand-in knows of a provider."""

    @property
    def provider_block(self) -> BlockSchema:
        """Arguments of the provider's own configuration."""

    def resource(self, type_name: str) -> BlockSchema | None:
        """What a managed resource is."""

    def data_source(self, type_name: str) -> BlockSchema | None:
        """What a data source is."""

    def ephemeral(self, type_name: str) -> BlockSchema | None:
        """What an ephemeral resource is."""


class StubProvider:
    """Answers for the resource types that a configuration names."""

    def __init__(
        self,
        schema: Schema,
        types: Iterable[str],
        *,
        state_versions: Mapping[str, int] | None = None,
        applies: bool = False,
    ) -> None:
        """Make a provider.

        Args:
            schema: what it knows.
            types: resource types and data sources that it serves; those that the schema does not know are left out.
            state_versions: resource type to the schema_version that the user's state has: terraform refuses a state
                that is newer than the provider.
            applies: whether ApplyResourceChange is answered. Only for tests.
        """
        names = sorted(set(types))
        self.resources = _known(names, schema.resource)
        self.data_sources = _known(names, schema.data_source)
        self.ephemerals = _known(names, schema.ephemeral)
        self._schema = schema
        self._versions = dict(state_versions or {})
        self._applies = applies
        self._calls: dict[str, Callable[[Fields], bytes]] = {
            "GetProviderSchema": self._provider_schema,
            "GetMetadata": self._metadata,
            "UpgradeResourceState": self._upgrade_state,
            "ReadResource": self._read_resource,
            "PlanResourceChange": self._plan,
            "ApplyResourceChange": self._apply,
            "ImportResourceState": self._import,
            "ReadDataSource": self._read_data,
            "OpenEphemeralResource": self._open_ephemeral,
            **dict.fromkeys(_ANSWERED_BY_NOTHING, _nothing),
        }

    def call(self, method: str) -> Callable[[Fields], bytes] | None:
        """What answers a method of the protocol, None where nothing does."""
        return self._calls.get(method)

    def _provider_schema(self, _: Fields) -> bytes:
        return b"".join(
            [
                bytes_field(1, schema_message(self._schema.provider_block)),
                *(
                    bytes_field(2, _entry(name, schema_message(block, self._versions.get(name, 0))))
                    for name, block in self.resources.items()
                ),
                *(bytes_field(3, _entry(name, schema_message(block))) for name, block in self.data_sources.items()),
                *(bytes_field(8, _entry(name, schema_message(block))) for name, block in self.ephemerals.items()),
                bytes_field(6, _PLAN_DESTROY),
            ]
        )

    def _metadata(self, _: Fields) -> bytes:
        data = (bytes_field(3, bytes_field(1, name)) for name in self.data_sources)
        managed = (bytes_field(4, bytes_field(1, name)) for name in self.resources)
        return b"".join([bytes_field(1, _PLAN_DESTROY), *data, *managed])

    def _upgrade_state(self, request: Fields) -> bytes:
        block = self.resources[text_of(request, 1)]
        raw = json.loads(message_of(parse(message_of(request, 3)), 1) or b"null")
        return bytes_field(1, to_dynamic_value(conform(raw, ["object", object_fields(block)])))

    def _read_resource(self, request: Fields) -> bytes:
        return bytes_field(1, message_of(request, 2))

    def _plan(self, request: Fields) -> bytes:
        name = text_of(request, 1)
        prior = dynamic_value(message_of(request, 2))
        proposed = dynamic_value(message_of(request, 3))
        if proposed is not None:
            proposed = fill_computed(proposed, self.resources[name], _known_before(prior))
            if prior is not None and proposed != prior:
                proposed.update(dict.fromkeys(_renewed(name, proposed), UNKNOWN))
        return bytes_field(1, to_dynamic_value(proposed))

    def _apply(self, request: Fields) -> bytes:
        if not self._applies:
            detail = "costopt evaluates plans only: this stand-in for a provider makes and changes nothing."
            return diagnostic(3, "Nothing is applied", detail)
        name = text_of(request, 1)
        planned = dynamic_value(message_of(request, 3))
        if planned is not None:
            planned = fill_computed(without_unknowns(planned), self.resources[name], answers_of(name))
            if planned.get("id") in (None, "mock-id"):
                digest = hashlib.sha256(message_of(request, 3)).hexdigest()[:12]
                planned["id"] = f"{name.split('_', 1)[-1]}-{digest}"
        return bytes_field(1, to_dynamic_value(planned))

    def _import(self, request: Fields) -> bytes:
        name = text_of(request, 1)
        value = empty_value(self.resources[name])
        value["id"] = text_of(request, 2)
        return bytes_field(1, bytes_field(1, name) + bytes_field(2, to_dynamic_value(value)))

    def _read_data(self, request: Fields) -> bytes:
        name = text_of(request, 1)
        return bytes_field(1, to_dynamic_value(self._answered(name, self.data_sources[name], request)))

    def _open_ephemeral(self, request: Fields) -> bytes:
        name = text_of(request, 1)
        return bytes_field(2, to_dynamic_value(self._answered(name, self.ephemerals[name], request)))

    def _answered(self, name: str, block: BlockSchema, request: Fields) -> Any:
        return fill_computed(without_unknowns(dynamic_value(message_of(request, 2))), block, answers_of(name))


_ANSWERED_BY_NOTHING = (
    "ValidateProviderConfig",
    "ConfigureProvider",
    "ValidateResourceConfig",
    "ValidateDataResourceConfig",
    "ValidateEphemeralResourceConfig",
    "CloseEphemeralResource",
    "StopProvider",
    "GetFunctions",
)
"""An empty answer agrees to everything: terraform itself has checked the configuration against the schema."""


def _nothing(_: Fields) -> bytes:
    return b""


def _known(names: list[str], look_up: Callable[[str], BlockSchema | None]) -> dict[str, BlockSchema]:
    found = ((name, look_up(name)) for name in names)
    return {name: block for name, block in found if block is not None}


def _entry(name: str, message: bytes) -> bytes:
    return bytes_field(1, name) + bytes_field(2, message)


_TEMPLATES = ("google_compute_instance_template", "google_compute_region_instance_template")


def _renewed(type_name: str, planned: Mapping[str, Any]) -> list[str]:
    """Computed attributes that a change of the resource makes anew.

    Sources: https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/ec2_launch_template.go
    and https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_instance_template, of
    which every change makes a new one.
    """
    if type_name in _TEMPLATES:
        return [name for name in ("id", "self_link", "self_link_unique") if name in planned]
    if type_name != "aws_launch_template":
        return []
    return ["latest_version", "default_version"] if planned.get("update_default_version") else ["latest_version"]


def _known_before(prior: Any) -> Callable[[str, TypeShape, tuple[str, ...]], Any]:
    """Computed values stay what they were; of a new resource they are known after apply."""

    def make(name: str, _: TypeShape, path: tuple[str, ...]) -> Any:
        if prior is None:
            return UNKNOWN
        return None if path else prior.get(name)

    return make
