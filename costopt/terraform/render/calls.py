"""What a root module says: calls of modules with their reasons, and what exists already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from costopt.terraform.render.library import Cloud


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """A resource that exists and that the code takes over."""

    address: str
    """Within its module, such as `aws_instance.this`."""
    key: str
    """Key of `for_each`. Hostile until escaped."""
    id: str
    """Id that the provider imports by. Hostile until escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleCall:
    """One call of a module."""

    label: str
    """Label of the call, unique in its root; of `labels`."""
    module: str
    """Id of the module."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """What it is given. Text is hostile until escaped; references are `Expression`."""
    evidence: tuple[str, ...] = ()
    """Why it is as it is, a line each. Hostile until escaped."""
    adoptions: tuple[Adoption, ...] = ()
    """What exists already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePool:
    """A Karpenter NodePool, which is no Terraform."""

    label: str
    """Name of its file, of `labels`."""
    values: Mapping[str, Any]
    """What its template takes. Text is hostile until escaped."""
    evidence: tuple[str, ...] = ()
    """Why it is as it is, a line each. Hostile until escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something of the plan that no code was written for."""

    subject: str
    """What. Hostile until escaped."""
    reason: str
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """All that one root module says."""

    region: str | None
    """Region of the provider; None leaves it to the user."""
    cloud: Cloud = Cloud.AWS
    """Whose resources all of its calls make."""
    title: str = "Terraform of a plan"
    """Heading of its README."""
    says: str = "Sizes, counts and markets are those of"
    """What the calls have from their origin, which follows."""
    asks_for: str = "subnets, images, names"
    """What the user has to fill in."""
    calls: tuple[ModuleCall, ...] = ()
    """In the order of the file."""
    node_pools: tuple[NodePool, ...] = ()
    """In the order of their labels."""
    left_out: tuple[LeftOut, ...] = ()
    """What is missing, and why."""
