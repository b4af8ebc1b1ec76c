"""What data sources answer, and what resources get when tests apply: made up, and recognisable as such.

Real configurations index into some of these (`data.aws_availability_zones.available.names[0]`), or look them up, so
they need a shape that works.
"""

from typing import Any

from costopt.terraform.schema.blocks import TypeShape
from costopt.terraform.stub.values import Make, Path

ACCOUNT_ID = "123456789012"
"""The account that AWS's own documentation uses in its examples."""
REGION = "us-east-1"
PROJECT = "mock-project"

_SUBNETS = ["subnet-00000000000000001", "subnet-00000000000000002", "subnet-00000000000000003"]
_ZONES = ["us-central1-a", "us-central1-b", "us-central1-c"]

DATA_SOURCES: dict[tuple[str, str], Any] = {
    ("aws_availability_zones", "names"): ["us-east-1a", "us-east-1b", "us-east-1c"],
    ("aws_availability_zones", "zone_ids"): ["use1-az1", "use1-az2", "use1-az3"],
    ("aws_region", "name"): REGION,
    ("aws_region", "region"): REGION,
    ("aws_region", "id"): REGION,
    ("aws_caller_identity", "account_id"): ACCOUNT_ID,
    ("aws_caller_identity", "id"): ACCOUNT_ID,
    ("aws_caller_identity", "arn"): f"arn:aws:iam::{ACCOUNT_ID}:user/mock",
    ("aws_partition", "partition"): "aws",
    ("aws_partition", "dns_suffix"): "amazonaws.com",
    ("aws_iam_policy_document", "json"): '{"Version":"2012-10-17","Statement":[]}',
    ("aws_subnets", "ids"): _SUBNETS,
    ("aws_subnet_ids", "ids"): _SUBNETS,
    ("aws_vpc", "cidr_block"): "10.0.0.0/16",
    ("aws_subnet", "cidr_block"): "10.0.0.0/24",
    ("aws_subnet", "availability_zone"): "us-east-1a",
    ("aws_ami", "architecture"): "x86_64",
    ("aws_ami", "root_device_name"): "/dev/xvda",
    ("aws_ami", "id"): "ami-00000000000000000",
    ("google_compute_zones", "names"): _ZONES,
    ("google_client_config", "project"): PROJECT,
    ("google_client_config", "region"): "us-central1",
    ("google_client_config", "zone"): "us-central1-a",
    ("google_project", "project_id"): PROJECT,
    ("google_project", "number"): ACCOUNT_ID,
    ("http", "status_code"): 200,
    ("external", "result"): {},
}
"""Type of the data source and attribute, to its value."""


def answers_of(type_name: str) -> Make:
    """What a data source of this type answers, or a resource of this type gets, for each computed attribute."""

    def make(name: str, shape: TypeShape, path: Path) -> Any:
        if not path and (type_name, name) in DATA_SOURCES:
            return DATA_SOURCES[type_name, name]
        return _made(type_name, name, shape)

    return make


def _made(type_name: str, name: str, shape: TypeShape) -> Any:
    if shape == "string":
        return f"arn:aws:mock:{REGION}:{ACCOUNT_ID}:{type_name}/mock" if name == "arn" else f"mock-{name}"
    if isinstance(shape, list):
        kind, inner = shape
        if kind == "object":
            return {field: _made(type_name, field, one) for field, one in inner.items()}
        return {} if kind == "map" else []
    return {"number": 0, "bool": False}.get(shape)
