"""The index that leads from a live resource to the address of it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from costopt.model.resource import ResourceKey
from costopt.model.terraform import AttributePath
from costopt.terraform.state import State, StateResource

_GOOGLE_HOST = re.compile(r"^(?:https://[^/]+/(?:[a-z]+/)?(?:v\d+\w*|beta|alpha)/|//[^/]+/)")
_ZONAL_CLUSTER = re.compile(r"^(projects/[^/]+/)zones/([^/]+/clusters/)")
_UNIQUE = re.compile(r"\?uniqueId=\d+$")
_ARN = re.compile(r"arn:[^:]*:[^:]*:([^:]*):([^:]*):")

_NAMED: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "ami": (("aws_ami", ("id",)), ("aws_ami_copy", ("id",)), ("aws_ami_from_instance", ("id",))),
    "auto_scaling_group": (("aws_autoscaling_group", ("name", "id")),),
    "dynamodb_table": (("aws_dynamodb_table", ("name", "id")),),
    "ebs_snapshot": (("aws_ebs_snapshot", ("id",)), ("aws_ebs_snapshot_copy", ("id",))),
    "ebs_volume": (("aws_ebs_volume", ("id",)),),
    "ec2_instance": (("aws_instance", ("id",)), ("aws_spot_instance_request", ("spot_instance_id",))),
    "ecs_service": (("aws_ecs_service", ("id",)),),
    "efs_file_system": (("aws_efs_file_system", ("id",)),),
    "elastic_ip": (("aws_eip", ("allocation_id", "id")),),
    "elasticache_cluster": (("aws_elasticache_cluster", ("cluster_id", "id")),),
    "gcp_project": (("google_project", ("project_id", "id")),),
    "gcs_bucket": (("google_storage_bucket", ("name", "id")),),
    "lambda_function": (("aws_lambda_function", ("function_name", "id")),),
    "launch_template": (("aws_launch_template", ("id",)),),
    "load_balancer": (("aws_lb", ("arn_suffix", "id")), ("aws_alb", ("arn_suffix", "id")), ("aws_elb", ("name", "id"))),
    "log_group": (("aws_cloudwatch_log_group", ("name", "id")),),
    "nat_gateway": (("aws_nat_gateway", ("id",)),),
    "rds_cluster": (("aws_rds_cluster", ("cluster_identifier", "id")),),
    "rds_instance": (
        ("aws_db_instance", ("identifier", "id")),
        ("aws_rds_cluster_instance", ("identifier", "id")),
    ),
    "rds_snapshot": (
        ("aws_db_snapshot", ("db_snapshot_identifier", "id")),
        ("aws_db_cluster_snapshot", ("db_cluster_snapshot_identifier", "id")),
    ),
    "s3_bucket": (("aws_s3_bucket", ("bucket", "id")),),
    "sagemaker_endpoint": (("aws_sagemaker_endpoint", ("name", "id")),),
    "sagemaker_notebook": (("aws_sagemaker_notebook_instance", ("name", "id")),),
}
"""Kind of a live resource to the Terraform types that may hold it, each with the attributes that may hold its id.

