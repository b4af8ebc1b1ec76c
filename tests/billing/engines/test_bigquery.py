"""Every question on DuckDB and on an emulated BigQuery; and what the client does where something is wrong.

The emulator is DuckDB behind BigQuery's API: it shows that the SQL can be read, the wire and the types, not that
Google's own engine answers the same. It lacks decimals of more than 9 places in tables and 5 in casts, takes `'` and
`*` in a key for syntax, and does not know `\\x1a` in a text, all of which BigQuery does
(https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#escape_sequences).
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from costopt.billing.duckdb_engine import DuckDbEngine
from costopt.billing.engines.bigquery import BigQueryEngine, check_table, open_bigquery
from costopt.errors import EngineError
from tests.oracles.bigquery_emulator import emulated, load
from tests.oracles.engine_bill import FILTERS, PATH_KEYS, bill, questions, write_bill
from tests.oracles.engine_equality import difference, open_parquet
from tests.oracles.loopback import Answering, HttpServer

QUESTIONS = questions(
    tuple(key for key in PATH_KEYS if key not in ("it's", "*")), tuple(text for text in FILTERS if "\x1a" not in text)
)
COUNT = "SELECT COUNT(*) AS n FROM cost"
pytestmark = pytest.mark.xdist_group("bigquery")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with emulated(tmp_path_factory.mktemp("bigquery") / "log") as found:
        yield found


@pytest.fixture(scope="module")
def engines(client: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckDbEngine, BigQueryEngine]]:
    """The same bill behind both."""
    rows = bill(1000, places=9, quantities=(1.0, 0.1, 730.25, 12345678.901))
    table = load(client, "cost", rows)
    check_table(client, table, "json")
    with open_parquet(write_bill(tmp_path_factory.mktemp("bill"), rows)[0]) as duckdb:
        yield duckdb, BigQueryEngine(client, table, "json", 1.0)


@pytest.mark.parametrize("label", QUESTIONS)
def test_a_question_has_the_same_answer(engines: tuple[DuckDbEngine, BigQueryEngine], label: str) -> None:
    ours, theirs = (engine.query(QUESTIONS[label]) for engine in engines)
    assert ours.num_rows
    assert not difference(ours, theirs)


def test_a_table_of_other_types_is_refused(client: Any) -> None:
    table = load(client, "naive", bill(1, places=9), ChargePeriodStart="DATETIME", BilledCost="FLOAT64")
    with pytest.raises(EngineError, match="ChargePeriodStart is datetime, not timestamp in UTC; BilledCost is float"):
        check_table(client, table, "json")


def test_a_table_that_is_not_there_is_said(client: Any) -> None:
    with pytest.raises(EngineError, match="bigquery: 404") as caught:
        check_table(client, "payer-1.billing.none", "json", "Check engine.table.")
    assert caught.value.hint == "Check engine.table."
    with pytest.raises(EngineError, match="names no dataset"):
        check_table(client, "cost", "json")


@pytest.fixture
def wire() -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """A client of a server that refuses every job as too costly, and the jobs that it was sent."""
    bigquery = pytest.importorskip("google.cloud.bigquery", reason="google-cloud-bigquery is not installed")
    from google.auth.credentials import AnonymousCredentials

    jobs: list[dict[str, Any]] = []

    class Refusing(Answering):
        def do_POST(self) -> None:
            jobs.append(json.loads(self.body()))
            reason = "Query exceeded limit for bytes billed: 1073741824. 2147483648 or higher required."
            error = {
                "code": 400,
                "message": reason,
                "errors": [{"reason": "bytesBilledLimitExceeded", "message": reason}],
            }
            self.answer(400, json.dumps({"error": error}).encode(), {"Content-Type": "application/json"})

    with HttpServer(Refusing) as server:
        made = bigquery.Client(
            project="payer-1",
            credentials=AnonymousCredentials(),
            client_options={"api_endpoint": server.url},
        )
        yield made, jobs
        made.close()


def test_a_query_carries_its_bound_and_a_refusal_says_which_setting(wire: tuple[Any, list[dict[str, Any]]]) -> None:
    client, jobs = wire
    with pytest.raises(EngineError, match="exceeded limit for bytes billed") as caught:
        BigQueryEngine(client, "a.b.c", "json", 1.0).query(COUNT)
    assert caught.value.hint == "Ask for fewer days, or raise engine.max_gib_billed above 1."
    (job,) = jobs
    settings = job["configuration"]["query"]
    assert settings["maximumBytesBilled"] == str(2**30)
    assert settings["useLegacySql"] is False
    assert settings["query"] == "SELECT COUNT(*) AS `n` FROM `a`.`b`.`c` AS `cost`"


def opened(**settings: Any) -> EngineError:
    with pytest.raises(EngineError) as caught, open_bigquery(table="a.b.c", **{"max_gib_billed": 1.0, **settings}):
        pass
    return caught.value


def test_no_credentials_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("google.cloud.bigquery", reason="google-cloud-bigquery is not installed")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    error = opened(project="payer-1")
    assert "none.json" in str(error)
    assert "gcloud auth application-default login" in error.hint


@pytest.mark.parametrize(
    "content", ['["hunter2"]', "[" * 100_000, '{"type": "impersonated_service_account"}'], ids=["list", "deep", "half"]
)
def test_a_damaged_file_of_credentials_is_said_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    pytest.importorskip("google.cloud.bigquery", reason="google-cloud-bigquery is not installed")
    (tmp_path / "key.json").write_text(content)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    error = opened(project="payer-1")
    assert "file of credentials" in str(error)
    assert "hunter2" not in f"{error} {error.__cause__}"


def test_a_client_that_is_not_installed_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.cloud.bigquery", None)
    monkeypatch.setitem(sys.modules, "google.cloud", None)
    assert opened().hint == "pip install 'cloud-costopt[bigquery]', then repeat."


@pytest.mark.parametrize("bound", [0, -1.0, float("inf"), float("nan")])
def test_a_bound_of_nothing_is_refused(bound: float) -> None:
    assert "max_gib_billed" in str(opened(max_gib_billed=bound))
