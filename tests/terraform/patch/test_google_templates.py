"""A template of machines is exchanged by one beside it, where its group allows that; what follows is declared."""

from pathlib import Path

import pytest

from costopt.model.terraform_patch import ChangeKind, Patch
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.evaluate.request import Request
from costopt.terraform.patch.evaluator import PROOF_ENGINES
from costopt.terraform.patch.guards import Policy
from costopt.terraform.patch.patch import make_patch, open_workplace
from tests.oracles.terraform_binary import applied_state, needs_terraform
from tests.oracles.terraform_proposals import proposal

HEAD = """terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "VERSION"
    }
  }
}
"""
TEMPLATE = """
resource "google_compute_instance_template" "web" {
  name_prefix  = "web-"
  machine_type = "n2-standard-8"

  disk {
    source_image = "debian-cloud/debian-12"
  }
  network_interface {
    network = "default"
  }
  lifecycle {
    create_before_destroy = true
  }
}
"""
GROUP = """
resource "google_compute_instance_group_manager" "web" {
  name               = "web"
  zone               = "europe-west1-b"
  base_instance_name = "web"
  target_size        = 3

  version {
    instance_template = google_compute_instance_template.web.self_link_unique
  }
}
"""
WEB = "google_compute_instance_template.web"


def patched(folder: Path, text: str, version: str = "~> 8.7") -> Patch:
    (folder / "main.tf").write_text(HEAD.replace("VERSION", version) + text)
    state = applied_state(folder.resolve())
    request = Request(folder=folder.resolve(), engines=PROOF_ENGINES, state=state)
    change = proposal(WEB, "n2-standard-4", ("machine_type",))
    return make_patch(open_workplace(request, read_configuration(folder.resolve())), [change], Policy())


@needs_terraform
@pytest.mark.parametrize("version", ["~> 6.50", "~> 8.7"])
def test_a_group_follows_its_new_template_as_declared(tmp_path: Path, version: str) -> None:
    (one,) = patched(tmp_path, TEMPLATE + GROUP, version).proven
    assert one.kind is ChangeKind.STOP_START
    assert set(one.consequences) == {
        f"{WEB}.id",
        f"{WEB}.self_link",
        f"{WEB}.self_link_unique",
        "google_compute_instance_group_manager.web.version[0].instance_template",
    }


@needs_terraform
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('name_prefix  = "web-"', 'name         = "web"', "the name of the template is fixed"),
        ("create_before_destroy = true", "", "terraform would destroy the template while its group uses it"),
        ("create_before_destroy = true", "create_before_destroy = false", "terraform would destroy the template"),
    ],
)
def test_a_template_that_cannot_stand_beside_the_new_one_is_for_a_person(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    patch = patched(tmp_path, TEMPLATE.replace(old, new))
    assert not patch.files
    assert [one.reason.startswith(reason) for one in patch.by_hand] == [True]
