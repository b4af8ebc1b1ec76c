"""Kept of the network: addresses, NAT gateways, load balancers."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ElasticIp:
    """A reserved public IPv4 address."""

    KIND: ClassVar[str] = "elastic_ip"

    public_ip: str
    """The address."""
    association_id: str | None = None
    """None where it is attached to nothing."""
    instance_id: str | None = None
    """Instance that it points to."""
    network_interface_id: str | None = None
    """Interface that it points to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NatGateway:
    """A managed NAT gateway."""

    KIND: ClassVar[str] = "nat_gateway"

    state: str
    """`available`, `pending`, `deleted`, ..."""
    vpc_id: str
    """Its network."""
    subnet_id: str | None = None
    """Its subnet."""
    connectivity: str = "public"
    """`public` or `private`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancer:
    """A classic, application, network or gateway load balancer."""

    KIND: ClassVar[str] = "load_balancer"

    lb_type: str
    """`classic`, `application`, `network`, `gateway`."""
    state: str
    """`active`, ..."""
    scheme: str | None
    """`internet-facing` or `internal`."""
    registered_targets: int
    """Targets (instances, addresses, functions) over all its target groups."""
    healthy_targets: int | None
    """Those that pass the health check; None where health could not be read."""
    target_ids: tuple[str, ...] = ()
    """Ids of the targets, sorted."""
    target_groups: int = 0
    """Target groups behind it."""
    redirect_only: bool = False
    """Every listener only redirects or answers by itself, so that no target is needed."""
