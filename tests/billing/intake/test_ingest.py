"""What the store takes in, what it takes once, and what it refuses."""

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.intake.ingest import ingest
from costopt.billing.lake import CATALOG, Lake
from costopt.errors import BillError
from costopt.model.bill import BillFile, BillKind, FileForm
from costopt.model.focus import COLUMNS
from tests.oracles.bill_files import FOCUS_LINE, Row, csv_file, delivery, parquet_file

NOW = datetime(2026, 11, 3, tzinfo=UTC)


def rows_of(store: Path, sql: str) -> list[dict[str, object]]:
    with open_duckdb(Lake(store)) as engine:
        return engine.query(sql).to_pylist()


def take(tmp_path: Path, rows: Sequence[Row], *, name: str = "b.csv", source: str = "made", store: str = "s"):
    file = csv_file(tmp_path / name, rows, base=FOCUS_LINE)
    return ingest(delivery(BillKind.FOCUS, file, source=source), tmp_path / store, now=NOW)


def test_a_row_has_every_column_in_its_type_and_unknown_ones_stay(tmp_path: Path) -> None:
    take(tmp_path, [{"Favourite Colour": "blue", 'a"b': "c", "ConsumedQuantity": "2.5", "Tags": '{"team": "ml"}'}])
    with open_duckdb(Lake(tmp_path / "s")) as engine:
        table = engine.query("SELECT * FROM cost")
    assert table.column_names == [*(column.name for column in COLUMNS), "Favourite Colour", 'a"b']
    types = {field.name: str(field.type) for field in table.schema}
    assert types["BilledCost"] == "decimal128(28, 10)"
    assert types["ConsumedQuantity"] == "double"
    assert types["ChargePeriodStart"] == "timestamp[us]"
    (row,) = table.to_pylist()
    assert row["Favourite Colour"] == "blue"
    assert row["ConsumedQuantity"] == 2.5
    assert row["InvoiceId"] is None
    assert row["ChargePeriodStart"] == datetime(2026, 10, 5)


def test_times_of_any_zone_become_utc(tmp_path: Path) -> None:
    take(tmp_path, [{"ChargePeriodStart": "2026-10-05T02:00:00+02:00"}, {"ChargePeriodStart": "2026-10-05 00:00:00"}])
    assert rows_of(tmp_path / "s", "SELECT DISTINCT ChargePeriodStart AS t FROM cost") == [{"t": datetime(2026, 10, 5)}]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-10-05T00:00:00Z", datetime(2026, 10, 5)),
        ("2026-10-05T00:00:00.250Z", datetime(2026, 10, 5, 0, 0, 0, 250_000)),
        ("2026-10-05 00:00:00+00:00", datetime(2026, 10, 5)),
        ("2026-10-04T18:30:00-05:30", datetime(2026, 10, 5)),
        ("2026-10-05 02:00:00 Europe/Berlin", datetime(2026, 10, 5)),
        ("2026-10-05", datetime(2026, 10, 5)),
    ],
)
def test_every_way_to_write_a_time_is_read(text: str, time: datetime, tmp_path: Path) -> None:
    take(tmp_path, [{"ChargePeriodStart": text}])
    assert rows_of(tmp_path / "s", "SELECT ChargePeriodStart AS t FROM cost") == [{"t": time}]


def test_money_keeps_ten_digits_and_exponents(tmp_path: Path) -> None:
    take(tmp_path, [{"BilledCost": "5e-06"}, {"BilledCost": "0.1234567891"}, {"BilledCost": "-123456789012.5"}])
    (row,) = rows_of(tmp_path / "s", "SELECT SUM(BilledCost) AS b FROM cost")
    assert row["b"] == Decimal("0.000005") + Decimal("0.1234567891") - Decimal("123456789012.5")


def test_names_of_later_versions_fill_those_of_1_2(tmp_path: Path) -> None:
    base = {name: value for name, value in FOCUS_LINE.items() if name != "ProviderName"}
    file = csv_file(tmp_path / "b.csv", [{"ServiceProviderName": "AWS", "HostProviderName": "Them"}], base=base)
    ingest(delivery(BillKind.FOCUS, file), tmp_path / "s", now=NOW)
    (row,) = rows_of(tmp_path / "s", "SELECT ProviderName, PublisherName FROM cost")
    assert row == {"ProviderName": "AWS", "PublisherName": "Them"}


def test_one_file_of_two_months_becomes_two_bills(tmp_path: Path) -> None:
    november = {"BillingPeriodStart": "2026-11-01", "BillingPeriodEnd": "2026-12-01", "BilledCost": "5"}
    ended = take(tmp_path, [{"BilledCost": "3"}, november])
    assert [(bill.billing_period, bill.rows, bill.accounts[0].billed_cost) for bill in ended.bills] == [
        ("2026-10", 1, 3),
        ("2026-11", 1, 5),
    ]
    take(tmp_path, [{"BilledCost": "4"}])
    assert rows_of(tmp_path / "s", "SELECT SUM(BilledCost) AS b FROM cost") == [{"b": Decimal(9)}]


