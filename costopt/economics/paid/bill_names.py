"""Names under which bills know resources: ids, ARNs, and the numbers of Compute Engine."""

import re

from costopt.model.resource import Resource

_GIVEN_IDS = frozenset(
    ("ami", "ebs_snapshot", "ebs_volume", "ec2_instance", "efs_file_system", "elastic_ip", "nat_gateway")
)
"""Kinds whose ids the provider gives, such as `i-0123456789abcdef0`: one names one thing, bare or at the end of an ARN.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html."""
_THEIR_SERVICES = ("ec2", "elasticfilesystem")
"""Services in the ARNs of those kinds; a function that somebody named like an instance is of another one."""
_BUCKET = "s3_bucket"
"""Bills name buckets by their bare name, which is unique in a partition.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html."""
_ARN_COLONS = 5
_NUMBERED = {"gce_instance": "instances", "gce_reservation": "reservations", "persistent_disk": "disks"}
"""Kinds that Google's bills name by their number, and what stands before it; others are named in full.
Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/detailed-usage (global_name)."""
_COMPUTE_ENGINE = "//compute.googleapis.com/"


def names_itself(resource: Resource) -> bool:
    """Whether its bare id can mean nothing else."""
    return has_given_id(resource) or resource.spec.KIND == _BUCKET


def has_given_id(resource: Resource) -> bool:
    """Whether AWS gave it its id, which an ARN may end in."""
    return resource.spec.KIND in _GIVEN_IDS


def is_of_giver(arn: str) -> bool:
    """Whether an ARN is of a service that gives such ids."""
    return arn.split(":")[2] in _THEIR_SERVICES


def number_in_bill(resource: Resource) -> str | None:
    """Numeric id by which Google's bills know a resource; None of kinds that have none."""
    number = getattr(resource.spec, "number", None)
    return number if isinstance(number, str) and resource.spec.KIND in _NUMBERED else None


def end_in_bill(resource: Resource) -> str | None:
    """What the name ends in by which Google's bills know a resource; None of kinds that have no number."""
    number = number_in_bill(resource)
    return None if number is None else f"/{_NUMBERED[resource.spec.KIND]}/{number}"


def names_in_bill(resource_id: str) -> tuple[str, str | None]:
    """A name in the bill, and of an ARN or a name of Compute Engine its last part."""
    if resource_id.startswith(_COMPUTE_ENGINE):
        return resource_id, resource_id.rpartition("/")[2]
    if not resource_id.startswith("arn:") or resource_id.count(":") < _ARN_COLONS:
        return resource_id, None
    arn = plain_arn(resource_id)
    return arn, re.split(r"[/:]", arn)[-1]


def plain_arn(arn: str) -> str:
    """An ARN without the `:*` that CloudWatch Logs puts behind the name of a group."""
    return arn.removesuffix(":*")
