"""Reading a large YAML file that somebody else made."""

import gzip
from pathlib import Path

import pytest

from costopt.errors import CatalogError
from costopt.prices.refresh import yaml_events
from costopt.prices.refresh.yaml_events import read_tree


def read(tmp_path: Path, text: str) -> object:
    path = tmp_path / "pricing.yml"
    path.write_text(text)
    return read_tree(path)


def test_numbers_stay_as_they_are_written(tmp_path: Path) -> None:
    assert read(tmp_path, "a:\n  b: 0.10\n  c: [1e3, no, ~]\n") == {"a": {"b": "0.10", "c": ["1e3", "no", "~"]}}


def test_a_compressed_file_reads_like_a_plain_one(tmp_path: Path) -> None:
    path = tmp_path / "pricing.yml.gz"
    path.write_bytes(gzip.compress(b"---\na: 1\n"))
    assert read_tree(path) == {"a": "1"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: &x 1\nb: *x\n", "line 1 has an alias, an anchor or a tag"),
        ("a: !!python/object/apply:os.system [ls]\n", "line 1 has an alias"),
        ("a: 1\na: 2\n", "the key 'a' is there twice"),
        ("[a, b]: 1\n", "a key is no text"),
        ("a: 1\n---\nb: 2\n", "more than one document"),
        ("a: [1, 2\n", "no plain YAML"),
        ("", "it is empty"),
        (f"{'[' * 30}1{']' * 30}", "more than 20 levels deep"),
    ],
)
def test_what_is_no_plain_data_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(CatalogError, match=complaint):
        read(tmp_path, text)


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_events, "MAX_BYTES", 1000)
    path = tmp_path / "pricing.yml.gz"
    path.write_bytes(gzip.compress(b"a: " + b"1" * 100_000))
    with pytest.raises(CatalogError, match="more than 1,000 bytes"):
        read_tree(path)


@pytest.mark.parametrize("content", [b"\x1f\x8bnonsense", gzip.compress(b"a: 1", mtime=0)[:-6], b"\xff\xfe\x00"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pricing.yml.gz"
    path.write_bytes(content)
    with pytest.raises(CatalogError, match=r"pricing\.yml\.gz"):
        read_tree(path)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.yml", tmp_path):
        with pytest.raises(CatalogError, match=str(path)):
            read_tree(path)
