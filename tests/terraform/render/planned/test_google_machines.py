"""New machines on Google Cloud: each stays where it is, and what a root refers to is asked for."""

import re
from dataclasses import replace

import pytest

from costopt.model.workload import WorkloadKind
from costopt.terraform.render.calls import LeftOut
from costopt.terraform.render.planned.blueprints import blueprints
from costopt.terraform.render.planned.google_machines import google_machine_calls
from costopt.terraform.render.planned.request import GenerateRequest
from costopt.terraform.render.root import render_root
from tests.oracles.made_plan import made_plan
from tests.terraform.render.every_module import writing
from tests.terraform.render.planned.works import SHAPES, assignment, capacity, work, workload


def zones_of(count: int) -> dict[str, str]:
    calls = google_machine_calls(work(capacity("m7i.large", count)))
    assert not isinstance(calls, LeftOut)
    return {key: one["zone"] for key, one in calls[0].arguments["machines"].items()}


def test_a_tenth_machine_moves_none_of_the_others_to_another_zone() -> None:
    nine, ten = zones_of(9), zones_of(10)
    assert {key: ten[key] for key in nine} == nine
    assert [nine["1"], nine["2"], ten["10"]] == [f"element(var.zones, {number})" for number in (0, 1, 9)]


@pytest.mark.parametrize(("provider", "list_name"), [("aws", "subnet_ids"), ("gcp", "zones")])
def test_a_root_of_machines_alone_asks_for_the_list_that_they_are_spread_over(provider: str, list_name: str) -> None:
    asked = replace(workload(WorkloadKind.MACHINES), provider=provider)
    variant = replace(made_plan().variant("recommended"), assignments=(assignment(capacity("m7i.large", 2)),))
    (blueprint,) = blueprints(variant, (asked,), SHAPES.get, GenerateRequest())
    files = render_root(blueprint, writing())
    referred = set(re.findall(r"\bvar\.(\w+)", files["main.tf"]))
    declared = set(re.findall(r'^variable "(\w+)"', files["variables.tf"], re.MULTILINE))
    assert list_name in referred
    assert referred <= declared
