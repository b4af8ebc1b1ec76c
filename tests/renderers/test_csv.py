import csv
from decimal import Decimal
from io import StringIO

import pytest

from costopt.renderers.csv import COLUMNS, CsvRenderer
from tests.oracles.reports import HOSTILE, empty_report, made_report


def read(report):
    return list(csv.DictReader(StringIO(CsvRenderer().render(report))))


def test_one_line_a_finding_in_the_order_of_the_report():
    report = made_report(120)
    rows = read(report)
    assert [row["id"] for row in rows] == [finding.id for finding in report.findings]
    assert None not in {key for row in rows for key in row}


def test_a_report_without_findings_has_the_header_only():
    assert CsvRenderer().render(empty_report()) == ",".join(COLUMNS) + "\n"


def test_the_counted_column_adds_up_to_the_total():
    report = made_report(500)
    assert sum(Decimal(row["counted_month"]) for row in read(report)) == report.totals.saving.amount


def test_a_finding_without_a_price_has_an_empty_saving_and_not_zero():
    rows = [row for row in read(made_report(120)) if row["price_gap"]]
    assert rows
    assert {row["saving_alone_month"] for row in rows} == {""}


@pytest.mark.parametrize("column", COLUMNS)
def test_no_cell_is_a_formula(column):
    for row in read(made_report(60, hostile=True)):
        assert not row[column].startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"))


def test_hostile_names_are_quoted_not_lost():
    names = {row["name"] for row in read(made_report(60, hostile=True))}
    assert "'=cmd|'/c calc'!A1" in names
    assert "'@everyone" in names
    assert len(names) == len(HOSTILE)
