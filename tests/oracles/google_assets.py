"""A project with one resource of every asset type that is read, each with the fields that its API documents.

Where the APIs hold secrets (metadata, environment, certificates) the JSON has the canary, which must be kept nowhere.
"""

from collections.abc import Mapping
from typing import Any

from google.cloud import asset_v1
from google.cloud.bigquery_reservation_v1 import CapacityCommitment, Edition, Reservation

from tests.oracles.google_server import NUMBER, PROJECT, asset

CANARY = "hunter2-canary"
SELF = f"https://www.googleapis.com/compute/v1/projects/{PROJECT}"
ZONE = "us-central1-a"
MADE = "2025-11-03T02:21:01.334-08:00"


def compute(asset_type: str, path: str, data: Mapping[str, Any], *, location: str) -> asset_v1.Asset:
    """An asset of Compute Engine; `path` is its path below the project."""
    about = {"name": path.rpartition("/")[2], "creationTimestamp": MADE, "selfLink": f"{SELF}/{path}"}
    name = f"//compute.googleapis.com/projects/{PROJECT}/{path}"
    return asset(f"compute.googleapis.com/{asset_type}", name, {**about, **data}, location=location)


def instance(name: str = "web-1", zone: str = ZONE, **data: Any) -> asset_v1.Asset:
    """A running machine with a boot disk, a group, a GPU and secrets."""
    path = f"zones/{zone}/instances/{name}"
    base = {
        "id": "4158127351007949610",
        "status": "RUNNING",
        "machineType": f"{SELF}/zones/{zone}/machineTypes/n1-standard-4",
        "zone": f"{SELF}/zones/{zone}",
        "lastStartTimestamp": "2026-02-01T00:00:00Z",
        "cpuPlatform": "Intel Skylake",
        "labels": {"team": "shop"},
        "guestAccelerators": [
            {"acceleratorType": f"{SELF}/zones/{zone}/acceleratorTypes/nvidia-tesla-t4", "acceleratorCount": 1}
        ],
        "disks": [
            {
                "type": "PERSISTENT",
                "boot": True,
                "deviceName": "boot",
                "source": f"{SELF}/zones/{zone}/disks/{name}",
                "licenses": ["https://www.googleapis.com/compute/v1/projects/rhel-cloud/global/licenses/rhel-8-server"],
            },
            {"type": "SCRATCH", "deviceName": "local", "diskSizeGb": "375"},
        ],
        "scheduling": {"preemptible": False, "provisioningModel": "STANDARD"},
        "metadata": {
            "items": [
                {"key": "created-by", "value": f"projects/{NUMBER}/zones/{zone}/instanceGroupManagers/web"},
                {"key": "startup-script", "value": f"export TOKEN={CANARY}"},
                {"key": "ssh-keys", "value": CANARY},
            ]
        },
    }
    return compute("Instance", path, {**base, **data}, location=zone)


def disk(name: str = "web-1", **data: Any) -> asset_v1.Asset:
    """The boot disk of that machine."""
    base = {
        "id": "1926261635889640234",
        "status": "READY",
        "sizeGb": "50",
        "type": f"{SELF}/zones/{ZONE}/diskTypes/pd-balanced",
        "zone": f"{SELF}/zones/{ZONE}",
        "users": [f"{SELF}/zones/{ZONE}/instances/{name}"],
        "sourceImage": "https://www.googleapis.com/compute/v1/projects/rhel-cloud/global/images/rhel-8-v20251001",
        "lastAttachTimestamp": MADE,
        "labels": {"team": "shop"},
    }
    return compute("Disk", f"zones/{ZONE}/disks/{name}", {**base, **data}, location=ZONE)


