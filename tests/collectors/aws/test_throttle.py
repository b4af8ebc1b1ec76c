"""The token bucket gives the promised rate, and a storm of refusals loses no call."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from costopt.collectors.aws.interface import Call
from costopt.collectors.aws.rates import DEFAULT_RATE, RATES
from costopt.collectors.clock import Deadline
from costopt.collectors.faults import DeadlinePassed
from costopt.collectors.throttle import Bucket, Rate, Throttle
from tests.oracles.fakeaws import FakeAws, Fault, Request
from tests.oracles.fakeaws_api import NOW, ConnectedApi, FakeTime, open_connection

NAT = Call(client="ec2", operation="DescribeNatGateways", action="ec2:DescribeNatGateways", result="NatGateways")


def api_of(aws: FakeAws, **limits: Any) -> ConnectedApi:
    connection = open_connection(aws.url, **limits)
    return ConnectedApi(
        account="1",
        partition="aws",
        region="us-east-1",
        now=NOW,
        calls=[NAT],
        client=connection.client,
        deadline=connection.limits.deadline,
    )


def bucket(time: FakeTime, *, per_second: float = 10, burst: int = 5, seconds: float | None = None) -> Bucket:
    return Bucket(Rate(per_second=per_second, burst=burst), Deadline.after(seconds, time.clock))


def test_the_burst_is_free_and_the_rest_waits_for_the_refill() -> None:
    time = FakeTime()
    tokens = bucket(time)
    moments = []
    for _ in range(8):
        tokens.take()
        moments.append(round(time.now, 6))
    assert moments == [0, 0, 0, 0, 0, 0.1, 0.2, 0.3]


def test_an_idle_bucket_never_holds_more_than_its_burst() -> None:
    time = FakeTime()
    tokens = bucket(time, burst=2)
    time.sleep(100)
    for _ in range(3):
        tokens.take()
    assert round(time.now, 6) == 100.1


def test_refusals_slow_down_and_answers_go_back_to_the_limit() -> None:
    tokens = bucket(FakeTime(), per_second=10)
    tokens.slow_down()
    assert tokens.per_second == pytest.approx(7)
    for _ in range(200):
        tokens.speed_up()
    assert tokens.per_second == 10


def test_it_never_stops_entirely() -> None:
    tokens = bucket(FakeTime(), per_second=10)
    for _ in range(100):
        tokens.slow_down()
    assert tokens.per_second == 0.5


def test_a_wait_beyond_the_deadline_is_refused_at_once() -> None:
    time = FakeTime()
    tokens = bucket(time, per_second=0.1, burst=1, seconds=5)
    tokens.take()
    with pytest.raises(DeadlinePassed):
        tokens.take()
    assert time.now == 0


def test_accounts_regions_and_services_have_buckets_of_their_own() -> None:
    throttle = Throttle(Deadline.after(None, FakeTime().clock), RATES, DEFAULT_RATE)
    places = [
        ("1", "us-east-1", "ec2"),
        ("2", "us-east-1", "ec2"),
        ("1", "eu-west-1", "ec2"),
        ("1", "us-east-1", "rds"),
    ]
    assert len({id(throttle.bucket(*place)) for place in places}) == 4
    assert throttle.bucket(*places[0]) is throttle.bucket(*places[0])


class ScarceQuota:
    """AWS's side of a storm: others use up so much that `per_second` are left of what we think we have."""

    def __init__(self, time: FakeTime, *, per_second: float, burst: int) -> None:
        self.time, self.per_second, self.burst = time, per_second, burst
        self.tokens, self.filled_at = float(burst), 0.0
        self.lock = threading.Lock()

    def refuses(self, _: Request) -> bool:
        with self.lock:
            now = self.time.now
            self.tokens = min(self.burst, self.tokens + (now - self.filled_at) * self.per_second)
            self.filled_at = now
            if self.tokens < 1:
                return True
            self.tokens -= 1
            return False


def test_a_storm_of_refusals_loses_no_call(aws: FakeAws) -> None:
    """A third of the rate that we believe in: botocore's own retries run out of their quota and give up."""
    time = FakeTime()
    quota = ScarceQuota(time, per_second=6, burst=10)
    aws.on("ec2", "DescribeNatGateways", {"NatGateways": []})
    aws.faults.append(Fault("ec2", code="RequestLimitExceeded", status=503, when=quota.refuses))
    api = api_of(aws, clock=time.clock)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.call(NAT)["NatGateways"], range(300)))
    assert answers == [[]] * 300
    assert sum(request.status == 200 for request in aws.requests) == 300
    assert aws.count() > 300


def test_a_call_outlasts_more_refusals_than_botocore_retries(aws: FakeAws) -> None:
    aws.on("ec2", "DescribeNatGateways", {"NatGateways": []})
    aws.faults.append(Fault("ec2", code="RequestLimitExceeded", status=503, times=12))  # three rounds of four sends
    assert api_of(aws, clock=FakeTime().clock).call(NAT)["NatGateways"] == []
    assert aws.count() == 13


def test_a_refusal_slows_down_everyone_who_asks_that_service_there(aws: FakeAws) -> None:
    aws.on("ec2", "DescribeNatGateways", {"NatGateways": []})
    aws.faults.append(Fault("ec2", code="RequestLimitExceeded", status=503, times=2))
    connection = open_connection(aws.url)
    connection.client("ec2", "us-east-1").describe_nat_gateways()
    throttle = connection.limits.throttle
    # Two refusals and one answer: 18 x 0.7 x 0.7 x 1.02.
    assert throttle.bucket(connection.account, "us-east-1", "ec2").per_second == pytest.approx(8.9964)
    assert throttle.bucket(connection.account, "eu-west-1", "ec2").per_second == 18


def test_a_call_that_is_always_refused_does_not_wait_beyond_the_deadline(aws: FakeAws) -> None:
    aws.faults.append(Fault("ec2", code="RequestLimitExceeded", status=503))
    time = FakeTime()
    with pytest.raises(DeadlinePassed):
        api_of(aws, clock=time.clock, deadline_seconds=5).call(NAT)
    assert time.now < 5