def test_no_row_of_a_period_is_lost_when_its_rows_begin_at_several_times(tmp_path: Path) -> None:
    starts = ("2026-09-30T22:00:00Z", "2026-10-01", "2026-10-01T07:00:00Z", "2026-10-31T23:00:00Z", "2026-11-01")
    ended = take(tmp_path, [{"BillingPeriodStart": start, "BilledCost": "1"} for start in starts])
    assert [(bill.billing_period, bill.rows) for bill in ended.bills] == [("2026-10", 3), ("2026-11", 2)]
    periods = "SELECT BillingPeriodStart AS t FROM cost ORDER BY t"
    assert [row["t"].day for row in rows_of(tmp_path / "s", periods)] == [30, 1, 1, 31, 1]


def test_the_same_bill_again_changes_nothing(tmp_path: Path) -> None:
    take(tmp_path, [{}])
    before = (tmp_path / "s" / CATALOG).read_bytes()
    assert take(tmp_path, [{}]).unchanged
    assert (tmp_path / "s" / CATALOG).read_bytes() == before


def test_a_restatement_says_what_it_replaced(tmp_path: Path) -> None:
    take(tmp_path, [{}, {}])
    ended = take(tmp_path, [{}])
    assert [bill.rows for bill in ended.replaced] == [2]
    assert [bill.rows for bill in ended.bills] == [1]


def test_one_month_of_one_account_from_two_sources_is_refused(tmp_path: Path) -> None:
    take(tmp_path, [{}])
    with pytest.raises(BillError, match="count it twice") as refused:
        take(tmp_path, [{"BilledCost": "2"}], source="other")
    assert "--source made" in refused.value.hint
    take(tmp_path, [{"BillingAccountId": "999"}], source="other")
    assert rows_of(tmp_path / "s", "SELECT COUNT(*) AS n FROM cost") == [{"n": 2}]


def test_one_payer_does_not_take_the_place_of_another(tmp_path: Path) -> None:
    take(tmp_path, [{}])
    with pytest.raises(BillError, match="is of account 111111111111 in the store, and of 999 here"):
        take(tmp_path, [{"BillingAccountId": "999"}])


def test_columns_that_differ_by_capitals_alone_all_stay(tmp_path: Path) -> None:
    take(tmp_path, [{"x_foo": "a", "x_Foo": "b", "billedcost": "c"}])
    (row,) = rows_of(tmp_path / "s", 'SELECT BilledCost, "billedcost_", "x_Foo", "x_foo_" FROM cost')
    assert list(row.values()) == [Decimal(1), "c", "b", "a"]


def test_rows_of_a_month_that_is_not_announced_are_refused(tmp_path: Path) -> None:
    file = csv_file(tmp_path / "b.csv", [{}], base=FOCUS_LINE)
    with pytest.raises(BillError, match="says that it is of 2026-09, but has rows of 2026-10"):
        ingest(delivery(BillKind.FOCUS, file, periods=("2026-09",)), tmp_path / "s", now=NOW)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"BilledCost": "a lot"}, 'column "BilledCost".*a lot'),
        ({"ChargePeriodStart": "yesterday"}, "yesterday"),
        ({"ChargePeriodEnd": "2026-13-01"}, "2026-13-01"),
        ({"ChargePeriodEnd": "infinity"}, "no bill is of such a time"),
        ({"ChargePeriodStart": "0001-01-01"}, "no bill is of such a time"),
        ({"ConsumedQuantity": "12 apples"}, "ConsumedQuantity.*12 apples"),
        ({"BilledCost": "1e30"}, "BilledCost"),
        ({"BilledCost": ""}, "1 lack BilledCost"),
        ({"BillingPeriodStart": ""}, "1 lack BillingPeriodStart"),
        ({"BillingCurrency": "NULL"}, "1 lack BillingCurrency"),
    ],
)
def test_values_of_the_wrong_type_are_refused_by_name(row: Row, said: str, tmp_path: Path) -> None:
    with pytest.raises(BillError, match=said):
        take(tmp_path, [{}, row])
    assert not (tmp_path / "s" / CATALOG).exists()


def test_a_refusal_repeats_no_row_of_the_bill(tmp_path: Path) -> None:
    with pytest.raises(BillError) as refused:
        take(tmp_path, [{"BilledCost": "x", "ResourceName": "secret-project"}])
    assert "secret-project" not in str(refused.value)
    assert len(str(refused.value)) < 500


def test_a_refused_bill_leaves_the_old_one(tmp_path: Path) -> None:
    take(tmp_path, [{"BilledCost": "3"}])
    with pytest.raises(BillError):
        take(tmp_path, [{"BilledCost": "x"}])
    assert rows_of(tmp_path / "s", "SELECT SUM(BilledCost) AS b FROM cost") == [{"b": Decimal(3)}]


