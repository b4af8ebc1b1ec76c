"""A run says beforehand what it will ask, counted by hand here."""

from contextlib import closing
from decimal import Decimal

from costopt.collectors.gcp.connection import Connection, Wire
from costopt.collectors.gcp.estimate import estimate
from costopt.collectors.gcp.limits import Limits
from costopt.collectors.gcp.metric_sources import METRIC_SOURCES
from costopt.collectors.gcp.plan import CollectPlan, Where, plan_collection
from costopt.collectors.gcp.registry import SERVICES, select
from tests.collectors.gcp.conftest import NOW
from tests.oracles.google_assets import instance
from tests.oracles.google_rows import rows_of
from tests.oracles.google_server import PROJECT, GoogleCloud

MACHINES = tuple(rows_of([instance(f"m-{number}", id=str(number), guestAccelerators=[]) for number in range(3)]))


def plan_of(cloud: GoogleCloud, projects: int, *services: str) -> CollectPlan:
    names = (PROJECT, *(f"acme-{number}" for number in range(1, projects)))
    with closing(Connection(Wire(endpoint=cloud.server.url), Limits.of())) as connection:
        return plan_collection(
            connection, Where(projects=names), services=select(services), sources=METRIC_SOURCES, now=NOW
        )


def test_three_machines_yield_five_series_each_without_gpu_and_disks(cloud: GoogleCloud) -> None:
    found = estimate(plan_of(cloud, 1), MACHINES)
    assert (found.series, found.metric_calls) == (15, 5)
    assert found.cost_usd == Decimal("0.0000075")


def test_without_resources_the_series_are_not_known(cloud: GoogleCloud) -> None:
    found = estimate(plan_of(cloud, 1))
    assert (found.series, found.metric_calls, found.cost_usd) == (None, None, None)


def test_a_thousand_projects_take_ten_minutes_by_googles_quota(cloud: GoogleCloud) -> None:
    found = estimate(plan_of(cloud, 1000, "cloud_sql"))
    assert found.projects == 1000
    assert round(found.quota_minutes) == 10
    assert found.inventory_calls == 1000


def test_scopes_are_one_inventory_one_kind_with_metrics_each_and_what_is_not_searched(cloud: GoogleCloud) -> None:
    kinds = {kind.KIND for service in SERVICES for kind in service.kinds}
    measured = {source.kind for source in METRIC_SOURCES}
    assert estimate(plan_of(cloud, 2)).scopes == 2 * (1 + len(kinds & measured) + 1)
