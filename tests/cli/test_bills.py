"""Bills on the command line: in, asked, reconciled, out again."""

import csv
import gzip
import io
import json
import os
import stat
import sys
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pyarrow.parquet as pq
import pytest

from costopt.cli.exit import guarded
from costopt.cli.main import costopt
from costopt.model.focus import COLUMNS
from tests.cli.conftest import Run
from tests.oracles.bill_files import CUR_LINE, FOCUS_LINE, Row, csv_file

TWO_TEAMS: tuple[Row, ...] = (
    {"BilledCost": "10.10", "ServiceName": "Amazon EC2", "Tags": '{"team": "ml"}'},
    {"BilledCost": "4", "ServiceName": "Amazon EC2", "ChargePeriodStart": "2026-10-20T00:00:00Z",
     "ChargePeriodEnd": "2026-10-21T00:00:00Z"},
    {"BilledCost": "-1.5", "ServiceName": "Amazon S3", "ChargeCategory": "Credit", "Tags": '{"team": "web"}'},
)  # fmt: skip


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small bill, and the store that it was collected into."""
    folder = tmp_path_factory.mktemp("collected")
    file = csv_file(folder / "bill.csv", TWO_TEAMS, base=FOCUS_LINE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder / "none"))
        patch.setattr(sys, "argv", ["costopt", "collect", "focus", file.path, "--store", str(folder / "s")])
        assert guarded(costopt) == 0
    return folder


@pytest.fixture
def store(collected: Path, tmp_path: Path) -> Path:
    """A test's own copy of the store, with the bill beside it."""
    copytree(collected, tmp_path, dirs_exist_ok=True)
    return tmp_path / "s"


def test_a_bill_is_asked_by_service_and_tag(run: Run, store: Path) -> None:
    ended = run("costs", "--store", store, "--by", "ServiceName,tag:team", "-f", "json")
    assert [(row["ServiceName"], row["tag:team"], row["billed_cost"]) for row in json.loads(ended.out)] == [
        ("Amazon EC2", "ml", "10.1"),
        ("Amazon EC2", None, "4"),
        ("Amazon S3", "web", "-1.5"),
    ]
    assert "by duckdb" in ended.err


def test_filters_and_times_cut_the_answer(run: Run, store: Path) -> None:
    def total(*arguments: str) -> Decimal:
        ended = run("costs", "--store", store, "-f", "json", *arguments)
        assert ended.code == 0, ended.err
        return sum((Decimal(row["billed_cost"]) for row in json.loads(ended.out)), Decimal(0))

    assert total() == Decimal("12.6")
    assert total("--where", "tag:team=ml") == Decimal("10.1")
    assert total("--where", "ChargeCategory!=Credit") == Decimal("14.1")
    assert total("--from", "2026-10-20") == 4
    assert total("--to", "2026-10-20") == Decimal("8.6")


def test_the_last_days_are_those_of_usage_not_of_a_fee_that_runs_to_the_end_of_the_month(
    run: Run, tmp_path: Path
) -> None:
    """Usage ends on 20 March, the fee on 1 April."""
    month = {"BillingPeriodStart": "2024-03-01T00:00:00Z", "BillingPeriodEnd": "2024-04-01T00:00:00Z"}
    days = [
        {
            "BilledCost": str(day),
            "ChargePeriodStart": f"2024-03-{day}T00:00:00Z",
            "ChargePeriodEnd": f"2024-03-{day}T01:00:00Z",
        }
        for day in range(18, 21)
    ]
    fee = {
        "BilledCost": "100",
        "ChargeCategory": "Purchase",
        "ChargePeriodStart": "2024-03-01T00:00:00Z",
        "ChargePeriodEnd": "2024-04-01T00:00:00Z",
    }
    rows: list[Row] = [{**month, **row} for row in (*days, fee)]
    file = csv_file(tmp_path / "b.csv", rows, base=FOCUS_LINE)
    assert run("collect", "focus", file.path, "--store", "s").code == 0
    ended = run("costs", "--store", "s", "--last", "2d", "-f", "json")
    assert [row["billed_cost"] for row in json.loads(ended.out)] == ["39"]
    assert "charges from 2024-03-19 to 2024-03-21" in ended.err
    assert "2 rows in out.csv" in run("export", "focus", "--store", "s", "-o", "out.csv", "--last", "2d").err


