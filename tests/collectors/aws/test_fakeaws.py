"""The fake AWS is strict: it refuses what AWS refuses, and fixtures that AWS could never send."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.oracles.fakeaws import FakeAws, Paging
from tests.oracles.fakeaws_api import open_connection

PERIOD = {"Start": "2026-01-01", "End": "2026-02-01"}
DAYS = [{"TimePeriod": {"Start": f"2026-01-{d:02}", "End": f"2026-01-{d + 1:02}"}} for d in range(1, 29)]


@pytest.fixture
def server(waits: list[float]) -> Any:
    with FakeAws() as fake:
        yield fake


def client(server: FakeAws, service: str) -> Any:
    return open_connection(server.url).client(service, "us-east-1")


def usage(server: FakeAws, **more: Any) -> Any:
    params = {"TimePeriod": PERIOD, "Granularity": "DAILY", "Metrics": ["UnblendedCost"], **more}
    return client(server, "ce").get_cost_and_usage(**params)


def test_a_fixture_that_breaks_the_model_is_refused(server: FakeAws) -> None:
    server.on("savingsplans", "DescribeSavingsPlans", {"SavingsPlans": []})  # AWS writes it small
    with pytest.raises(ClientError, match="FakeAwsBug"):
        client(server, "savingsplans").describe_savings_plans()
    assert "Unknown parameter" in server.bugs[0]


def test_an_operation_without_a_fixture_is_a_mistake_of_the_test(server: FakeAws) -> None:
    with pytest.raises(ClientError, match="no fixture"):
        client(server, "ec2").describe_volumes()
    assert len(server.bugs) == 1
    assert server.count() == 1  # and is not retried


def test_an_operation_that_does_not_exist_cannot_be_registered(server: FakeAws) -> None:
    with pytest.raises(Exception, match="DescribeVolumez"):
        server.on("ec2", "DescribeVolumez", {})


def test_a_page_token_is_bound_to_its_request(server: FakeAws) -> None:
    keys = Paging("NextPageToken", "NextPageToken", "ResultsByTime")
    server.on("ce", "GetCostAndUsage", DAYS, paging=keys, page=10)
    token = usage(server)["NextPageToken"]
    assert usage(server, NextPageToken=token)["ResultsByTime"] == DAYS[10:20]
    with pytest.raises(ClientError, match="belongs to another request"):
        usage(server, NextPageToken=token, Granularity="MONTHLY")
    with pytest.raises(ClientError, match="InvalidNextToken"):
        usage(server, NextPageToken="nonsense")


def test_values_outside_the_models_bounds_are_refused(server: FakeAws) -> None:
    server.on("compute-optimizer", "GetECSServiceRecommendations", {"ecsServiceRecommendations": []})
    with pytest.raises(ClientError, match="outside"):
        client(server, "compute-optimizer").get_ecs_service_recommendations(maxResults=1001)


def test_answered_requests_are_priced_and_refused_ones_are_not(server: FakeAws) -> None:
    server.on("ce", "GetCostAndUsage", DAYS[:1], paging=Paging("NextPageToken", "NextPageToken", "ResultsByTime"))
    usage(server)
    server.expired_keys.add("AKIAFAKE")
    with pytest.raises(ClientError, match="ExpiredToken"):
        usage(server)
    assert (server.count("ce"), server.dollars()) == (2, Decimal("0.01"))


@pytest.mark.parametrize(
    ("service", "operation", "method", "params", "answer"),
    [
        ("ec2", "DescribeAddresses", "describe_addresses", {}, {"Addresses": [{"PublicIp": "192.0.2.1"}]}),
        ("elb", "DescribeTags", "describe_tags", {"LoadBalancerNames": ["a"]}, {"TagDescriptions": []}),
        ("elbv2", "DescribeTags", "describe_tags", {"ResourceArns": ["a"]}, {"TagDescriptions": []}),
        ("lambda", "ListTags", "list_tags", {"Resource": "arn:aws:lambda:x:1:function:f"}, {"Tags": {"a": "b"}}),
        ("s3", "GetBucketVersioning", "get_bucket_versioning", {"Bucket": "b"}, {"Status": "Enabled"}),
        ("dynamodb", "ListTables", "list_tables", {}, {"TableNames": ["orders"]}),
        ("efs", "DescribeFileSystems", "describe_file_systems", {}, {"FileSystems": []}),
        ("ecs", "ListClusters", "list_clusters", {}, {"clusterArns": ["a"]}),
    ],
)
def test_every_protocol_is_spoken(
    server: FakeAws, service: str, operation: str, method: str, params: dict[str, Any], answer: dict[str, Any]
) -> None:
    server.on(service, operation, answer)
    got = getattr(client(server, service), method)(**params)
    assert {name: value for name, value in got.items() if name != "ResponseMetadata"} == answer
    assert server.requests[0].params == params


def test_times_survive_the_wire(server: FakeAws) -> None:
    created = datetime(2024, 2, 29, 12, tzinfo=UTC)
    server.on("ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": "vol-1", "CreateTime": created}]})
    assert client(server, "ec2").describe_volumes()["Volumes"][0]["CreateTime"] == created
