"""Elastic IP addresses and NAT gateways."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import arn_of, aws_resource
from costopt.collectors.aws.services.values import tag_map, utc
from costopt.model.resource import Resource
from costopt.model.specs.network import ElasticIp, NatGateway

DESCRIBE_ADDRESSES = Call(
    client="ec2", operation="DescribeAddresses", action="ec2:DescribeAddresses", result="Addresses"
)
"""Answers whole; the operation has no pages."""

DESCRIBE_NAT_GATEWAYS = Call(
    client="ec2",
    operation="DescribeNatGateways",
    action="ec2:DescribeNatGateways",
    result="NatGateways",
    limit=("MaxResults", 1000),
)


def address_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A resource of one address of DescribeAddresses."""
    tags = tag_map(item.get("Tags"))
    # Addresses of EC2 Classic have no allocation id.
    address_id = item.get("AllocationId") or item["PublicIp"]
    spec = ElasticIp(
        public_ip=item["PublicIp"],
        association_id=item.get("AssociationId") or None,
        instance_id=item.get("InstanceId") or None,
        network_interface_id=item.get("NetworkInterfaceId") or None,
    )
    arn = arn_of(api, "ec2", f"elastic-ip/{address_id}")
    return aws_resource(api, spec, address_id, name=tags.get("Name"), arn=arn, tags=tags)


def gateway_of(api: Api, item: Mapping[str, Any]) -> Resource:
    """A resource of one gateway of DescribeNatGateways."""
    tags = tag_map(item.get("Tags"))
    spec = NatGateway(
        state=item.get("State") or "unknown",
        vpc_id=item.get("VpcId") or "unknown",
        subnet_id=item.get("SubnetId"),
        connectivity=item.get("ConnectivityType") or "public",
    )
    return aws_resource(
        api,
        spec,
        item["NatGatewayId"],
        name=tags.get("Name"),
        arn=arn_of(api, "ec2", f"natgateway/{item['NatGatewayId']}"),
        created_at=utc(item.get("CreateTime")),
        tags=tags,
    )


def _addresses(api: Api) -> Iterator[Resource]:
    return (address_of(api, item) for item in api.call(DESCRIBE_ADDRESSES)["Addresses"])


def _gateways(api: Api) -> Iterator[Resource]:
    # Deleted gateways stay in the list for about an hour and cost nothing.
    return (gateway_of(api, item) for item in api.pages(DESCRIBE_NAT_GATEWAYS) if item.get("State") != "deleted")


ELASTIC_IPS = AwsCollector(id="elastic_ips", kinds=(ElasticIp,), calls=(DESCRIBE_ADDRESSES,), collect=_addresses)
NAT_GATEWAYS = AwsCollector(id="nat_gateways", kinds=(NatGateway,), calls=(DESCRIBE_NAT_GATEWAYS,), collect=_gateways)
