"""A book that cannot be read is an error that says which and what to do, and never an empty book; no secret is told."""

import resource
import signal
import sqlite3
from pathlib import Path

import boto3
import pytest

from costopt.errors import AlertBookError, ConfigError
from costopt.store.alert_book.open import open_shelf
from costopt.store.alert_book.sqlite import SqliteShelf
from tests.oracles.gcs_server import GcsServer
from tests.store.alert_book.conftest import BUCKET

pytestmark = pytest.mark.xdist_group("alert book")  # its servers are started once


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + b"x" * 5_000, b"no database at all" * 100])
def test_a_file_that_is_no_database_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "alerts.sqlite").write_bytes(content)
    shelf = open_shelf("alerts.sqlite", tmp_path)
    with pytest.raises(AlertBookError, match=r"alerts\.sqlite is damaged"):
        shelf.read()
    with pytest.raises(AlertBookError):
        shelf.write(b"{}", replaces=None)
    assert (tmp_path / "alerts.sqlite").read_bytes() == content


def test_another_programs_database_is_no_book_and_stays_as_it_is(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.sqlite") as database:
        database.execute("CREATE TABLE customers (id)")
    database.close()
    before = (tmp_path / "other.sqlite").read_bytes()
    with pytest.raises(AlertBookError, match="damaged: no such table"):
        open_shelf("other.sqlite", tmp_path).read()
    assert (tmp_path / "other.sqlite").read_bytes() == before


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(AlertBookError, match="cannot be used: No such file"):
        open_shelf("gone/alerts.sqlite", tmp_path).write(b"{}", replaces=None)


def test_the_file_is_its_owners_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    open_shelf("alerts.sqlite", tmp_path).write(b"{}", replaces=None)
    assert [one.name for one in tmp_path.iterdir()] == ["alerts.sqlite"]
    assert (tmp_path / "alerts.sqlite").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "content", ['["hunter2"]', "[" * 100_000, '{"type": "impersonated_service_account"}'], ids=["list", "deep", "half"]
)
def test_damaged_credentials_of_cloud_storage_are_said_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    (tmp_path / "key.json").write_text(content)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    with pytest.raises(AlertBookError, match="file of credentials for Google Cloud is damaged") as caught:
        open_shelf(f"gs://{BUCKET}/alerts.json", tmp_path).read()
    assert "hunter2" not in f"{caught.value} {caught.value.__cause__}"


def test_a_bucket_of_s3_that_is_not_there_is_no_empty_book(s3_url: str, tmp_path: Path) -> None:
    shelf = open_shelf("s3://costopt-no-such-bucket/alerts.json", tmp_path)
    with pytest.raises(AlertBookError, match="S3 answered NoSuchBucket") as caught:
        shelf.read()
    assert "s3:ListBucket" in caught.value.hint


def test_an_object_of_s3_that_was_deleted_is_not_written_over(s3_url: str, tmp_path: Path) -> None:
    shelf = open_shelf(s3_url, tmp_path)
    version = shelf.write(b"1", replaces=None)
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=s3_url.partition(f"{BUCKET}/")[2])
    with pytest.raises(AlertBookError, match="another run has written"):
        shelf.write(b"2", replaces=version)


def test_cloud_storage_that_refuses_is_no_empty_book(gcs: GcsServer, tmp_path: Path) -> None:
    shelf = open_shelf(f"gs://{BUCKET}/alerts.json", tmp_path)
    gcs.denies = True
    with pytest.raises(AlertBookError, match="it answered 403") as caught:
        shelf.read()
    assert "storage.objects.get" in caught.value.hint
    with pytest.raises(AlertBookError, match="it answered 403"):
        shelf.write(b"1", replaces=None)


@pytest.mark.parametrize("times", [1, 99])
def test_an_object_that_is_replaced_while_it_is_read_is_read_again(gcs: GcsServer, tmp_path: Path, times: int) -> None:
    gcs.objects["alerts.json"] = (b"0", 1)
    left = [times]

    def replace() -> None:
        if left[0]:
            left[0] -= 1
            content, generation = gcs.objects["alerts.json"]
            gcs.objects["alerts.json"] = (content + b"+", generation + 1)

    gcs.after_metadata = replace
    shelf = open_shelf(f"gs://{BUCKET}/alerts.json", tmp_path)
    if times == 99:
        with pytest.raises(AlertBookError, match="replaced all the time"):
            shelf.read()
    else:
        kept = shelf.read()
        assert kept is not None
        assert (kept.content, kept.version) == (b"0" + b"+" * times, str(times + 1))


def test_a_wrong_password_of_postgresql_is_said_without_it(postgres_port: int, tmp_path: Path) -> None:
    shelf = open_shelf(f"postgresql://costopt:hunter2@127.0.0.1:{postgres_port}/postgres", tmp_path)
    with pytest.raises(AlertBookError, match=r"postgresql://127\.0\.0\.1/postgres cannot be used") as caught:
        shelf.read()
    assert "hunter2" not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"
    assert caught.value.__suppress_context__


def test_rights_that_are_missing_in_postgresql_are_said_in_its_own_words(postgres_url: str, tmp_path: Path) -> None:
    shelf = open_shelf(f"{postgres_url}_not_there", tmp_path)
    with pytest.raises(AlertBookError, match="PostgreSQL answered 3F000: no schema has been selected"):
        shelf.write(b"{}", replaces=None)


@pytest.mark.parametrize(
    "address", ["postgresql://u:hunter2@h:port/db", "postgresql://u:p@hunter2@h/db?x=y",
                "postgresql://u:p@hunter2@h/db", "postgresql://u:p/hunter2@h/db", "mysql://u:hunter2@h/d",
                "s3://u:hunter2@bucket", "gs://hunter2", "s3://Bucket_hunter2/key", "postgresql:/u:hunter2@h/db",
                "host=h dbname=d password=hunter2"],
)  # fmt: skip
def test_an_address_that_cannot_be_meant_is_refused_without_showing_it(address: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        open_shelf(address, tmp_path)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_disk_that_is_full_is_said_and_nothing_is_left_on_it(tmp_path: Path) -> None:
    """A limit to the size of files is the nearest to a full disk that needs no rights; SQLite says what it is told."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, hard))
    try:
        with pytest.raises(AlertBookError, match=r"/alerts\.sqlite cannot be used"):
            SqliteShelf(tmp_path / "alerts.sqlite").write(b"x" * 1_000_000, replaces=None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert list(tmp_path.iterdir()) == []
