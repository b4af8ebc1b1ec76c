"""`costopt collect gcp-export` from a table and from a bucket, as a user runs it."""

import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from costopt.billing.lake import Lake
from tests.cli.conftest import Run
from tests.oracles.bigquery_export import fields, rows_of
from tests.oracles.bigquery_server import BigQueryServer
from tests.oracles.gcs_server import GcsServer
from tools.bills.company import Made, make_bill

TABLE = "bigquery://payer-1.billing.export"
LAST = datetime(2026, 10, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One month that is over."""
    return make_bill(tmp_path_factory.mktemp("made"), form="gcp", file="jsonl.gz", lines=150, seed=3)


@pytest.fixture
def server(made: Made) -> Iterator[BigQueryServer]:
    """The month as a table."""
    schema = [field.to_api_repr() for field in fields()]
    begun = datetime(2026, 9, 1, 7, tzinfo=UTC)
    lines = [json.dumps(row) for row in rows_of(made)]
    with BigQueryServer(schema=schema, lines=lines, lines_bytes=3 * 2**29) as table:
        table.survey = [("202609", "01A2B3-C4D5E6-F7A8B9", "USD", len(table.lines), begun, LAST, begun, LAST)]
        yield table


@pytest.fixture(autouse=True)
def aside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Where temporary files go, of which none may stay."""
    folder = tmp_path / "aside"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def billed(store: Path) -> list[Any]:
    return [sum(one.billed_cost for one in bill.accounts) for bill in Lake(store).catalog().bills]


def test_a_table_comes_in_with_its_bytes_said_first(run: Run, server: BigQueryServer, made: Made) -> None:
    ended = run("collect", "gcp-export", TABLE, "--month", "2026-09", "--endpoint-url", server.url, "--store", "s")
    assert ended.code == 0, ended.err
    assert f"reading {len(server.lines)} lines; BigQuery bills 1.50 GiB" in ended.err.splitlines()[0]
    assert billed(Path("s")) == [made.totals[0].invoice_total]
    reconciled = json.loads(run("reconcile", "--store", "s", "-f", "json").out)
    assert [one["unexplained"] for one in reconciled] == ["0"]


def test_a_dry_run_prints_the_bytes_and_reads_nothing(run: Run, server: BigQueryServer) -> None:
    ended = run(
        "collect", "gcp-export", "--table", "payer-1.billing.export", "--month", "2026-09", "--dry-run",
        "--endpoint-url", server.url, "--store", "s",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert ended.out.splitlines() == [
        f"{TABLE}: detailed; 2026-09",
        "  what there is: 0.0 MiB; the lines: at most 1.50 GiB",
    ]
    assert server.run == []
    assert not Path("s").exists()


def test_the_limit_is_the_settings_unless_one_is_given(run: Run, server: BigQueryServer) -> None:
    Path("costopt.toml").write_text("[engine]\nmax_gib_billed = 1\n")
    asked = ("collect", "gcp-export", TABLE, "--month", "2026-09", "--endpoint-url", server.url, "--store", "s")
    refused = run(*asked)
    assert refused.code == 1
    assert "would be billed 1.50 GiB, above the limit of 1" in refused.err
    assert run(*asked, "--max-gib-billed", "2").code == 0
    assert run(*asked, "--max-gib-billed", "0").code == 2


def test_a_missing_month_is_an_exit_code_under_strict(run: Run, server: BigQueryServer) -> None:
    ended = run(
        "collect", "gcp-export", TABLE, "--month", "2026-08", "--month", "2026-09", "--strict",
        "--endpoint-url", server.url, "--store", "s",
    )  # fmt: skip
    assert ended.code == 4
    assert "not read: 2026-08: the export has no line of it" in ended.err


def test_a_bill_that_the_intake_refuses_leaves_nothing_behind(run: Run, server: BigQueryServer) -> None:
    server.lines[0] = server.lines[0].replace('"currency": "USD"', '"currency": null')
    ended = run("collect", "gcp-export", TABLE, "--month", "2026-09", "--endpoint-url", server.url, "--store", "s")
    assert ended.code == 1
    assert not Path("s/catalog.json").exists()


def test_a_bucket_gives_what_its_files_give(run: Run, made: Made) -> None:
    with GcsServer("bills") as bucket:
        for file in made.files:
            bucket.objects[f"export/{file.name}"] = (file.read_bytes(), 1)
        ended = run("collect", "gcp-export", "gs://bills/export", "--endpoint-url", bucket.url, "--store", "s")
        assert ended.code == 0, ended.err
        assert "downloading 1 files" in ended.err
        assert billed(Path("s")) == [made.totals[0].invoice_total]
        again = run("collect", "gcp-export", "gs://bills/export", "--endpoint-url", bucket.url, "--store", "s")
        assert "nothing was changed" in again.err
        months = run("collect", "gcp-export", "gs://bills/export", "--month", "2026-09", "--endpoint-url", bucket.url)
        assert months.code == 2
        assert "come in whole" in months.err


def test_a_focus_bill_may_lie_in_a_bucket_of_google(run: Run, tmp_path: Path) -> None:
    focus = make_bill(tmp_path / "focus", form="focus", cloud="gcp", file="csv.gz", lines=150, seed=3)
    with GcsServer("bills") as bucket:
        bucket.objects["focus.csv.gz"] = (focus.files[0].read_bytes(), 1)
        ended = run("collect", "focus", "gs://bills", "--endpoint-url", bucket.url, "--store", "s")
        assert ended.code == 0, ended.err
        assert billed(Path("s")) == [focus.totals[0].invoice_total]
    table = run("collect", "focus", TABLE, "--store", "s")
    assert table.code == 2
    assert "collect gcp-export bigquery://" in table.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no bill is named"),
        (("bigquery://export",), "no address of a table"),
        (("gs://b", "--dry-run"), "--dry-run is of tables"),
        ((TABLE, "--month", "2026-13", "--endpoint-url", "http://127.0.0.1:1"), "no month"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(run: Run, arguments: tuple[str, ...], said: str) -> None:
    ended = run("collect", "gcp-export", *arguments)
    assert ended.code == 2
    assert said in ended.err


def test_files_need_none_of_googles_libraries(run: Run, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("costopt.collectors.gcp.bill_")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "costopt.pipeline.bills_google", raising=False)
    for name in ("google", "google.api_core", "google.auth", "google.cloud", "google.cloud.bigquery"):
        monkeypatch.setitem(sys.modules, name, None)
    assert run("collect", "gcp-export", made.folder, "--store", "s").code == 0
    ended = run("collect", "gcp-export", TABLE, "--store", "t")
    assert ended.code == 1
    assert "pip install 'cloud-costopt[gcp]'" in ended.err


def test_the_role_of_a_bill_is_printed_alone(run: Run) -> None:
    ended = run("permissions", "gcp", "--bill", TABLE)
    assert ended.code == 0
    assert "- bigquery.tables.getData" in ended.out
    assert "compute." not in ended.out
