"""A root module that calls every module for Google Cloud, with values for what a user has to fill in."""

from costopt.terraform.render.calls import Blueprint, ModuleCall
from costopt.terraform.render.expressions import Expression
from costopt.terraform.render.library import LIBRARY, Cloud

GOOGLE_MODULES = sorted(name for name, one in LIBRARY.items() if one.cloud is Cloud.GCP)
ZONES = ["europe-west4-a", "europe-west4-b", "europe-west4-c"]
IMAGE = "projects/debian-cloud/global/images/family/debian-12"
SHARED = {
    "project": "shop",
    "project_number": "123456789012",
    "zones": ZONES,
    "subnetwork": "private",
    "network": "projects/shop/global/networks/main",
    "service_account_email": "web@shop.iam.gserviceaccount.com",
    "cluster": "main",
    "cluster_location": "europe-west4",
}
GIVEN: dict[str, dict[str, object]] = {
    "cloud_sql": {
        "database_version": "POSTGRES_17",
        "tier": "db-custom-4-15360",
        "storage_gb": 100,
        "max_storage_gb": 500,
        "kms_key": "projects/shop/locations/europe-west4/keyRings/main/cryptoKeys/sql",
    },
    "gce_group": {
        "machine_type": "n2-standard-4",
        "image": IMAGE,
        "minimum_zones": 3,
        "min_size": 4,
        "max_size": 10,
        "base_size": 3,
        "use_spot": True,
        "kms_key": "projects/shop/locations/europe-west4/keyRings/main/cryptoKeys/disks",
        "health_check": "projects/shop/global/healthChecks/web",
        "named_ports": {"http": 8080},
    },
    "gce_instance": {
        "machine_type": "n2-custom-6-20480",
        "image": IMAGE,
        "machines": {"a": {"zone": "europe-west4-a"}, "b": {"zone": "europe-west4-b", "labels": {"disk": "big"}}},
        "boot_disk": {"type": "pd-ssd", "size_gb": 50},
    },
    "gce_reservation": {"machine_type": "n2-standard-4", "size": 7, "minimum_zones": 3},
    "gce_schedule": {"instances": {"build": {"name": "build-1", "zone": "europe-west4-a"}}},
    "gcs_bucket": {
        "bucket": "shop-logs",
        "location": "EUROPE-WEST4",
        "rules": {
            "tiers": {
                "transitions": [{"days": 30, "storage_class": "NEARLINE"}, {"days": 90, "storage_class": "COLDLINE"}],
                "expire_after_days": 400,
                "expire_old_versions_after_days": 30,
            }
        },
    },
    "gke_node_pool": {
        "machine_type": "n2-standard-4",
        "min_size": 3,
        "max_size": 12,
        "spot": True,
        "node_labels": {"pool": "web"},
        "taints": {"dedicated": {"value": "batch"}},
    },
}
"""What each module is given beside what all share."""
IN_A_REGION = frozenset({"cloud_sql", "gce_group", "gce_schedule"})


def every_google_module(evidence: tuple[str, ...] = (), **changes: object) -> Blueprint:
    """A root that calls each module once; changes are arguments of the machines."""
    calls = []
    for name in GOOGLE_MODULES:
        named = {} if LIBRARY[name].is_untagged else {"name": name.replace("_", "-")}
        placed = {"region": Expression("var.region")} if name in IN_A_REGION else {}
        more = changes if name == "gce_instance" else {}
        arguments = {**named, **placed, **GIVEN[name], **more}
        calls.append(ModuleCall(label=name, module=name, arguments=arguments, evidence=evidence))
    return Blueprint(region="europe-west4", cloud=Cloud.GCP, calls=tuple(calls))
