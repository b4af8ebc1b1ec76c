"""Kept of Google's network: addresses, forwarding rules, Cloud NAT."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class GceAddress:
    """A reserved IP address."""

    KIND: ClassVar[str] = "gce_address"

    address: str
    """The address."""
    status: str
    """`RESERVED` (not in use), `IN_USE`, `RESERVING`."""
    address_type: str
    """`EXTERNAL` or `INTERNAL`, which costs nothing."""
    ip_version: str = "IPV4"
    """`IPV4` or `IPV6`, which costs nothing."""
    purpose: str | None = None
    """`GCE_ENDPOINT`, `NAT_AUTO`, `VPC_PEERING`, ..."""
    network_tier: str | None = None
    """`PREMIUM` or `STANDARD`."""
    user_ids: tuple[str, ...] = ()
    """What uses it, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardingRule:
    """The front of a load balancer: what is paid by the hour."""

    KIND: ClassVar[str] = "forwarding_rule"

    scheme: str
    """`EXTERNAL`, `EXTERNAL_MANAGED`, `INTERNAL`, `INTERNAL_MANAGED`, `INTERNAL_SELF_MANAGED`."""
    target: str | None = None
    """Proxy, VPN gateway or instance that it sends to."""
    backend_service: str | None = None
    """Backend service that it sends to, where there is no proxy."""
    ip_address: str | None = None
    """Its address."""
    network_tier: str | None = None
    """`PREMIUM` or `STANDARD`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudNat:
    """A NAT gateway of a router."""

    KIND: ClassVar[str] = "cloud_nat"

    router_id: str
    """Its router."""
    network: str | None
    """Network of the router."""
    automatic_addresses: bool
    """Google adds and takes away addresses."""
    address_ids: tuple[str, ...] = ()
    """Addresses that were given to it, sorted."""
