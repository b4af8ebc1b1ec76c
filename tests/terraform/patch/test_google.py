"""A patch of resources of Google Cloud, proven by plans of the real terraform on both bundled schemas."""

from dataclasses import replace
from difflib import ndiff
from pathlib import Path

import pytest

from costopt.model.terraform_patch import ChangeKind, Patch, Setting
from costopt.terraform.patch.guards import Policy
from costopt.terraform.patch.patch import make_patch
from tests.oracles.terraform_binary import needs_terraform
from tests.oracles.terraform_proposals import proposal
from tests.terraform.patch.conftest import opened

pytestmark = needs_terraform

TREE = """terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "VERSION"
    }
  }
}

variable "tier" {
  default = "db-custom-8-30720"
}

resource "google_compute_instance" "web" {
  name                      = "web"
  zone                      = "europe-west1-b"
  machine_type              = "n2-standard-8" # sized for the launch
  allow_stopping_for_update = true

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }
  network_interface {
    network = "default"
  }
}

resource "google_compute_instance" "pinned" {
  name         = "pinned"
  zone         = "europe-west1-b"
  machine_type = "n2-standard-8"

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }
  network_interface {
    network = "default"
  }
}

resource "google_compute_instance" "batch" {
  name         = "batch"
  zone         = "europe-west1-b"
  machine_type = "c2-standard-8"

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }
  network_interface {
    network = "default"
  }
}

resource "google_compute_instance_from_template" "kiosk" {
  name                     = "kiosk"
  zone                     = "europe-west1-b"
  source_instance_template = "projects/acme/global/instanceTemplates/kiosk"
}

resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "POSTGRES_17"
  region           = "europe-west1"

  settings {
    tier = var.tier
  }
}

resource "google_cloud_run_v2_service" "api" {
  name     = "api"
  location = "europe-west1"

  template {
    scaling {
      min_instance_count = 2
    }
    containers {
      image = "example.com/api"
      resources {
        cpu_idle = false
      }
    }
  }
}

resource "google_container_node_pool" "web" {
  name    = "web"
  cluster = "main"

  node_config {
    machine_type = "e2-standard-8"
  }
}

resource "google_compute_disk" "data" {
  name = "data"
  zone = "europe-west1-b"
  type = "pd-ssd"
}
"""
BATCH = replace(
    proposal("google_compute_instance.batch", "c2-standard-4", ("machine_type",)),
    settings=(
        Setting(path=("machine_type",), before="c2-standard-8", after="c2-standard-4"),
        Setting(path=("allow_stopping_for_update",), before=None, after=True),
    ),
)
KIOSK = replace(
    BATCH, address="google_compute_instance_from_template.kiosk", type="google_compute_instance_from_template"
)
CHANGES = (
    BATCH,
    KIOSK,
    proposal("google_compute_instance.web", "n2-custom-6-20480", ("machine_type",)),
    proposal("google_compute_instance.pinned", "n2-standard-4", ("machine_type",)),
    proposal("google_sql_database_instance.orders", "db-custom-4-15360", ("settings", 0, "tier")),
    proposal("google_cloud_run_v2_service.api", 0, ("template", 0, "scaling", 0, "min_instance_count")),
    proposal("google_container_node_pool.web", "e2-standard-4", ("node_config", 0, "machine_type")),
    proposal("google_compute_disk.data", "pd-balanced", ("type",)),
)


@pytest.fixture(scope="module", params=["~> 6.50", "~> 8.7"])
def patch(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Patch:
    folder: Path = tmp_path_factory.mktemp("google")
    (folder / "main.tf").write_text(TREE.replace("VERSION", request.param))
    return make_patch(opened(folder), CHANGES, Policy())


def test_values_are_set_where_they_are_owned_and_nothing_else_changes(patch: Patch) -> None:
    before, after = patch.files["main.tf"]
    changed = [line for line in ndiff(before.decode().splitlines(), after.decode().splitlines()) if line[0] == "+"]
    assert [" ".join(line[1:].split()) for line in changed] == [
        'default = "db-custom-4-15360"',
        'machine_type = "n2-custom-6-20480" # sized for the launch',
        'name = "batch"',
        'zone = "europe-west1-b"',
        'machine_type = "c2-standard-4"',
        "allow_stopping_for_update = true",
        'name = "kiosk"',
        'zone = "europe-west1-b"',
        'source_instance_template = "projects/acme/global/instanceTemplates/kiosk"',
        'machine_type = "c2-standard-4"',
        "allow_stopping_for_update = true",
        "min_instance_count = 0",
        'machine_type = "e2-standard-4"',
    ]


def test_each_change_says_what_happens_when_it_is_applied(patch: Patch) -> None:
    assert {one.change.address: one.kind for one in patch.proven} == {
        "google_compute_instance.batch": ChangeKind.STOP_START,
        "google_compute_instance.web": ChangeKind.STOP_START,
        "google_compute_instance_from_template.kiosk": ChangeKind.STOP_START,
        "google_sql_database_instance.orders": ChangeKind.STOP_START,
        "google_cloud_run_v2_service.api": ChangeKind.IN_PLACE,
        "google_container_node_pool.web": ChangeKind.IN_PLACE,
    }


def test_a_machine_that_may_not_be_stopped_and_a_disk_that_would_lose_its_data_are_for_a_person(patch: Patch) -> None:
    assert {one.address: one.reason.partition(" (")[0] for one in patch.by_hand} == {
        "google_compute_instance.pinned": "the provider refuses it without allow_stopping_for_update = true",
        "google_compute_disk.data": "it would replace the resource",
    }
