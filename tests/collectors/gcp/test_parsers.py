"""What each kind keeps, at the places where Google's JSON says one thing in several ways."""

from typing import Any

import pytest

from costopt.collectors.gcp.services.cloud_run import quantity
from costopt.collectors.soundness import UnsoundRow
from costopt.model.specs.google_storage import BucketRule, GcsBucket
from tests.oracles.google_rows import rows
from tests.oracles.google_server import PROJECT

BELOW = f"projects/{PROJECT}"
ZONE = "zones/us-central1-a"
MACHINE = {
    "id": "1",
    "name": "m",
    "status": "RUNNING",
    "machineType": f"{ZONE}/machineTypes/n2-standard-2",
    "zone": ZONE,
}


def spec(asset_type: str, path: str, data: dict[str, Any], location: str = "us-central1") -> Any:
    """Specification of the one resource that an asset makes."""
    (row,) = rows(asset_type, f"//any.googleapis.com/{BELOW}/{path}", data, location=location)
    return row.spec


def machine(**data: Any) -> Any:
    return spec("compute.googleapis.com/Instance", f"{ZONE}/instances/m", MACHINE | data, "us-central1-a")


@pytest.mark.parametrize(
    ("scheduling", "model"),
    [
        ({}, "standard"),
        ({"preemptible": True}, "spot"),
        ({"provisioningModel": "SPOT"}, "spot"),
        ({"preemptible": True, "provisioningModel": "STANDARD"}, "spot"),
        ({"provisioningModel": "RESERVATION_BOUND"}, "reservation_bound"),
    ],
)
def test_preemptible_machines_are_spot_by_their_older_name(scheduling: dict[str, Any], model: str) -> None:
    assert machine(scheduling=scheduling).provisioning_model == model


@pytest.mark.parametrize(
    ("licenses", "platform"),
    [
        ([], "linux"),
        (["projects/debian-cloud/global/licenses/debian-12-bookworm"], "linux"),
        (["projects/windows-cloud/global/licenses/windows-server-2022-dc"], "windows"),
        (
            [
                "projects/windows-cloud/global/licenses/windows-server-2022-dc",
                "projects/windows-sql-cloud/global/licenses/sql-server-2019-standard",
            ],
            "windows_sql",
        ),
        (["https://www.googleapis.com/compute/v1/projects/suse-sap-cloud/global/licenses/sles-sap-15"], "sles_sap"),
    ],
)
def test_the_platform_is_the_dearest_licence_of_the_disks(licenses: list[str], platform: str) -> None:
    disks = [{"type": "PERSISTENT", "source": f"{BELOW}/{ZONE}/disks/m", "licenses": licenses}]
    assert machine(disks=disks).platform == platform


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("custom-2-4096", (2, 4)),
        ("n2-custom-6-20480", (6, 20)),
        ("n2d-custom-8-131072-ext", (8, 128)),
        ("e2-custom-micro-1024", (None, None)),
        ("n2-standard-2", (None, None)),
        ("custom-2-" + "9" * 400, (None, None)),
    ],
)
def test_custom_machine_types_say_what_they_have(name: str, shape: tuple[float | None, float | None]) -> None:
    found = machine(machineType=f"{ZONE}/machineTypes/{name}")
    assert (found.vcpus, found.memory_gib) == shape


def test_who_made_a_machine_is_told_by_labels_and_by_one_key_of_its_metadata() -> None:
    group = f"projects/123456789012/{ZONE}/instanceGroupManagers/gke-pool"
    found = machine(
        labels={"goog-gke-node": "", "goog-k8s-cluster-name": "main"},
        metadata={"items": [{"key": "created-by", "value": group}, {"key": "kube-env", "value": "secret"}]},
    )
    assert (found.managed_by, found.instance_group) == ("gke", f"{ZONE}/instanceGroupManagers/gke-pool")
    assert machine(metadata={"items": [{"key": "created-by", "value": "alice"}]}).instance_group is None


