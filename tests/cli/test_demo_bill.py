"""`costopt demo` with its bill, as a newcomer sees it: with few packages, and a total that is an invoice's."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Ended, Run
from tests.oracles.paid_estate import daily, volume, write_bills, write_snapshot

pytestmark = pytest.mark.xdist_group("demo bill")  # what its fixtures make is made once

ROOT = Path(__file__).resolve().parents[2]
_FEW_PACKAGES = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("boto3", "botocore", "pandas", "numpy", "sqlglot", "pyspark", "google"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
sys.argv = ["costopt", "demo", "--out", sys.argv[1]]
from costopt.cli.main import costopt
costopt()
"""
"""The demo where only the packages of requirements/demo.in can be imported."""

_DAYS = "2026-10-20 to 2026-11-18"
_BILLS = f"Money: bills harbourline, {_DAYS}; harbourline-google, {_DAYS}"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    out = tmp_path_factory.mktemp("new") / "my demo"
    done = subprocess.run(
        [sys.executable, "-c", _FEW_PACKAGES, str(out)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    return out, Ended(code=done.returncode, out=done.stdout, err=done.stderr)


def test_it_runs_with_few_packages_and_names_its_bill(demo: tuple[Path, Ended]) -> None:
    out, ended = demo
    assert (ended.code, "Traceback" in ended.err) == (0, False)
    assert _BILLS in ended.out.replace("\n", " ")
    assert "3 accounts and 3 projects" in ended.out
    assert "ec2 5%, rds 3%" in ended.out
    assert ended.out.splitlines()[-1].endswith(f"--snapshot '{out}/snapshot' --store '{out}/bills'")
    assert f"costopt costs --store '{out}/bills' --by ServiceName" in ended.err
    assert f"costopt reconcile --store '{out}/bills'" in ended.err


def test_the_report_that_it_writes_is_that_of_an_audit(demo: tuple[Path, Ended], run: Run) -> None:
    out, ended = demo
    assert "Possible saving" in ended.out
    page = (out / "report.html").read_text()
    assert page.startswith("<!doctype html>")
    assert run("audit", "--snapshot", out / "snapshot", "--store", out / "bills", "-f", "html").out == page


def test_its_bill_of_seven_weeks_is_too_short_for_a_backtest_and_says_how_short(
    demo: tuple[Path, Ended], run: Run
) -> None:
    out, _ = demo
    ended = run("backtest", "--snapshot", out / "snapshot", "--store", out / "bills", "--seed", 0)
    assert ended.code == 2
    assert "hold 1 whole months" in ended.err


def test_an_invoice_of_the_made_rows_of_both_clouds_reconciles_to_the_cent(demo: tuple[Path, Ended], run: Run) -> None:
    out, _ = demo
    october = sorted((out / "bill").glob("*-2026-10.parquet"))
    assert len(october) == 2
    invoice = sum((cost for file in october for cost in pq.read_table(file)["BilledCost"].to_pylist()), Decimal(0))
    store = ("--store", out / "bills")
    cents = invoice.quantize(Decimal("0.01"))
    ended = run("reconcile", *store, "--invoice", f"2026-10={cents}")
    assert ended.code == 0
    assert "5 totals held against the store: all explained to the cent" in ended.err
    held = [line for line in ended.out.splitlines() if "total of invoice" in line]
    assert f"{cents:,}" in held[0]
    assert run("reconcile", *store, "--invoice", f"2026-10={cents + Decimal('0.02')}").code == 3


def test_the_savings_are_less_than_at_list_prices_and_never_more_than_was_paid(
    demo: tuple[Path, Ended], run: Run
) -> None:
    out, _ = demo
    audit = ("audit", "--snapshot", out / "snapshot", "-f", "json")
    paid, listed = (json.loads(run(*audit, *more).out) for more in (("--store", out / "bills"), ("--no-bill",)))
    assert {one["id"] for one in paid["findings"]} == {one["id"] for one in listed["findings"]}
    saving, at_list = (Decimal(one["totals"]["saving"]["amount"]) for one in (paid, listed))
    assert at_list * Decimal("0.95") <= saving < at_list
    assert Decimal(paid["provenance"]["money"]["held_down"]["amount"]) < 1
    assert paid["provenance"]["money"]["named"] > 100
    kinds = {one["resource"]["kind"] for one in paid["findings"] if one["paid"]}
    assert kinds >= {"ec2_instance", "gce_instance", "persistent_disk", "cloud_sql_instance", "gcs_bucket"}


def test_the_demo_again_changes_nothing(demo: tuple[Path, Ended], run: Run) -> None:
    out, _ = demo
    kept = {path: path.read_bytes() for folder in ("bill", "bills") for path in sorted((out / folder).rglob("*.*"))}
    ended = run("demo", "--out", out)
    assert _BILLS in ended.out.replace("\n", " ")
    assert len(kept) >= 5
    assert {path: path.read_bytes() for path in kept} == kept


def test_the_next_command_of_an_audit_repeats_the_store_that_was_named(run: Run, tmp_path: Path) -> None:
    write_snapshot(tmp_path / "snap", volume())
    write_bills(tmp_path / "my bills", daily())
    named = run("audit", "--snapshot", "snap", "--store", "my bills").out.splitlines()[-1]
    assert named.endswith(" --snapshot snap --store 'my bills'")
    write_bills(tmp_path / "bills", daily())
    assert run("audit", "--snapshot", "snap").out.splitlines()[-1].endswith(" --snapshot snap")
