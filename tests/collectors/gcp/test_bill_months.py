"""Invoice months of Pacific time: which are wanted, and what is missing of them, at the boundaries."""

from datetime import UTC, datetime, timedelta

import pytest

from costopt.collectors.gcp.bill_months import missing_parts, remarks, wanted_months
from costopt.collectors.gcp.bill_query import MonthPart
from costopt.errors import UsageError

NOVEMBER = datetime(2026, 11, 1, 7, tzinfo=UTC)
"""Midnight in California: the clocks are put back an hour later."""
HOUR = timedelta(hours=1)


def part(
    month: str, *, exported: datetime = NOVEMBER, used: datetime | None = None, currency: str = "USD"
) -> MonthPart:
    first = used or datetime(int(month[:4] or 2026), int(month[4:] or 1), 1, 8, tzinfo=UTC)
    return MonthPart(month=month, account="A", currency=currency, lines=3, first_usage=first, last_export=exported)


def test_a_month_begins_at_midnight_in_california() -> None:
    assert wanted_months((), NOVEMBER - timedelta(seconds=1)) == ("202608", "202609", "202610")
    assert wanted_months((), NOVEMBER) == ("202609", "202610", "202611")
    assert wanted_months((), datetime(2026, 1, 9, tzinfo=UTC)) == ("202511", "202512", "202601")


def test_months_that_are_given_are_sorted_and_asked_once() -> None:
    assert wanted_months(("2026-10", "2025-12", "2026-10"), NOVEMBER) == ("202512", "202610")


@pytest.mark.parametrize("month", ["2026-13", "202610", "2026-1", "", "2026-10\n", "'; --", "2026-12"])
def test_a_month_that_cannot_be_meant_is_refused(month: str) -> None:
    with pytest.raises(UsageError):
        wanted_months((month,), NOVEMBER)


def test_a_month_that_has_just_begun_may_have_no_line_for_two_days() -> None:
    parts, wanted = [part("202610")], ("202610", "202611")
    assert missing_parts(parts, wanted, NOVEMBER + 48 * HOUR) == []
    (gap,) = missing_parts(parts, wanted, NOVEMBER + 49 * HOUR)
    assert (gap.period, gap.reason) == ("2026-11", "the export has no line of it")


def test_an_export_is_late_after_two_days() -> None:
    now = NOVEMBER + 24 * 9 * HOUR
    assert missing_parts([part("202611", exported=now - 48 * HOUR)], ("202611",), now) == []
    (gap,) = missing_parts([part("202611", exported=now - 49 * HOUR)], ("202611",), now)
    assert gap.reason.startswith("the export is 2 days behind")


def test_of_a_month_that_is_over_only_its_own_days_can_be_late() -> None:
    """An export that was switched off in December has all of October, and not all of November."""
    now = datetime(2027, 3, 1, tzinfo=UTC)
    parts = [part("202610"), part("202611", exported=datetime(2026, 11, 20, tzinfo=UTC))]
    assert missing_parts(parts, ("202610",), now) == []
    assert [gap.period for gap in missing_parts(parts, ("202610", "202611"), now)] == ["2026-11"]


def test_lines_without_a_month_are_a_gap() -> None:
    gaps = missing_parts([part("202610"), part("")], ("202610",), NOVEMBER)
    assert [(gap.period, gap.reason) for gap in gaps] == [("", "3 lines without an invoice month")]


def test_a_month_that_begins_in_its_middle_is_said() -> None:
    begun = datetime(2026, 10, 1, 7, tzinfo=UTC)
    assert remarks([part("202610", used=begun + 48 * HOUR)], ("202610",)) == []
    (said,) = remarks([part("202610", used=begun + 49 * HOUR)], ("202610",))
    assert said.startswith("2026-10: the first usage is of 2026-10-03; where the export was switched on")


def test_a_currency_of_another_name_cannot_command_a_terminal() -> None:
    assert remarks([part("202610", currency="E\x1b[2J")], ("202610",)) == ["billed in E?[2J"]
