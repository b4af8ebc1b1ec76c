"""Parquet footers that announce too much."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from costopt.collectors.files.footers import footer_columns, footer_rows
from costopt.errors import BillError


def columns_of(path: Path) -> tuple[str, ...]:
    with path.open("rb") as stream:
        return footer_columns(path, stream)


def test_rows_and_names_are_those_of_the_table(tmp_path: Path) -> None:
    pq.write_table(pa.table({"b": [1, 2, 3], "a": ["x", None, "y"]}), tmp_path / "a.parquet")
    assert columns_of(tmp_path / "a.parquet") == ("b", "a")
    assert footer_rows(tmp_path / "a.parquet") == 3


def test_no_rows_are_no_fault(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": pa.array([], pa.string())}), tmp_path / "a.parquet")
    assert columns_of(tmp_path / "a.parquet") == ("a",)
    assert footer_rows(tmp_path / "a.parquet") == 0


def test_runs_of_equal_values_may_not_stand_for_millions_of_rows(tmp_path: Path) -> None:
    same = pa.array([1], pa.int8()).take(pa.array([0] * 100_000))
    pq.write_table(pa.table({"a": same}), tmp_path / "few.parquet")
    assert columns_of(tmp_path / "few.parquet") == ("a",)
    pq.write_table(pa.table({"a": pa.concat_arrays([same] * 20)}), tmp_path / "many.parquet")
    assert (tmp_path / "many.parquet").stat().st_size < 20_000
    with pytest.raises(BillError, match="announces 2,000,000 rows"):
        columns_of(tmp_path / "many.parquet")


def test_bytes_may_not_be_packed_to_nothing(tmp_path: Path) -> None:
    table = pa.table({"a": ["x" * 3_000_000]})
    pq.write_table(table, tmp_path / "a.parquet", compression="zstd", use_dictionary=False, write_statistics=False)
    assert (tmp_path / "a.parquet").stat().st_size < 2_000
    with pytest.raises(BillError, match="would unpack to"):
        columns_of(tmp_path / "a.parquet")


def test_too_many_columns_are_refused_also_where_they_are_nested(tmp_path: Path) -> None:
    inner = pa.struct([(f"f{number}", pa.int8()) for number in range(2_001)])
    pq.write_table(pa.table({"a": pa.array([None], inner)}), tmp_path / "a.parquet")
    with pytest.raises(BillError, match="2,001 columns"):
        columns_of(tmp_path / "a.parquet")


def test_a_file_cut_off_is_no_whole_one(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": list(range(1_000))}), tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    for length in (4, 11, len(whole) // 2, len(whole) - 1):
        (tmp_path / "b.parquet").write_bytes(whole[:length])
        with pytest.raises(BillError, match="no whole Parquet file"):
            columns_of(tmp_path / "b.parquet")


def test_a_damaged_footer_is_refused_or_read_but_never_anything_else(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": list(range(50)), "b": ["x"] * 50}), tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    refused = 0
    for place in range(len(whole) - 300, len(whole) - 8):
        (tmp_path / "b.parquet").write_bytes(bytes([*whole[:place], whole[place] ^ 0x55, *whole[place + 1 :]]))
        try:
            columns_of(tmp_path / "b.parquet")
        except BillError:
            refused += 1
    assert refused > 50