A bucket's name is also the id of its policy and of its lifecycle: the type has to be right.
"""

_FULLY_NAMED: Mapping[str, tuple[str, ...]] = {
    "bigquery_dataset": ("google_bigquery_dataset",),
    "bigquery_reservation": ("google_bigquery_reservation",),
    "bigquery_table": ("google_bigquery_table",),
    "cloud_nat": ("google_compute_router_nat",),
    "cloud_run_service": ("google_cloud_run_v2_service", "google_cloud_run_service"),
    "cloud_sql_instance": ("google_sql_database_instance",),
    "disk_snapshot": ("google_compute_snapshot",),
    "forwarding_rule": ("google_compute_forwarding_rule", "google_compute_global_forwarding_rule"),
    "gce_address": ("google_compute_address", "google_compute_global_address"),
    "gce_image": ("google_compute_image",),
    "gce_instance": (
        "google_compute_instance",
        "google_compute_instance_from_template",
        "google_workbench_instance",
    ),
    "gce_reservation": ("google_compute_reservation",),
    "gke_cluster": ("google_container_cluster",),
    "gke_node_pool": ("google_container_node_pool",),
    "instance_template": ("google_compute_instance_template", "google_compute_region_instance_template"),
    "managed_instance_group": (
        "google_compute_instance_group_manager",
        "google_compute_region_instance_group_manager",
    ),
    "persistent_disk": ("google_compute_disk", "google_compute_region_disk"),
    "tpu_node": ("google_tpu_v2_vm",),
    "vertex_endpoint": ("google_vertex_ai_endpoint",),
    "workbench_instance": ("google_workbench_instance",),
}
"""Kind of a resource of Google Cloud, found by its full name, to the Terraform types that may hold it."""

_NAME_FORMS = {
    "google_cloud_run_service": "projects/{project}/locations/{location}/services/{name}",
    "google_compute_router_nat": "projects/{project}/regions/{region}/routers/{router}/nats/{name}",
    "google_workbench_instance": "projects/{project}/zones/{location}/instances/{name}",
}
"""Types whose state has no full name, and how it is put together; of a notebook that of the machine that it runs on."""

_WITHIN: tuple[tuple[str, str, str, str], ...] = (
    ("ebs_volume", "aws_instance", "root_block_device", "volume_id"),
    ("ebs_volume", "aws_instance", "ebs_block_device", "volume_id"),
    ("persistent_disk", "google_compute_instance", "boot_disk", "source"),
)
"""Live resources that are blocks of another one: kind, type, block, attribute."""

_MEMBERS = (("elasticache_cluster", "aws_elasticache_replication_group", "member_clusters"),)
"""Live resources that another one makes: kind, type, attribute that lists their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A place in a state that holds a live resource."""

    resource: StateResource
    """The resource there."""
    path: AttributePath = ()
    """The block of it that is the live resource, `("root_block_device", 0)`; () where it is the whole."""

    @property
    def address(self) -> str:
        """Address of the resource."""
        return self.resource.address


class AddressIndex:
    """Leads from live resources to the places in a state that hold them."""

    def __init__(self, state: State) -> None:
        self._ids: dict[tuple[str, str], list[Match]] = {}
        self._names: dict[str, list[Match]] = {}
        for resource in state.managed():
            for kind, identifier, path in _identities(resource):
                self._ids.setdefault((kind, identifier), []).append(Match(resource=resource, path=path))
            for name in _full_names(resource):
                self._names.setdefault(name, []).append(Match(resource=resource))

    def find(self, key: ResourceKey, *, arn: str | None = None) -> tuple[Match, ...]:
        """Places that hold a live resource: none, one, or several where the state claims it more than once.

        Args:
            key: identity of the live resource. Its region and account must not contradict those in the state.
            arn: its full name, where it is known.
        """
        name = arn or _google_name(key)
        named = self.find_name(name) if name else ()
        right = [match for match in named if match.resource.type in _types_of(key.kind)]
        found = right or self._ids.get((key.kind, _google_name(key) or key.id)) or self._ids.get((key.kind, key.id), [])
        return tuple(match for match in found if _is_there(match.resource, key))

    def find_name(self, name: str) -> tuple[Match, ...]:
        """Places whose `arn` or `self_link` is a full name."""
        return tuple(self._names.get(plain_name(name), ()))


def _types_of(kind: str) -> set[str]:
    return {type_name for type_name, _ in _NAMED.get(kind, ())} | {*_FULLY_NAMED.get(kind, ())}


def _google_name(key: ResourceKey) -> str | None:
    """Full name of a resource of Google Cloud, whose id is the path below its project; None elsewhere."""
    if key.provider != "gcp":
        return None
    return key.id if key.id.startswith("projects/") else f"projects/{key.account}/{key.id}"


def _identities(resource: StateResource) -> Iterator[tuple[str, str, AttributePath]]:
    """Kind, id and place of every live resource that a resource of a state holds."""
    for kind, types in _NAMED.items():
        for type_name, attributes in types:
            if type_name == resource.type:
                values = (resource.values.get(name) for name in attributes)
                yield from ((kind, value, ()) for value in _texts(values))
    for kind, type_name, block, attribute in _WITHIN:
        if type_name == resource.type:
            yield from (
                (kind, value, (block, position))
                for position, one in enumerate(_items(resource.values.get(block)))
                if isinstance(one, Mapping)
                for value in map(plain_name, _texts([one.get(attribute)]))
            )
    for kind, type_name, attribute in _MEMBERS:
        if type_name == resource.type:
            yield from ((kind, value, ()) for value in _texts(_items(resource.values.get(attribute))))


def _texts(values: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(value for value in values if isinstance(value, str) and value))


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _full_names(resource: StateResource) -> list[str]:
    values = [resource.values.get("arn"), resource.values.get("self_link"), resource.values.get("id")]
    values.append(_put_together(resource))
    return list(dict.fromkeys(plain_name(value) for value in _texts(values) if _is_full_name(value)))


def _put_together(resource: StateResource) -> str | None:
    form = _NAME_FORMS.get(resource.type)
    try:
        return form and form.format_map(resource.values)
    except KeyError:
        return None


def _is_full_name(value: str) -> bool:
    return value.startswith(("arn:", "projects/", "https://", "//"))


def plain_name(name: str) -> str:
    """A name without what differs between interfaces.

    That is Google's host and version of the API, the number of one of several templates of a name, `:*` of a log group.

    Clusters in a zone have two names; the one that counts is that of locations.
    """
    plain = _UNIQUE.sub("", _GOOGLE_HOST.sub("", name)).removesuffix(":*")
    return _ZONAL_CLUSTER.sub(r"\1locations/\2", plain)


def _is_there(resource: StateResource, key: ResourceKey) -> bool:
    """Whether nothing in the state says that the resource is in another region or account."""
    if key.provider == "gcp":  # its full name has the place
        return resource.values.get("project") in (None, "", key.account)
    matched = _ARN.match(str(resource.values.get("arn") or ""))
    region = matched[1] if matched else resource.values.get("region")
    account = matched[2] if matched else None
    zone = resource.values.get("availability_zone")
    if not region and isinstance(zone, str) and zone.startswith(key.region[:2]) and zone[-1:].isalpha():
        region = zone[:-1]
    return region in (None, "", key.region) and account in (None, "", key.account)
