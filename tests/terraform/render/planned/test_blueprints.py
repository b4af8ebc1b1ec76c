"""From a variant of a plan to roots: kinds, regions, names of strangers."""

from dataclasses import replace

import pytest

from costopt.errors import UsageError
from costopt.model.plan import Variant
from costopt.model.workload import WorkloadKind
from costopt.terraform.render.library import Cloud
from costopt.terraform.render.planned.blueprints import blueprints, kind_of
from costopt.terraform.render.planned.request import GenerateRequest
from costopt.terraform.render.root import render_root
from tests.oracles.made_plan import made_plan
from tests.oracles.reports import HOSTILE
from tests.terraform.render.every_module import writing
from tests.terraform.render.planned.works import SHAPES, ZONES, assignment, capacity, usd, work, workload


def variant(*assignments: object) -> Variant:
    return replace(made_plan().variant("recommended"), assignments=assignments, total=usd("1768.35"))


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        ((capacity("m7i.large", 2),), WorkloadKind.MACHINES),
        ((capacity("m7i.large", 2, zone=ZONES[0]),), WorkloadKind.FLEET),
        ((capacity("m7i.large", 2, "spot"),), WorkloadKind.FLEET),
        ((capacity("g5.xlarge", 2, "capacity_block"),), WorkloadKind.BATCH),
    ],
)
def test_without_the_workload_its_capacity_tells_its_kind(after: tuple[object, ...], kind: WorkloadKind) -> None:
    assert kind_of(work(*after)) is kind


def test_with_the_workload_its_kind_is_known() -> None:
    assert kind_of(work(capacity("m7i.large", 2), asked=workload(WorkloadKind.PODS))) is WorkloadKind.PODS


def test_each_region_has_a_root_and_the_extras_stand_in_the_first() -> None:
    asked = [
        replace(workload(WorkloadKind.FLEET), name="web", region="us-east-1"),
        replace(workload(WorkloadKind.FLEET), name="api", region="eu-west-1"),
    ]
    found = blueprints(
        variant(
            assignment(capacity("m7i.large", 4)),
            assignment(capacity("m7i.large", 4), name="api"),
        ),
        asked,
        SHAPES.get,
        GenerateRequest(extras=("budget", "budget")),
    )
    assert [one.region for one in found] == ["eu-west-1", "us-east-1"]
    assert [[call.label for call in one.calls] for one in found] == [["api", "budget"], ["web"]]
    assert found[0].calls[1].arguments["limit"] == 1950  # 1,768.35 and a tenth is 1,945.19


def test_modules_for_google_have_a_root_of_their_own() -> None:
    some = variant(assignment(capacity("m7i.large", 4)))
    found = blueprints(some, [], SHAPES.get, GenerateRequest(extras=("budget", "cloud_sql", "gcs_bucket")))
    assert [(one.cloud, [call.label for call in one.calls]) for one in found] == [
        (Cloud.AWS, ["web", "budget"]),
        (Cloud.GCP, ["cloud_sql", "gcs_bucket"]),
    ]
    assert [sorted(call.arguments) for call in found[1].calls] == [["name", "region"], []]


def test_a_plan_of_nothing_with_a_module_for_google_is_one_root() -> None:
    (found,) = blueprints(variant(), [], SHAPES.get, GenerateRequest(extras=("gce_group",)))
    files = render_root(found, writing())
    assert found.cloud is Cloud.GCP
    assert 'provider "google"' in files["providers.tf"]
    assert "hashicorp/aws" not in "".join(files.values())


def test_a_workload_with_the_name_of_an_extra_gets_another_label() -> None:
    (found,) = blueprints(
        variant(assignment(capacity("m7i.large", 4), name="Budget")),
        [],
        SHAPES.get,
        GenerateRequest(extras=("budget",)),
    )
    assert [call.label for call in found.calls] == ["budget_2", "budget"]


def test_what_the_catalog_does_not_know_is_left_out_and_said() -> None:
    (found,) = blueprints(
        variant(assignment(capacity("z9.huge", 1)), assignment(name="none")), [], SHAPES.get, GenerateRequest()
    )
    assert [(one.subject, one.reason) for one in found.left_out] == [
        ("none", "the plan runs nothing for it"),
        ("web", "the catalog does not know z9.huge"),
    ]


def test_a_capacity_block_beside_others_is_said() -> None:
    (found,) = blueprints(
        variant(assignment(capacity("g5.xlarge", 2), capacity("g6.2xlarge", 1, "capacity_block"))),
        [workload(WorkloadKind.BATCH)],
        SHAPES.get,
        GenerateRequest(),
    )
    assert found.calls[0].arguments["instance_types"] == ["g5.xlarge"]
    assert "1 x g6.2xlarge" in found.left_out[0].reason


def test_node_groups_get_the_name_of_the_cluster() -> None:
    (found,) = blueprints(
        variant(assignment(capacity("m7i.large", 2))),
        [workload(WorkloadKind.PODS)],
        SHAPES.get,
        GenerateRequest(cluster='"${evil}'),
    )
    assert found.calls[0].arguments["cluster_name"] == '"${evil}'


def test_names_of_strangers_are_written_and_the_rest_of_the_root_stays_the_same() -> None:
    named = variant(*(assignment(capacity("m7i.large", 2), name=name) for name in HOSTILE))
    plain = variant(*(assignment(capacity("m7i.large", 2), name=f"{n:02}") for n in range(len(HOSTILE))))
    counts = []
    for one in (named, plain):
        (found,) = blueprints(one, [], SHAPES.get, GenerateRequest())
        text = render_root(found, writing())["main.tf"]
        counts.append((len(found.calls), text.count("\nmodule "), text.count("\n")))
    assert counts[0] == counts[1]


def test_a_module_that_is_not_known_is_refused() -> None:
    with pytest.raises(UsageError, match="no module 'rdz'"):
        blueprints(variant(), [], SHAPES.get, GenerateRequest(extras=("rdz",)))


def test_an_empty_plan_gives_a_root_that_says_so() -> None:
    (found,) = blueprints(variant(), [], SHAPES.get, GenerateRequest(region="eu-west-1"))
    assert "nothing that is written as Terraform" in render_root(found, writing())["main.tf"]
