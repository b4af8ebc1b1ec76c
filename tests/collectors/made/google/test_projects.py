"""What the made projects are: their size, their chance, their names, their independence from checks and prices."""

import ast
import re
from pathlib import Path

import pytest

import costopt.collectors.made.google.company as made
from costopt.collectors.gcp.registry import SERVICES
from costopt.collectors.made.company import make as make_aws
from costopt.collectors.made.google.company import make
from costopt.collectors.made.google.machines import SHAPES
from costopt.economics.gce.machines import machine_type

pytestmark = pytest.mark.xdist_group("made google")  # what its fixtures make is made once

SOURCES = sorted(Path(made.__file__).parent.glob("*.py"))
KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
VALUE = re.compile(r"[a-z0-9_-]{0,63}")
NAME = re.compile(r"[a-z][a-z0-9-]{0,61}[a-z0-9]")


def test_the_same_seed_and_time_give_the_same_projects(estate, now):
    again = make(5, now)
    assert again.resources == estate.resources
    assert again.series == estate.series
    assert again.answers == estate.answers


def test_seeds_give_projects_of_different_names_and_noise(estates):
    assert len({frozenset(resource.key for resource in one.resources) for one in estates}) == len(estates)


def test_what_the_company_has_at_aws_does_not_depend_on_its_projects(now):
    alone = make_aws(5, now)
    make(5, now)
    assert make_aws(5, now).resources == alone.resources


def test_three_projects_in_two_regions_with_every_kind_that_is_collected(estates):
    for estate in estates:
        kinds = {kind.KIND for service in SERVICES for kind in service.kinds}
        assert {resource.spec.KIND for resource in estate.resources} == kinds
        assert {resource.provider for resource in estate.resources} == {"gcp"}
        assert {resource.account for resource in estate.resources} == set(estate.accounts)
        assert {resource.region for resource in estate.resources} - {"global", "us"} == set(estate.regions)


def test_no_two_resources_share_an_identity(estates):
    for estate in estates:
        assert len({resource.key for resource in estate.resources}) == len(estate.resources)


def test_names_and_labels_are_such_as_google_accepts(estate):
    """Source: https://cloud.google.com/resource-manager/docs/labels-overview#requirements, and RFC 1035 for names."""
    for resource in estate.resources:
        for key, value in (resource.tags or {}).items():
            assert KEY.fullmatch(key)
            assert VALUE.fullmatch(value)
        if resource.spec.KIND in {"gce_instance", "persistent_disk", "gcs_bucket", "gke_cluster"}:
            assert NAME.fullmatch(resource.name)


def test_nothing_is_born_after_it_was_found(estate, now):
    assert all(resource.created_at is None or resource.created_at < now for resource in estate.resources)


def test_everything_that_a_resource_refers_to_exists(estates):
    for estate in estates:
        ids = {(one.account, one.id) for one in estate.resources}
        specs = {(one.account, one.id): one.spec for one in estate.resources}
        for resource in estate.resources:
            for referred in references(resource.spec):
                assert (resource.account, referred) in ids, referred
            if resource.spec.KIND == "persistent_disk":
                for instance_id in resource.spec.instance_ids:
                    assert resource.id in specs[resource.account, instance_id].disk_ids


def references(spec):
    match spec.KIND:
        case "gce_instance":
            return [*spec.disk_ids, *([spec.instance_group] if spec.instance_group else [])]
        case "persistent_disk":
            return [*spec.instance_ids, *(use.instance_id for use in spec.uses)]
        case "gke_node_pool":
            return [spec.cluster_id, *spec.group_ids]
        case "workbench_instance":
            return [spec.instance_id]
        case "bigquery_table":
            return [spec.dataset_id]
        case "cloud_nat":
            return spec.address_ids
        case "gce_reservation":
            return [spec.commitment_id] if spec.commitment_id else []
    return []


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_the_sizes_of_the_machines_are_those_that_the_program_knows(name):
    size = machine_type(name)
    assert SHAPES[name] == (size.vcpu, float(size.memory_gib))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_the_generator_knows_nothing_of_checks_or_prices(path):
    allowed = ("costopt.model", "costopt.collectors.made")
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            name = node.module or ""
            assert not name.startswith("costopt") or name.startswith(allowed), name
