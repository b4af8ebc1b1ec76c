"""Bills on the command line: in, asked, reconciled, out again."""

import csv
import gzip
import io
import json
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from costopt.model.focus import COLUMNS
from tests.cli.conftest import Run
from tests.oracles.bill_files import CUR_LINE, FOCUS_LINE, Row, csv_file

TWO_TEAMS: tuple[Row, ...] = (
    {"BilledCost": "10.10", "ServiceName": "Amazon EC2", "Tags": '{"team": "ml"}'},
    {"BilledCost": "4", "ServiceName": "Amazon EC2", "ChargePeriodStart": "2026-10-20T00:00:00Z",
     "ChargePeriodEnd": "2026-10-21T00:00:00Z"},
    {"BilledCost": "-1.5", "ServiceName": "Amazon S3", "ChargeCategory": "Credit", "Tags": '{"team": "web"}'},
)  # fmt: skip


@pytest.fixture
def store(run: Run, tmp_path: Path) -> Path:
    """A store of one small bill."""
    file = csv_file(tmp_path / "bill.csv", TWO_TEAMS, base=FOCUS_LINE)
    ended = run("collect", "focus", file.path, "--store", tmp_path / "s")
    assert ended.code == 0, ended.err
    assert ended.out == ""
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
    # The bill ends on 21 October, so its last day is the 20th.
    assert total("--last", "1d") == 4
    assert total("--last", "30d") == Decimal("12.6")


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
    ],
)
def test_a_slip_is_named_with_what_was_meant(arguments: tuple[str, ...], said: str, run: Run, store: Path) -> None:
    ended = run("costs", "--store", store, *arguments)
    assert ended.code == 2
    assert said in ended.err


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
    assert run("export", "focus", "--store", store, "-o", "no/such/out.csv").code == 1


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
    assert run("reconcile", "--store", store, "--invoice", "2026-13=1").code == 2


def test_the_same_bill_again_and_the_wrong_kind_are_said(run: Run, store: Path, tmp_path: Path) -> None:
    again = run("collect", "focus", "bill.csv", "--store", store)
    assert again.code == 0
    assert "nothing was changed" in again.err
    wrong = run("collect", "cur", "bill.csv", "--store", store)
    assert wrong.code == 1
    assert "costopt collect focus" in wrong.err
    assert run("collect", "focus", "nowhere.csv", "--store", store).code == 1


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