@pytest.mark.parametrize(
    ("data", "bound"),
    [
        ({}, False),
        ({"minCpuPlatform": "Automatic", "confidentialInstanceConfig": {"enableConfidentialCompute": False}}, False),
        ({"minCpuPlatform": "Intel Ice Lake"}, True),
        ({"confidentialInstanceConfig": {"enableConfidentialCompute": True}}, True),
        ({"confidentialInstanceConfig": {"confidentialInstanceType": "SEV_SNP"}}, True),
        ({"advancedMachineFeatures": {"enableNestedVirtualization": True}}, True),
        ({"advancedMachineFeatures": {"threadsPerCore": 1}}, False),
    ],
)
def test_a_machine_that_needs_what_other_series_may_lack_is_bound_to_its_own(data: dict[str, Any], bound: bool) -> None:
    assert machine(**data).bound_to_series is bound


def test_local_ssds_count_by_their_size_and_are_no_persistent_disks() -> None:
    local: list[dict[str, Any]] = [{"type": "SCRATCH"}, {"type": "SCRATCH", "diskSizeGb": "3000"}]
    found = machine(disks=local)
    assert (found.local_ssd_gib, found.disks) == (3375, ())


def test_a_disk_that_was_never_attached_is_blank_only_without_a_source() -> None:
    data = {"id": "1", "name": "d", "status": "READY", "sizeGb": "10", "type": f"{ZONE}/diskTypes/pd-ssd", "zone": ZONE}
    kind, path = "compute.googleapis.com/Disk", f"{ZONE}/disks/d"
    assert spec(kind, path, data).blank
    assert not spec(kind, path, data | {"sourceSnapshot": f"{BELOW}/global/snapshots/s"}).blank
    assert not spec(kind, path, data | {"lastAttachTimestamp": "2026-01-01T00:00:00Z"}).blank


@pytest.mark.parametrize(
    "source",
    [
        {"sourceDisk": "projects/p/zones/z/disks/o"},
        {"sourceInstantSnapshot": "projects/p/zones/z/instantSnapshots/i"},
        {"sourceStorageObject": "gs://b/image.tar.gz"},
        {"asyncPrimaryDisk": {"disk": "projects/p/zones/z/disks/o"}},
    ],
)
def test_a_disk_that_was_filled_another_way_is_not_blank(source: dict[str, Any]) -> None:
    data = {"id": "1", "name": "d", "status": "READY", "sizeGb": "10", "type": f"{ZONE}/diskTypes/pd-ssd", "zone": ZONE}
    assert not spec("compute.googleapis.com/Disk", f"{ZONE}/disks/d", data | source).blank


def test_a_snapshot_whose_size_is_still_counted_has_no_size() -> None:
    data = {"name": "s", "status": "READY", "diskSizeGb": "10", "storageBytes": "5", "storageBytesStatus": "UPDATING"}
    assert spec("compute.googleapis.com/Snapshot", "global/snapshots/s", data).storage_bytes is None


def test_a_commitment_holds_cores_gibibytes_gpus_and_local_ssds() -> None:
    data = {
        "name": "c",
        "plan": "THIRTY_SIX_MONTH",
        "status": "ACTIVE",
        "startTimestamp": "2026-01-01T00:00:00Z",
        "endTimestamp": "2029-01-01T00:00:00Z",
        "resources": [
            {"type": "VCPU", "amount": "8"},
            {"type": "MEMORY", "amount": "30720"},
            {"type": "LOCAL_SSD", "amount": "375"},
            {"type": "ACCELERATOR", "amount": "2", "acceleratorType": "nvidia-tesla-v100"},
        ],
    }
    found = spec("compute.googleapis.com/Commitment", "regions/us-central1/commitments/c", data)
    assert (found.vcpus, found.memory_gib, found.local_ssd_gib) == (8, 30, 375)
    assert [(gpu.accelerator_type, gpu.count) for gpu in found.accelerators] == [("nvidia-tesla-v100", 2)]
    assert found.commitment_type == "GENERAL_PURPOSE"


def test_a_commitment_without_a_term_is_no_commitment() -> None:
    data = {"name": "c", "plan": "TWELVE_MONTH", "status": "ACTIVE"}
    with pytest.raises(UnsoundRow, match="no term"):
        spec("compute.googleapis.com/Commitment", "regions/us-central1/commitments/c", data)


