"""What the example's state holds of resources at Google: the same as `build_example_state` for AWS."""

from typing import Any

from costopt.model.resource import Resource
from costopt.model.specs.cloud_sql import CloudSqlInstance
from costopt.model.specs.gce import GceInstance, GceReservation, InstanceTemplate, ManagedInstanceGroup
from costopt.model.specs.google_network import GceAddress
from costopt.model.specs.google_serverless import CloudRunService
from costopt.model.specs.google_storage import BigQueryReservation, BucketRule, GcsBucket
from costopt.model.specs.persistent_disks import PersistentDisk

HELD_GOOGLE: tuple[tuple[str, str, str | None, str], ...] = (
    (
        "google_compute_instance",
        "batch",
        "customs-declare-batch-9fda",
        "zones/us-central1-c/instances/customs-declare-batch-9fda",
    ),
    ("google_compute_instance", "batch", "spark-etl-batch-0cd3", "zones/us-central1-a/instances/spark-etl-batch-0cd3"),
    ("google_compute_instance", "tracking", None, "zones/europe-west4-a/instances/tracking-api-batch-672a"),
    (
        "google_compute_instance_template",
        "proof_of_delivery",
        None,
        "global/instanceTemplates/proof-of-delivery-mig-8512-49607807",
    ),
    (
        "google_compute_instance_group_manager",
        "proof_of_delivery",
        None,
        "zones/us-central1-b/instanceGroupManagers/proof-of-delivery-mig-8512",
    ),
    (
        "google_compute_reservation",
        "event_ingest",
        None,
        "zones/us-central1-f/reservations/event-ingest-reservation-ecf2",
    ),
    ("google_compute_disk", "metrics_mart", None, "zones/us-central1-c/disks/metrics-mart-data-ebc4"),
    ("google_compute_address", "tracking", None, "regions/europe-west4/addresses/notify-ip-690c"),
    ("google_sql_database_instance", "shop", "customs-declare-sql-666b", "instances/customs-declare-sql-666b"),
    ("google_sql_database_instance", "shop", "driver-bff-sql-8214", "instances/driver-bff-sql-8214"),
    ("google_storage_bucket", "models", None, "eta-model-bucket-6a74"),
    ("google_storage_bucket", "tariffs", None, "tariff-lookup-bucket-bb2d"),
    ("google_cloud_run_v2_service", "event_ingest", None, "locations/europe-west4/services/event-ingest-run-10b9"),
    ("google_bigquery_reservation", "metrics_mart", None, "locations/US/reservations/metrics-mart-slots-53bc"),
)
"""Type, name and key of each resource, and the live resource that it is."""
_SERVED = "europe-docker.pkg.dev/harbourline-web/shop/event-ingest:412"
_COMPUTE = "https://www.googleapis.com/compute/v1"
_IMAGE = "debian-cloud/debian-12"
_NETWORK = [{"network": "default"}]


def google_attributes(resource: Resource) -> dict[str, Any]:
    """What a state would hold of a live resource, as far as the example needs it.

    Raises:
        TypeError: the example has no resource of its kind.
    """
    return {**_named(resource), **_figures(resource)}


def _named(resource: Resource) -> dict[str, Any]:
    full = f"projects/{resource.account}/{resource.id}"
    return {"id": full, "project": resource.account, "name": resource.id.rpartition("/")[2]}


def _figures(resource: Resource) -> dict[str, Any]:
    match resource.spec:
        case GceInstance() as spec:
            return _machine(resource, spec)
        case InstanceTemplate() as spec:
            return _template(resource, spec)
        case ManagedInstanceGroup() as spec:
            return _group(resource, spec)
        case GceReservation() as spec:
            properties = [{"machine_type": spec.machine_type}]
            reserved = [{"count": spec.count, "instance_properties": properties}]
            return {"zone": spec.zone, "status": spec.status, "specific_reservation": reserved}
        case PersistentDisk() as spec:
            return {"zone": spec.zones[0], "type": spec.disk_type, "size": spec.size_gib}
        case GceAddress() as spec:
            return {"region": resource.region, "address": spec.address}
    return _managed(resource)


def _managed(resource: Resource) -> dict[str, Any]:
    """Of services that Google runs."""
    match resource.spec:
        case CloudSqlInstance() as spec:
            settings = [{"tier": spec.tier, "availability_type": spec.availability}]
            link = f"https://sqladmin.googleapis.com/sql/v1beta4/projects/{resource.account}/{resource.id}"
            place = {"id": resource.name, "self_link": link, "region": resource.region}
            version = {"database_version": spec.database_version, "deletion_protection": True}
            return {**place, **version, "settings": settings}
        case GcsBucket() as spec:
            place = {"id": resource.id, "location": spec.location.upper(), "uniform_bucket_level_access": True}
            return {**place, "lifecycle_rule": [_rule(one) for one in spec.rules]}
        case CloudRunService() as spec:
            return {"location": resource.region, "template": [_revision(spec)]}
        case BigQueryReservation() as spec:
            return {"location": spec.location.upper(), "edition": spec.edition, "slot_capacity": spec.slot_capacity}
    raise TypeError(f"{resource.id}: no attributes are made of a {resource.spec.KIND}")


def _machine(resource: Resource, spec: GceInstance) -> dict[str, Any]:
    disk = f"{_COMPUTE}/projects/{resource.account}/{spec.disks[0].disk_id}"
    boot = [{"source": disk, "initialize_params": [{"image": _IMAGE, "size": 30, "type": "pd-balanced"}]}]
    place = {"zone": spec.zone, "machine_type": spec.machine_type}
    # Only the machines of the batch, which stop each night anyway, may be stopped by terraform.
    may_stop = None if spec.machine_type.startswith("n2-") else True
    return {**place, "allow_stopping_for_update": may_stop, "boot_disk": boot, "network_interface": _NETWORK}


def _template(resource: Resource, spec: InstanceTemplate) -> dict[str, Any]:
    link = f"{_COMPUTE}/projects/{resource.account}/{resource.id}"
    name = resource.id.rpartition("/")[2]
    return {
        "name_prefix": f"{name.rpartition('-')[0]}-",
        "machine_type": spec.machine_type,
        "self_link": link,
        "self_link_unique": f"{link}?uniqueId=4096871253",
        "disk": [{"source_image": _IMAGE, "boot": True}],
        "network_interface": _NETWORK,
    }


def _group(resource: Resource, spec: ManagedInstanceGroup) -> dict[str, Any]:
    link = f"{_COMPUTE}/projects/{resource.account}/{spec.instance_template}?uniqueId=4096871253"
    place = {"zone": spec.zones[0], "target_size": spec.target_size}
    policy = {"type": "PROACTIVE", "minimal_action": "REPLACE", "max_unavailable_fixed": 1}
    made = {"base_instance_name": "proof-of-delivery", "version": [{"instance_template": link}]}
    return {**place, **made, "update_policy": [policy]}


def _revision(spec: CloudRunService) -> dict[str, Any]:
    limits = {"cpu": f"{spec.vcpu:g}", "memory": f"{spec.memory_gib * 1024:g}Mi"}
    resources = [{"limits": limits, "cpu_idle": not spec.cpu_always_allocated}]
    kept = [{"min_instance_count": spec.min_instances, "max_instance_count": spec.max_instances}]
    return {"scaling": kept, "containers": [{"image": _SERVED, "resources": resources}]}


def _rule(rule: BucketRule) -> dict[str, Any]:
    action = {"type": rule.action, "storage_class": rule.storage_class}
    return {"action": [action], "condition": [{"age": rule.age_days}]}
