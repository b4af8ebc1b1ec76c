"""Every question on DuckDB, on a real Spark and on Sail: the same table, to the last digit of a cost.

Spark and its client need an environment of their own, `.venv-spark`; a subprocess there asks, here it is compared.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from costopt.billing.engines.spark import open_spark
from costopt.errors import EngineError
from tests.oracles.engine_bill import bill, question, questions, tag_questions, write_bill, write_large_bill
from tests.oracles.engine_equality import difference, open_parquet

ROOT = Path(__file__).resolve().parents[3]
SPARK_PYTHON = ROOT / ".venv-spark" / "bin" / "python"
RUNNER = ROOT / "tests" / "oracles" / "spark_runner.py"
SMALL, MAPS = questions(), tag_questions()
LARGE = {"sail": {"costs": 2, "unit_prices": 2}, "spark": {"costs": 1}}
"""What is asked of ten million rows, whose sums the order could change, and how often; of so many, quantiles take Spark
minutes, and so does asking again."""
SAIL_REFUSES = {"daily_series-2": "unique expression names"}
"""Its planner takes a time and the day of it for one column; such a series is by hour and day at once."""
LARGE_ROWS = 10_000_000
needs_spark = pytest.mark.xdist_group("spark")


def at_large(name: str) -> str:
    return question(name, by=("ServiceName", "day"))


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what each engine is to be asked, and the tables."""
    folder = tmp_path_factory.mktemp("spark")
    as_json, as_map = write_bill(folder, bill())
    large = write_large_bill(folder / "large.parquet", LARGE_ROWS)
    tables = [
        {"path": str(as_json), "tags": "json", "small": True, "questions": SMALL},
        {
            "path": str(as_map),
            "tags": "map",
            "small": True,
            "questions": {f"map-{key}": sql for key, sql in MAPS.items()},
        },
    ]
    for kind, names in LARGE.items():
        repeated = {f"large-{name}-{run}": at_large(name) for name, runs in names.items() for run in range(runs)}
        of_large = {"path": str(large), "tags": "json", "small": False, "questions": repeated}
        (folder / f"{kind}-job.json").write_text(json.dumps({"tables": [*tables, of_large]}))
    return folder


@pytest.fixture(scope="module")
def ours_at_large(job: Path) -> dict[str, pa.Table]:
    """DuckDB's answers to what is asked of ten million rows, the same three times."""
    answers = {}
    for name in LARGE["sail"]:
        with open_parquet(job / "large.parquet") as engine:
            runs = [engine.query(at_large(name)) for _ in range(3)]
        assert all(run.equals(runs[0]) for run in runs)
        answers[name] = runs[0]
    return answers


@pytest.fixture(scope="module")
def ask(job: Path) -> Callable[[str], dict[str, Any]]:
    """Asks an engine everything, once for all tests."""

    @cache
    def report(kind: str) -> dict[str, Any]:
        command = [str(SPARK_PYTHON), str(RUNNER), kind, str(job / f"{kind}-job.json")]
        ended = subprocess.run(
            command,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        assert ended.returncode == 0, ended.stderr[-3000:]
        found: dict[str, Any] = json.loads((job / f"{kind}.json").read_text())
        return found | {"kind": kind, "folder": job}

    return report


@pytest.fixture(params=["sail", "spark"])
def asked(request: pytest.FixtureRequest, ask: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """One engine's report: by question the file of its answer or its error."""
    if not SPARK_PYTHON.exists():
        pytest.skip("no .venv-spark (make spark-env)")
    if request.param == "spark" and shutil.which("java") is None:
        pytest.skip("no Java, which Spark runs on")
    return ask(request.param)


def answer(asked: dict[str, Any], label: str) -> pa.Table:
    found = asked["answers"][label]
    assert "error" not in found, found["error"]
    with pa.memory_map(found["path"]) as source:
        return pa.ipc.open_file(source).read_all()


@needs_spark
@pytest.mark.parametrize("label", SMALL)
def test_a_question_has_the_same_answer(asked: dict[str, Any], label: str) -> None:
    if asked["kind"] == "sail" and label in SAIL_REFUSES:
        assert SAIL_REFUSES[label] in asked["answers"][label]["error"]
        return
    with open_parquet(asked["folder"] / "bill.parquet") as engine:
        ours = engine.query(SMALL[label])
    assert ours.num_rows
    assert not difference(ours, answer(asked, label))


@needs_spark
@pytest.mark.parametrize("label", MAPS)
def test_tags_in_a_map_give_the_same_answer(asked: dict[str, Any], label: str) -> None:
    with open_parquet(asked["folder"] / "bill.parquet") as engine:
        ours = engine.query(MAPS[label])
    theirs = answer(asked, f"map-{label}")
    if "Tags" in ours.column_names:  # the same objects, in another text and so in another order
        assert sorted(rows_by_tags(ours)) == sorted(rows_by_tags(theirs))
    else:
        assert not difference(ours, theirs)


def rows_by_tags(table: pa.Table) -> list[str]:
    """Rows as text that does not tell how the JSON in Tags was written."""
    return [
        repr(
            {name: sorted(json.loads(cell).items()) if name == "Tags" and cell else cell for name, cell in row.items()}
        )
        for row in table.to_pylist()
    ]


@needs_spark
@pytest.mark.parametrize(
    ("asked", "name"), [(kind, name) for kind, names in LARGE.items() for name in names], indirect=["asked"]
)
def test_ten_million_rows_have_the_same_sum_in_every_run_and_engine(
    asked: dict[str, Any], name: str, ours_at_large: dict[str, pa.Table]
) -> None:
    theirs = [answer(asked, f"large-{name}-{run}") for run in range(LARGE[asked["kind"]][name])]
    assert all(run.equals(theirs[0]) for run in theirs)
    assert not difference(ours_at_large[name], theirs[0])
    assert sum(theirs[0]["line_items"].to_pylist()) == LARGE_ROWS


def refusal(remote: str | None) -> EngineError:
    with pytest.raises(EngineError) as caught, open_spark(remote, "cost"):
        pass
    return caught.value


def test_an_address_with_a_token_is_refused_and_not_shown() -> None:
    error = refusal("sc://127.0.0.1:1/;token=s3cret")
    assert "s3cret" not in str(error) + error.hint
    assert "SPARK_REMOTE" in error.hint


@pytest.mark.parametrize(
    "address", [None, "", "http://127.0.0.1:15002", "sc://", "sc://127.0.0.1:99999999", "local[2]"]
)
def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, address: str | None) -> None:
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    assert "no address" in str(refusal(address))


def test_a_server_that_is_not_there_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nobody else gets the port
        monkeypatch.setenv("SPARK_REMOTE", f"sc://127.0.0.1:{taken.getsockname()[1]}/;token=s3cret")
        error = refusal(None)
    assert "no Spark Connect server at 127.0.0.1" in str(error)
    assert "s3cret" not in str(error) + error.hint


def test_a_client_that_is_not_installed_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with socket.create_server(("127.0.0.1", 0)) as server:
        error = refusal(f"sc://127.0.0.1:{server.getsockname()[1]}")
    assert error.hint == "pip install 'cloud-costopt[spark]', then repeat."
