"""Credentials that are missing, clients that are not installed, and what is said where a client gave up."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from google.api_core.exceptions import Forbidden, RetryError, ServiceUnavailable

from costopt.collectors.gcp.bill_access import (
    LIST_OBJECTS,
    RUN_QUERY,
    bigquery_client,
    storage_client,
    table_of,
    telling,
)
from costopt.collectors.gcp.bill_address import parse_table
from costopt.collectors.gcp.export_query import GIB, LimitedTable, Question
from costopt.collectors.gcp.interface import Call
from costopt.errors import CollectError
from tests.oracles.bigquery_server import BigQueryServer, Refusal

CLIENTS = [lambda: bigquery_client("payer-1", None, None), lambda: storage_client(None, None)]
Open = Callable[[], AbstractContextManager[Any]]


@pytest.mark.parametrize("client", CLIENTS, ids=["bigquery", "storage"])
def test_missing_credentials_are_said(client: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    with pytest.raises(CollectError, match=r"none\.json") as caught, client():
        pass
    assert "gcloud auth application-default login" in caught.value.hint


@pytest.mark.parametrize(
    "content", ['["hunter2"]', "[" * 100_000, '{"type": "impersonated_service_account"}'], ids=["list", "deep", "half"]
)
def test_a_damaged_file_of_credentials_is_said_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    (tmp_path / "key.json").write_text(content)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    with pytest.raises(CollectError) as caught, CLIENTS[0]():
        pass
    assert "hunter2" not in f"{caught.value} {caught.value.__cause__}"
    assert "GOOGLE_APPLICATION_CREDENTIALS" in caught.value.hint


def test_the_first_call_ends_when_its_patience_does() -> None:
    refusal = Refusal(status=503, reason="backendError", message="overloaded")
    with (
        BigQueryServer(schema=[], refuse={"table": refusal}) as server,
        bigquery_client("payer-1", None, server.url) as one,
    ):
        with pytest.raises(CollectError, match=r"table payer-1\.d\.t cannot be read: 503 .*overloaded") as caught:
            table_of(one, parse_table("payer-1.d.t"), patience=0)
        assert "Try again later" in caught.value.hint


@pytest.mark.parametrize("client", CLIENTS, ids=["bigquery", "storage"])
def test_a_client_that_is_not_installed_is_asked_for(client: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("google.cloud", "google.cloud.bigquery", "google.cloud.storage"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(CollectError, match="is not installed") as caught, client():
        pass
    assert caught.value.hint == "Install it: pip install 'cloud-costopt[gcp]'."


def test_a_client_that_gave_up_says_why() -> None:
    with pytest.raises(CollectError, match="table t cannot be read: 503 overloaded"), telling("table t", RUN_QUERY):
        raise RetryError("Timeout of 600.0s exceeded", cause=ServiceUnavailable("overloaded"))


def test_a_secret_in_a_refusal_is_not_repeated() -> None:
    with pytest.raises(CollectError) as caught, telling("table t", RUN_QUERY):
        raise ServiceUnavailable("token ya29.a0AfH6SMBx-secret refused")
    assert "secret" not in str(caught.value)


def test_a_query_that_is_one_too_many_is_not_sent_again_for_ten_minutes() -> None:
    refusal = Refusal(status=403, reason="rateLimitExceeded", message="Exceeded rate limits")
    table = parse_table("payer-1.d.t")
    with (
        BigQueryServer(schema=[], refuse={"lines": refusal}) as server,
        bigquery_client("payer-1", None, server.url) as one,
    ):
        limited = LimitedTable(client=one, address=table, is_partitioned=True, limit=GIB, advice="", patience=0)
        with pytest.raises(CollectError, match="Exceeded rate limits") as caught:
            limited.rows(Question(sql="SELECT 1"))
        assert "it is a quota" in caught.value.hint
        assert len(server.jobs) == 1


@pytest.mark.parametrize(
    ("call", "api"), [(RUN_QUERY, "bigquery.googleapis.com"), (LIST_OBJECTS, "storage.googleapis.com")]
)
def test_an_api_that_is_not_enabled_is_named_and_no_permission_is_asked_for(call: Call, api: str) -> None:
    refused = Forbidden(
        "The API has not been used before or it is disabled", errors=[{"reason": "accessNotConfigured"}]
    )
    with pytest.raises(CollectError) as caught, telling("table t", call):
        raise refused
    assert caught.value.hint == f"Enable it: gcloud services enable {api}."
