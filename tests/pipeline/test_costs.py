"""The time that the last days of a bill mean."""

from datetime import UTC, datetime, timedelta

import pytest

from costopt.errors import StoreError
from costopt.model.bill import BillKind, Catalog, PeriodBill
from costopt.model.period import Period
from costopt.pipeline.costs import ALL_TIME, CostRequest, chosen_period

LATER = datetime(2027, 3, 1, tzinfo=UTC)
MONTH_END = datetime(2026, 11, 1, tzinfo=UTC)


def at(day: int, hour: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def bill(last_usage: datetime | None, last_charge: datetime = MONTH_END, source: str = "made") -> PeriodBill:
    return PeriodBill(
        source=source,
        kind=BillKind.FOCUS,
        billing_period="2026-10",
        version=None,
        delivered=("2026-10",),
        fingerprint="0" * 64,
        files=(),
        rows=1,
        extra_columns=(),
        billing_accounts=(),
        sub_accounts=(),
        first_charge=at(1),
        last_charge=last_charge,
        first_usage=last_usage and at(1),
        last_usage=last_usage,
        last_good_day="",
        file_totals=(),
        accounts=(),
        ingested_at=LATER,
    )


def window(*bills: PeriodBill, days: int = 3, now: datetime = LATER) -> Period:
    return chosen_period(CostRequest(last_days=days), Catalog(bills=bills), now)


@pytest.mark.parametrize(
    ("last_usage", "end"),
    [(at(20, 0), at(21)), (at(20, 23), at(21)), (at(31, 23), at(1, month=11))],
)
def test_the_last_days_end_with_the_last_day_of_usage_whatever_fees_run_beyond_it(
    last_usage: datetime, end: datetime
) -> None:
    assert window(bill(last_usage)) == Period(start=end - timedelta(days=3), end=end)


def test_the_latest_usage_of_any_bill_counts_and_a_bill_of_fees_alone_does_not() -> None:
    found = window(bill(at(9, 5)), bill(at(12, 7), source="other"), bill(None, source="support"))
    assert found.end == at(13)


@pytest.mark.parametrize(("last_charge", "end"), [(at(20), at(20)), (at(20, 1), at(21)), (MONTH_END, MONTH_END)])
def test_without_any_usage_the_last_charge_ends_them(last_charge: datetime, end: datetime) -> None:
    assert window(bill(None, last_charge)).end == end


@pytest.mark.parametrize(
    ("now", "end"), [(at(10, 13), at(11)), (at(10), at(11)), (at(20, 4), at(21)), (at(25), at(21))]
)
def test_they_never_end_after_today(now: datetime, end: datetime) -> None:
    assert window(bill(at(20, 8)), now=now).end == end


def test_another_engine_s_days_end_with_yesterday() -> None:
    found = chosen_period(CostRequest(last_days=2), None, at(10, 13))
    assert found == Period(start=at(8), end=at(10))


def test_a_clock_of_another_zone_is_taken_in_utc() -> None:
    now = datetime.fromisoformat("2026-10-11T01:00:00+03:00")  # 22:00 on the 10th
    assert window(bill(at(20, 8)), now=now).end == at(11)


def test_a_time_that_is_named_is_taken_as_it_is() -> None:
    october = Period(start=at(1), end=MONTH_END)
    assert chosen_period(CostRequest(period=october), Catalog(), at(1)) == october
    assert chosen_period(CostRequest(), Catalog()) == ALL_TIME
    with pytest.raises(StoreError, match="holds no bill"):
        window()
