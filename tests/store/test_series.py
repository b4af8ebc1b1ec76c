"""Series on disk: packed or plain values, holes, and the merge of checkpoints."""

import math
from array import array
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costopt.collectors.packed import PackedValues
from costopt.model.resource import ResourceKey
from costopt.model.series import Series
from costopt.store.series import merge_series, write_series

START = datetime(2026, 11, 1, tzinfo=UTC)


def series(id_: str, metric: str = "cpu_max_percent", values: object = (1.0,), kind: str = "ec2_instance") -> Series:
    key = ResourceKey("aws", "111111111111", "us-east-1", kind, id_)
    return Series(resource=key, metric=metric, start=START, step_seconds=3600, values=values)  # type: ignore[arg-type]


def rows(path: Path) -> list[tuple[str, str, str, list[float | None]]]:
    table = pq.read_table(path).to_pylist()
    return [(row["kind"], row["metric"], row["id"], row["values"]) for row in table]


@given(st.lists(st.none() | st.floats(allow_nan=True, allow_infinity=True), max_size=50))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_packed_and_plain_values_are_kept_alike_and_what_is_not_finite_is_a_hole(
    tmp_path: Path, values: list[float | None]
) -> None:
    packed = PackedValues(array("d", [math.nan if value is None else value for value in values]))
    write_series(tmp_path / "s", [series("plain", values=values), series("packed", values=packed)])
    expected = [value if value is not None and math.isfinite(value) else None for value in values]
    assert [kept for *_, kept in rows(tmp_path / "s")] == [expected, expected]


def test_a_merge_sorts_by_kind_and_metric_and_keeps_the_order_of_the_parts(tmp_path: Path) -> None:
    write_series(tmp_path / "a", [series("i-1"), series("i-2"), series("i-1", "network_in_bytes")])
    write_series(tmp_path / "b", [series("vol-1", "volume_read_ops", kind="ebs_volume")])
    write_series(tmp_path / "c", [series("i-3", values=(None, 2.0)), series("i-3", "network_in_bytes")])
    merge_series([tmp_path / name for name in "abc"], tmp_path / "merged")
    assert rows(tmp_path / "merged") == [
        ("ebs_volume", "volume_read_ops", "vol-1", [1.0]),
        ("ec2_instance", "cpu_max_percent", "i-1", [1.0]),
        ("ec2_instance", "cpu_max_percent", "i-2", [1.0]),
        ("ec2_instance", "cpu_max_percent", "i-3", [None, 2.0]),
        ("ec2_instance", "network_in_bytes", "i-1", [1.0]),
        ("ec2_instance", "network_in_bytes", "i-3", [1.0]),
    ]


def test_a_part_of_several_row_groups_is_merged_whole(tmp_path: Path) -> None:
    many = [series(f"i-{number:05}", metric) for metric in ("a", "b") for number in range(3_000)]
    write_series(tmp_path / "part", many)
    assert pq.ParquetFile(tmp_path / "part").num_row_groups > 1
    merge_series([tmp_path / "part"], tmp_path / "merged")
    assert [(metric, id_) for _, metric, id_, _ in rows(tmp_path / "merged")] == [
        (one.metric, one.resource.id) for one in many
    ]


def test_a_merge_of_nothing_is_an_empty_file(tmp_path: Path) -> None:
    merge_series([], tmp_path / "merged")
    assert rows(tmp_path / "merged") == []