@pytest.mark.parametrize(("sharing", "shared"), [(None, False), ("LOCAL", False), ("SPECIFIC_PROJECTS", True)])
def test_a_reservation_that_others_may_use_says_so(sharing: str | None, shared: bool) -> None:
    data = {
        "id": "1",
        "name": "r",
        "zone": ZONE,
        "status": "READY",
        "specificReservation": {"count": "4", "inUseCount": "1"},
        "shareSettings": {"shareType": sharing} if sharing else {},
    }
    found = spec("compute.googleapis.com/Reservation", f"{ZONE}/reservations/r", data)
    assert (found.count, found.in_use_count, found.shared, found.consumers) == (4, 1, shared, None)


def test_a_reservation_that_is_shared_with_projects_names_them() -> None:
    sharing = {"shareType": "SPECIFIC_PROJECTS", "projectMap": {"b": {"projectId": "b"}, "12": {"projectId": "12"}}}
    data = {"id": "1", "name": "r", "zone": ZONE, "status": "READY", "shareSettings": sharing}
    assert spec("compute.googleapis.com/Reservation", f"{ZONE}/reservations/r", data).consumers == ("12", "b")


def test_a_stopped_database_and_a_replica() -> None:
    data = {
        "name": "db",
        "state": "RUNNABLE",
        "databaseVersion": "MYSQL_8_0",
        "masterInstanceName": "example.com:acme-shop:main",
        "settings": {"tier": "db-n1-standard-2", "activationPolicy": "NEVER", "availabilityType": "REGIONAL"},
    }
    found = spec("sqladmin.googleapis.com/Instance", "instances/db", data)
    assert (found.engine, found.running, found.availability, found.replica_of) == ("mysql", False, "REGIONAL", "main")


@pytest.mark.parametrize(
    ("asset_type", "documented", "path", "data"),
    [
        ("InstanceGroupManager", f"{ZONE}/instanceGroupManager/web", f"{ZONE}/instanceGroupManagers/web", {}),
        (
            "Commitment",
            "region/us-central1/commitments/n2",
            "regions/us-central1/commitments/n2",
            {"plan": "TWELVE_MONTH", "status": "ACTIVE", "startTimestamp": "2026-01-01T00:00:00Z"}
            | {"endTimestamp": "2027-01-01T00:00:00Z"},
        ),
    ],
)
def test_a_name_of_the_inventory_that_no_link_has_is_no_id(
    asset_type: str, documented: str, path: str, data: dict[str, Any]
) -> None:
    """Autoscalers, machines and reservations refer to these by their links."""
    link = f"https://www.googleapis.com/compute/v1/{BELOW}/{path}"
    name = f"//compute.googleapis.com/{BELOW}/{documented}"
    (row,) = rows(f"compute.googleapis.com/{asset_type}", name, {"name": "web", "selfLink": link} | data)
    assert (row.id, row.arn) == (path, name)


@pytest.mark.parametrize(
    ("scaling", "limits"),
    [
        ({}, (False, None, None, False)),
        ({"enabled": False, "maxNodeCount": 5}, (False, None, None, False)),
        ({"enabled": True, "maxNodeCount": 5}, (True, 0, 5, False)),
        ({"enabled": True, "totalMinNodeCount": 1, "totalMaxNodeCount": 9}, (True, 1, 9, True)),
    ],
)
def test_limits_of_a_node_pool(scaling: dict[str, Any], limits: tuple[Any, ...]) -> None:
    data = {"name": "p", "status": "RUNNING", "config": {}, "autoscaling": scaling}
    found = spec("container.googleapis.com/NodePool", "locations/us-central1/clusters/c/nodePools/p", data)
    assert (found.autoscaled, found.minimum, found.maximum, found.total_limits) == limits


