"""Headers of text, packed and Parquet files, honest and hostile."""

import gzip
import json
import os
import time
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.collectors.files.bounds import MAX_COLUMNS, MAX_HEADER_BYTES
from costopt.collectors.files.headers import header_of
from costopt.errors import BillError
from costopt.model.bill import FileForm
from tests.oracles.bill_files import parquet_file


def said(value: object) -> str:
    """Names of cases without their bytes, of which gzip's hold the time."""
    return value if isinstance(value, str) else "bytes"


def written(tmp_path: Path, name: str, content: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b""])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [b",", b";", b"\t"])
def test_a_header_is_read_whatever_ends_its_line(tmp_path: Path, end: bytes, mark: bytes, delimiter: bytes) -> None:
    line = mark + delimiter.join([b'"a"', b"b c", "é".encode()]) + end
    header = header_of(written(tmp_path, "bill.csv", line + (delimiter.join([b"1", b"2", b"3"]) + end if end else b"")))
    assert header.columns == ("a", "b c", "é")
    assert header.delimiter == delimiter.decode()
    assert header.form is FileForm.CSV
    assert header.path == str(tmp_path / "bill.csv")


def test_names_may_hold_delimiters_quotes_and_line_breaks_are_refused(tmp_path: Path) -> None:
    assert header_of(written(tmp_path, "a.csv", b'"a,b","c;d","e""f"\n')).columns == ("a,b", "c;d", 'e"f')
    with pytest.raises(BillError, match=r"column 2 .* control characters"):
        header_of(written(tmp_path, "b.csv", b'a,"b\nc",d\n'))


_NAMES = st.lists(
    st.text(st.characters(blacklist_categories=("Cc", "Cs")), min_size=1, max_size=12).filter(
        lambda name: bool(name.strip()) and not name.startswith("\ufeff")
    ),
    min_size=3,
    max_size=20,
    unique=True,
)


@given(_NAMES)
def test_quoted_names_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    quoted = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    path = tmp_path_factory.mktemp("names") / "a.csv"
    path.write_bytes(f"{quoted}\r\n".encode())
    # Every field is quoted, so no other delimiter gives a header at all.
    assert header_of(path).columns == tuple(names)


def test_packed_text_is_read_by_its_content(tmp_path: Path) -> None:
    header = header_of(written(tmp_path, "bill.csv.gz", gzip.compress(b"a,b\n1,2\n")))
    assert (header.form, header.columns) == (FileForm.CSV_GZ, ("a", "b"))


def test_json_lines_give_the_keys_of_the_first(tmp_path: Path) -> None:
    lines = b'\n{"billing_account_id": "1", "service": {"id": "x"}}\n{"other": 1}\n'
    assert header_of(written(tmp_path, "a.json", lines)).columns == ("billing_account_id", "service")
    packed = header_of(written(tmp_path, "a.jsonl.gz", gzip.compress(lines)))
    assert (packed.form, packed.columns) == (FileForm.JSONL_GZ, ("billing_account_id", "service"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'[{"a": 1}]', "one JSON object a line"),
        (b'{\n "a": 1\n}\n', "one JSON object a line"),
        (b"[" * 100_000, "one JSON object a line"),
        (b'{"a": 1, "a": 2}\n', "two columns 'a'"),
        (b'{"a": "' + b"x" * (2 * MAX_HEADER_BYTES) + b'"}\n', "longer than"),
    ],
    ids=said,
)
def test_json_that_is_not_lines_of_objects_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(BillError, match=says):
        header_of(written(tmp_path, "a.json", content))


