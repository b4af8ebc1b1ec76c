"""Whatever fails and when: every planned scope ends once, and what is kept is whole."""

from collections import Counter

import grpc
import pytest
from google.cloud import billing_v1
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costopt.collectors.gcp.metric_sources import METRIC_SOURCES
from costopt.collectors.gcp.plan import Where
from costopt.model.coverage import Status
from tests.collectors.gcp.conftest import Collect
from tests.oracles.google_assets import instance
from tests.oracles.google_server import GoogleCloud, Points
from tests.oracles.google_wire import Refusal

PROJECTS = ("acme-one", "acme-two", "acme-six")
MACHINES = 5
SOURCES = tuple(source for source in METRIC_SOURCES if source.metric in ("cpu_max_percent", "network_in_bytes"))
CODES = [
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.UNAUTHENTICATED,
]
FAULTS = st.lists(
    st.tuples(
        st.sampled_from(["ListAssets", "ListTimeSeries", "GetProjectBillingInfo"]),
        st.sampled_from(PROJECTS),
        st.sampled_from(CODES),
        st.integers(0, 3),
        st.sampled_from([1, 3, 1000]),
    ),
    max_size=5,
)


@pytest.fixture
def acme(cloud: GoogleCloud) -> GoogleCloud:
    """Three projects of five machines each, listed two at a time."""
    cloud.page_size = 2
    for project in PROJECTS:
        cloud.put(*(instance(f"m{number}", id=f"{number}") for number in range(MACHINES)), project=project)
        cloud.payers[project] = billing_v1.ProjectBillingInfo()
    cloud.series["compute.googleapis.com/instance/cpu/utilization"] = [
        Points(labels={"resource.label.instance_id": f"{number}"}, values=[0.5]) for number in range(MACHINES)
    ]
    return cloud


def refusal(method: str, project: str, code: grpc.StatusCode, skip: int, times: int) -> Refusal:
    def meets(request: object) -> bool:
        return f"projects/{project}" in (getattr(request, "parent", ""), getattr(request, "name", ""))

    return Refusal(method, code, when=meets, skip=skip, times=times)


@given(faults=FAULTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_scope_ends_once_and_half_a_list_gives_no_rows(
    faults: list[tuple[str, str, grpc.StatusCode, int, int]], acme: GoogleCloud, run: Collect
) -> None:
    acme.server.refusals = [refusal(*one) for one in faults]
    collected, sink = run(where=Where(projects=PROJECTS), sources=SOURCES)
    scopes = [one.scope for one in collected.coverage if one.scope.operation.count(":") == 0]
    metrics = [one.scope for one in collected.coverage if one.scope.operation == "metrics:gce_instance"]
    assert sorted(scope.account for scope in scopes) == sorted(PROJECTS)
    assert sorted(scope.account for scope in metrics) == sorted(PROJECTS)
    read = {one.scope.account for one in collected.coverage if one.scope in scopes and one.status is Status.OK}
    machines = Counter(row.account for row in sink.all_resources if row.spec.KIND == "gce_instance")
    assert machines == dict.fromkeys(read, MACHINES)
    assert set(collected.accounts) == read
    # A metric of a project is there for all of its machines, or for none.
    series = Counter((one.resource.account, one.metric) for one in sink.all_series)
    assert set(series.values()) <= {MACHINES}
    assert {account for account, _ in series} <= read
