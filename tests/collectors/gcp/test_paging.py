"""All pages or none: a list that breaks off gives no rows."""

import grpc
from google.cloud import asset_v1, billing_v1

from costopt.model.coverage import Status
from tests.collectors.gcp.conftest import Collect, asked_for
from tests.oracles.google_assets import instance
from tests.oracles.google_server import PROJECT, GoogleCloud
from tests.oracles.google_wire import Refusal


def machines(cloud: GoogleCloud, count: int) -> None:
    cloud.put(*(instance(f"web-{number}", id=str(number)) for number in range(count)))
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()


def test_every_page_is_read(cloud: GoogleCloud, run: Collect) -> None:
    machines(cloud, 7)
    cloud.page_size = 3
    _, sink = run()
    assert sum(row.spec.KIND == "gce_instance" for row in sink.all_resources) == 7
    assert len(cloud.server.asked("ListAssets")) == 3


def test_a_second_page_that_fails_leaves_no_rows_of_the_first(cloud: GoogleCloud, run: Collect) -> None:
    machines(cloud, 7)
    cloud.page_size = 3
    refused = Refusal("ListAssets", grpc.StatusCode.PERMISSION_DENIED, when=lambda request: bool(request.page_token))
    cloud.server.refusals.append(refused)
    collected, sink = run()
    assert [one.status for one in asked_for(collected)] == [Status.GAP]
    assert sink.all_resources == []


def test_a_page_token_that_comes_back_ends_as_a_gap(cloud: GoogleCloud, run: Collect) -> None:
    machines(cloud, 1)
    cloud.server.answers["ListAssets"] = lambda request: asset_v1.ListAssetsResponse(next_page_token="again")
    collected, _ = run()
    (result,) = asked_for(collected)
    assert (result.status, result.reason) == (Status.GAP, "paging loop")


def test_what_moves_between_two_pages_counts_once(cloud: GoogleCloud, run: Collect) -> None:
    machines(cloud, 3)
    cloud.put(instance("web-1", id="1"))
    _, sink = run()
    assert sum(row.spec.KIND == "gce_instance" for row in sink.all_resources) == 3