def test_parquet_gives_the_outermost_names(tmp_path: Path) -> None:
    table = pa.table({"cost": [1.5], "service": [{"id": "x", "description": "y"}]})
    header = header_of(Path(parquet_file(tmp_path / "a.snappy.parquet", table).path))
    assert (header.form, header.columns) == (FileForm.PARQUET, ("cost", "service"))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n\n", "no header"),
        ("a.csv", b"a,b,a\n", "two columns 'a'"),
        ("a.csv", b"a,,b\n", "column 2 .* has no name"),
        ("a.csv", b"a,b,\n", "column 3 .* has no name"),
        ("a.csv", b"a,\x00b\n", "bytes of zero"),
        ("a.csv", "a,b\n".encode("utf-16"), "UTF-16"),
        ("a.csv", b"a,\xff\xfe\xfd\n", "not UTF-8: see byte 2"),
        ("a.csv", b'"a,b\n1,2\n', "no header"),
        ("a.csv", b"a" * 1_025 + b",b\n", "too long"),
        ("a.csv", b",".join(b"c%d" % n for n in range(MAX_COLUMNS + 1)), "2,001 columns"),
        ("a.csv", b"abcdefg," * (2 * MAX_HEADER_BYTES // 8), "longer than"),
        ("a.csv", b"PK\x03\x04" + b"a,b\n", "archive"),
        ("a.csv", b"\x28\xb5\x2f\xfd" + b"a,b\n", "archive"),
        ("a.csv", gzip.compress(b"a,b\n"), "not what its name says: .* packed by gzip"),
        ("a.csv.gz", b"a,b\n", "not what its name says: .* plain text"),
        ("a.csv.gz", gzip.compress(os.urandom(5_000))[:900], "cut off or damaged"),
        ("a.csv.gz", b"\x1f\x8b\x08" + b"garbage" * 10, "cut off or damaged"),
        ("a.csv", b'{"a": 1}\n', "not what its name says: .* JSON"),
        ("a.parquet", b"BilledCost,b\n1,2\n", "not what its name says: .* plain text"),
        ("a.parquet", b"PAR1" + b"garbage" * 100, "no whole Parquet file"),
        ("a.parquet", b"PAR1", "no whole Parquet file"),
        ("a.parquet", b"PARE" + bytes(8) + b"PARE", "encrypted"),
        ("a.parquet", b"PAR1" + b"\x15\x04" * 50 + (100).to_bytes(4, "little") + b"PAR1", "cannot be read"),
        ("a.parquet", b"PAR1" + b"\x15\x04" * 50 + (2**31).to_bytes(4, "little") + b"PAR1", "footer of 2,147,483,648"),
    ],
    ids=said,
)
def test_what_is_no_bill_is_refused_and_says_why(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    with pytest.raises(BillError, match=says) as refused:
        header_of(written(tmp_path, name, content))
    assert refused.value.hint


def test_the_largest_header_is_read(tmp_path: Path) -> None:
    names = [f"{n:0500}" for n in range(MAX_COLUMNS)]
    line = ",".join(names).encode()
    assert len(line) < MAX_HEADER_BYTES
    assert header_of(written(tmp_path, "a.csv", line + b"\n" + b"x" * MAX_HEADER_BYTES)).columns == tuple(names)


def test_a_first_row_longer_than_the_bound_leaves_the_header_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", b"a,b\n" + b"x" * (2 * MAX_HEADER_BYTES) + b",2\n")
    assert header_of(path).columns == ("a", "b")


@pytest.mark.parametrize(
    ("names", "row", "kept"),
    [
        ("a,resourceTags/user:x,costCategory/y", "1", 1),
        ("a,resourceTags/user:x,costCategory/y", "1,2", 2),
        ("a,resourceTags/user:x,costCategory/y", "1,2,3", 3),
        ("a,b,resourceTags/user:x", "1", 3),  # b is no tag: the row is cut off, which its reader refuses
        ("a,b,resourceTags/user:x", "1,2,3,4", 3),
        ("a,b,resourceTags/user:x", "", 3),
    ],
)
def test_only_names_of_tags_may_lack_fields(tmp_path: Path, names: str, row: str, kept: int) -> None:
    header = header_of(written(tmp_path, "a.csv", f"{names}\n{row}\n".encode()))
    assert header.columns == tuple(names.split(",")[:kept])


def test_a_letter_that_straddles_the_bound_is_no_damage(tmp_path: Path) -> None:
    rows = b"a,b\n" + "é".encode() * MAX_HEADER_BYTES
    assert header_of(written(tmp_path, "odd.csv", rows)).columns == ("a", "b")
    assert header_of(written(tmp_path, "even.csv", b"a,bc\n" + rows[4:])).columns == ("a", "bc")


def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    began = time.monotonic()
    with pytest.raises(BillError, match="no ordinary file"):
        header_of(tmp_path / "a.csv")
    assert time.monotonic() - began < 5


def test_a_device_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (Path("/dev/zero"), tmp_path):
        with pytest.raises(BillError, match="no ordinary file"):
            header_of(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BillError, match="cannot be read: No such file"):
        header_of(tmp_path / "a.csv")


def test_a_file_larger_than_any_bill_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as stream:
        stream.write(b"a,b\n")
        stream.truncate(64 * 2**30 + 1)  # sparse: takes no room
    with pytest.raises(BillError, match="68,719,476,737 bytes"):
        header_of(tmp_path / "a.csv")


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_give_a_header_or_a_refusal(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "a"
    path.write_bytes(content)
    with suppress(BillError):
        assert header_of(path).columns


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3), max_leaves=5
    )
)
def test_json_that_is_no_object_is_refused(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text("[" + json.dumps(value) + "]\n")
    with pytest.raises(BillError, match="one JSON object"):
        header_of(path)
