"""A Google Cloud on loopback, and a way to collect it without waiting."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costopt.collectors.day_cache import DayCache
from costopt.collectors.gcp.advice import Kept
from costopt.collectors.gcp.connection import Connection, Wire
from costopt.collectors.gcp.interface import MetricSource, Service
from costopt.collectors.gcp.limits import Limits
from costopt.collectors.gcp.plan import Where, plan_collection
from costopt.collectors.gcp.registry import SERVICES
from costopt.collectors.gcp.runner import collect
from costopt.collectors.interface import Collected
from costopt.model.coverage import ScopeResult
from tests.oracles.fakeaws_api import FakeTime
from tests.oracles.google_compute import ComputeServer
from tests.oracles.google_server import PROJECT, GoogleCloud
from tests.oracles.memory_sink import MemorySink

NOW = datetime(2026, 3, 15, 12, 30, tzinfo=UTC)

Collect = Callable[..., tuple[Collected, MemorySink]]


def asked_for(collected: Collected) -> list[ScopeResult]:
    """The ledger without the places in which no service looks."""
    return [one for one in collected.coverage if not one.scope.operation.endswith(":elsewhere")]


@pytest.fixture
def cloud() -> Iterator[GoogleCloud]:
    """The server; an answer that it cannot make fails the test."""
    made = GoogleCloud()
    yield made
    made.server.close()
    assert made.server.bugs == []


@pytest.fixture
def compute() -> Iterator[ComputeServer]:
    """The REST server."""
    with ComputeServer() as made:
        yield made


@pytest.fixture
def clock() -> FakeTime:
    """A clock that jumps over waits."""
    return FakeTime()


@pytest.fixture
def run(cloud: GoogleCloud, clock: FakeTime) -> Collect:
    """Collects from the server, by default the project with every service and no metrics."""

    def collected(
        *,
        where: Where | None = None,
        services: tuple[Service, ...] = SERVICES,
        sources: tuple[MetricSource, ...] = (),
        sink: MemorySink | None = None,
        compute_endpoint: str | None = None,
        max_cost_usd: Decimal | None = None,
        advice: Path | None = None,
        workers: int | None = None,
        **limits: Any,
    ) -> tuple[Collected, MemorySink]:
        into = sink or MemorySink()
        wire = Wire(endpoint=cloud.server.url, compute_endpoint=compute_endpoint, timeout_seconds=10)
        made = Limits.of(clock=clock.clock, max_cost_usd=max_cost_usd, **limits)
        with closing(Connection(wire, made)) as connection:
            place = where or Where(projects=(PROJECT,))
            cache = None if advice is None else DayCache(advice, NOW.date(), Kept)
            plan = plan_collection(connection, place, services=services, sources=sources, now=NOW, advice=cache)
            return collect(plan if workers is None else replace(plan, workers=workers), into), into

    return collected