def test_rules_of_a_bucket() -> None:
    rules = [
        {"action": {"type": "Delete"}, "condition": {"age": 365}},
        {
            "action": {"type": "SetStorageClass", "storageClass": "NEARLINE"},
            "condition": {"age": 30, "matchesPrefix": ["a/"]},
        },
        {"action": {"type": "Delete"}, "condition": {"numNewerVersions": 3}},
        {"action": {"type": "Delete"}, "condition": {"isLive": False, "age": 7}},
        {"action": {"type": "AbortIncompleteMultipartUpload"}, "condition": {"age": 1}},
    ]
    data = {
        "location": "EUROPE-WEST4",
        "lifecycle": {"rule": rules},
        "softDeletePolicy": {"retentionDurationSeconds": "604800"},
    }
    found = spec("storage.googleapis.com/Bucket", "buckets/b", data)
    assert found.rules == (
        BucketRule(action="Delete", age_days=365),
        BucketRule(action="SetStorageClass", storage_class="NEARLINE", age_days=30, partial=True),
        BucketRule(action="Delete", noncurrent=True),
        BucketRule(action="Delete", noncurrent=True, age_days=7),
        BucketRule(action="AbortIncompleteMultipartUpload", age_days=1),
    )
    assert (found.location, found.soft_delete_days) == ("europe-west4", 7)


def test_an_empty_message_or_list_says_nothing_of_a_bucket() -> None:
    """The inventory writes them: `"lifecycle": {"rule": []}` is what it gives for a bucket without rules."""
    condition = {"age": 30.0, "noncurrentTimeBefore": {}, "matchesPrefix": [], "customTimeBefore": {}}
    data = {
        "location": "EU",
        "lifecycle": {"rule": [{"action": {"type": "Delete"}, "condition": condition}]},
        "versioning": {},
        "autoclass": {},
        "softDeletePolicy": {},
        "retentionPolicy": {},
        "labels": {},
    }
    found = spec("storage.googleapis.com/Bucket", "buckets/b", data)
    rules = (BucketRule(action="Delete", age_days=30),)
    assert found == GcsBucket(location="eu", storage_class="STANDARD", rules=rules, versioning=False)
    assert spec("storage.googleapis.com/Bucket", "buckets/b", {"location": "EU", "lifecycle": {"rule": []}}).rules == ()


@pytest.mark.parametrize(
    ("partitioning", "days"),
    [
        ({"timePartitioning": {"type": "DAY", "expirationMs": "5184000000"}}, 60),
        ({"timePartitioning": {"type": "DAY", "expirationMs": "0"}}, None),
        ({"timePartitioning": {"type": "DAY"}}, None),
        ({"rangePartitioning": {"field": "id"}}, None),
    ],
)
def test_partitions_that_expire_say_after_how_many_days(partitioning: dict[str, Any], days: int | None) -> None:
    found = spec("bigquery.googleapis.com/Table", "datasets/d/tables/t", {"type": "TABLE", **partitioning}, "us")
    assert (found.partitioned, found.partition_expiration_days) == (True, days)


def test_a_clone_calls_itself_a_table() -> None:
    data = {"type": "TABLE", "cloneDefinition": {"baseTableReference": {"tableId": "orders"}}}
    assert spec("bigquery.googleapis.com/Table", "datasets/d/tables/t", data, "us").table_type == "CLONE"


def test_cloud_run_says_the_same_in_both_versions_of_its_api() -> None:
    limits = {"cpu": "2", "memory": "1Gi"}
    first = {
        "metadata": {"name": "api", "annotations": {"run.googleapis.com/minScale": "1"}},
        "spec": {
            "template": {
                "metadata": {
                    "annotations": {
                        "run.googleapis.com/cpu-throttling": "false",
                        "autoscaling.knative.dev/maxScale": "20",
                    }
                },
                "spec": {"containerConcurrency": 80, "containers": [{"resources": {"limits": limits}}, {}]},
            }
        },
    }
    second = {
        "name": f"{BELOW}/locations/us-central1/services/api",
        "scaling": {"minInstanceCount": 1},
        "template": {
            "maxInstanceRequestConcurrency": 80,
            "scaling": {"maxInstanceCount": 20},
            "containers": [{"resources": {"limits": limits, "cpuIdle": False}}, {"resources": {"cpuIdle": True}}],
        },
    }
    path = "locations/us-central1/services/api"
    found = [spec("run.googleapis.com/Service", path, one) for one in (first, second)]
    assert found[0] == found[1]
    assert (found[0].vcpu, found[0].memory_gib, found[0].min_instances) == (3, 1.5, 1)
    assert found[0].cpu_always_allocated
    sidecar = {"template": {"containers": [{"resources": {"limits": limits, "cpuIdle": True}}, {"name": "sidecar"}]}}
    assert not spec("run.googleapis.com/Service", path, second | sidecar).cpu_always_allocated


