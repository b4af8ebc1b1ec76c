"""A snapshot that somebody sends: small files that unpack to much, values that cannot be, files that are none."""

import json
import os
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from costopt.errors import ConfigError, SnapshotError
from costopt.model.kinds import SPEC_TYPES
from costopt.model.resource import Resource, ResourceKey
from costopt.model.series import Series
from costopt.model.specs.network import ElasticIp
from costopt.model.utilization import Demand
from costopt.store import bounds
from costopt.store.metrics import aggregate, metrics_period
from costopt.store.open import open_snapshot
from costopt.store.plausible import strict_type
from costopt.store.snapshot import Snapshot, fingerprint_of
from tests.store.conftest import NOW, Keep

Rows = list[dict[str, Any]]
KEY = ResourceKey("aws", "111111111111", "us-east-1", "elastic_ip", "eip-1")


@pytest.fixture
def snapshot(keep: Keep) -> Snapshot:
    resource = Resource(
        provider="aws",
        account=KEY.account,
        region=KEY.region,
        id=KEY.id,
        spec=ElasticIp(public_ip="192.0.2.1"),
        name="n",
        created_at=NOW,
        tags={"team": "t"},
    )
    start = NOW.replace(minute=0, second=0, microsecond=0) - timedelta(hours=24)
    series = Series(resource=KEY, metric="cpu_max_percent", start=start, step_seconds=3600, values=[1.0] * 24)
    return keep(resources=[resource], series=[series])


def data_file(snapshot: Snapshot, stem: str) -> Path:
    (path,) = snapshot.path.glob(f"{stem}-*")
    return path


def sign(snapshot: Snapshot, **changes: object) -> None:
    """Make the manifest vouch for what is there now."""
    path = snapshot.path / "manifest.json"
    content = json.loads(path.read_text())
    content["files"] = {name: fingerprint_of(snapshot.path / name) for name in content["files"]}
    path.write_text(json.dumps(content | changes))


def forge(snapshot: Snapshot, stem: str, change: Callable[[Rows], None]) -> None:
    path = data_file(snapshot, stem)
    table = pq.read_table(path)
    rows = table.to_pylist()
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
    sign(snapshot)


def judge(snapshot: Snapshot) -> None:
    opened = open_snapshot(snapshot.path)
    aggregate(opened, [Demand(kind=KEY.kind, metric="cpu_max_percent", days=1)])
    metrics_period(opened)


def test_the_snapshot_that_the_others_forge_is_sound(snapshot: Snapshot) -> None:
    judge(snapshot)


SPEC = '{"public_ip":"192.0.2.1"}'


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("spec", "[" * 200_000, "object"),
        ("spec", SPEC[:-1] + ',"x":' + "[" * 200_000 + "]" * 200_000 + "}", "recursion"),
        ("spec", SPEC[:-1] + ',"x":NaN}', "malformed"),
        ("kind", "martian", "no resource of kind 'martian'"),
        ("name", "n" * 10_000, "characters in name"),
        ("tags", json.dumps({"a": "b" * 40_000}), "characters in tags"),
        ("tags", '{"a": 3}', "Expected `str`"),
    ],
)
def test_a_resource_that_cannot_be_is_refused_and_named(field: str, value: str, said: str, snapshot: Snapshot) -> None:
    forge(snapshot, "resources", lambda rows: rows[0].update({field: value}))
    with pytest.raises(SnapshotError, match=said) as refused:
        open_snapshot(snapshot.path)
    assert data_file(snapshot, "resources").name in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "part", "good"),
    [
        ("ebs_volume", '"size_gib":%s', ("0", "16384")),
        ("dynamodb_table", '"size_bytes":%s', ("0", "1000000000000000000")),
        ("dynamodb_table", '"items":%s', ("0", "9000000000000")),
    ],
)
def test_sizes_are_neither_negative_nor_beyond_any_cloud(kind: str, part: str, good: tuple[str, ...]) -> None:
    import msgspec

    (name,) = [word for word in part.replace('"', "").split(":") if word != "%s"]
    strict = strict_type(SPEC_TYPES[kind])
    annotation = msgspec.structs.fields(strict)
    (limited,) = [field.type for field in annotation if field.name == name]
    for text in good:
        assert msgspec.json.decode(text, type=limited) == int(text)
    for text in ("-1", "9" * 30, "9" * 5_000, "1e400"):
        with pytest.raises(msgspec.MsgspecError):
            msgspec.json.decode(text, type=limited)


def test_a_time_without_a_zone_is_refused() -> None:
    import msgspec

    fields = {field.name: field.type for field in msgspec.structs.fields(strict_type(SPEC_TYPES["commitment"]))}
    with pytest.raises(msgspec.MsgspecError, match="timezone"):
        msgspec.json.decode('"2026-01-01T00:00:00"', type=fields["start"])
    for amount in ('"NaN"', '"1E999999"', '"Infinity"'):
        with pytest.raises(msgspec.MsgspecError):
            msgspec.json.decode(amount, type=fields["hourly_rate"])
    assert msgspec.json.decode('"0.0416"', type=fields["hourly_rate"]) == "0.0416"


def test_a_time_that_no_calendar_has_is_refused(snapshot: Snapshot) -> None:
    path = data_file(snapshot, "resources")
    table = pq.read_table(path)
    place = table.schema.get_field_index("created_at")
    column = pa.array([2**62] * len(table), pa.int64()).cast(pa.timestamp("us", tz="UTC"))
    pq.write_table(table.set_column(place, table.schema.field(place), column), path)
    sign(snapshot)
    with pytest.raises(SnapshotError, match="date value out of range"):
        open_snapshot(snapshot.path)


