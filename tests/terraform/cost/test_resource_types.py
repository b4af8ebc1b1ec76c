"""Which types have a cost, and which have none: all of them exist, and what costopt writes itself is among them."""

import re

from costopt.terraform.cost import free_types
from costopt.terraform.cost.resource_types import ESTIMATED
from costopt.terraform.render.environment import hcl_environment
from costopt.terraform.render.library import LIBRARY, Cloud, render_module
from costopt.terraform.schema.catalog import bundled, load
from tests.terraform.render.every_module import writing

NOT_ESTIMATED = {"google_compute_reservation"}
"""Paid for by the machines that use it; what of it is idle, nobody knows beforehand."""


def test_every_type_that_is_named_is_one_of_a_provider() -> None:
    types = {
        name for cloud in ("aws", "google") for one in bundled()[cloud] for name in load(cloud, one).resource_types
    }
    named = {*ESTIMATED, *(name for name in free_types.FREE if name.startswith(("aws_", "google_")))}
    assert named - types == set()


def test_whatever_a_module_for_google_makes_is_estimated_or_free() -> None:
    environment = hcl_environment()
    for module in LIBRARY.values():
        if module.cloud is Cloud.GCP:
            text = render_module(module, writing(), environment)["main.tf"]
            made = set(re.findall(r'^resource "(\w+)"', text, re.MULTILINE))
            assert {name for name in made if name not in ESTIMATED and not free_types.is_free(name)} <= NOT_ESTIMATED
