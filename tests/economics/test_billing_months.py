"""Calendar months within hours."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from costopt.economics.billing_months import HOUR, billing_months


def test_a_leap_year_has_its_months() -> None:
    months = dict(billing_months(datetime(2024, 1, 1, tzinfo=UTC), 366 * 24))
    assert [(hours.stop - hours.start) // 24 for hours in months.values()] == [
        31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
    ]  # fmt: skip


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.integers(1, 5000))  # noqa: DTZ001
def test_every_hour_is_in_the_month_in_which_it_begins(moment: datetime, hours: int) -> None:
    start = moment.replace(minute=0, second=0, microsecond=0, tzinfo=UTC)
    after = 0
    for month, found in billing_months(start, hours):
        assert found.start == after
        for hour in (found.start, found.stop - 1):
            assert (start + hour * HOUR).replace(day=1, hour=0) == month
        after = found.stop
    assert after == hours
