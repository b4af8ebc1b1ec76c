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


def test_a_table_totals_each_currency_for_itself() -> None:
    lines = [line.split() for line in str(render_costs(TWO, HEADINGS, "table")).splitlines()]
    assert ["Total", "EUR", "-", "1"] in lines
    assert ["Total", "USD", "6.51", "3"] in lines or ["Total", "USD", "6.50", "3"] in lines
    one = table([("EC2", "USD", "10", 2)])
    assert "Total" not in str(render_costs(one, HEADINGS, "table"))


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
