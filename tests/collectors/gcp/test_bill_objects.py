"""Files of an export in a bucket: all of them, as they were when listed, under names that cannot lead away."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from costopt.collectors.gcp.bill_access import storage_client
from costopt.collectors.gcp.bill_address import parse_bucket
from costopt.collectors.gcp.bill_objects import fetch_objects
from costopt.errors import BillError, CollectError
from tests.oracles.gcs_server import GcsServer

Fetch = Callable[..., tuple[Path, ...]]


@pytest.fixture
def bucket() -> Iterator[GcsServer]:
    with GcsServer("bills") as server:
        for number in range(5):
            server.objects[f"export/2026-10/{number}.csv"] = (b"content %d" % number, 7)
        server.objects["export/_SUCCESS"] = (b"", 1)
        server.objects["exports-of-others/x.csv"] = (b"other", 1)
        yield server


@pytest.fixture
def fetch(bucket: GcsServer, tmp_path: Path) -> Fetch:
    def call(address: str = "gs://bills/export/", **asked: int) -> tuple[Path, ...]:
        with storage_client(None, bucket.url) as client:
            return fetch_objects(client, parse_bucket(address), tmp_path, **asked)  # type: ignore[arg-type]

    return call


def test_every_file_of_the_folder_comes_over_all_pages(fetch: Fetch) -> None:
    assert [path.read_bytes() for path in fetch()] == [b"content %d" % number for number in range(5)]


def test_one_object_may_be_named(fetch: Fetch, bucket: GcsServer) -> None:
    bucket.objects["export/2026-10/1.csv.bak.csv"] = (b"backup", 1)
    (path,) = fetch("gs://bills/export/2026-10/1.csv")
    assert path.read_bytes() == b"content 1"


def test_a_name_that_leads_away_becomes_one_of_our_own(fetch: Fetch, bucket: GcsServer, tmp_path: Path) -> None:
    bucket.objects = {"export/../../etc/pass\nwd;$(x).json.gz": (b"x", 1), "export/..": (b"y", 1)}
    (path,) = fetch()
    assert path.parent == tmp_path
    assert path.name == "00001-pass-wd-x-.json.gz"


def test_a_file_that_is_replaced_meanwhile_is_not_mixed_in(fetch: Fetch, bucket: GcsServer, tmp_path: Path) -> None:
    def replace() -> None:
        bucket.objects["export/2026-10/3.csv"] = (b"restated!", 8)

    bucket.after_metadata = replace
    bucket.objects = {"export/2026-10/3.csv": (b"content 3", 7)}
    with pytest.raises(BillError, match="was replaced or deleted while it was read"):
        fetch()
    assert not any(path.read_bytes() == b"restated!" for path in tmp_path.iterdir())


def test_a_damaged_download_is_refused(fetch: Fetch, bucket: GcsServer) -> None:
    bucket.damages = True
    with pytest.raises(BillError, match=r"0\.csv in gs://bills/export does not come whole"):
        fetch()


def test_the_limit_is_kept_to_the_byte_before_the_first(fetch: Fetch, tmp_path: Path) -> None:
    with pytest.raises(BillError, match="5 files of 45 bytes"):
        fetch(max_bytes=44)
    assert list(tmp_path.iterdir()) == []
    assert len(fetch(max_bytes=45)) == 5


def test_a_bucket_that_refuses_names_role_and_permission(fetch: Fetch, bucket: GcsServer) -> None:
    bucket.denies = True
    with pytest.raises(CollectError) as caught:
        fetch()
    assert "Grant storage.objects.list (roles/storage.objectViewer on the bucket)" in caught.value.hint


def test_a_folder_without_a_file_of_an_export_is_said(fetch: Fetch) -> None:
    with pytest.raises(BillError, match="there is no file of an export in gs://bills/nowhere"):
        fetch("gs://bills/nowhere")


def test_a_bucket_that_refuses_in_passing_ends_when_its_patience_does(fetch: Fetch, bucket: GcsServer) -> None:
    bucket.fails = True
    with pytest.raises(CollectError, match=r"gs://bills/export/? cannot be read: 503") as caught:
        fetch(patience=0)
    assert "Try again later" in caught.value.hint
