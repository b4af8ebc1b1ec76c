"""Lifecycle rules of buckets, reservations and the older Cloud Run, patched and proven on both bundled schemas."""

from dataclasses import replace
from pathlib import Path

import pytest

from costopt.model.terraform_patch import Patch, ProposedChange, Setting
from costopt.terraform.patch.guards import Policy
from costopt.terraform.patch.patch import make_patch
from tests.oracles.terraform_binary import needs_terraform
from tests.oracles.terraform_proposals import proposal
from tests.terraform.patch.conftest import opened

pytestmark = needs_terraform

HEAD = """terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "VERSION"
    }
  }
}
"""
BUCKETS = """
variable "versions" {
  default = [3, 9]
}

resource "google_storage_bucket" "ruled" {
  name     = "acme-ruled"
  location = "EU"

  lifecycle_rule {
    condition {
      age = 7
    }
    action {
      type = "AbortIncompleteMultipartUpload"
    }
  }
  storage_class = "STANDARD"
}

resource "google_storage_bucket" "plain" {
  name     = "acme-plain"
  location = "EU" # both
  # nothing else
}

resource "google_storage_bucket" "repeated" {
  name     = "acme-repeated"
  location = "EU"

  dynamic "lifecycle_rule" {
    for_each = var.versions
    content {
      condition {
        num_newer_versions = lifecycle_rule.value
      }
      action {
        type = "Delete"
      }
    }
  }
}

resource "google_storage_bucket" "all" {
  for_each = toset(["a", "b"])
  name     = "acme-all-${each.key}"
  location = "EU"
}

resource "google_storage_bucket" "one" {
  count    = 2
  name     = "acme-one-${count.index}"
  location = "EU"
}

resource "google_storage_bucket" "ignored" {
  name     = "acme-ignored"
  location = "EU"
  lifecycle {
    ignore_changes = [lifecycle_rule]
  }
}
"""
SERVICES = """
resource "google_compute_reservation" "held" {
  name = "held"
  zone = "europe-west1-b"

  specific_reservation {
    count = var.held
    instance_properties {
      machine_type = "n2-standard-4"
    }
  }
}

variable "held" {
  type = number
}

resource "google_bigquery_reservation" "slots" {
  name          = "slots"
  slot_capacity = local.editions.enterprise
}

locals {
  editions = { enterprise = 500 }
}

resource "google_cloud_run_service" "old" {
  name     = "old"
  location = "europe-west1"
  metadata {
    annotations = { "run.googleapis.com/minScale" = 1 }
  }
  template {
    metadata {
      annotations = {
        "autoscaling.knative.dev/minScale"  = "2"
        "run.googleapis.com/cpu-throttling" = "false"
      }
    }
    spec {
      containers {
        image = "example.com/api"
      }
    }
  }
}
"""
RULE = """
  lifecycle_rule {
    condition {
      age = 90
    }

    action {
      type          = "SetStorageClass"
      storage_class = "COLDLINE"
    }
  }
"""
NOTES = ("metadata", 0, "annotations")


def rule(name: str, number: int = 0, target: str = "COLDLINE") -> ProposedChange:
    """One more lifecycle rule of a bucket."""
    block = ("lifecycle_rule", number)
    told = (
        (("condition", 0, "age"), 90),
        (("action", 0, "type"), "SetStorageClass"),
        (("action", 0, "storage_class"), target),
    )
    settings = tuple(Setting(path=(*block, *path), before=None, after=value) for path, value in told)
    address = f"google_storage_bucket.{name}"
    change = proposal(address, target, (*block, "action", 0, "storage_class"))
    return replace(change, settings=settings, new_block=block)


CHANGES = (
    rule("ruled", 1),
    rule("plain"),
    rule("repeated", 2),
    rule('all["a"]'),
    rule('all["b"]'),
    rule("one[0]"),
    rule("ignored"),
    proposal("google_compute_reservation.held", 5, ("specific_reservation", 0, "count")),
    proposal("google_bigquery_reservation.slots", 150, ("slot_capacity",)),
    replace(
        proposal("google_cloud_run_service.old", "0"),
        settings=(
            Setting(path=(*NOTES, "run.googleapis.com/minScale"), before="1", after="0"),
            Setting(path=("template", 0, *NOTES, "autoscaling.knative.dev/minScale"), before="2", after="0"),
            Setting(path=("template", 0, *NOTES, "run.googleapis.com/cpu-throttling"), before="false", after="true"),
        ),
    ),
)  # fmt: skip