def test_each_form_goes_to_its_file(run: Run, store: Path, tmp_path: Path) -> None:
    out = ("-f", "csv", "-o", "c.csv", "-f", "parquet", "-o", "c.parquet")
    ended = run("costs", "--store", store, "--by", "ServiceName", *out, "-f", "table")
    assert ended.code == 0, ended.err
    assert "Amazon EC2" in ended.out
    rows = list(csv.DictReader(io.StringIO((tmp_path / "c.csv").read_text())))
    assert [row["billed_cost"] for row in rows] == ["14.1", "-1.5"]
    table = pq.read_table(tmp_path / "c.parquet")
    assert str(table.schema.field("billed_cost").type) == "decimal128(38, 10)"
    unseen = run("costs", "--store", store, "-f", "parquet")
    assert unseen.code == 2
    assert "-o FILE" in unseen.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--by", "ServiceNmae"), "ServiceName"),
        (("--by", "tag:"), "tag:KEY"),
        (("--where", "nonsense"), "COLUMN=VALUE"),
        (("--last", "soon"), "such as 30d"),
        (("--last", "3d", "--from", "2026-10-01"), "one or the other"),
        (("--from", "2026-10-02", "--to", "2026-10-01"), "not after"),
        (("--tag", "team"), "costs does not take --tag"),
        (("--top", "5"), "costs does not take --top"),
        (("--show", "bill_periods", "--where", "ServiceName=x"), "bill_periods does not take --where"),
        (("--show", "currencies", "--last", "3d", "--by", "day"), "does not take --by, nor --last"),
        (("--show", "top_resources", "--tag", "team"), "top_resources does not take --tag"),
        (("--tag", "team", "--allocate", "even", "--by", "day"), "--allocate does not take --by"),
        (("--tag", "team", "--allocate", "even", "--show", "costs"), "--allocate does not take --show"),
        (("--tag", "team", "--allocate", "even", "--top", "50"), "--allocate does not take --top"),
        (("--allocate", "even"), "--tag team"),
        (("--share", "ml=1"), "--share without --allocate fixed"),
        (("--tag", "team", "--allocate", "even", "--share", "ml=1"), "--share without --allocate fixed"),
        (("--tag", "t", "--allocate", "fixed", "--share", "ml=0.5", "--share", "ml=0.5"), "two shares for ml"),
        *(
            (("--tag", "team", "--allocate", "fixed", "--share", share), "is no share")
            for share in (
                "ml",
                "=1",
                "ml=",
                "ml=NaN",
                "ml=sNaN",
                "ml=Infinity",
                "ml=1e999999999",
                "ml=-0.5",
                "ml=2",
                "ml=½",
            )
        ),
    ],
)
def test_a_slip_is_named_with_what_was_meant(arguments: tuple[str, ...], said: str, run: Run, store: Path) -> None:
    ended = run("costs", "--store", store, *arguments)
    assert ended.code == 2
    assert said in ended.err


def test_shares_are_those_that_were_given(run: Run, store: Path) -> None:
    shares = ("--share", "ml=.25", "--share", "a=b=0.75", "--share", "web=0")
    ended = run("costs", "--store", store, "--tag", "team", "--allocate", "fixed", *shares, "-f", "json")
    assert ended.code == 0, ended.err
    # FOCUS_LINE has an effective cost of 1 in each row; one of the three has no team.
    assert [(row["tag:team"], row["total_cost"]) for row in json.loads(ended.out)] == [
        ("a=b", "0.75"),
        ("ml", "1.25"),
        ("web", "1"),
    ]