def test_a_resource_that_is_named_twice_costs_once(snapshot: Snapshot) -> None:
    forge(snapshot, "resources", lambda rows: rows.extend(list(rows)))
    assert len(open_snapshot(snapshot.path).resources) == 1


def test_a_small_file_of_many_rows_is_refused_before_it_is_unpacked(snapshot: Snapshot) -> None:
    path = data_file(snapshot, "resources")
    table = pq.read_table(path).take(pa.repeat(pa.scalar(0, pa.int32()), bounds.MAX_RESOURCES + 1))
    pq.write_table(table, path, compression="zstd")
    assert path.stat().st_size < 1_000_000
    sign(snapshot)
    with pytest.raises(SnapshotError, match="1,000,001 resources are more than"):
        open_snapshot(snapshot.path)


def test_a_small_file_of_long_texts_is_refused(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_RESOURCE_BYTES", 20_000_000)
    path = data_file(snapshot, "resources")
    rows = pq.read_table(path).to_pylist()
    rows[0]["spec"] = SPEC[:-1] + f',"x":"{"y" * 10_000}"}}'
    table = pa.Table.from_pylist(rows, schema=pq.read_table(path).schema)
    pq.write_table(table.take(pa.repeat(pa.scalar(0, pa.int32()), 10_000)), path, compression="zstd")
    assert path.stat().st_size < 1_000_000
    sign(snapshot)
    with pytest.raises(SnapshotError, match="bytes of resources are more than"):
        open_snapshot(snapshot.path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"values": [float("inf")] * 24}, "no finite numbers"),
        ({"values": [float("nan")] * 24}, "no finite numbers"),
        ({"values": [1.7e308] * 24}, "no finite numbers"),
        ({"step_seconds": 0}, "steps that do not divide a day"),
        ({"step_seconds": -3600}, "steps that do not divide a day"),
        ({"step_seconds": 2**31 - 1}, "steps that do not divide a day"),
        ({"start": datetime.fromisoformat("0001-01-01T00:00:00+00:00")}, "begin before"),
        ({"start": datetime.fromisoformat("9999-01-01T00:00:00+00:00")}, "begin before"),
        ({"values": [1.0] * 1_000_000}, "points a series"),
    ],
)
def test_series_that_cannot_be_are_refused(change: dict[str, Any], said: str, snapshot: Snapshot) -> None:
    forge(snapshot, "series", lambda rows: rows[0].update(change))
    with pytest.raises(SnapshotError, match=said) as refused:
        judge(snapshot)
    assert data_file(snapshot, "series").name in str(refused.value)


def test_a_series_far_after_the_snapshot_is_only_a_hole(snapshot: Snapshot) -> None:
    late = datetime.fromisoformat("2190-01-01T00:00:00+00:00")
    forge(snapshot, "series", lambda rows: rows[0].update({"start": late}))
    demand = Demand(kind=KEY.kind, metric="cpu_max_percent", days=1)
    assert aggregate(open_snapshot(snapshot.path), [demand]).of(KEY)["cpu_max_percent", 1].points == 0


def test_a_look_back_that_no_provider_keeps_is_a_mistake_of_the_settings(snapshot: Snapshot) -> None:
    with pytest.raises(ConfigError, match="look-back of 999,999,999 days"):
        aggregate(snapshot, [Demand(kind=KEY.kind, metric="cpu_max_percent", days=999_999_999)])


@pytest.mark.parametrize("stem", ["resources", "series", "manifest"])
@pytest.mark.parametrize("what", ["link", "pipe", "folder"])
def test_only_ordinary_files_are_read(what: str, stem: str, snapshot: Snapshot, tmp_path: Path) -> None:
    path = snapshot.path / "manifest.json" if stem == "manifest" else data_file(snapshot, stem)
    moved = path.rename(tmp_path / "elsewhere")
    if what == "link":
        path.symlink_to(moved)
    elif what == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    with pytest.raises(SnapshotError, match=r"is a link|no ordinary file"):
        open_snapshot(snapshot.path)


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "series-*.parquet", "../series-00000000.parquet", "a\0b", "series-\x1b"]
)
def test_the_manifest_names_only_files_beside_it(name: str, snapshot: Snapshot) -> None:
    path = snapshot.path / "manifest.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"files": {**content["files"], name: "0"}}))
    with pytest.raises(SnapshotError, match="inside the snapshot"):
        open_snapshot(snapshot.path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"collected_at": "0001-01-01T00:00:00Z"}, "not between 2000 and 2200"),
        ({"collected_at": "9999-12-31T23:59:59Z"}, "not between 2000 and 2200"),
        ({"collected_at": "2026-11-20T06:00:00"}, "has no zone"),
        ({"collection_cost": {"amount": "NaN", "currency": "USD"}}, "no amount of money"),
        ({"collection_cost": {"amount": "1e999999", "currency": "USD"}}, "no amount of money"),
        ({"collection_cost": {"amount": "1", "currency": "\x1b[31m"}}, "no amount of money"),
    ],
)
def test_a_manifest_that_cannot_be_is_refused(change: dict[str, Any], said: str, snapshot: Snapshot) -> None:
    sign(snapshot, **change)
    with pytest.raises(SnapshotError, match=said):
        open_snapshot(snapshot.path)


def test_an_inventory_is_for_its_owner_alone(snapshot: Snapshot) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in snapshot.path.glob("*.*") if path.is_file()}
    assert len(modes) == 3
    assert set(modes.values()) == {0o600}
