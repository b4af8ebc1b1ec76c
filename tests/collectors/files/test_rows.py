"""The first rows of files, and whether there are any."""

import gzip
from pathlib import Path

import pyarrow as pa
import pytest

from costopt.collectors.files.headers import header_of
from costopt.collectors.files.rows import first_values, has_rows
from tests.oracles.bill_files import parquet_file


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"a,b", False), (b"a,b\n", False), (b"a,b\r\n\r\n\n", False), (b"a,b\n1,2", True), (b'a,b\n"",x\n', True)],
)
def test_a_header_alone_has_no_rows(tmp_path: Path, content: bytes, *, expected: bool) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(content))
    assert has_rows(header_of(tmp_path / "a.csv")) is has_rows(header_of(tmp_path / "a.csv.gz")) is expected


def test_parquet_and_json_have_the_rows_that_they_have(tmp_path: Path) -> None:
    assert not has_rows(parquet_file(tmp_path / "e.parquet", pa.table({"a": pa.array([], pa.string())})))
    assert has_rows(parquet_file(tmp_path / "f.parquet", pa.table({"a": [None]})))
    (tmp_path / "a.json").write_text('{"a": 1}')
    assert has_rows(header_of(tmp_path / "a.json"))


def test_values_are_read_by_name_in_every_form(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('b,a\n"x,1","y\nz"\n\n2\n3,w\n')
    assert list(first_values(header_of(tmp_path / "a.csv"), "a")) == ["y\nz", "w"]
    table = parquet_file(tmp_path / "a.parquet", pa.table({"b": [1, 2, 3], "a": ["x", None, "z"]}))
    assert list(first_values(table, "a")) == ["x", "z"]
    assert list(first_values(table, "b")) == ["1", "2", "3"]
    (tmp_path / "a.jsonl").write_text('{"a": "x"}\n\n{"b": 1}\n{"a": 7}\n{"a": "y"}\n[]\n{"a": "z"}\n')
    assert list(first_values(header_of(tmp_path / "a.jsonl"), "a")) == ["x", "y"]
