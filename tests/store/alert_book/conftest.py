"""The places of the alert book, each over its real client and a real server on loopback."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import boto3
import pytest

from costopt.store.alert_book.interface import Shelf
from costopt.store.alert_book.open import open_shelf
from tests.oracles.gcs_server import GcsServer
from tests.oracles.moto_server import moto_server
from tests.oracles.postgres_server import PASSWORD, postgres_binaries, running_postgres

BUCKET = "costopt-state"


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    with moto_server() as url:
        yield url


@pytest.fixture
def s3_url(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in (
        ("AWS_ENDPOINT_URL", moto_url), ("AWS_ACCESS_KEY_ID", "AKIAOWN"), ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_EC2_METADATA_DISABLED", "true"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    return f"s3://{BUCKET}/{uuid4().hex}/alerts.json"


@pytest.fixture
def gcs(monkeypatch: pytest.MonkeyPatch) -> Iterator[GcsServer]:
    with GcsServer(BUCKET) as server:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
        monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "nobody")
        yield server


@pytest.fixture(scope="session")
def postgres_port() -> Iterator[int]:
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("there is no PostgreSQL on this machine")
    with running_postgres(binaries) as port:
        yield port


@pytest.fixture
def postgres_url(postgres_port: int) -> str:
    import psycopg

    address = f"postgresql://costopt:{quote(PASSWORD, safe='')}@127.0.0.1:{postgres_port}/postgres"
    schema = f"t{uuid4().hex}"
    with psycopg.connect(address) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    return f"{address}?options=-csearch_path%3D{schema}"


PLACES = ("sqlite", "s3", "gs", "postgresql")


@pytest.fixture(params=PLACES)
def shelves(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Shelf]:
    """Opens the same empty place again and again, as runs on different machines do."""
    if request.param == "s3":
        address = request.getfixturevalue("s3_url")
    elif request.param == "gs":
        request.getfixturevalue("gcs")
        address = f"gs://{BUCKET}/state/alerts.json"
    elif request.param == "postgresql":
        address = request.getfixturevalue("postgres_url")
    else:
        address = "alerts.sqlite"
    return lambda: open_shelf(address, tmp_path)