@pytest.fixture(scope="module", params=["~> 6.50", "~> 8.7"])
def patch(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Patch:
    folder: Path = tmp_path_factory.mktemp("google")
    (folder / "main.tf").write_text(HEAD.replace("VERSION", request.param) + BUCKETS)
    (folder / "services.tf").write_text(SERVICES)
    (folder / "terraform.tfvars").write_text("held = 8\n")
    return make_patch(opened(folder), CHANGES, Policy())


def test_a_rule_is_added_below_the_others_and_nothing_else_changes(patch: Patch) -> None:
    before, after = (one.decode() for one in patch.files["main.tf"])
    expected = before.replace('Upload"\n    }\n  }\n', f'Upload"\n    }}\n  }}\n{RULE}\n')
    for above in ("  # nothing else\n", '"Delete"\n      }\n    }\n  }\n', 'all-${each.key}"\n  location = "EU"\n'):
        expected = expected.replace(above, above + RULE)
    assert after.splitlines() == expected.splitlines()


def test_figures_are_set_where_they_are_owned(patch: Patch) -> None:
    before, after = (one.decode() for one in patch.files["services.tf"])
    expected = before.replace("enterprise = 500", "enterprise = 150").replace('minScale" = 1', 'minScale" = "0"')
    expected = expected.replace('minScale"  = "2"', 'minScale"  = "0"').replace('"false"', '"true"')
    assert after == expected
    assert patch.files["terraform.tfvars"] == (b"held = 8\n", b"held = 5\n")


def test_a_rule_that_only_some_of_a_block_want_or_that_is_ignored_is_for_a_person(patch: Patch) -> None:
    assert {one.address: one.reason for one in patch.by_hand} == {
        "google_storage_bucket.one[0]": "it would also change google_storage_bucket.one[1].lifecycle_rule",
        "google_storage_bucket.ignored": "ignore_changes keeps terraform from changing lifecycle_rule",
    }
    assert all(one.suggestion.startswith("add a lifecycle_rule block with ") for one in patch.by_hand)


def test_a_new_rule_is_told_as_one_thing(patch: Patch) -> None:
    (one,) = (one for one in patch.proven if one.change.address == "google_storage_bucket.plain")
    assert len(one.notes) == 1
    assert one.rollback == "Remove the rule and apply: what was moved stays there."


def test_rules_that_are_other_than_what_is_live_are_corrected_first(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(HEAD.replace("VERSION", "~> 8.7") + BUCKETS)
    found = make_patch(opened(tmp_path), [rule("ruled", 0)], Policy())
    assert [one.reason for one in found.by_hand] == [
        "the configuration has other lifecycle_rule blocks than what is live: apply or correct it first"
    ]


def test_json_gets_its_first_rule_and_a_hostile_class_stays_a_text(tmp_path: Path) -> None:
    head = '{"terraform": {"required_providers": {"google": {"source": "hashicorp/google"}}}, '
    bucket = '"resource": {"google_storage_bucket": {"x": {"name": "x", "location": "EU"}, %s}}}'
    held = '{"condition": {"age": 1}, "action": {"type": "Delete"}}'
    before = head + bucket % f'"y": {{"name": "y", "location": "EU", "lifecycle_rule": {held}}}'
    (tmp_path / "main.tf.json").write_text(before)
    found = make_patch(opened(tmp_path), [rule("x", target='${file("/etc/passwd")}"}'), rule("y", 1)], Policy())
    hostile = '"$${file(\\"/etc/passwd\\")}\\"}"'
    action = f'{{"type": "SetStorageClass", "storage_class": {hostile}}}'
    added = f'"EU", "lifecycle_rule": {{"condition": {{"age": 90}}, "action": {action}}}}}, "y"'
    assert found.files["main.tf.json"][1].decode() == before.replace('"EU"}, "y"', added)
    assert [one.reason for one in found.by_hand] == [
        "main.tf.json is JSON, where no block is added to others of its type"
    ]
