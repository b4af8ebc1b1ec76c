"""Answers that Google's APIs really gave (recorded by the Cloud Custodian project, 2018 to 2021) pass the parsers."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from google.cloud import monitoring_v3
from google.protobuf import json_format

from costopt.collectors.gcp.connection import Connection, Wire
from costopt.collectors.gcp.interface import SeriesQuery
from costopt.collectors.gcp.limits import Limits
from costopt.collectors.gcp.time_series import read_grid
from costopt.collectors.soundness import sound
from costopt.collectors.window import window_before
from costopt.model.resource import Resource
from tests.oracles.google_rows import rows
from tests.oracles.google_server import GoogleCloud

PROJECT = "cloud-custodian"


@pytest.fixture
def recorded(shared_data: Path) -> Path:
    return shared_data / "recorded-api" / "gcp"


def body(folder: Path) -> dict[str, Any]:
    """The first answer of a recording."""
    (path, *_) = sorted(folder.glob("*.json"))
    found: dict[str, Any] = json.loads(path.read_text())["body"]
    return found


def items(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Rows of a list, or of an aggregated list, where they are below zones."""
    found = answer.get("items") or answer.get("clusters") or answer.get("nodePools") or []
    if isinstance(found, dict):
        found = [row for scope in found.values() for rows in scope.values() if isinstance(rows, list) for row in rows]
    yield from found


def read(folder: Path, asset_type: str) -> dict[str, Resource]:
    """Resources of a recording by name, each through the parser and the checks of soundness."""
    made = {}
    for item in items(body(folder)):
        name = "//" + item["selfLink"].removeprefix("https://")
        for row in rows(asset_type, name, item, project=PROJECT):
            made[row.name or ""] = sound(row)
    return made


def test_instances_of_2017(recorded: Path) -> None:
    found = read(recorded / "instance-query", "compute.googleapis.com/Instance")
    shown = {name: (row.region, row.spec.status, row.spec.machine_type) for name, row in found.items()}  # type: ignore[attr-defined]
    assert shown == {
        "custodian-dev": ("us-east1", "TERMINATED", "n1-standard-1"),
        "c7n-jenkins": ("us-central1", "RUNNING", "n1-standard-1"),
        "drone": ("us-central1", "TERMINATED", "n1-standard-1"),
        "custodian": ("us-east1", "RUNNING", "n1-standard-2"),
    }
    assert found["custodian-dev"].id == "zones/us-east1-b/instances/custodian-dev"
    assert found["custodian-dev"].created_at == datetime(2017, 5, 1, 19, 34, 32, 859000, UTC)
    assert set(found["custodian"].tags or {}) == {"http-server", "https-server", "ci", "drone", "custodian"}
    drone: Any = found["drone"].spec
    assert len(drone.disk_ids) == 2


def test_disks_of_2017_name_their_machines_by_the_ids_of_the_instances(recorded: Path) -> None:
    machines = read(recorded / "instance-query", "compute.googleapis.com/Instance")
    found = read(recorded / "disk-query", "compute.googleapis.com/Disk")
    of: dict[str, Any] = {name: row.spec for name, row in found.items()}
    assert (of["custodian"].disk_type, of["custodian"].size_gib) == ("pd-ssd", 32)
    assert of["custodian"].instance_ids == (machines["custodian"].id,)
    assert of["drone-upgrade"].instance_ids == ()
    assert of["drone-upgrade"].last_detached_at == datetime(2017, 11, 1, 10, 25, 7, 913000, UTC)
    assert not of["drone-upgrade"].blank


def test_a_snapshot_that_was_being_uploaded_has_no_stored_bytes_yet(recorded: Path) -> None:
    spec: Any = read(recorded / "snapshot-query", "compute.googleapis.com/Snapshot")["snapshot-1"].spec
    assert (spec.status, spec.storage_bytes, spec.source_disk_id) == (
        "UPLOADING",
        None,
        "zones/us-central1-c/disks/instance-1",
    )


def test_an_image_and_an_address(recorded: Path) -> None:
    image: Any = read(recorded / "image-query", "compute.googleapis.com/Image")["image-1"].spec
    assert (image.disk_size_gib, image.archive_size_bytes) == (50, 1111111111)
    address: Any = read(recorded / "lb-addresses-query", "compute.googleapis.com/Address")["new1"].spec
    assert (address.address, address.status, address.address_type) == ("35.193.10.19", "RESERVED", "EXTERNAL")


def test_a_database_keeps_no_certificate(recorded: Path) -> None:
    row = read(recorded / "sqlinstance-query", "sqladmin.googleapis.com/Instance")["brenttest-6"]
    spec: Any = row.spec
    assert (spec.engine, spec.tier, spec.storage_gib, spec.running) == ("mysql", "db-f1-micro", 10, True)
    assert "BEGIN CERTIFICATE" not in repr(row)


def test_a_cluster_and_its_pool_belong_together(recorded: Path) -> None:
    cluster = read(recorded / "gke-cluster-query", "container.googleapis.com/Cluster")["standard-cluster-1"]
    answer = body(recorded / "gke-cluster-query")["clusters"][0]["nodePools"][0]
    (pool,) = rows("container.googleapis.com/NodePool", "//" + answer["selfLink"][8:], answer, project=PROJECT)
    spec: Any = pool.spec
    assert spec.cluster_id == cluster.id == "locations/us-central1-a/clusters/standard-cluster-1"
    assert spec.initial_node_count == 3


def test_a_time_series_of_2021_lands_on_the_step_that_ends_with_it(recorded: Path, cloud: GoogleCloud) -> None:
    (path,) = (recorded / "filter-metrics").glob("*timeSeries*.json")
    given = json.loads(path.read_text())["body"]
    answer = monitoring_v3.ListTimeSeriesResponse()
    json_format.ParseDict(given, monitoring_v3.ListTimeSeriesResponse.pb(answer))
    cloud.server.answers["ListTimeSeries"] = lambda _: answer
    query = SeriesQuery(
        metric_type="compute.googleapis.com/instance/cpu/utilization",
        aligner="ALIGN_MEAN",
        reducer="REDUCE_NONE",
        group_by=("metric.label.instance_name",),
    )
    window = window_before(datetime(2021, 4, 1, 19, 5, tzinfo=UTC), days=1, step_seconds=3600)
    connection = Connection(Wire(endpoint=cloud.server.url), Limits.of())
    grid = read_grid(connection, PROJECT, query, window)
    connection.close()
    # The point is of 18:36, so of the hour that ends at 19:00.
    assert grid["iap-test-webapp",][-1] == 0.0034935695658400334