def machines() -> list[asset_v1.Asset]:
    """What Compute Engine has."""
    region = "us-central1"
    links = {"zone": f"{SELF}/zones/{ZONE}"}
    return [
        instance(),
        disk(),
        compute(
            "RegionDisk",
            f"regions/{region}/disks/shared",
            {
                "id": "2",
                "status": "READY",
                "sizeGb": "10",
                "type": f"{SELF}/regions/{region}/diskTypes/pd-ssd",
                "replicaZones": [f"{SELF}/zones/us-central1-b", f"{SELF}/zones/us-central1-a"],
            },
            location=region,
        ),
        compute(
            "InstanceGroupManager",
            f"zones/{ZONE}/instanceGroupManagers/web",
            links | {"targetSize": 2, "instanceTemplate": f"{SELF}/global/instanceTemplates/web"},
            location=ZONE,
        ),
        compute(
            "Autoscaler",
            f"zones/{ZONE}/autoscalers/web",
            {
                "target": f"{SELF}/zones/{ZONE}/instanceGroupManagers/web",
                "autoscalingPolicy": {"minNumReplicas": 2, "maxNumReplicas": 9, "mode": "ON"},
            },
            location=ZONE,
        ),
        compute(
            "InstanceTemplate",
            "global/instanceTemplates/web",
            {"properties": {"machineType": "n1-standard-4", "metadata": {"items": [{"key": "k", "value": CANARY}]}}},
            location="global",
        ),
        compute(
            "Snapshot",
            "global/snapshots/web-1",
            {
                "status": "READY",
                "sourceDisk": f"{SELF}/zones/{ZONE}/disks/web-1",
                "diskSizeGb": "50",
                "storageBytes": "1073741824",
                "storageBytesStatus": "UP_TO_DATE",
                "storageLocations": ["us"],
            },
            location="global",
        ),
        compute(
            "Image",
            "global/images/golden",
            {"status": "READY", "diskSizeGb": "50", "archiveSizeBytes": "2147483648", "family": "golden"},
            location="global",
        ),
        compute(
            "Address",
            f"regions/{region}/addresses/old",
            {"address": "192.0.2.10", "status": "RESERVED", "addressType": "EXTERNAL", "networkTier": "PREMIUM"},
            location=region,
        ),
        compute(
            "ForwardingRule",
            f"regions/{region}/forwardingRules/front",
            {
                "IPAddress": "192.0.2.11",
                "loadBalancingScheme": "EXTERNAL",
                "target": f"{SELF}/regions/{region}/targetPools/p",
            },
            location=region,
        ),
        compute(
            "Router",
            f"regions/{region}/routers/edge",
            {
                "network": f"{SELF}/global/networks/default",
                "nats": [{"name": "nat", "natIpAllocateOption": "AUTO_ONLY"}],
            },
            location=region,
        ),
        compute(
            "Reservation",
            f"zones/{ZONE}/reservations/held",
            links
            | {
                "id": "77",
                "status": "READY",
                "specificReservation": {"count": "4", "instanceProperties": {"machineType": "n2-standard-8"}},
            },
            location=ZONE,
        ),
        compute(
            "Commitment",
            f"regions/{region}/commitments/n2",
            {
                "plan": "TWELVE_MONTH",
                "status": "ACTIVE",
                "type": "GENERAL_PURPOSE_N2",
                "category": "MACHINE",
                "startTimestamp": "2025-06-01T00:00:00.000-07:00",
                "endTimestamp": "2026-06-01T00:00:00.000-07:00",
                "resources": [{"type": "VCPU", "amount": "16"}, {"type": "MEMORY", "amount": "65536"}],
            },
            location=region,
        ),
    ]


