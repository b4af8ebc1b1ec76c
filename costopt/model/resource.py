"""A resource of a cloud account: identity, age, tags, and a typed specification of its kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NamedTuple, Protocol


class Spec(Protocol):
    """What is kept of one kind of resource; each kind is a frozen dataclass in `model.specs`."""

    KIND: ClassVar[str]
    """Stable name of the kind, such as `ec2_instance`."""


class ResourceKey(NamedTuple):
    """Identity of a resource; sorts by place."""

    provider: str
    account: str
    region: str
    kind: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource as it was when the snapshot was taken."""

    provider: str
    """`aws` or `gcp`."""
    account: str
    """Account id or project id."""
    region: str
    """Region, or `global`."""
    id: str
    """Provider's id, unique within provider, account, region and kind."""
    spec: Spec
    """The fields of its kind."""
    name: str | None = None
    """Name that people gave it, if any. Hostile until escaped."""
    arn: str | None = None
    """Full resource name, where the provider has one."""
    created_at: datetime | None = None
    """UTC; None where the provider does not say."""
    tags: Mapping[str, str] | None = None
    """Tags or labels; None where they could not be read, which is not the same as none. Hostile until escaped."""

    @property
    def key(self) -> ResourceKey:
        """Identity of the resource."""
        return ResourceKey(self.provider, self.account, self.region, self.spec.KIND, self.id)
