"""Names of bills: stable, apart, and safe as a folder."""

import re
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.collectors.files.headers import header_of
from costopt.collectors.files.sources import loose_source, require_source, slug
from costopt.errors import BillError
from costopt.model.bill import BillFile, BillKind
from tests.oracles.bill_files import CUR_LINE, FOCUS_LINE, Row, csv_file, parquet_file

STORED = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
"""As the store demands it."""


def of_accounts(path: Path, *accounts: str) -> BillFile:
    rows: list[Row] = [{"BillingAccountId": account} for account in accounts]
    return csv_file(path, rows, base=FOCUS_LINE)


@given(st.text(max_size=300))
def test_a_slug_is_a_name_that_the_store_allows(name: str) -> None:
    found = slug(name)
    assert STORED.fullmatch(found)
    assert slug(found) == found
    assert require_source(found) == found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Daily", "daily"),
        ("Org FOCUS 1.2", "org-focus-1.2"),
        ("../../etc", "etc"),
        ("/providers/Microsoft.Billing/1:2", "providers-microsoft.billing-1-2"),
        ("a" * 100, "a" * 100),
    ],
)
def test_a_slug_is_what_one_would_write(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_long_and_foreign_names_stay_apart() -> None:
    assert slug("a" * 150 + "1") != slug("a" * 150 + "2")
    assert slug("請求書") != slug("账单")


@pytest.mark.parametrize("name", ["", "Daily", "a/b", "..", "-a", "a" * 101, "a b", "a\n"])
def test_a_name_that_the_store_would_not_allow_is_refused_at_once(name: str) -> None:
    with pytest.raises(BillError, match="no name for a bill") as refused:
        require_source(name)
    assert "--source " in refused.value.hint


def test_one_account_names_the_bill_whatever_the_file_is_called(tmp_path: Path) -> None:
    october = of_accounts(tmp_path / "october.csv", "111", "111")
    november = of_accounts(tmp_path / "x.csv.gz", "111")
    table = parquet_file(tmp_path / "y.parquet", pa.table({"BillingAccountId": ["111", None, "111"]}))
    names = {loose_source(BillKind.FOCUS, [file]) for file in (october, november, table)}
    assert names == {"focus-111"}


def test_several_accounts_give_one_name_in_any_order(tmp_path: Path) -> None:
    one, other = of_accounts(tmp_path / "1.csv", "111", "222"), of_accounts(tmp_path / "2.csv", "222", "111")
    apart = [of_accounts(tmp_path / "3.csv", "222"), of_accounts(tmp_path / "4.csv", "111")]
    third = of_accounts(tmp_path / "5.csv", "111", "333")
    names = [loose_source(BillKind.FOCUS, files) for files in ([one], [other], apart, [third])]
    assert re.fullmatch(r"focus-[0-9a-f]{8}", names[0])
    assert names[0] == names[1] == names[2] != names[3]


def test_rows_beyond_the_first_thousand_are_not_looked_at(tmp_path: Path) -> None:
    at_bound = of_accounts(tmp_path / "a.csv", *["111"] * 999, "222")
    beyond = of_accounts(tmp_path / "b.csv", *["111"] * 1_000, "222")
    assert loose_source(BillKind.FOCUS, [at_bound]) != "focus-111"
    assert loose_source(BillKind.FOCUS, [beyond]) == "focus-111"


def test_without_rows_or_ids_the_kind_is_the_name(tmp_path: Path) -> None:
    empty = csv_file(tmp_path / "a.csv", [], base=FOCUS_LINE)
    null = of_accounts(tmp_path / "b.csv", "NULL", "")
    assert loose_source(BillKind.FOCUS, [empty]) == loose_source(BillKind.FOCUS, [null]) == "focus"


def test_reports_and_google_exports_name_their_account(tmp_path: Path) -> None:
    legacy = tmp_path / "l.csv"
    legacy.write_text("bill/PayerAccountId;a\n42;x\n")
    cur2 = csv_file(tmp_path / "c.csv", [{}], base=CUR_LINE)
    google = tmp_path / "g.json"
    google.write_text('{"billing_account_id": "0123-ABC"}\n{"billing_account_id": "0123-ABC"}\nnot json\n')
    assert loose_source(BillKind.CUR, [header_of(legacy)]) == "cur-42"
    assert loose_source(BillKind.CUR, [cur2]) == "cur-111111111111"
    assert loose_source(BillKind.GCP_EXPORT, [header_of(google)]) == "gcp-export-0123-abc"


def test_a_line_that_is_cut_by_the_bound_is_not_taken_for_an_id(tmp_path: Path) -> None:
    # The sixth line begins within the first 4 MiB and ends behind them, in the middle of its id.
    row = b"x" * 800_000 + b",111\n"
    content = b"a,BillingAccountId\n" + row * 5 + b"y" * (4 * 2**20 - 19 - 5 * len(row) - 4) + b",222222\n"
    (tmp_path / "a.csv").write_bytes(content)
    assert content[: 4 * 2**20].endswith(b",222")
    assert loose_source(BillKind.FOCUS, [header_of(tmp_path / "a.csv")]) in ("focus-111", "focus")
