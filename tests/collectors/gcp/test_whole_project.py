"""A project with one of everything is read whole, each resource once, and its secrets are kept nowhere."""

from collections import Counter

from google.cloud import billing_v1

from costopt.collectors.gcp.registry import SERVICES
from costopt.model.coverage import Status
from tests.collectors.gcp.conftest import Collect, asked_for
from tests.oracles.google_assets import CANARY, capacity_commitment, estate, reservation
from tests.oracles.google_compute import ComputeServer
from tests.oracles.google_server import PROJECT, GoogleCloud

EU = f"projects/{PROJECT}/locations/EU"


def test_one_list_gives_every_kind_with_ids_of_its_own_and_no_secret(
    cloud: GoogleCloud, compute: ComputeServer, run: Collect
) -> None:
    cloud.put(*estate())
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo(
        billing_account_name="billingAccounts/012345-567890-ABCDEF", billing_enabled=True
    )
    cloud.accounts["billingAccounts/012345-567890-ABCDEF"] = "EUR"
    cloud.reservations[EU], cloud.commitments[EU] = [reservation()], [capacity_commitment()]
    collected, sink = run(compute_endpoint=compute.url)
    found = sink.all_resources
    assert {row.spec.KIND for row in found} == {kind.KIND for service in SERVICES for kind in service.kinds}
    assert max(Counter(row.key for row in found).values()) == 1
    assert {(row.provider, row.account) for row in found} == {("gcp", PROJECT)}
    assert CANARY not in repr(found)
    assert len(cloud.server.asked("ListAssets")) == 1
    assert [(one.scope.operation, one.scope.region, one.status) for one in collected.coverage] == [
        ("assets", "global", Status.OK),
        ("bigquery_reservations:elsewhere", "global", Status.SKIPPED),
    ]
    assert collected.accounts == (PROJECT,)
    assert collected.regions == ("eu", "us", "us-central1")


def test_the_project_says_who_pays_in_which_currency(cloud: GoogleCloud, run: Collect) -> None:
    cloud.put(*estate())
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo(
        billing_account_name="billingAccounts/1", billing_enabled=True
    )
    cloud.accounts["billingAccounts/1"] = "EUR"
    _, sink = run()
    (spec,) = [row.spec for row in sink.all_resources if row.spec.KIND == "gcp_project"]
    assert (spec.billing_enabled, spec.billing_account, spec.currency) == (True, "1", "EUR")  # type: ignore[attr-defined]


def test_a_billing_account_without_permission_is_a_gap_beside_the_project(cloud: GoogleCloud, run: Collect) -> None:
    cloud.put(*estate())
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo(
        billing_account_name="billingAccounts/1", billing_enabled=True
    )
    collected, sink = run()
    gaps = {one.scope.operation: (one.reason, one.permission) for one in collected.coverage if one.status is Status.GAP}
    assert gaps == {"assets:billing_account": ("denied", "billing.accounts.get")}
    (spec,) = [row.spec for row in sink.all_resources if row.spec.KIND == "gcp_project"]
    assert (spec.billing_account, spec.currency) == ("1", None)  # type: ignore[attr-defined]


def test_a_project_that_the_inventory_does_not_know_yet_still_has_its_own_row(cloud: GoogleCloud, run: Collect) -> None:
    cloud.assets[f"projects/{PROJECT}"] = []
    _, sink = run()
    (row,) = sink.all_resources
    assert (row.id, row.spec.state) == (PROJECT, "unknown")  # type: ignore[attr-defined]


def test_what_a_resumed_run_has_is_not_asked_again(cloud: GoogleCloud, run: Collect) -> None:
    cloud.put(*estate())
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()
    _, sink = run()
    calls = len(cloud.server.calls)
    again, _ = run(sink=sink)
    assert len(cloud.server.calls) == calls
    assert [one.status for one in asked_for(again)] == [Status.OK]
    assert again.regions == ("eu", "us", "us-central1")
