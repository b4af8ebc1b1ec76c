"""Rows of costs in every form, with what strangers write into names and tags."""

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from costopt.renderers.costs import exact_text, render_costs

MONEY = pa.decimal128(38, 10)
HOSTILE = "=cmd|' /C calc'!A0\x1b[31m\u202e\nx"


def table(rows: list[tuple[str | None, str, str | None, int]]) -> pa.Table:
    columns = list(zip(*rows, strict=True))
    costs = [None if cost is None else Decimal(cost) for cost in columns[2]]
    return pa.table(
        {
            "ServiceName": columns[0],
            "BillingCurrency": columns[1],
            "billed_cost": pa.array(costs, MONEY),
            "n": columns[3],
        }
    )


TWO = table([("EC2", "USD", "10.005", 2), (None, "USD", "-3.5", 1), ("S3", "EUR", None, 1)])
HEADINGS = ["tag:team", "BillingCurrency", "billed_cost", "n"]


def test_json_keeps_every_digit_as_text() -> None:
    assert json.loads(render_costs(TWO, HEADINGS, "json")) == [
        {"tag:team": "EC2", "BillingCurrency": "USD", "billed_cost": "10.005", "n": 2},
        {"tag:team": None, "BillingCurrency": "USD", "billed_cost": "-3.5", "n": 1},
        {"tag:team": "S3", "BillingCurrency": "EUR", "billed_cost": None, "n": 1},
    ]


def lines(table: pa.Table, headings: list[str] | None = None) -> list[list[str]]:
    text = str(render_costs(table, headings or table.column_names, "table"))
    return [line.split() for line in text.splitlines()]


def test_a_table_totals_each_currency_for_itself() -> None:
    shown = lines(TWO, HEADINGS)
    assert ["Total", "EUR", "-", "1"] in shown
    assert ["Total", "USD", "6.50", "3"] in shown or ["Total", "USD", "6.51", "3"] in shown
    one = table([("EC2", "USD", "10", 2)])
    assert "Total" not in str(render_costs(one, HEADINGS, "table"))


def test_a_total_of_which_a_part_is_unknown_is_unknown() -> None:
    part = table([("EC2", "USD", "10", 2), ("S3", "USD", None, 1), ("S4", "USD", "5", 1)])
    assert lines(part)[-1] == ["Total", "-", "4"]


def test_ratios_prices_and_ranks_have_no_total() -> None:
    answer = pa.table(
        {
            "ServiceName": ["a", "b"],
            "BillingCurrency": ["USD", "USD"],
            "place": pa.array([1, 2], pa.int64()),
            "cost": pa.array([Decimal(2), Decimal(1)], MONEY),
            "utilisation": [0.5, 0.75],
            "n": pa.array([3, 4], pa.int64()),
        }
    )
    assert lines(answer) == [
        ["cost"],
        ["ServiceName", "place", "USD", "utilisation", "n"],
        ["a", "1", "2.00", "0.5", "3"],
        ["b", "2", "1.00", "0.75", "4"],
        ["Total", "3.00", "7"],
    ]


def test_people_see_the_dearest_first_and_programs_the_order_of_the_answer() -> None:
    answer = table([("a", "USD", "1", 1), ("b", "USD", None, 1), ("c", "USD", "-7", 1), ("d", "USD", "9", 1)])
    assert [line[0] for line in lines(answer)[2:-1]] == ["d", "a", "c", "b"]
    for form in ("csv", "json"):
        text = str(render_costs(answer, answer.column_names, form))
        names = [
            row["ServiceName"] for row in (json.loads(text) if form == "json" else csv.DictReader(io.StringIO(text)))
        ]
        assert names == ["a", "b", "c", "d"]


def test_json_shows_no_terminal_a_mark_that_turns_text_around() -> None:
    text = str(render_costs(table([("a\u202egnp.exe", "USD", "1", 1)]), HEADINGS, "json"))
    assert "\u202e" not in text
    assert json.loads(text)[0]["tag:team"] == "a\u202egnp.exe"


