"""The role that is printed is what a whole collection asks for: no less, and nothing that changes or reads data."""

import re
from pathlib import Path

import pytest
from google.cloud import billing_v1

from costopt.collectors.gcp.metric_sources import METRIC_SOURCES
from costopt.collectors.gcp.permissions import apis, billing_permissions, calls_of, permissions, role
from costopt.collectors.gcp.recommenders import RECOMMENDERS
from costopt.collectors.gcp.registry import SERVICES, select
from costopt.config.plain_yaml import read_yaml
from costopt.errors import UsageError
from tests.collectors.gcp.conftest import Collect
from tests.oracles.google_assets import estate
from tests.oracles.google_compute import ComputeServer
from tests.oracles.google_server import PROJECT, GoogleCloud

READS = re.compile(r"[a-z]+(\.[a-zA-Z]+)?\.(get|list|listResource|use)")


def test_a_whole_collection_makes_exactly_the_declared_calls(
    cloud: GoogleCloud, compute: ComputeServer, run: Collect
) -> None:
    cloud.put(*estate())
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo(billing_account_name="billingAccounts/1")
    cloud.accounts["billingAccounts/1"] = "USD"
    run(sources=METRIC_SOURCES, compute_endpoint=compute.url)
    made = {method for method, _ in cloud.server.calls} | ({"AggregatedList"} if compute.asked else set())
    assert made == {call.method for call in calls_of(SERVICES)}


def test_the_role_lets_read_settings_and_nothing_else() -> None:
    needed = permissions(calls_of(SERVICES))
    assert needed == (
        "bigquery.capacityCommitments.list",
        "bigquery.reservations.list",
        "cloudasset.assets.listResource",
        "compute.machineTypes.list",
        "monitoring.timeSeries.list",
        "resourcemanager.projects.get",
        "serviceusage.services.use",
    )
    assert billing_permissions(calls_of(SERVICES)) == ("billing.accounts.get",)
    assert all(READS.fullmatch(one) for one in (*needed, *billing_permissions(calls_of(SERVICES))))


def test_the_role_is_yaml_as_gcloud_takes_it(tmp_path: Path) -> None:
    (tmp_path / "role.yaml").write_text(role(calls_of(SERVICES)))
    made = read_yaml(tmp_path / "role.yaml")
    assert set(made) == {"title", "description", "stage", "includedPermissions"}
    assert tuple(made["includedPermissions"]) == permissions(calls_of(SERVICES))


def test_advice_needs_to_list_each_kind_of_recommendation_and_nothing_more() -> None:
    with_advice = permissions(calls_of(SERVICES, [recommender.call for recommender in RECOMMENDERS]))
    extra = set(with_advice) - set(permissions(calls_of(SERVICES)))
    assert len(extra) == len(RECOMMENDERS)
    assert all(one.startswith("recommender.") and one.endswith("Recommendations.list") for one in extra)


def test_services_that_ask_less_need_less() -> None:
    few = calls_of(select(("cloud_sql",)))
    assert "compute.machineTypes.list" not in permissions(few)
    assert apis(few) == ("cloudasset.googleapis.com", "monitoring.googleapis.com")


def test_a_service_that_does_not_exist_is_refused_with_its_neighbours() -> None:
    with pytest.raises(UsageError, match="cloud_sq1") as refused:
        select(("cloud_sq1",))
    assert "cloud_sql" in refused.value.hint