@pytest.mark.parametrize(
    ("text", "amount"), [("1", 1), ("500m", 0.5), ("512Mi", 2**29), ("2G", 2e9), ("1.5Gi", 1.5 * 2**30)]
)
def test_quantities_of_kubernetes(text: str, amount: float) -> None:
    assert quantity(text) == pytest.approx(amount)


@pytest.mark.parametrize("text", ["", "Gi", "1 Gi", "-1", "1e3", "1Zi"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(UnsoundRow):
        quantity(text)


def test_an_endpoint_with_automatic_resources_names_no_machine() -> None:
    data = {"displayName": "e", "deployedModels": [{"id": "1", "automaticResources": {"minReplicaCount": 1}}]}
    (model,) = spec("aiplatform.googleapis.com/Endpoint", "locations/us-central1/endpoints/1", data).deployed
    assert (model.machine_type, model.minimum, model.accelerators) == (None, 1, ())


@pytest.mark.parametrize(
    ("fields", "private"),
    [
        ({}, False),
        ({"network": "projects/1/global/networks/shop"}, True),
        ({"privateServiceConnectConfig": {"enablePrivateServiceConnect": True}}, True),
        ({"privateServiceConnectConfig": {}}, False),
    ],
)
def test_an_endpoint_behind_a_network_is_private(fields: dict[str, Any], private: bool) -> None:
    found = spec("aiplatform.googleapis.com/Endpoint", "locations/r/endpoints/1", {"displayName": "e", **fields})
    assert found.private is private


def test_a_template_names_the_images_of_its_disks() -> None:
    own = f"https://www.googleapis.com/compute/v1/{BELOW}/global/images/base"
    public = "projects/debian-cloud/global/images/debian-12"
    disks = [{"initializeParams": {"sourceImage": link}} for link in (public, own)] + [{"source": "data"}]
    data = {"name": "t", "properties": {"machineType": "e2-medium", "disks": disks}}
    found = spec("compute.googleapis.com/InstanceTemplate", "global/instanceTemplates/t", data)
    assert found.image_ids == ("global/images/base", public)


def test_an_older_notebook_names_its_machine_by_a_link() -> None:
    data = {
        "state": "ACTIVE",
        "machineType": "https://www.googleapis.com/compute/v1/projects/p/zones/z/machineTypes/n1-standard-4",
        "acceleratorConfig": {"type": "NVIDIA_TESLA_T4", "coreCount": "1"},
        "metadata": {"proxy-url": "x"},
    }
    path = "locations/us-central1-a/instances/nb"
    found = spec("notebooks.googleapis.com/Instance", path, data, "us-central1-a")
    assert (found.machine_type, found.instance_id) == ("n1-standard-4", f"{ZONE}/instances/nb")
    assert [(gpu.accelerator_type, gpu.count) for gpu in found.accelerators] == [("nvidia-tesla-t4", 1)]
    assert found.idle_shutdown_minutes is None


def test_a_project_is_read_in_both_versions_of_its_api() -> None:
    first = {
        "projectId": "p-one",
        "projectNumber": "1",
        "lifecycleState": "ACTIVE",
        "parent": {"type": "folder", "id": "5"},
    }
    third = {"projectId": "p-one", "name": "projects/1", "state": "ACTIVE", "parent": "folders/5"}
    kind = "cloudresourcemanager.googleapis.com/Project"
    found = [rows(kind, "//cloudresourcemanager.googleapis.com/projects/1", one)[0] for one in (first, third)]
    assert found[0].spec == found[1].spec
    assert {row.account for row in found} == {"p-one"}
