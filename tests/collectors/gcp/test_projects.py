"""Which projects are read: named ones, or all below a folder or organisation; what cannot be listed is said."""

import grpc
import pytest
from google.cloud import billing_v1

from costopt.collectors.gcp.plan import Where
from costopt.errors import CollectError, UsageError
from costopt.model.coverage import Status
from tests.collectors.gcp.conftest import Collect, asked_for
from tests.oracles.google_assets import instance, project_asset
from tests.oracles.google_server import ORGANIZATION, PROJECT, GoogleCloud
from tests.oracles.google_wire import Refusal

ACME = Where(organizations=("999",))


@pytest.fixture
def acme(cloud: GoogleCloud) -> GoogleCloud:
    """An organisation with two projects, and one that somebody has deleted."""
    cloud.assets[ORGANIZATION] = [
        project_asset(),
        project_asset("acme-data", "2"),
        project_asset("acme-old", "3", state="DELETE_REQUESTED"),
    ]
    cloud.put(instance())
    cloud.put(project_asset("acme-data", "2"), project="acme-data")
    cloud.payers = {name: billing_v1.ProjectBillingInfo() for name in (PROJECT, "acme-data")}
    return cloud


def test_all_projects_of_an_organisation_are_read_and_deleted_ones_skipped(acme: GoogleCloud, run: Collect) -> None:
    collected, _ = run(where=ACME)
    ended = {(one.scope.account, one.scope.operation): (one.status, one.reason) for one in asked_for(collected)}
    assert ended == {
        (PROJECT, "assets"): (Status.OK, None),
        ("acme-data", "assets"): (Status.OK, None),
        ("acme-old", "assets"): (Status.SKIPPED, "being deleted"),
        (ORGANIZATION, "projects"): (Status.OK, None),
    }
    assert collected.accounts == ("acme-data", PROJECT)


def test_a_folder_without_access_is_a_gap_and_the_rest_is_read(acme: GoogleCloud, run: Collect) -> None:
    refusal = Refusal("ListAssets", grpc.StatusCode.PERMISSION_DENIED, when=lambda one: one.parent == "folders/7")
    acme.server.refusals.append(refusal)
    collected, _ = run(where=Where(folders=("7",), projects=(PROJECT,)))
    (gap,) = [one for one in collected.coverage if one.status is Status.GAP]
    assert (gap.scope.account, gap.permission) == ("folders/7", "cloudasset.assets.listResource")
    assert collected.accounts == (PROJECT,)


def test_nothing_but_a_folder_without_access_is_an_error_with_the_permission(acme: GoogleCloud, run: Collect) -> None:
    acme.server.refusals.append(Refusal("ListAssets", grpc.StatusCode.PERMISSION_DENIED))
    with pytest.raises(CollectError, match="folders/7 cannot be listed: denied") as refused:
        run(where=Where(folders=("7",)))
    assert "cloudasset.assets.listResource" in refused.value.hint
    assert "costopt permissions gcp" in refused.value.hint


def test_a_project_that_is_named_and_listed_is_read_once(acme: GoogleCloud, run: Collect) -> None:
    collected, _ = run(where=Where(organizations=("999",), projects=(PROJECT,)))
    assert [one.scope.account for one in asked_for(collected)].count(PROJECT) == 1


def test_an_empty_organisation_is_an_error_and_not_an_empty_snapshot(acme: GoogleCloud, run: Collect) -> None:
    acme.assets[ORGANIZATION] = []
    with pytest.raises(CollectError, match="no projects below"):
        run(where=ACME)


def test_naming_nothing_without_credentials_of_a_project_is_an_error(run: Collect) -> None:
    with pytest.raises(CollectError, match="no project is named") as refused:
        run(where=Where())
    assert "--project" in refused.value.hint


@pytest.mark.parametrize(
    "where",
    [
        Where(projects=("123456789012",)),
        Where(projects=("a/b",)),
        Where(projects=("Acme",)),
        Where(folders=("folders/7",)),
        Where(organizations=("acme.example",)),
    ],
    ids=str,
)
def test_a_name_that_is_none_is_refused_before_anything_is_asked(where: Where, acme: GoogleCloud, run: Collect) -> None:
    with pytest.raises(UsageError, match="is no"):
        run(where=where)
    assert acme.server.calls == []
