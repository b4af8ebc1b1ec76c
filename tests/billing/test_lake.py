"""The store under restatement, readers, writers that die, and strangers' catalogs."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.intake.ingest import ingest
from costopt.billing.lake import CATALOG, GRACE, Lake, open_writer
from costopt.errors import StoreError
from costopt.model.bill import BillKind
from tests.oracles.bill_files import FOCUS_LINE, csv_file, delivery

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 3, tzinfo=UTC)


def restate(store: Path, *costs: object, now: datetime = NOW) -> None:
    """Make the month of the store cost the sum of `costs`, one row each."""
    file = csv_file(store.parent / "bill.csv", [{"BilledCost": cost} for cost in costs], base=FOCUS_LINE)
    ingest(delivery(BillKind.FOCUS, file), store, now=now)


def total(store: Path) -> Decimal:
    with open_duckdb(Lake(store)) as engine:
        (row,) = engine.query("SELECT SUM(BilledCost) AS total FROM cost").to_pylist()
    return row["total"]


def files(store: Path) -> list[Path]:
    return sorted((store / "cost").rglob("*.parquet"))


def test_a_restated_month_replaces_what_was_there(tmp_path: Path) -> None:
    restate(tmp_path / "s", 10, 20)
    restate(tmp_path / "s", 7)
    assert total(tmp_path / "s") == 7


def test_replaced_files_stay_for_readers_that_began_before_and_go_an_hour_later(tmp_path: Path) -> None:
    store = tmp_path / "s"
    restate(store, 1)
    with open_duckdb(Lake(store)) as early:
        restate(store, 2)
        assert early.query("SELECT SUM(BilledCost) AS t FROM cost").to_pylist() == [{"t": Decimal(1)}]
    assert len(files(store)) == 2
    restate(store, 3, now=NOW + GRACE - timedelta(seconds=1))
    assert len(files(store)) == 3
    restate(store, 4, now=NOW + GRACE)
    # The first is gone; those that were replaced less than an hour ago are still there.
    assert len(files(store)) == 3
    assert total(store) == 4


def test_readers_see_the_old_total_or_the_new_one_and_nothing_between(tmp_path: Path) -> None:
    """Each restatement has three files; a reader that mixed two of them would see another total."""
    store = tmp_path / "s"
    restate(store, 100, 100, 100)
    seen: list[Decimal] = []
    failures: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set() or len(seen) < 3:
                seen.append(total(store))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test is to show it
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(12):
        restate(store, *[100 + number % 2] * 3)
    done.set()
    for reader in readers:
        reader.join()
    assert not failures
    assert set(seen) <= {Decimal(300), Decimal(303)}


KILLED = """
import os, signal, sys
from pathlib import Path
import {module} as module
from tests.billing.test_lake import restate
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
module.{function} = die
restate(Path(sys.argv[1]), 2)
"""


@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("costopt.billing.intake.stage", "move_file"),
        ("costopt.billing.intake.ingest", "facts"),
        ("costopt.billing.lake", "replace_file"),
        ("costopt.disk", "tempfile.mkstemp"),
        ("costopt.disk", "os.fsync"),
    ],
)
def test_a_killed_writer_leaves_the_old_bill_and_the_next_one_cleans_up(
    module: str, function: str, tmp_path: Path
) -> None:
    store = tmp_path / "s"
    restate(store, 1)
    command = [sys.executable, "-c", KILLED.format(module=module, function=function), str(store)]
    ended = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert total(store) == 1
    restate(store, 3)
    assert total(store) == 3
    # Of the dead writer nothing is left: the old file that is retired, the new one, the catalog and the lock.
    assert len(files(store)) == 2
    assert sorted(path.name for path in store.iterdir() if not path.name.startswith(f".{CATALOG}")) == [
        ".lock",
        CATALOG,
        "cost",
    ]


def test_a_writer_killed_after_the_catalog_is_replaced_has_written(tmp_path: Path) -> None:
    store = tmp_path / "s"
    restate(store, 1)
    command = [sys.executable, "-c", KILLED.format(module="costopt.billing.lake", function="Writer._sweep"), str(store)]
    ended = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert total(store) == 2


def test_there_is_one_writer(tmp_path: Path) -> None:
    with open_writer(tmp_path / "s", NOW), pytest.raises(StoreError, match="another process is writing"):
        restate(tmp_path / "s", 1)


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s/thesis.tex").write_text("x")
    with pytest.raises(StoreError, match="no store"):
        restate(tmp_path / "s", 1)
    assert [path.name for path in (tmp_path / "s").iterdir()] == ["thesis.tex"]
    with pytest.raises(StoreError, match="is a file"):
        restate(tmp_path / "s/thesis.tex", 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "damaged"),
        (b"[]", "damaged"),
        (b'{"schema_version": 99}', "version 99"),
        (b'{"schema_version": 1, "bills": [{}]}', "damaged"),
    ],
)
def test_a_damaged_catalog_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / CATALOG).write_bytes(content)
    with pytest.raises(StoreError, match=said):
        Lake(tmp_path).catalog()


@pytest.mark.parametrize("path", ["/etc/passwd", "../../outside.parquet", "cost/../../x.parquet", "cost/a/2026-10/x"])
def test_a_catalog_cannot_name_files_outside_the_store(path: str, tmp_path: Path) -> None:
    store = tmp_path / "s"
    restate(store, 1)
    content = msgspec.json.decode((store / CATALOG).read_bytes())
    content["bills"][0]["files"][0]["path"] = path
    (store / CATALOG).write_bytes(msgspec.json.encode(content))
    with pytest.raises(StoreError, match="no file of a store"):
        total(store)


def test_an_empty_store_answers_with_no_rows(tmp_path: Path) -> None:
    (tmp_path / CATALOG).write_bytes(b'{"schema_version": 1}')
    assert total(tmp_path) is None
    with pytest.raises(StoreError, match="no store of bills"):
        Lake(tmp_path / "elsewhere").catalog()
