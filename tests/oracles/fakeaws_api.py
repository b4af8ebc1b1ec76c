"""An `Api` onto the fake AWS, as a collector gets it in a real run."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.credentials import Credentials

from costopt.collectors.aws.api import ConnectedApi
from costopt.collectors.aws.connection import Connection, Wire
from costopt.collectors.aws.hooks import Limits
from costopt.collectors.aws.interface import AwsCollector, Call
from costopt.collectors.clock import Clock

NOW = datetime(2026, 3, 15, 12, 30, tzinfo=UTC)


class FakeTime:
    """A clock that jumps instead of waiting."""

    def __init__(self) -> None:
        self.now = 0.0
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds

    @property
    def clock(self) -> Clock:
        return Clock(monotonic=lambda: self.now, sleep=self.sleep)


def open_connection(url: str, *, account: str = "111111111111", key: str = "AKIAFAKE", **limits: Any) -> Connection:
    """A connection with fixed credentials to the server at `url`; waits take no time."""
    return Connection(
        account=account,
        partition="aws",
        home_region="us-east-1",
        name="test",
        credentials=lambda: Credentials(key, "secret"),
        wire=Wire(endpoint_url=url, connect_timeout=2, read_timeout=5, max_attempts=4),
        limits=Limits.of(**{"clock": FakeTime().clock, **limits}),
    )


def open_api(
    url: str,
    collector: AwsCollector | Sequence[Call],
    *,
    account: str = "111111111111",
    region: str = "us-east-1",
    partition: str = "aws",
    now: datetime = NOW,
) -> ConnectedApi:
    """The `Api` of one collector (or of some calls) onto the server at `url`."""
    connection = open_connection(url, account=account)
    return ConnectedApi(
        account=account,
        partition=partition,
        region=region,
        now=now,
        calls=collector.calls if isinstance(collector, AwsCollector) else collector,
        client=connection.client,
        deadline=connection.limits.deadline,
    )
