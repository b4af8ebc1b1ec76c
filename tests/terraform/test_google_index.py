"""From a live resource of Google Cloud to the address that holds it, by the names that its provider writes."""

import json
from typing import Any

import pytest

from costopt.model.resource import ResourceKey
from costopt.terraform.live_index import AddressIndex
from costopt.terraform.state import read_state

COMPUTE = "https://www.googleapis.com/compute/v1/projects/shop"
ZONAL = "https://container.googleapis.com/v1/projects/shop/zones/europe-west1-b/clusters/main"
HELD: dict[str, dict[str, Any]] = {
    "google_compute_instance.web": {
        "id": "projects/shop/zones/europe-west1-b/instances/web",
        "project": "shop",
        "boot_disk": [{"source": f"{COMPUTE}/zones/europe-west1-b/disks/web"}],
    },
    "google_compute_instance.db": {
        "id": "projects/shop/zones/europe-west1-b/instances/db",
        "boot_disk": [{"source": f"{COMPUTE}/zones/europe-west1-b/disks/db"}],
    },
    "google_compute_disk.db": {"self_link": f"{COMPUTE}/zones/europe-west1-b/disks/db", "name": "db"},
    "google_sql_database_instance.orders": {
        "id": "orders",
        "self_link": "https://sqladmin.googleapis.com/sql/v1beta4/projects/shop/instances/orders",
    },
    "google_storage_bucket.logs": {"id": "shop-logs", "name": "shop-logs", "project": "shop", "location": "EU"},
    "google_container_cluster.main": {"id": "main", "self_link": ZONAL},
    "google_container_node_pool.web": {"id": "projects/shop/locations/europe-west1-b/clusters/main/nodePools/web"},
    "google_cloud_run_v2_service.api": {"id": "projects/shop/locations/europe-west1/services/api"},
    "google_cloud_run_service.old": {
        "id": "locations/europe-west1/namespaces/shop/services/old",
        "project": "shop",
        "location": "europe-west1",
        "name": "old",
    },
    "google_workbench_instance.lab": {
        "id": "projects/shop/locations/europe-west1-b/instances/lab",
        "project": "shop",
        "location": "europe-west1-b",
        "name": "lab",
    },
    "google_compute_instance_template.web": {
        "self_link": f"{COMPUTE}/global/instanceTemplates/web",
        "self_link_unique": f"{COMPUTE}/global/instanceTemplates/web?uniqueId=7",
    },
    "google_compute_router_nat.out": {
        "id": "shop/europe-west1/edge/out",
        "project": "shop",
        "region": "europe-west1",
        "router": "edge",
        "name": "out",
    },
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> AddressIndex:
    provider = 'provider["registry.terraform.io/hashicorp/google"]'
    resources = []
    for address, attributes in HELD.items():
        kind, _, name = address.partition(".")
        block = {"mode": "managed", "type": kind, "name": name, "provider": provider}
        resources.append({**block, "instances": [{"attributes": attributes}]})
    path = tmp_path_factory.mktemp("state") / "s"
    path.write_text(json.dumps({"version": 4, "resources": resources}))
    return AddressIndex(read_state(path))


def key(kind: str, identifier: str, account: str = "shop") -> ResourceKey:
    return ResourceKey("gcp", account, "europe-west1", kind, identifier)


@pytest.mark.parametrize(
    ("kind", "identifier", "address"),
    [
        ("gce_instance", "zones/europe-west1-b/instances/web", "google_compute_instance.web"),
        ("persistent_disk", "zones/europe-west1-b/disks/db", "google_compute_disk.db"),
        ("cloud_sql_instance", "instances/orders", "google_sql_database_instance.orders"),
        ("gcs_bucket", "shop-logs", "google_storage_bucket.logs"),
        ("gke_cluster", "locations/europe-west1-b/clusters/main", "google_container_cluster.main"),
        ("gke_node_pool", "locations/europe-west1-b/clusters/main/nodePools/web", "google_container_node_pool.web"),
        ("cloud_run_service", "locations/europe-west1/services/api", "google_cloud_run_v2_service.api"),
        ("cloud_run_service", "locations/europe-west1/services/old", "google_cloud_run_service.old"),
        ("gce_instance", "zones/europe-west1-b/instances/lab", "google_workbench_instance.lab"),
        ("cloud_nat", "regions/europe-west1/routers/edge/nats/out", "google_compute_router_nat.out"),
    ],
)
def test_a_live_resource_is_found_by_its_id_below_the_project(
    index: AddressIndex, kind: str, identifier: str, address: str
) -> None:
    assert [match.address for match in index.find(key(kind, identifier))] == [address]


def test_a_boot_disk_that_the_instance_makes_is_found_in_its_block(index: AddressIndex) -> None:
    (match,) = index.find(key("persistent_disk", "zones/europe-west1-b/disks/web"))
    assert (match.address, match.path) == ("google_compute_instance.web", ("boot_disk", 0))


def test_a_template_is_found_with_the_number_that_tells_two_of_its_name_apart(index: AddressIndex) -> None:
    found = index.find_name(f"{COMPUTE}/global/instanceTemplates/web?uniqueId=8")
    assert [match.address for match in found] == ["google_compute_instance_template.web"]


@pytest.mark.parametrize(
    ("kind", "identifier", "account"),
    [
        ("gce_instance", "zones/europe-west1-b/instances/web", "other"),
        ("gce_instance", "zones/europe-west1-c/instances/web", "shop"),
        ("persistent_disk", "zones/europe-west1-b/instances/web", "shop"),
        ("gcs_bucket", "shop-logs", "other"),
        ("gce_instance", "orders", "shop"),
    ],
)
def test_the_same_name_elsewhere_is_another_resource(
    index: AddressIndex, kind: str, identifier: str, account: str
) -> None:
    assert index.find(key(kind, identifier, account)) == ()
