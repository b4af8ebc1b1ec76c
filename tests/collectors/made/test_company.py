"""What the made company is: its size, its chance, its independence from the checks."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

import costopt.collectors.made.company as made
from costopt.collectors.aws.registry import COLLECTORS
from costopt.collectors.made.company import make

SOURCES = sorted(Path(made.__file__).parent.glob("*.py"))


def test_the_same_seed_and_time_give_the_same_company(company, now):
    again = make(7, now)
    assert again.resources == company.resources
    assert again.series == company.series
    assert again.coverage == company.coverage
    assert again.answers == company.answers


def test_seeds_give_companies_of_different_names_sizes_and_noise(companies):
    assert len({frozenset(resource.key for resource in one.resources) for one in companies}) == 20
    assert len({one.series[0].values for one in companies}) == 20
    assert len({len(one.resources) for one in companies}) > 5


def test_three_accounts_four_regions_about_600_resources_of_every_kind(companies):
    for company in companies:
        assert {resource.spec.KIND for resource in company.resources} >= {
            kind.KIND for collector in COLLECTORS for kind in collector.kinds
        }
        assert len(company.accounts) == 3
        assert len(company.regions) == 4
        assert {resource.account for resource in company.resources} == set(company.accounts)
        assert {resource.region for resource in company.resources} - {"global"} == set(company.regions)
        assert 570 <= len(company.resources) <= 660


def test_no_two_resources_share_an_identity(companies):
    for company in companies:
        assert len({resource.key for resource in company.resources}) == len(company.resources)


def test_most_resources_name_their_team_and_a_few_have_no_tag_at_all(company):
    taggable = [resource for resource in company.resources if resource.tags is not None]
    named = [resource for resource in taggable if {"team", "Team", "owner"} & set(resource.tags)]
    untagged = [resource for resource in taggable if not resource.tags]
    assert len(named) > 0.9 * len(taggable)
    assert untagged


def test_nothing_is_born_after_it_was_found(company, now):
    assert all(resource.created_at is None or resource.created_at < now for resource in company.resources)


def test_everything_that_a_resource_refers_to_exists(company):
    instances = {r.id for r in company.resources if r.spec.KIND == "ec2_instance"}
    volumes = {r.id: r.spec for r in company.resources if r.spec.KIND == "ebs_volume"}
    for resource in company.resources:
        if resource.spec.KIND == "ec2_instance":
            assert all(resource.id in volumes[one].instance_ids for one in resource.spec.volume_ids)
        if resource.spec.KIND in {"ebs_volume", "auto_scaling_group"}:
            assert set(resource.spec.instance_ids) <= instances
        if resource.spec.KIND == "elastic_ip" and resource.spec.instance_id:
            assert resource.spec.instance_id in instances


def test_a_savings_plan_on_the_prod_fleet_expires_in_20_days(company, now):
    plans = [r.spec for r in company.resources if r.spec.KIND == "commitment" and r.spec.hourly_commitment]
    assert [plan for plan in plans if round((plan.end - now).total_seconds() / 86400) == 20]


def test_a_time_of_another_zone_is_read_as_the_moment_it_is(company):
    moment = datetime.fromisoformat("2026-11-23T10:17:05+01:00")
    assert make(7, moment).resources == company.resources


@pytest.mark.parametrize("moment", [datetime(2026, 3, 1, 0, 0, tzinfo=UTC), datetime(2027, 1, 1, 23, 59, tzinfo=UTC)])
def test_a_company_can_be_made_at_the_edges_of_a_day(moment):
    made_then = make(3, moment)
    assert max(series.start for series in made_then.series) < moment


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_the_generator_knows_nothing_of_checks_prices_or_the_clock(path):
    allowed = ("costopt.model", "costopt.collectors.made")
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            assert not name.startswith("costopt") or name.startswith(allowed), name
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"utcnow", "today"}
            assert not (node.attr == "now" and isinstance(node.value, ast.Name) and node.value.id == "datetime")