def test_each_currency_is_sorted_for_itself() -> None:
    answer = table([("a", "USD", "1", 1), ("b", "EUR", "2", 1), ("c", "USD", "3", 1), ("d", "EUR", "4", 1)])
    assert [line[:2] for line in lines(answer)[1:-2]] == [["d", "EUR"], ["b", "EUR"], ["c", "USD"], ["a", "USD"]]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("day", [date(2026, 10, 5), date(2026, 10, 6)]),
        ("start", [datetime(2026, 10, 5), datetime(2026, 10, 6)]),  # noqa: DTZ001 - as the engine gives them
        ("month", ["2026-09", "2026-10"]),
        ("period", ["2026-09", "2026-10"]),
        ("place", [1, 2]),
    ],
)
def test_what_stands_in_an_order_of_its_own_keeps_it(name: str, values: list[object]) -> None:
    costs = pa.array([Decimal(1), Decimal(2)], MONEY)
    answer = pa.table({name: values, "BillingCurrency": ["USD", "USD"], "cost": costs})
    assert [line[-1] for line in lines(answer)[2:4]] == ["1.00", "2.00"]


def test_one_currency_stands_in_the_headings_of_money_only() -> None:
    answer = table([("EC2", "USD", "10", 2), ("S3", "USD", "1", 1)])
    assert lines(answer, HEADINGS)[:2] == [["billed_cost"], ["tag:team", "USD", "n"]]
    assert lines(TWO, HEADINGS)[0] == HEADINGS
    assert lines(answer.slice(0, 0), HEADINGS)[0] == HEADINGS
    no_money = pa.table({"BillingCurrency": ["USD", "USD"], "n": [1, 2]})
    assert lines(no_money)[:2] == [["BillingCurrency", "n"], ["USD", "1"]]


def test_a_currency_cannot_speak_to_the_terminal() -> None:
    text = str(render_costs(table([("EC2", "U\x1b[31m\nD", "10", 2)]), HEADINGS, "table"))
    assert "\x1b" not in text
    assert len(text.splitlines()) == 3


@pytest.mark.parametrize("width", [20, 80, 100])
def test_an_amount_is_never_cut_short(width: int) -> None:
    money = {f"a_cost_of_some_name_{n}": pa.array([Decimal("123456789.125")], MONEY) for n in range(9)}
    answer = pa.table({"ServiceName": ["Amazon Elastic Compute Cloud"], "BillingCurrency": ["USD"], **money})
    text = str(render_costs(answer, answer.column_names, "table", width=width))
    assert text.count("123,456,789.12") == 9
    assert "Compute" in text
    assert "…" not in text


@pytest.mark.parametrize(
    ("value", "text"), [(0.89005019742029, "0.89005"), (0.0116, "0.0116"), (1234567.891, "1,234,567.89"), (0.0, "0")]
)
def test_people_see_the_digits_of_a_ratio_that_count(value: float, text: str) -> None:
    assert lines(pa.table({"x": [value]}))[1] == [text]


def test_csv_has_no_formula_and_no_control_character() -> None:
    text = str(render_costs(table([(HOSTILE, "USD", "-1", 1)]), HEADINGS, "csv"))
    header, row = csv.reader(io.StringIO(text))
    assert header == HEADINGS
    assert row[0].startswith("'=cmd")
    assert not {"\x1b", "\u202e", "\n"} & set(row[0])
    assert row[2] == "-1"


def test_a_table_cannot_speak_to_the_terminal() -> None:
    text = str(render_costs(table([(HOSTILE + "[bold]", "USD", "1", 1)]), HEADINGS, "table"))
    assert not {"\x1b", "\u202e"} & set(text)
    assert "[bold]" in text


def test_parquet_is_what_the_engine_gave() -> None:
    content = render_costs(TWO, HEADINGS, "parquet")
    assert isinstance(content, bytes)
    assert pq.read_table(io.BytesIO(content)).equals(TWO.rename_columns(HEADINGS))


def test_days_and_times_are_iso_8601() -> None:
    when = pa.table({"day": [date(2026, 10, 5)], "hour": [datetime(2026, 10, 5, 7)], "x": [1.5]})  # noqa: DTZ001
    assert json.loads(render_costs(when, ["day", "hour", "x"], "json")) == [
        {"day": "2026-10-05", "hour": "2026-10-05T07:00:00Z", "x": 1.5}
    ]


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0E-10", "0"), ("-0.0", "0"), ("100", "100"), ("1E+2", "100"), ("0.1000", "0.1"), ("-12.3400", "-12.34")],
)
def test_an_amount_has_its_digits_and_no_more(amount: str, text: str) -> None:
    assert exact_text(Decimal(amount)) == text
