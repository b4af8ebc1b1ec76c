"""Which days of a bill are complete, and which source nobody waits for any more."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from costopt.model.bill import PeriodBill
from costopt.model.budget_check import BillSource
from costopt.pipeline.budgets.freshness import estimated_from, remote_source, stored_sources
from tests.oracles.bill_rows import Row, publish
from tests.oracles.budget_bills import NOW, days, hours


def sources(path: Path, rows: list[Row], *, now: datetime = NOW, taken_in: datetime = NOW) -> tuple[BillSource, ...]:
    return stored_sources(publish(path / "store", rows, now=taken_in).catalog().bills, now)


def test_the_last_day_of_a_daily_bill_is_complete_once_it_is_over(tmp_path: Path) -> None:
    (source,) = sources(tmp_path, days(date(2026, 11, 1), date(2026, 11, 19), 1))
    assert (source.complete_until, source.hourly, source.ended) == (date(2026, 11, 20), False, False)


def test_today_is_never_complete_though_a_daily_bill_names_it(tmp_path: Path) -> None:
    (source,) = sources(tmp_path, days(date(2026, 11, 1), date(2026, 11, 20), 1))
    assert source.complete_until == date(2026, 11, 20)


@pytest.mark.parametrize(("last_hours", "until"), [(24, date(2026, 11, 20)), (23, date(2026, 11, 19))])
def test_a_day_of_an_hourly_bill_is_complete_with_its_last_hour(tmp_path: Path, last_hours: int, until: date) -> None:
    rows = hours(date(2026, 10, 30), date(2026, 11, 19), 1)
    (source,) = sources(tmp_path, rows[: len(rows) - 24 + last_hours])
    assert (source.complete_until, source.hourly) == (until, True)


def test_a_day_is_not_complete_in_a_bill_that_was_taken_in_on_it(tmp_path: Path) -> None:
    rows = days(date(2026, 11, 1), date(2026, 11, 18), 1)
    (source,) = sources(tmp_path, rows, taken_in=datetime(2026, 11, 18, 20, tzinfo=UTC))
    assert source.complete_until == date(2026, 11, 18)


def test_a_check_of_the_past_knows_nothing_that_came_later(tmp_path: Path) -> None:
    rows = days(date(2026, 10, 1), date(2026, 11, 19), 1)
    (source,) = sources(tmp_path, rows, now=datetime(2026, 11, 10, 12, tzinfo=UTC))
    assert source.complete_until == date(2026, 11, 10)
    assert sources(tmp_path, rows, now=datetime(2026, 9, 1, tzinfo=UTC)) == ()


def test_a_source_that_another_has_replaced_holds_nobody_up(tmp_path: Path) -> None:
    publish(tmp_path / "store", days(date(2026, 8, 1), date(2026, 8, 31), 1), source="old", now=NOW)
    old, new = sources(tmp_path, days(date(2026, 9, 1), date(2026, 11, 19), 1))[::-1]
    assert (old.name, old.ended, new.name, new.ended) == ("old", True, "made", False)


def test_a_source_with_taxes_alone_says_nothing_of_days(tmp_path: Path) -> None:
    bills = publish(tmp_path / "store", days(date(2026, 11, 1), date(2026, 11, 2), 1), now=NOW).catalog().bills
    unused: list[PeriodBill] = [replace(one, first_usage=None, last_usage=None) for one in bills]
    assert stored_sources(unused, NOW) == ()


def test_of_a_bill_with_an_engine_yesterday_may_still_arrive() -> None:
    (source,) = remote_source("athena", date(2026, 11, 19), NOW)
    assert source.complete_until == date(2026, 11, 19)
    assert remote_source("athena", None, NOW) == ()


def test_last_month_may_be_restated_until_it_is_final() -> None:
    assert estimated_from(datetime(2026, 11, 14, tzinfo=UTC)) == date(2026, 10, 1)
    assert estimated_from(datetime(2026, 11, 15, tzinfo=UTC)) == date(2026, 11, 1)