def test_what_the_table_cannot_show_is_said_beside_it(run: Run, store: Path, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text('[billing]\ncurrency = "EUR"\n')
    ended = run("costs", "--store", store, "--show", "currencies")
    assert ended.code == 0
    assert "note: amounts are in USD, as billed: only plain costs are converted to EUR" in ended.err
    assert "note" not in ended.out


def test_two_currencies_stay_apart_without_a_rate_and_meet_with_one(run: Run, tmp_path: Path) -> None:
    rows: tuple[Row, ...] = ({"BilledCost": "10"}, {"BilledCost": "10", "BillingCurrency": "EUR"})
    file = csv_file(tmp_path / "b.csv", rows, base=FOCUS_LINE)
    assert run("collect", "focus", file.path, "--store", "s").code == 0
    apart = json.loads(run("costs", "--store", "s", "-f", "json").out)
    assert [(row["BillingCurrency"], row["billed_cost"]) for row in apart] == [("EUR", "10"), ("USD", "10")]
    (tmp_path / "costopt.toml").write_text('[billing]\ncurrency = "USD"\n')
    missing = run("costs", "--store", "s")
    assert missing.code == 1
    assert "no rate from EUR into USD holds on 2026-10-05" in missing.err
    rate = '[[billing.rates]]\ncurrency = "EUR"\ninto = "USD"\nsince = 2026-10-01\nrate = "1.25"\n'
    (tmp_path / "costopt.toml").write_text(f'[billing]\ncurrency = "USD"\n{rate}')
    (one,) = json.loads(run("costs", "--store", "s", "-f", "json").out)
    assert (one["BillingCurrency"], one["billed_cost"], one["line_items"]) == ("USD", "22.5", 2)
    (same,) = json.loads(run("costs", "--store", "s", "--by", "ServiceName,day", "-f", "json").out)
    assert (same["ServiceName"], same["day"], same["billed_cost"]) == ("Amazon EC2", "2026-10-05", "22.5")


def test_what_is_exported_is_the_same_bill(run: Run, store: Path, tmp_path: Path) -> None:
    for form, name in (("focus", "out.csv.gz"), ("parquet", "out.parquet")):
        assert run("export", form, "--store", store, "-o", name).code == 0
        again = run("collect", "focus", name, "--store", f"again-{form}")
        assert again.code == 0, again.err
        for by in ("ServiceName,tag:team,day", "ChargeCategory,x_SourceType"):
            first = run("costs", "--store", store, "--by", by, "-f", "json").out
            assert run("costs", "--store", f"again-{form}", "--by", by, "-f", "json").out == first
    with gzip.open(tmp_path / "out.csv.gz", "rt") as stream:
        header, first_row, *_ = csv.reader(stream)
    assert header == [column.name for column in COLUMNS]
    assert dict(zip(header, first_row, strict=True))["ChargePeriodStart"] == "2026-10-05T00:00:00Z"
    part = run("export", "focus", "--store", store, "-o", "part.csv", "--where", "ServiceName=Amazon S3")
    assert "1 rows in part.csv" in part.err


def test_an_export_replaces_a_file_whole_and_leaves_nothing_beside_it(run: Run, store: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/out.csv").write_text("old")
    assert run("export", "focus", "--store", store, "-o", "folder/out.csv").code == 0
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["out.csv"]


def test_an_export_is_written_where_it_was_asked_for_or_nowhere(run: Run, store: Path, tmp_path: Path) -> None:
    nowhere = run("export", "focus", "--store", store, "-o", "no/such/out.csv")
    assert nowhere.code == 2
    assert "cannot write no/such/out.csv: No such file or directory" in nowhere.err
    hostile = "it's [a] * ? %20.csv"
    before = {path.name for path in tmp_path.iterdir()}
    assert run("export", "focus", "--store", store, "-o", hostile).code == 0
    (tmp_path / "fo[l]d*r").mkdir()
    assert run("export", "focus", "--store", store, "-o", "fo[l]d*r/out.csv").code == 0
    assert {path.name for path in tmp_path.iterdir()} - before == {hostile, "fo[l]d*r"}
    assert [path.name for path in (tmp_path / "fo[l]d*r").iterdir()] == ["out.csv"]
    assert (tmp_path / hostile).read_bytes() == (tmp_path / "fo[l]d*r/out.csv").read_bytes()


def test_an_export_keeps_the_permissions_of_the_user(run: Run, store: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.parquet"
    old.write_text("old")
    old.chmod(0o604)
    before = os.umask(0o027)
    try:
        for name in ("old.parquet", "new.parquet"):
            assert run("export", "parquet", "--store", store, "-o", name).code == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE(old.stat().st_mode) == 0o604
    assert stat.S_IMODE((tmp_path / "new.parquet").stat().st_mode) == 0o640
    assert pq.read_table(old).num_rows == 3


def test_an_export_to_a_pipe_is_written_to_it_and_the_pipe_stays(run: Run, store: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    # Opened without waiting for a writer; three rows fit into the pipe's buffer.
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)) as reader:
        ended = run("export", "focus", "--store", store, "-o", pipe)
        assert ended.code == 0, ended.err
        rows = list(csv.DictReader(reader))
    assert [row["BilledCost"] for row in rows] == ["-1.5000000000", "10.1000000000", "4.0000000000"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_failed_export_leaves_what_was_there(run: Run, store: Path, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("old")
    before = {path.name for path in tmp_path.iterdir()}
    assert run("export", "focus", "--store", store, "-o", "out.csv", "--where", "nonsense").code == 2
    assert run("export", "focus", "--store", "nowhere", "-o", "out.csv").code == 1
    assert (tmp_path / "out.csv").read_text() == "old"
    assert {path.name for path in tmp_path.iterdir()} == before


def test_reconcile_explains_the_difference_or_fails(run: Run, store: Path) -> None:
    exact = run("reconcile", "--store", store, "-f", "json")
    assert exact.code == 0
    (one,) = json.loads(exact.out)
    assert (one["source_total"], one["store_total"], one["unexplained"]) == ("12.6", "12.6", "0")
    assert one["by_category"] == {"Credit": "-1.5", "Usage": "14.1"}
    assert run("reconcile", "--store", store, "--invoice", "2026-10=14.10").code == 0
    wrong = run("reconcile", "--store", store, "--invoice", "2026-10=13.00")
    assert wrong.code == 3
    assert "1 with an unexplained rest" in wrong.err
    assert run("reconcile", "--store", store, "--invoice", "2026-10=13", "--fail-on", "never").code == 0


@pytest.mark.parametrize(
    ("invoices", "said"),
    [
        (["2026-13=1"], "is no invoice"),
        *(
            ([f"2026-10={amount}"], "is no invoice")
            for amount in ("", "-", ".", "NaN", "1e5", "1.2.3", "++1", "9" * 19)
        ),
        (["2026-10=12", "2026-10=0.6"], "two invoices in USD for 2026-10"),
        (["2026-10=12", "2026-10=12:USD"], "two invoices in USD for 2026-10"),
    ],
)
def test_an_invoice_that_cannot_be_meant_is_refused(invoices: list[str], said: str, run: Run, store: Path) -> None:
    arguments = [part for invoice in invoices for part in ("--invoice", invoice)]
    ended = run("reconcile", "--store", store, *arguments)
    assert ended.code == 2
    assert said in ended.err


def test_an_invoice_may_be_written_short(run: Run, store: Path) -> None:
    for amount in ("12.6", "+12.60", "012.6000000000"):
        assert run("reconcile", "--store", store, "--invoice", f"2026-10={amount}").code == 0


def test_the_same_bill_again_and_the_wrong_kind_are_said(run: Run, store: Path, tmp_path: Path) -> None:
    again = run("collect", "focus", "bill.csv", "--store", store)
    assert (again.code, again.out) == (0, "")
    assert "nothing was changed" in again.err
    wrong = run("collect", "cur", "bill.csv", "--store", store)
    assert wrong.code == 1
    assert "costopt collect focus" in wrong.err
    assert run("collect", "focus", "nowhere.csv", "--store", store).code == 1


def test_a_month_cannot_be_asked_of_files(run: Run, store: Path) -> None:
    ended = run("collect", "focus", "bill.csv", "--store", store, "--month", "2026-10")
    assert ended.code == 2
    assert "comes in whole" in ended.err


def test_a_report_is_reconciled_step_by_step(run: Run, tmp_path: Path) -> None:
    rows: tuple[Row, ...] = (
        {"line_item_unblended_cost": "100"},
        {"line_item_line_item_type": "SavingsPlanCoveredUsage", "line_item_unblended_cost": "30",
         "savings_plan_savings_plan_a_r_n": "sp", "savings_plan_savings_plan_effective_cost": "20"},
    )  # fmt: skip
    file = csv_file(tmp_path / "cur.csv.gz", rows, base=CUR_LINE)
    assert run("collect", "cur", file.path, "--store", "s").code == 0
    ended = run("reconcile", "--store", "s")
    assert ended.code == 0
    assert "130.00" in ended.out
    assert "-30.00" in ended.out
    assert "100.00" in ended.out


def test_a_store_that_is_not_there_names_the_next_step(run: Run) -> None:
    for command in (("costs",), ("reconcile",), ("export", "focus", "-o", "x.csv")):
        ended = run(*command)
        assert ended.code == 1
        assert "no store of bills at bills" in ended.err
        assert "next:" in ended.err


@pytest.mark.parametrize(
    ("kind", "name", "column", "billed"),
    [
        ("focus", "focus/focus_sample_1000.csv", "BilledCost", "20.5202267289"),
        ("cur", "aws-cur/sample-anonymous-aws-export-dataset.csv.gz", "lineItem/UnblendedCost", "1.6823086974"),
        ("cur", "billing-koku/data__test_cur.csv", "lineItem/UnblendedCost", "0.082749984"),
        ("cur", "billing-koku/aws__2022-07-01-alt-columns.csv", "line_item_unblended_cost", "0"),
        ("gcp-export", "billing-koku/gcp__2022-08-01_5.csv", "cost", "0.000012"),
    ],
)
def test_published_bills_reconcile_to_the_cent(
    kind: str, name: str, column: str, billed: str, run: Run, shared_data: Path
) -> None:
    """Sums of real files by a plain reader, rounded line by line as the store does, are the store's own."""
    path = shared_data / name
    digits = Decimal("1e-10")
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as stream:
        costs = [Decimal(row[column] or 0).quantize(digits) for row in csv.DictReader(stream)]
    assert run("collect", kind, path, "--store", "s").code == 0
    found = json.loads(run("reconcile", "--store", "s", "-f", "json").out)
    assert sum(Decimal(one["store_total"]) for one in found) == sum(costs) == Decimal(billed)
    assert all(one["unexplained"] == "0" for one in found)
    services = json.loads(run("costs", "--store", "s", "--by", "ServiceName", "-f", "json").out)
    assert sum(Decimal(row["billed_cost"]) for row in services) == Decimal(billed)


def test_credits_of_a_published_export_are_rows_of_their_own(run: Run, shared_data: Path) -> None:
    """Eight lines of 25 have a promotion that takes their whole cost of 0.000032 away."""
    (path,) = (shared_data / "billing-koku").glob("gcp__202011*.csv")
    assert run("collect", "gcp-export", path, "--store", "s").code == 0
    rows = json.loads(run("costs", "--store", "s", "--by", "ChargeCategory", "-f", "json").out)
    assert [(row["ChargeCategory"], row["billed_cost"], row["line_items"]) for row in rows] == [
        ("Credit", "-0.000032", 8),
        ("Usage", "0.000032", 25),
    ]


def test_covered_usage_of_a_published_report_is_amortised_and_its_missing_negation_said(
    run: Run, shared_data: Path
) -> None:
    """Three hours of $10 on demand at an effective $0.10; the sample has neither negation nor fee."""
    assert run("collect", "cur", shared_data / "billing-koku/aws__2023-06-01.csv", "--store", "s").code == 0
    (one,) = json.loads(run("reconcile", "--store", "s", "-f", "json").out)
    assert (one["source_total"], one["store_total"], one["currency"]) == ("30", "0", "NOK")
    assert [step["amount"] for step in one["steps"]] == ["-30"]
    (cost,) = json.loads(run("costs", "--store", "s", "-f", "json").out)
    assert (cost["effective_cost"], cost["list_cost"]) == ("0.3", "30")


def test_an_empty_report_is_no_error(run: Run, shared_data: Path) -> None:
    ended = run("collect", "cur", shared_data / "billing-koku/aws__empty_frame.csv", "--store", "s")
    assert ended.code == 0
    assert "no rows" in ended.err
