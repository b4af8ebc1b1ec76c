"""Addresses, forwarding rules and NAT gateways of Compute Engine."""

from collections.abc import Iterator

from costopt.collectors.gcp.interface import Asset, Service
from costopt.collectors.gcp.names import Project
from costopt.collectors.gcp.rows import google_resource
from costopt.collectors.gcp.values import labels, moment, optional_text, parts, text, texts
from costopt.model.resource import Resource
from costopt.model.specs.google_network import CloudNat, ForwardingRule, GceAddress


def addresses_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one regional or global address."""
    data = asset.data
    spec = GceAddress(
        address=text(data, "address"),
        status=text(data, "status"),
        # Addresses from before there were internal ones say nothing.
        address_type=optional_text(data, "addressType") or "EXTERNAL",
        ip_version=optional_text(data, "ipVersion") or "IPV4",
        purpose=optional_text(data, "purpose"),
        network_tier=optional_text(data, "networkTier"),
        user_ids=tuple(sorted(project.id_of(user) for user in texts(data, "users"))),
    )
    created = moment(data, "creationTimestamp")
    yield google_resource(project, asset, spec, name=text(data, "name"), created_at=created, tags=labels(data))


def rules_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one regional or global forwarding rule."""
    data = asset.data
    target, backend = optional_text(data, "target"), optional_text(data, "backendService")
    spec = ForwardingRule(
        scheme=optional_text(data, "loadBalancingScheme") or "EXTERNAL",
        target=target and project.id_of(target),
        backend_service=backend and project.id_of(backend),
        ip_address=optional_text(data, "IPAddress"),
        network_tier=optional_text(data, "networkTier"),
    )
    created = moment(data, "creationTimestamp")
    yield google_resource(project, asset, spec, name=text(data, "name"), created_at=created, tags=labels(data))


def nats_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """A resource for each NAT gateway of a router."""
    data, router = asset.data, project.id_of(asset.name)
    network, created = optional_text(data, "network"), moment(data, "creationTimestamp")
    for nat in parts(data, "nats"):
        name = text(nat, "name")
        spec = CloudNat(
            router_id=router,
            network=network and project.id_of(network),
            automatic_addresses=nat.get("natIpAllocateOption") == "AUTO_ONLY",
            address_ids=tuple(sorted(project.id_of(address) for address in texts(nat, "natIps"))),
        )
        yield google_resource(project, asset, spec, name=name, created_at=created, resource_id=f"{router}/nats/{name}")


COMPUTE_NETWORK = Service(
    id="compute_network",
    parsers={
        "compute.googleapis.com/Address": addresses_of,
        "compute.googleapis.com/GlobalAddress": addresses_of,
        "compute.googleapis.com/ForwardingRule": rules_of,
        "compute.googleapis.com/GlobalForwardingRule": rules_of,
        "compute.googleapis.com/Router": nats_of,
    },
    kinds=(CloudNat, ForwardingRule, GceAddress),
)
