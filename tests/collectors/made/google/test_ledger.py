"""The ledger of the made projects: the scopes that `collect gcp` would plan, and honest about what was not read."""

import pytest

from costopt.collectors.gcp.metric_sources import METRIC_SOURCES
from costopt.collectors.gcp.plan import ASSETS_OPERATION, kinds_of, scope_of
from costopt.collectors.gcp.registry import SERVICES
from costopt.collectors.gcp.services.bigquery_reservations import BIGQUERY_RESERVATIONS
from costopt.model.coverage import Status

pytestmark = pytest.mark.xdist_group("made google")  # what its fixtures make is made once


def test_the_scopes_are_those_that_a_collection_plans(estate):
    planned = {
        scope_of(account, operation)
        for account in estate.accounts
        for operation in (
            ASSETS_OPERATION,
            *(f"metrics:{source.kind}" for source in METRIC_SOURCES),
            "bigquery_reservations:elsewhere",
        )
    }
    assert {result.scope for result in estate.coverage if result.status is not Status.GAP} == planned


def test_a_list_of_a_project_gives_all_kinds_at_once(estate):
    (kinds,) = {result.kinds for result in estate.coverage if result.scope.operation == ASSETS_OPERATION}
    assert kinds == kinds_of(SERVICES)


def test_what_is_not_looked_for_is_said_as_a_collection_says_it(estate):
    skipped = {result.reason for result in estate.coverage if result.status is Status.SKIPPED}
    assert skipped == {BIGQUERY_RESERVATIONS.unsearched}


def test_every_scope_is_there_once_and_sorted(estate):
    scopes = [result.scope for result in estate.coverage]
    assert len(set(scopes)) == len(scopes)
    assert scopes == sorted(scopes)


def test_the_rows_are_the_resources_and_the_series(estate):
    rows = {"assets": 0, "metrics": 0}
    for result in estate.coverage:
        rows["metrics" if result.scope.operation.startswith("metrics:") else "assets"] += result.rows
    assert rows == {"assets": len(estate.resources), "metrics": len(estate.series)}


def test_a_scope_without_rows_is_empty_and_never_ok(estate):
    assert all((result.status is Status.OK) == (result.rows > 0) for result in estate.coverage)


def test_who_pays_for_one_project_is_not_known_since_an_api_is_not_enabled_there(estate):
    gap = next(one for one in estate.coverage if one.scope.operation == "assets:billing")
    assert (gap.reason, gap.permission) == ("not enabled", "cloudbilling.googleapis.com")
    unpaid = [one.id for one in estate.resources if getattr(one.spec, "billing_enabled", True) is None]
    assert unpaid == [gap.scope.account]


def test_one_folder_may_not_be_listed_and_the_permission_is_named(estate):
    (gap,) = [one for one in estate.coverage if one.scope.operation == "projects"]
    assert (gap.status, gap.reason, gap.permission) == (Status.GAP, "denied", "cloudasset.assets.listResource")
