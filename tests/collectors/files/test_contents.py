"""Packed files are whole, or refused; equal content is known again under any name."""

import gzip
import hashlib
import os
import tracemalloc
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.collectors.files.contents import digests, fingerprint
from costopt.errors import BillError
from costopt.model.bill import BillFile, BillKind, FileForm

TEXT = b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(20_000))


def packed(path: Path, content: bytes) -> BillFile:
    path.write_bytes(content)
    return BillFile(path=str(path), form=FileForm.CSV_GZ, columns=("a", "b"))


def plain(path: Path, content: bytes) -> BillFile:
    path.write_bytes(content)
    return BillFile(path=str(path), form=FileForm.CSV, columns=("a", "b"))


def test_the_digest_is_that_of_the_file_as_it_lies(tmp_path: Path) -> None:
    whole = gzip.compress(TEXT)
    files = [packed(tmp_path / "a.csv.gz", whole), plain(tmp_path / "b.csv", TEXT)]
    assert digests(files) == (hashlib.sha256(whole).hexdigest(), hashlib.sha256(TEXT).hexdigest())


@pytest.mark.parametrize("level", [0, 1, 9])
def test_content_of_several_pieces_and_members_is_whole(tmp_path: Path, level: int) -> None:
    random = os.urandom(3 * 2**20 + 17)
    for content in (random, TEXT * 40, b""):
        one = gzip.compress(content, level)
        assert len(digests([packed(tmp_path / "a.csv.gz", one + gzip.compress(TEXT) + gzip.compress(b""))])) == 1


@pytest.mark.parametrize("cut", [1, 4, 8, 9, 1_000])
def test_cut_off_content_is_refused(tmp_path: Path, cut: int) -> None:
    with pytest.raises(BillError, match="cut off"):
        digests([packed(tmp_path / "a.csv.gz", gzip.compress(TEXT)[:-cut])])


def test_a_second_member_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BillError, match="cut off"):
        digests([packed(tmp_path / "a.csv.gz", gzip.compress(TEXT) * 2 + gzip.compress(TEXT)[:50])])


@pytest.mark.parametrize("behind", [b"\0" * 100, b"hello", b"\x1f\x8b"])
def test_what_follows_the_content_is_refused(tmp_path: Path, behind: bytes) -> None:
    with pytest.raises(BillError, match=r"follows it|cut off"):
        digests([packed(tmp_path / "a.csv.gz", gzip.compress(TEXT) + behind)])


def test_one_wrong_digit_is_seen_by_the_checksum(tmp_path: Path) -> None:
    stored = gzip.compress(TEXT, 0)  # not deflated, so that a digit can be changed in place
    wrong = stored.replace(b"\n100,10000\n", b"\n100,90000\n")
    assert wrong != stored
    digests([packed(tmp_path / "good.csv.gz", stored)])
    with pytest.raises(BillError, match="checksum"):
        digests([packed(tmp_path / "bad.csv.gz", wrong)])


@given(st.data())
def test_every_way_to_cut_or_change_a_packed_file_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = gzip.compress(TEXT[:3_000], mtime=0)
    folder = tmp_path_factory.mktemp("cut")
    length = data.draw(st.integers(10, len(whole) - 1))
    with pytest.raises(BillError):
        digests([packed(folder / "cut.csv.gz", whole[:length])])
    # Behind the header of ten bytes, whose time and system mean nothing.
    place, bit = data.draw(st.integers(10, len(whole) - 1)), data.draw(st.integers(0, 7))
    changed = bytes([*whole[:place], whole[place] ^ (1 << bit), *whole[place + 1 :]])
    with pytest.raises(BillError):
        digests([packed(folder / "changed.csv.gz", changed)])


def test_a_bomb_is_refused_in_little_memory(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "a.csv.gz", gzip.compress(bytes(10_000_000)))
    assert Path(bomb.path).stat().st_size < 15_000
    with pytest.raises(BillError, match="unpacks to more than"):
        digests([bomb])
    big = packed(tmp_path / "b.csv.gz", gzip.compress(bytes(300_000_000), 9))
    tracemalloc.start()
    try:
        with pytest.raises(BillError, match="unpacks to more than"):
            digests([big])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 * 2**20


def test_a_bomb_behind_honest_content_is_refused(tmp_path: Path) -> None:
    honest = gzip.compress(TEXT)
    with pytest.raises(BillError, match="unpacks to more than"):
        digests([packed(tmp_path / "a.csv.gz", honest + gzip.compress(bytes(100_000_000), 9))])


def test_a_small_repetitive_file_is_no_bomb(tmp_path: Path) -> None:
    digests([packed(tmp_path / "a.csv.gz", gzip.compress(b"a,b\n" + b"1,1\n" * 250_000))])


def test_the_first_bad_file_is_the_one_that_is_named(tmp_path: Path) -> None:
    bad = [packed(tmp_path / f"{n}.csv.gz", gzip.compress(TEXT)[:-1]) for n in range(8)]
    for _ in range(5):
        with pytest.raises(BillError, match=r"/0\.csv\.gz is cut off"):
            digests(bad)


def test_a_fingerprint_does_not_depend_on_names_or_order_but_on_kind_and_content() -> None:
    contents = ["aa", "bb", "cc"]
    assert {fingerprint(BillKind.CUR, list(order)) for order in permutations(contents)} == {
        hashlib.sha256(b"cur\naa\nbb\ncc").hexdigest()
    }
    assert fingerprint(BillKind.CUR, contents) != fingerprint(BillKind.FOCUS, contents)
    assert fingerprint(BillKind.CUR, contents) != fingerprint(BillKind.CUR, contents[:2])
