"""The bundled schemas: which there are, which one fits what the user's configuration asks, and what it says."""

import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from costopt.errors import TerraformError
from costopt.terraform.schema.blocks import BlockSchema
from costopt.terraform.schema.constraints import Version, all_allow, lowest_named, parse_version

_FORMAT = 1
"""Of the data files; tools/build_provider_schemas.py writes this one."""
_STANDS_IN = {"google-beta": "google"}
"""Providers whose resources are those of another one, a few apart."""
_OFFICIAL = ("registry.terraform.io/hashicorp/", "registry.opentofu.org/hashicorp/")


class _File(msgspec.Struct):
    format: int
    provider: str
    version: str
    source: str
    license: str
    notice: str
    provider_block: msgspec.Raw
    resources: dict[str, msgspec.Raw]
    data_sources: dict[str, msgspec.Raw]
    ephemeral_resources: dict[str, msgspec.Raw]


class ProviderSchema:
    """The schema of one version of a provider. What it says of a resource is decoded when it is asked for."""

    def __init__(self, content: _File) -> None:
        self._content = content
        self._decoded: dict[tuple[str, str], BlockSchema] = {}

    @property
    def provider(self) -> str:
        """Full address of the provider."""
        return self._content.provider

    @property
    def version(self) -> str:
        """Version of the provider."""
        return self._content.version

    @property
    def notice(self) -> str:
        """Where the data comes from, and its licence."""
        return f"{self._content.source}, {self._content.license}: {self._content.notice}"

    @property
    def provider_block(self) -> BlockSchema:
        """Arguments of the provider's own configuration."""
        return msgspec.json.decode(self._content.provider_block, type=BlockSchema)

    @property
    def resource_types(self) -> Sequence[str]:
        """Types of managed resources, in order."""
        return tuple(self._content.resources)

    @property
    def data_types(self) -> Sequence[str]:
        """Types of data sources, in order."""
        return tuple(self._content.data_sources)

    def resource(self, type_name: str) -> BlockSchema | None:
        """What a managed resource is, None where the provider has none of that type."""
        return self._block("resource", type_name, self._content.resources)

    def data_source(self, type_name: str) -> BlockSchema | None:
        """What a data source is, None where the provider has none of that type."""
        return self._block("data", type_name, self._content.data_sources)

    def ephemeral(self, type_name: str) -> BlockSchema | None:
        """What an ephemeral resource is, None where the provider has none of that type."""
        return self._block("ephemeral", type_name, self._content.ephemeral_resources)

    def _block(self, kind: str, type_name: str, raw: dict[str, msgspec.Raw]) -> BlockSchema | None:
        if type_name not in raw:
            return None
        key = (kind, type_name)
        if key not in self._decoded:
            self._decoded[key] = msgspec.json.decode(raw[type_name], type=BlockSchema)
        return self._decoded[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The bundled schema that fits best."""

    provider: str
    """Name of the bundled provider, such as `aws`."""
    version: str
    """Its version."""
    is_allowed: bool
    """Whether the constraints allow that version; where none does, the nearest one was taken."""

    def schema(self) -> ProviderSchema:
        """The schema itself, read on first use."""
        return load(self.provider, self.version)


@cache
def bundled() -> dict[str, tuple[str, ...]]:
    """Versions of every bundled provider, newest first."""
    found: dict[str, list[str]] = {}
    for entry in files("costopt.terraform.schema").joinpath("data").iterdir():
        name, dash, version = entry.name.removesuffix(".json.gz").rpartition("-")
        if dash and entry.name.endswith(".json.gz"):
            found.setdefault(name, []).append(version)
    return {name: tuple(sorted(versions, key=parse_version, reverse=True)) for name, versions in sorted(found.items())}


def bundled_name(address: str) -> str | None:
    """Name of the bundled provider that knows the resources of a provider's address, None where none does."""
    official = next((host for host in _OFFICIAL if address.startswith(host)), None)
    name = address.removeprefix(official) if official else ""
    name = _STANDS_IN.get(name, name)
    return name if name in bundled() else None


def choose(provider: str, constraints: Iterable[str] | str = (), *, locked: str | None = None) -> Choice:
    """The bundled version that a configuration means: of those allowed the newest, near the locked one if there is one.

    Args:
        provider: full address or bundled name.
        constraints: of all modules, as they are written.
        locked: version that the lock file names.

    Raises:
        TerraformError: no schema of the provider is bundled, or a constraint is none.
    """
    name = bundled_name(provider) or (provider if provider in bundled() else None)
    if name is None:
        known = ", ".join(bundled())
        raise TerraformError(f"no schema of the provider {provider} is bundled", hint=f"these are: {known}")
    asked = [constraints] if isinstance(constraints, str) else list(constraints)
    versions = bundled()[name]
    allowed = [version for version in versions if all_allow(asked, parse_version(version))]
    if locked:
        return _nearest(name, allowed or versions, parse_version(locked), is_allowed=bool(allowed))
    if allowed:
        return Choice(provider=name, version=allowed[0], is_allowed=True)
    bound = max((bound for bound in map(lowest_named, asked) if bound), default=parse_version(versions[0]))
    return _nearest(name, versions, bound, is_allowed=False)


def _nearest(name: str, versions: Sequence[str], wanted: Version, *, is_allowed: bool) -> Choice:
    """Of the same major version where there is one, else the next newer, else the newest."""
    same = [version for version in versions if parse_version(version)[0] == wanted[0]]
    newer = [version for version in versions if parse_version(version) > wanted]
    version = same[0] if same else newer[-1] if newer else versions[0]
    return Choice(provider=name, version=version, is_allowed=is_allowed)


@cache
def load(name: str, version: str) -> ProviderSchema:
    """A bundled schema.

    Raises:
        TerraformError: it is missing or damaged.
    """
    path = files("costopt.terraform.schema").joinpath("data", f"{name}-{version}.json.gz")
    try:
        content = msgspec.json.decode(gzip.decompress(path.read_bytes()), type=_File)
    except (OSError, EOFError, msgspec.MsgspecError) as error:
        raise TerraformError(
            f"the schema of {name} {version} cannot be read: {error}", hint="reinstall costopt"
        ) from error
    if content.format != _FORMAT:
        raise TerraformError(f"the schema of {name} {version} has format {content.format}", hint="reinstall costopt")
    return ProviderSchema(content)
