"""Writes examples/harbourline/terraform.tfstate: what Terraform would remember of examples/harbourline/infra.

The ids and figures are those of the example's snapshot, so that findings lead to addresses. Run it after a change of
the snapshot or of the configuration.
"""

import json
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from costopt.model.resource import Resource
from costopt.model.specs.databases import DynamoDbTable, ElasticacheCluster, RdsInstance
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.ec2 import AutoScalingGroup, Ec2Instance
from costopt.store.open import open_snapshot
from costopt.terraform.schema.blocks import BlockSchema
from costopt.terraform.schema.catalog import choose
from tools.example_state_google import HELD_GOOGLE, google_attributes

EXAMPLE = ROOT / "examples/harbourline"
STATE = EXAMPLE / "terraform.tfstate"
_PROVIDER = 'provider["registry.terraform.io/hashicorp/%s"]'

HELD: tuple[tuple[str, str, str, str | None, str], ...] = (
    ("", "aws_instance", "label_printer", None, "i-059ae36868835a773"),
    ("", "aws_instance", "lake_loader", None, "i-0245ef8267cfe152b"),
    ("", "aws_autoscaling_group", "driver_bff", None, "driver-bff-asg-88-000afd"),
    ("", "aws_elasticache_cluster", "geo_index", None, "geo-index-cache-75-06d89"),
    ("", "aws_ebs_volume", "data", "parcel_vision", "vol-0e77ed6672e3ebcb0"),
    ("", "aws_ebs_volume", "data", "payments", "vol-02b97f8e4dec7f958"),
    ("", "aws_ebs_volume", "scratch", None, "vol-034cda0699eeebbfd"),
    ("module.quote_service", "aws_db_instance", "this", None, "quote-service-db-97-0d6be"),
    ("module.checkout_api", "aws_db_instance", "this", None, "checkout-api-db-30-039b5"),
    ("module.geo_index", "aws_db_instance", "this", None, "geo-index-db-58-0ee5e"),
    ("", "aws_dynamodb_table", "observability", None, "observability-state-02ec5"),
    *(("", *one) for one in HELD_GOOGLE),
)
"""Module, type, name and key of each resource, and the live resource that it is."""
_SCHEMA_VERSIONS = {
    "aws_instance": 2,
    "aws_autoscaling_group": 1,
    "aws_elasticache_cluster": 1,
    "aws_ebs_volume": 0,
    "aws_db_instance": 2,
    "aws_dynamodb_table": 1,
    "google_compute_instance": 6,
    "google_compute_instance_template": 1,
}
"""Of the layout of a resource's attributes, where it is not 0."""


def attributes_of(resource: Resource) -> dict[str, Any]:
    """What a state would hold of a live resource, as far as the example needs it."""
    match resource.spec:
        case Ec2Instance() as spec:
            return {
                "id": resource.id,
                "ami": spec.image_id,
                "availability_zone": spec.availability_zone,
                "instance_type": spec.instance_type,
                "tags": _few_tags(resource),
            }
        case EbsVolume() as spec:
            figures: dict[str, Any] = {"iops": spec.iops, "throughput": spec.throughput_mibps}
            place = {"availability_zone": spec.availability_zone}
            return {"id": resource.id, **place, "size": spec.size_gib, "type": spec.volume_type, **figures}
        case RdsInstance() as spec:
            return _database(resource, spec)
        case ElasticacheCluster() as spec:
            figures = {"node_type": spec.node_type, "num_cache_nodes": spec.nodes}
            return {"id": resource.id, "cluster_id": resource.id, "engine": spec.engine, **figures}
        case AutoScalingGroup() as spec:
            return _group(resource, spec)
        case DynamoDbTable() as spec:
            figures = {"read_capacity": spec.read_capacity_units, "write_capacity": spec.write_capacity_units}
            key = {"hash_key": "id", "attribute": [{"name": "id", "type": "S"}]}
            return {"id": resource.id, "name": resource.id, "billing_mode": "PROVISIONED", **key, **figures}
    return google_attributes(resource)


def _few_tags(resource: Resource) -> dict[str, str]:
    tags = resource.tags or {}
    return {name: tags[name] for name in ("Name", "service", "team") if name in tags}


def _database(resource: Resource, spec: RdsInstance) -> dict[str, Any]:
    return {
        "id": f"db-{resource.id.upper()}",
        "identifier": resource.id,
        "arn": resource.arn,
        "engine": spec.engine,
        "engine_version": spec.engine_version,
        "instance_class": spec.instance_class,
        "allocated_storage": spec.storage_gib,
        "storage_type": spec.storage_type,
        "username": "operator",
        "manage_master_user_password": True,
        "deletion_protection": True,
    }


def _group(resource: Resource, spec: AutoScalingGroup) -> dict[str, Any]:
    return {
        "id": resource.id,
        "name": resource.id,
        "availability_zones": ["us-east-1a", "us-east-1b", "us-east-1c"],
        "min_size": spec.minimum,
        "max_size": spec.maximum,
        "desired_capacity": spec.desired,
        "launch_template": [{"id": spec.launch_template_id, "version": "$Latest"}],
    }


def state_of(resources: Mapping[str, Resource]) -> dict[str, Any]:
    """A state of version 4 that holds the resources of `HELD`."""
    blocks: dict[tuple[str, str, str], dict[str, Any]] = {}
    for module, type_name, name, key, live in HELD:
        head = {"module": module} if module else {}
        block = blocks.setdefault(
            (module, type_name, name),
            {
                **head,
                "mode": "managed",
                "type": type_name,
                "name": name,
                "provider": _PROVIDER % type_name.partition("_")[0],
                "instances": [],
            },
        )
        index = {"index_key": key} if key else {}
        attributes = _with_blocks(attributes_of(resources[live]), _schema(type_name))
        version = _SCHEMA_VERSIONS.get(type_name, 0)
        block["instances"].append({**index, "schema_version": version, "attributes": attributes})
    return {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 1,
        "lineage": str(uuid.uuid5(uuid.NAMESPACE_URL, "https://harbourline.example/prod/us-east-1")),
        "outputs": {},
        "resources": list(blocks.values()),
    }


def _schema(type_name: str) -> BlockSchema:
    block = choose(type_name.partition("_")[0]).schema().resource(type_name)
    if block is None:
        raise TypeError(f"the provider has no {type_name}")
    return block


def _with_blocks(attributes: Mapping[str, Any], schema: BlockSchema) -> dict[str, Any]:
    """Attributes with an empty list for each nested block that is not written, as a state has it, at every depth."""
    blocks = {
        name: [_with_blocks(inner, one.block) for inner in attributes.get(name, ())]
        for name, one in schema.block_types.items()
        if one.nesting_mode in ("list", "set")
    }
    return {**blocks, **{name: value for name, value in attributes.items() if name not in blocks}}


def main() -> None:
    """Write the state."""
    resources = {one.id: one for one in open_snapshot(EXAMPLE / "snapshot").resources}
    STATE.write_text(json.dumps(state_of(resources), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