def services() -> list[asset_v1.Asset]:
    """What the other services have."""
    own = f"projects/{PROJECT}"
    cluster = f"//container.googleapis.com/{own}/zones/{ZONE}/clusters/main"
    return [
        asset(
            "sqladmin.googleapis.com/Instance",
            f"//cloudsql.googleapis.com/{own}/instances/orders",
            {
                "name": "orders",
                "state": "RUNNABLE",
                "databaseVersion": "POSTGRES_15",
                "createTime": MADE,
                "settings": {"tier": "db-custom-4-16384", "dataDiskSizeGb": "100", "userLabels": {"team": "shop"}},
                "serverCaCert": {"cert": CANARY},
                "rootPassword": CANARY,
            },
            location="us-central1",
        ),
        asset(
            "container.googleapis.com/Cluster",
            cluster,
            {
                "name": "main",
                "location": ZONE,
                "status": "RUNNING",
                "currentNodeCount": 3,
                "masterAuth": {"password": CANARY},
            },
            location=ZONE,
        ),
        asset(
            "container.googleapis.com/NodePool",
            f"{cluster}/nodePools/default",
            {
                "name": "default",
                "status": "RUNNING",
                "initialNodeCount": 3,
                "config": {"machineType": "e2-standard-4", "diskSizeGb": 100, "metadata": {"k": CANARY}},
            },
            location=ZONE,
        ),
        asset(
            "storage.googleapis.com/Bucket",
            "//storage.googleapis.com/acme-logs",
            {"location": "US", "locationType": "multi-region", "storageClass": "STANDARD", "timeCreated": MADE},
            location="us",
        ),
        asset(
            "bigquery.googleapis.com/Dataset",
            f"//bigquery.googleapis.com/{own}/datasets/sales",
            {"location": "EU", "creationTime": "1700000000000", "defaultTableExpirationMs": "86400000"},
            location="EU",
        ),
        asset(
            "bigquery.googleapis.com/Table",
            f"//bigquery.googleapis.com/{own}/datasets/sales/tables/orders",
            {"type": "TABLE", "creationTime": "1700000000000", "lastModifiedTime": "1710000000000", "numBytes": None},
            location="EU",
        ),
        asset(
            "run.googleapis.com/Service",
            f"//run.googleapis.com/{own}/locations/us-central1/services/api",
            {
                "metadata": {"name": "api", "creationTimestamp": MADE, "labels": {"team": "shop"}},
                "spec": {
                    "template": {
                        "metadata": {"annotations": {"autoscaling.knative.dev/minScale": "2"}},
                        "spec": {
                            "containers": [
                                {
                                    "resources": {"limits": {"cpu": "1000m", "memory": "512Mi"}},
                                    "env": [{"name": "KEY", "value": CANARY}],
                                    "args": [CANARY],
                                }
                            ]
                        },
                    }
                },
            },
            location="us-central1",
        ),
        asset(
            "aiplatform.googleapis.com/Endpoint",
            f"//aiplatform.googleapis.com/projects/{NUMBER}/locations/us-central1/endpoints/42",
            {
                "displayName": "fraud",
                "deployedModels": [
                    {
                        "id": "7",
                        "dedicatedResources": {
                            "machineSpec": {
                                "machineType": "n1-standard-4",
                                "acceleratorType": "NVIDIA_TESLA_T4",
                                "acceleratorCount": 1,
                            },
                            "minReplicaCount": 2,
                        },
                    }
                ],
            },
            location="us-central1",
        ),
        asset(
            "notebooks.googleapis.com/Instance",
            f"//notebooks.googleapis.com/{own}/locations/{ZONE}/instances/nb",
            {
                "state": "ACTIVE",
                "gceSetup": {
                    "machineType": "n1-standard-4",
                    "metadata": {"idle-timeout-seconds": "10800", "proxy": CANARY},
                },
            },
            location=ZONE,
        ),
        asset(
            "tpu.googleapis.com/Node",
            f"//tpu.googleapis.com/{own}/locations/us-central1-b/nodes/train",
            {"acceleratorType": "v3-8", "state": "READY", "metadata": {"startup-script": CANARY}},
            location="us-central1-b",
        ),
        project_asset(),
    ]


def project_asset(project: str = PROJECT, number: str = NUMBER, state: str = "ACTIVE") -> asset_v1.Asset:
    """A project."""
    data = {
        "projectId": project,
        "projectNumber": number,
        "lifecycleState": state,
        "name": f"Project {project}",
        "createTime": "2020-01-01T00:00:00Z",
        "labels": {"team": "shop"},
        "parent": {"type": "folder", "id": "55"},
    }
    name = f"//cloudresourcemanager.googleapis.com/projects/{number}"
    return asset("cloudresourcemanager.googleapis.com/Project", name, data, location="global", number=number)


def estate() -> list[asset_v1.Asset]:
    """Everything."""
    return machines() + services()


def reservation(name: str = "base", *, location: str = "EU", **fields: Any) -> Reservation:
    """A reservation of slots."""
    given: dict[str, Any] = {"slot_capacity": 100, "edition": Edition.ENTERPRISE, "creation_time": MADE, **fields}
    return Reservation(name=f"projects/{PROJECT}/locations/{location}/reservations/{name}", **given)


def capacity_commitment(name: str = "year", *, location: str = "EU", **fields: Any) -> CapacityCommitment:
    """A commitment to slots for a year that began in June."""
    given: dict[str, Any] = {
        "slot_count": 50,
        "plan": "ANNUAL",
        "renewal_plan": "ANNUAL",
        "state": "ACTIVE",
        "edition": Edition.ENTERPRISE,
        "commitment_start_time": "2025-06-01T00:00:00Z",
        "commitment_end_time": "2026-06-01T00:00:00Z",
        **fields,
    }
    return CapacityCommitment(name=f"projects/{PROJECT}/locations/{location}/capacityCommitments/{name}", **given)