def test_missing_mandatory_columns_are_named(tmp_path: Path) -> None:
    base = {name: value for name, value in FOCUS_LINE.items() if name not in ("ListCost", "ServiceName")}
    file = csv_file(tmp_path / "b.csv", [{}], base=base)
    with pytest.raises(BillError, match=r"b\.csv lacks ListCost, ServiceName"):
        ingest(delivery(BillKind.FOCUS, file), tmp_path / "s", now=NOW)


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    file = csv_file(tmp_path / "b.csv.gz", [{"BilledCost": str(number)} for number in range(5000)], base=FOCUS_LINE)
    whole = Path(file.path).read_bytes()
    Path(file.path).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BillError):
        ingest(delivery(BillKind.FOCUS, file), tmp_path / "s", now=NOW)
    plain = gzip.decompress(whole)
    cut = tmp_path / "cut.csv"
    cut.write_bytes(plain[: plain.rindex(b",Usage") - 4])
    with pytest.raises(BillError):
        ingest(
            delivery(BillKind.FOCUS, BillFile(path=str(cut), form=FileForm.CSV, columns=file.columns)),
            tmp_path / "s",
            now=NOW,
        )


def test_parquet_of_other_types_is_the_same_bill(tmp_path: Path) -> None:
    """Costs as doubles, times with a zone, tags as a map: the form that AWS exports."""
    moment = datetime(2026, 10, 5, tzinfo=UTC)
    table = pa.table(
        {
            **{name: [value] for name, value in FOCUS_LINE.items()},
            **{name: [0.1] for name in ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")},
            "ChargePeriodStart": pa.array([moment], pa.timestamp("ms", "UTC")),
            "Tags": pa.array([[("team", "ml"), ("app", 'a"b')]], pa.map_(pa.string(), pa.string())),
        }
    )
    file = parquet_file(tmp_path / "b.parquet", table)
    ingest(delivery(BillKind.FOCUS, file), tmp_path / "s", now=NOW)
    (row,) = rows_of(tmp_path / "s", "SELECT BilledCost, ChargePeriodStart, Tags FROM cost")
    assert row == {
        "BilledCost": Decimal("0.1000000000"),
        "ChargePeriodStart": datetime(2026, 10, 5),
        "Tags": '{"app":"a\\"b","team":"ml"}',
    }


def test_the_quality_table_counts_every_column(tmp_path: Path) -> None:
    day = "2026-10-{:02d}T00:00:00Z"
    rows: list[Row] = [
        {"ChargePeriodStart": day.format(1), "ConsumedQuantity": "1.5", "ServiceCategory": "Compute"},
        {"ChargePeriodStart": day.format(2), "ConsumedQuantity": "", "ServiceCategory": "Other"},
        {
            "ChargePeriodStart": day.format(5),
            "ConsumedQuantity": "2",
            "ServiceName": "Moon",
            "ServiceCategory": "Other",
        },
        {"ChargePeriodStart": "2026-09-29", "BilledCost": "-2"},
    ]
    quality = take(tmp_path, rows).quality
    assert quality is not None
    by_name = {column.column: column for column in quality.columns}
    assert (by_name["ConsumedQuantity"].nulls, by_name["ConsumedQuantity"].total) == (2, Decimal("3.5"))
    assert (by_name["BilledCost"].nulls, by_name["BilledCost"].total) == (0, Decimal(1))
    assert by_name["ServiceName"].total is None
    assert "InvoiceId" in quality.empty_columns
    assert quality.missing_days == ("2026-10-03", "2026-10-04")
    # The late line of September is no sign that the days after it are missing.
    assert quality.unknown_services == ("Amazon EC2", "Moon")
    assert quality.outside_period == 1
    (bill,) = Lake(tmp_path / "s").catalog().bills
    assert bill.last_good_day == "2026-10-02"


def test_a_bill_without_rows_changes_nothing(tmp_path: Path) -> None:
    take(tmp_path, [{"BilledCost": "3"}])
    ended = take(tmp_path, [])
    assert ended.bills == ()
    assert rows_of(tmp_path / "s", "SELECT SUM(BilledCost) AS b FROM cost") == [{"b": Decimal(3)}]


@pytest.mark.parametrize("name", ["it's here.csv", "star*[a]?.csv", "b;DROP TABLE cost;--.csv"])
def test_names_of_files_are_read_as_they_are(name: str, tmp_path: Path) -> None:
    assert take(tmp_path, [{}], name=name).bills[0].rows == 1
    if name.startswith("star"):
        # The pattern would also match this one.
        (tmp_path / "starX[a]Y.csv").write_text("not a bill")
        assert take(tmp_path, [{"BilledCost": "2"}], name=name).bills[0].rows == 1
