"""Dates of paid extended support, as AWS's release calendars state them."""

import json
from datetime import date
from pathlib import Path

import pytest

from costopt.prices.extended_support import extended_support_dates


@pytest.mark.parametrize(
    ("engine", "version", "start", "year_3"),
    [
        ("mysql", "5.7", date(2024, 3, 1), date(2026, 3, 1)),
        ("mysql", "5.7.44", date(2024, 3, 1), date(2026, 3, 1)),
        ("postgres", "11.22", date(2024, 4, 1), date(2026, 4, 1)),
        ("postgres", "12", date(2025, 3, 1), date(2027, 3, 1)),
        ("aurora-postgresql", "13.9", date(2026, 3, 1), date(2028, 3, 1)),
        ("aurora-mysql", "5.7.mysql_aurora.2.11.2", date(2024, 12, 1), None),
    ],
)
def test_published_dates(engine: str, version: str, start: date, year_3: date | None) -> None:
    dates = extended_support_dates(engine, version)
    assert dates is not None
    assert (dates.engine, dates.start, dates.year_3_start) == (engine, start, year_3)
    assert dates.source.startswith("https://docs.aws.amazon.com/")


def test_the_rate_changes_on_the_day() -> None:
    dates = extended_support_dates("mysql", "5.7")
    assert dates is not None
    days = (date(2024, 2, 29), date(2024, 3, 1), date(2026, 2, 28), date(2026, 3, 1))
    assert [dates.year_on(day) for day in days] == [0, 1, 1, 3]


def test_aurora_mysql_has_no_third_year_rate() -> None:
    dates = extended_support_dates("aurora-mysql", "5.7")
    assert dates is not None
    assert dates.year_on(date(2028, 1, 1)) == 1


@pytest.mark.parametrize(
    ("engine", "version"),
    [("mysql", "9.9"), ("oracle-ee", "19"), ("postgres", ""), ("mysql", "x"), ("postgres", "9.6.24")],
)
def test_what_is_not_known_is_none(engine: str, version: str) -> None:
    assert extended_support_dates(engine, version) is None


def test_a_version_is_not_taken_for_a_shorter_one() -> None:
    assert extended_support_dates("postgres", "1") is None
    assert extended_support_dates("mysql", "5") is None


def test_all_dates_agree_with_an_independent_list(shared_data: Path) -> None:
    path = shared_data / "aws-service-prices" / "rds_extended_support_dates.json"
    for row in json.loads(path.read_text(encoding="utf-8")):
        if row["service"] != "RDS":
            continue
        dates = extended_support_dates(row["engine"], row["version"])
        assert dates is not None
        year_3 = row.get("extended_support_year3_start")
        assert (dates.start.isoformat(), dates.end.isoformat()) == (
            row["extended_support_start"],
            row["extended_support_end"],
        )
        assert (dates.year_3_start and dates.year_3_start.isoformat()) == year_3
