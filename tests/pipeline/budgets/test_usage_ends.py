"""A line that is stamped ahead does not make complete days of those before it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from costopt.config.settings import Settings
from costopt.model.budget_check import BillSource
from costopt.pipeline.budgets.bill import opened_bill
from costopt.pipeline.budgets.usage_ends import last_of, usage_ends
from tests.oracles.bill_rows import Row, publish
from tests.oracles.budget_bills import NOW, days, hours

FIRST = datetime(2026, 10, 1, tzinfo=UTC)


def until(
    path: Path, rows: list[Row], *, now: datetime = NOW, taken_in: datetime = NOW
) -> tuple[BillSource, datetime | None]:
    """The one source of a store, and up to when its hours are there."""
    publish(path / "bills", rows, now=taken_in)
    with opened_bill(Settings(), now, store=path / "bills") as bill:
        assert bill is not None
        (source,) = bill.sources
        return source, bill.hours_until


def daily(last: int) -> list[Row]:
    """Three lines a day up to a day of November."""
    return [row for sku in "abc" for row in days(date(2026, 10, 1), date(2026, 11, last), 1, SkuId=sku)]


def ahead(day: int) -> list[Row]:
    return days(date(2026, 11, day), date(2026, 11, day), 9, ServiceName="support")


@pytest.mark.parametrize("stamped", [18, 30])
def test_a_line_ahead_of_a_daily_bill_completes_nothing(tmp_path: Path, stamped: int) -> None:
    source, _ = until(tmp_path, [*daily(13), *ahead(stamped)])
    assert source.complete_until == date(2026, 11, 14)


def test_nor_does_one_that_is_all_there_is_of_a_month(tmp_path: Path) -> None:
    october = [row for row in daily(1) if row["ChargePeriodStart"].month == 10]
    source, _ = until(tmp_path, [*october, *ahead(18)])
    assert source.complete_until == date(2026, 11, 1)


def test_an_hourly_bill_ends_with_the_last_hour_of_the_day_before_the_gap(tmp_path: Path) -> None:
    rows = hours(date(2026, 11, 1), date(2026, 11, 13), 1)
    source, hours_until = until(tmp_path, [*rows[:-2], *ahead(18)])
    assert (source.hourly, source.complete_until) == (True, date(2026, 11, 13))
    assert hours_until == datetime(2026, 11, 13, 22, tzinfo=UTC)


def test_usage_that_comes_back_after_a_pause_is_usage(tmp_path: Path) -> None:
    back = [
        row for row in daily(19) if not 14 <= row["ChargePeriodStart"].day <= 17 or row["ChargePeriodStart"].month < 11
    ]
    source, _ = until(tmp_path, back)
    assert source.complete_until == date(2026, 11, 20)


def test_what_lies_after_the_bill_was_taken_in_is_not_known_of_it(tmp_path: Path) -> None:
    source, _ = until(tmp_path, [*daily(13), *ahead(16)], taken_in=datetime(2026, 11, 15, 6, tzinfo=UTC))
    assert source.complete_until == date(2026, 11, 14)


def test_a_catalog_that_tells_it_is_not_asked_again(tmp_path: Path) -> None:
    bills = publish(tmp_path / "bills", daily(19), now=NOW).catalog().bills
    good = [replace(one, last_good_day=day) for one, day in zip(bills, ("2026-10-31", "2026-11-19"), strict=True)]
    assert usage_ends(tmp_path / "nowhere", good, NOW) == {}


def moments(*counts: int) -> dict[datetime, int]:
    """Lines of consecutive days; 0 is a day without."""
    return {day(number): count for number, count in enumerate(counts) if count}


def day(number: int) -> datetime:
    return FIRST + timedelta(days=number)


@pytest.mark.parametrize(
    ("counts", "last"),
    [
        ((9, 9, 9), 2),
        ((9, 9, 0, 8), 1),  # less than a usual day
        ((9, 9, 0, 9), 3),
        ((9, 9, 0, 4, 5), 4),  # two small days are as much as one
        ((9, 9, 0, 1, 0, 1), 1),  # two lines ahead, one behind the other
        ((9, 0, 9, 0, 9, 0, 2), 4),  # gaps are how it runs
        ((1, 0, 1, 0, 1), 4),
        ((5,), 0),
        ((9, 0, 0, 0, 0, 9, 0, 0, 0, 0, 2), 10),  # a bill by longer spans than days
    ],
)  # fmt: skip
def test_what_stands_alone_behind_a_gap_is_ahead(counts: tuple[int, ...], last: int) -> None:
    assert last_of(moments(*counts)) == day(last)


def test_of_no_line_nothing_is_the_last() -> None:
    assert last_of({}) is None
