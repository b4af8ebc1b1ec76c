"""What a run costs is counted as AWS charges it, and the user's limit holds."""

from decimal import Decimal

import pytest

from costopt.collectors.aws.interface import Call
from costopt.collectors.aws.meter import Meter, price_of
from costopt.collectors.faults import CostLimitReached
from tests.oracles.fakeaws import FakeAws, Fault
from tests.oracles.fakeaws_api import ConnectedApi, open_connection

TAGS = Call(client="ce", operation="GetTags", action="ce:GetTags", result="Tags")
PERIOD = {"Start": "2026-01-01", "End": "2026-02-01"}


@pytest.mark.parametrize(
    ("service", "operation", "params", "dollars"),
    [
        ("ec2", "DescribeVolumes", {}, "0"),
        ("ce", "GetCostAndUsage", {}, "0.01"),
        ("cloudwatch", "GetMetricData", {"MetricDataQueries": [{"MetricStat": {}}] * 300}, "0.003"),
        ("cloudwatch", "GetMetricData", {"MetricDataQueries": [{"Expression": "m1*2"}]}, "0"),
        ("cloudwatch", "ListMetrics", {}, "0.00001"),
        ("cloudwatch", "DescribeAlarms", {}, "0"),
    ],
)
def test_price(service: str, operation: str, params: dict[str, object], dollars: str) -> None:
    assert price_of(service, operation, params) == Decimal(dollars)


def test_the_limit_is_exact_and_free_calls_pass_it() -> None:
    meter = Meter(Decimal("0.02"))
    meter.charge(Decimal("0.01"))
    meter.charge(Decimal("0.01"))
    meter.charge(Decimal(0))
    with pytest.raises(CostLimitReached, match=r"\$0.03 would be more than the limit of \$0.02"):
        meter.charge(Decimal("0.01"))
    assert (meter.requests, meter.cost_usd) == (3, Decimal("0.02"))


def test_refused_requests_count_but_cost_nothing_and_broken_answers_cost(aws: FakeAws) -> None:
    aws.on("ce", "GetTags", {"Tags": [], "ReturnSize": 0, "TotalSize": 0})
    aws.faults.extend(
        [Fault("ce", code="LimitExceededException", times=2), Fault("ce", kind="status", status=503, times=1)]
    )
    connection = open_connection(aws.url)
    api = ConnectedApi(
        account="1",
        partition="aws",
        region="us-east-1",
        now=None,
        calls=[TAGS],
        client=connection.client,  # type: ignore[arg-type]
    )
    api.call(TAGS, TimePeriod=PERIOD)
    meter = connection.limits.meter
    assert (meter.requests, meter.cost_usd) == (4, Decimal("0.01"))
    assert (aws.count(), aws.dollars()) == (4, Decimal("0.01"))
