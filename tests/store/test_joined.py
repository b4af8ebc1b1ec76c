"""A folder of snapshots is one snapshot: nothing is counted twice, and nothing that is missing goes unseen."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.errors import SnapshotError
from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.money import Money
from costopt.model.period import Period
from costopt.model.resource import Resource
from costopt.model.series import Series
from costopt.model.snapshot import SNAPSHOT_SCHEMA_VERSION, Manifest
from costopt.model.specs.network import ElasticIp
from costopt.model.utilization import Demand
from costopt.store.metrics import aggregate, metrics_period
from costopt.store.open import open_snapshot
from costopt.store.sink import Run, open_sink
from tests.store.conftest import NOW

Write = Callable[..., Path]


def address(id_: str, account: str = "111111111111", provider: str = "aws") -> Resource:
    return Resource(
        provider=provider, account=account, region="us-east-1", id=id_, spec=ElasticIp(public_ip="192.0.2.1")
    )


def flat(resource: Resource, value: float, until: datetime, hours: int = 48) -> Series:
    """One value in each of the hours that end with `until`."""
    start = until.replace(minute=0) - timedelta(hours=hours)
    return Series(
        resource=resource.key, metric="cpu_max_percent", start=start, step_seconds=3600, values=[value] * hours
    )


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a part of the folder `clouds`; all of one part is of one scope."""

    def write_part(
        name: str,
        resources: Sequence[Resource],
        *,
        series: Sequence[Series] = (),
        at: datetime = NOW,
        operation: str = "addresses",
        currency: str = "USD",
    ) -> Path:
        first = resources[0]
        scope = Scope(provider=first.provider, account=first.account, region=first.region, operation=operation)
        result = ScopeResult(scope=scope, status=Status.OK, kinds=(first.spec.KIND,), rows=len(resources))
        manifest = Manifest(
            schema_version=SNAPSHOT_SCHEMA_VERSION,
            tool_version="0",
            collected_at=at,
            accounts=(first.account,),
            regions=(first.region,),
            catalog_version="test",
            collection_cost=Money(amount=Decimal("0.25"), currency=currency),
            files={},
            coverage=(result,),
        )
        directory = tmp_path / "clouds" / name
        with open_sink(directory, Run(collected_at=at, tool_version="0", request=name), resume=False) as sink:
            sink.save(result, resources=resources, series=series)
            sink.finish(manifest)
        return directory.parent

    return write_part


def test_a_folder_of_two_clouds_is_one_snapshot_of_both(write: Write) -> None:
    aws, google = address("eip-1"), address("ip-1", "shop-prod", "gcp")
    write("aws", [aws])
    folder = write("gcp", [google], at=NOW + timedelta(hours=3))
    opened = open_snapshot(folder)
    assert opened.resources == (aws, google)
    assert opened.manifest.accounts == ("111111111111", "shop-prod")
    assert opened.manifest.collected_at == NOW + timedelta(hours=3)
    assert opened.manifest.collection_cost == Money(amount=Decimal("0.50"))
    assert [result.scope.provider for result in opened.manifest.coverage] == ["aws", "gcp"]


def test_each_look_back_ends_with_its_own_collection(write: Write) -> None:
    aws, google = address("eip-1"), address("ip-1", "shop-prod", "gcp")
    later = NOW + timedelta(days=2)
    write("aws", [aws], series=[flat(aws, 9.0, NOW)])
    folder = write("gcp", [google], series=[flat(google, 1.0, later)], at=later)
    opened = open_snapshot(folder)
    demand = Demand(kind=aws.spec.KIND, metric="cpu_max_percent", days=1)
    facts = aggregate(opened, [demand])
    day = {key.provider: facts.of(key)["cpu_max_percent", 1] for key in (aws.key, google.key)}
    assert {provider: (found.points, found.maximum) for provider, found in day.items()} == {
        "aws": (24, 9.0),
        "gcp": (24, 1.0),
    }
    end = NOW.replace(minute=0)
    assert day["aws"].period == Period(start=end - timedelta(days=1), end=end)
    assert metrics_period(opened) == Period(start=end - timedelta(hours=48), end=end + timedelta(days=2))


def test_the_same_parts_have_the_same_fingerprint_in_any_place(write: Write, tmp_path: Path) -> None:
    write("aws", [address("eip-1")])
    folder = write("gcp", [address("ip-1", "shop-prod", "gcp")])
    before = open_snapshot(folder).id
    (folder / "aws").rename(folder / "z")
    assert open_snapshot(folder.rename(tmp_path / "moved")).id == before
    assert before not in {part.id for part in open_snapshot(tmp_path / "moved").parts}


def test_a_folder_of_one_is_that_one(write: Write) -> None:
    folder = write("aws", [address("eip-1")])
    assert open_snapshot(folder).id == open_snapshot(folder / "aws").id


def test_what_two_parts_both_read_is_refused(write: Write) -> None:
    write("a", [address("eip-1")])
    folder = write("b", [address("eip-2")])
    with pytest.raises(SnapshotError, match="a and b both read addresses of 111111111111 in us-east-1"):
        open_snapshot(folder)


def test_a_resource_in_two_parts_is_refused(write: Write) -> None:
    write("a", [address("eip-1")], operation="addresses")
    folder = write("b", [address("eip-1")], operation="other")
    with pytest.raises(SnapshotError, match=r"'eip-1' of 111111111111 is in two of the snapshots"):
        open_snapshot(folder)


@pytest.mark.parametrize(("days", "refused"), [(7, False), (7.001, True)])
def test_parts_of_different_weeks_are_no_report_of_one_time(days: float, refused: bool, write: Write) -> None:
    write("aws", [address("eip-1")])
    folder = write("gcp", [address("ip-1", "shop-prod", "gcp")], at=NOW + timedelta(days=days))
    if not refused:
        assert len(open_snapshot(folder).parts) == 2
        return
    with pytest.raises(SnapshotError, match="aws was collected on 2026-11-20 and gcp on 2026-11-27") as caught:
        open_snapshot(folder)
    assert "Collect aws again" in str(caught.value.hint)


def test_an_interrupted_part_is_told_and_not_left_out(write: Write) -> None:
    folder = write("aws", [address("eip-1")])
    (folder / "gcp" / ".collect").mkdir(parents=True)
    with pytest.raises(SnapshotError, match="and beside them gcp, which is none") as caught:
        open_snapshot(folder)
    assert "--resume" in str(caught.value.hint)


def test_a_link_to_a_snapshot_elsewhere_is_told_and_not_followed(write: Write, tmp_path: Path) -> None:
    write("aws", [address("eip-1")])
    folder = write("gcp", [address("ip-1", "shop-prod", "gcp")])
    (folder / "gcp").rename(tmp_path / "elsewhere")
    (folder / "gcp").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SnapshotError, match="and beside them gcp, which is none"):
        open_snapshot(folder)


def test_costs_in_two_currencies_have_no_sum(write: Write) -> None:
    write("aws", [address("eip-1")])
    folder = write("gcp", [address("ip-1", "shop-prod", "gcp")], currency="EUR")
    with pytest.raises(SnapshotError, match="paid for in EUR, USD"):
        open_snapshot(folder)
