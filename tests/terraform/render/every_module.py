"""A root module that calls every module for AWS, with values for what a user has to fill in."""

import json
from collections.abc import Mapping
from pathlib import Path

from costopt.terraform.render.calls import Adoption, Blueprint, ModuleCall, NodePool
from costopt.terraform.render.library import LIBRARY, Cloud, Writing

AWS_MODULES = sorted(name for name, one in LIBRARY.items() if one.cloud is Cloud.AWS)
SHARED = {
    "region": "eu-west-1",
    "account_id": "123456789012",
    "subnet_ids": ["subnet-0a", "subnet-0b", "subnet-0c"],
    "vpc_id": "vpc-0a",
    "route_table_ids": ["rtb-0a"],
    "cluster_name": "main",
}
GIVEN: dict[str, dict[str, object]] = {
    "fleet": {
        "image_id": "ami-0123456789abcdef0",
        "instance_types": [{"type": "m7g.large", "weight": 1}, {"type": "m6g.xlarge", "weight": 2}],
        "minimum_zones": 3,
        "min_size": 3,
        "max_size": 10,
        "on_demand_base_capacity": 3,
        "on_demand_percentage": 0,
    },
    "adopted_instance": {"instance_type": "r7g.large", "machines": ["a", "b"]},
    "instance": {
        "image_id": "ami-0123456789abcdef0",
        "instance_type": "r7g.large",
        "machines": {"a": {"subnet_id": "subnet-0a"}, "b": {"subnet_id": "subnet-0b"}},
        "root_volume": {"size_gib": 30},
    },
    "eks_node_group": {
        "instance_types": ["m7g.large"],
        "ami_type": "AL2023_ARM_64_STANDARD",
        "min_size": 3,
        "initial_size": 4,
        "max_size": 6,
        "taints": {"dedicated": {"value": "batch"}},
    },
    "batch": {
        "instance_types": ["g5.xlarge", "g6.xlarge"],
        "max_vcpus": {"spot": 64, "on_demand": 16},
        "image": "example.com/train:3",
        "job_vcpus": 4,
        "job_memory_mib": 14000,
        "job_gpus": 1,
    },
    "budget": {"limit": 1200, "email_addresses": ["finops@example.com"], "filter_tags": {"Env": "prod"}},
    "ebs_volume": {
        "availability_zone": "eu-west-1a",
        "size_gib": 100,
        "attach_to": {"instance_id": "i-0123456789abcdef0"},
    },
    "ecs_fargate": {"image": "example.com/api:1", "spot_percentage": 50, "container_port": 8080},
    "elasticache": {"node_type": "cache.m7g.large"},
    "gateway_endpoints": {},
    "lambda": {
        "package": {"bucket": "artifacts", "key": "resize.zip"},
        "handler": "app.main",
        "runtime": "python3.13",
        "environment": {"MODE": "fast"},
    },
    "rds": {"engine_version": "17", "instance_class": "db.m7g.large", "storage_gib": 100, "max_storage_gib": 500},
    "s3_lifecycle": {
        "bucket": "logs",
        "rules": {
            "tiers": {
                "transitions": [{"days": 30, "storage_class": "STANDARD_IA"}],
                "expire_after_days": 400,
                "expire_old_versions_after_days": 30,
            }
        },
    },
    "sagemaker_endpoint": {
        "model_name": "ranker-7",
        "instance_type": "ml.g5.xlarge",
        "invocations_per_instance_minute": 600,
        "rollback_alarm_names": ["errors"],
    },
    "schedule": {"instance_ids": ["i-0123456789abcdef0"]},
}
"""What each module is given beside what all share."""

UNTAGGED = frozenset({"s3_lifecycle", "adopted_instance"})

POOL = {
    "name": "web",
    "workload": "web",
    "architectures": ["arm64"],
    "capacity_types": ["spot"],
    "instance_types": ["m6g.large", "m7g.large"],
    "zones": ["eu-west-1a", "eu-west-1b"],
    "most_vcpus": 24,
    "most_memory": "96Gi",
    "role": "KarpenterNodeRole-main",
    "discovery_tags": {"karpenter.sh/discovery": "main"},
}


GROUPED = frozenset({"fleet", "instance", "batch", "ecs_fargate", "elasticache", "rds"})
"""Modules that take security groups."""


def _named(name: str) -> dict[str, object]:
    found: dict[str, object] = {} if name in UNTAGGED else {"name": name.replace("_", "-")}
    return found | ({"security_group_ids": ["sg-0a"]} if name in GROUPED else {})


def every_call(evidence: tuple[str, ...] = ()) -> tuple[ModuleCall, ...]:
    """A call of each module; the label is the id of the module."""
    return tuple(
        ModuleCall(
            label=name,
            module=name,
            arguments={**_named(name), **GIVEN[name]},
            evidence=evidence,
        )
        for name in AWS_MODULES
    )


def every_module(evidence: tuple[str, ...] = ()) -> Blueprint:
    """A root that calls each module once, adopts a machine and has a node pool."""
    calls = list(every_call(evidence))
    place = next(number for number, call in enumerate(calls) if call.label == "adopted_instance")
    old = calls[place]
    calls[place] = ModuleCall(
        label=old.label,
        module=old.module,
        arguments=old.arguments,
        evidence=old.evidence,
        adoptions=tuple(
            Adoption(address="aws_instance.this", key=key, id=id_)
            for key, id_ in (("a", "i-0123456789abcdef0"), ("b", "i-0fedcba9876543210"))
        ),
    )
    pool = NodePool(label="web", values=POOL, evidence=evidence)
    return Blueprint(region="eu-west-1", calls=tuple(calls), node_pools=(pool,))


def writing(aws_major: int = 6, tags: Mapping[str, str] | None = None, origin: str = "a plan") -> Writing:
    """What all templates are given."""
    return Writing(tool_version="1.0.0", origin=origin, tags=tags or {"ManagedBy": "terraform"}, aws_major=aws_major)


def put(files: Mapping[str, str], folder: Path, shared: Mapping[str, object] = SHARED) -> Path:
    """Write rendered files, and values for the variables that all calls share."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    (folder / "terraform.tfvars.json").write_text(json.dumps(shared))
    return folder
