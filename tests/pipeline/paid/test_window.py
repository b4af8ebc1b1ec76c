"""Which time the amounts of a bill are of: windows, charges that overrun them, days that are missing."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.config.settings import Settings
from costopt.economics.paid.monthly import BEYOND, TWICE
from costopt.model.bill import BillKind, PeriodBill
from costopt.model.period import Period
from costopt.pipeline.audit import audit
from costopt.pipeline.paid.window import charge_window
from tests.oracles.paid_estate import (
    ACCOUNT,
    COLLECTED,
    VOLUME,
    WINDOW,
    Row,
    daily,
    long_charge,
    only,
    write_bills,
)

TEN_A_DAY = Decimal("304.16666667")
"""10.00 a day as a month of 730 hours."""


def ten(first: tuple[int, int], last: tuple[int, int], **cells: object) -> list[Row]:
    """10.00 a day of the volume, all of it usage that its list price of 20.00 exceeds."""
    days = (date(2026, *first), date(2026, *last))
    return daily(cost="10.00", listed="20.00", first=days[0], last=days[1], **cells)


OCTOBER_TO_19 = Period(start=datetime(2026, 10, 1, tzinfo=UTC), end=datetime(2026, 10, 19, tzinfo=UTC))
LONG_CHARGES = {
    "a cent from the 10th to the end of the month, of which 9 of 22 days are asked about": (
        long_charge("0.01", (10, 10), (11, 1)),
        Decimal("304.17357955"),  # (180 + 0.01 x 9 / 22) / 432 x 730
    ),
    "31.00 for the whole month, of which 18 of 31 days are asked about": (
        long_charge("31.00", (10, 1), (11, 1)),
        Decimal("334.58333333"),  # (180 + 18) / 432 x 730
    ),
}


@pytest.mark.parametrize("case", LONG_CHARGES)
def test_a_charge_that_ends_after_the_window_counts_by_its_time_in_it(
    case: str, settings: Settings, snapshot: Path, tmp_path: Path
) -> None:
    """Ten dollars a day to 19 October, which is the last good day: 18 days are asked about."""
    charge, expected = LONG_CHARGES[case]
    store = write_bills(tmp_path / "bills", [*ten((10, 1), (10, 19)), charge])
    paid = only(audit(snapshot, settings, store=store)).paid
    assert paid is not None
    assert (paid.effective.amount, paid.billed.amount) == (expected, expected)
    assert (paid.period, paid.whole, paid.covered) == (OCTOBER_TO_19, True, False)


def test_a_charge_that_begins_before_the_window_counts_by_its_time_in_it(
    settings: Settings, snapshot: Path, tmp_path: Path
) -> None:
    """31.00 for October, of which 20 to 31 are asked about: (300 + 12) / 720 x 730."""
    store = write_bills(tmp_path / "bills", [*ten((10, 1), (11, 19)), long_charge("31.00", (10, 1), (11, 1))])
    paid = only(audit(snapshot, settings, store=store)).paid
    assert paid is not None
    assert (paid.effective.amount, paid.whole, paid.period) == (Decimal("316.33333333"), True, WINDOW)


def test_credits_and_unused_commitments_stay_out_of_prorated_charges(
    settings: Settings, snapshot: Path, tmp_path: Path
) -> None:
    others = [
        long_charge("-90.00", (10, 1), (11, 1), ChargeCategory="Credit"),
        long_charge("-90.00", (10, 1), (11, 1), ChargeClass="Correction"),
        long_charge("90.00", (10, 1), (11, 1), CommitmentDiscountStatus="Unused"),
        long_charge("0.00", (10, 1), (11, 1)),
    ]
    paid = only(
        audit(snapshot, settings, store=write_bills(tmp_path / "bills", [*ten((10, 1), (11, 19)), *others]))
    ).paid
    assert paid is not None
    assert paid.effective.amount == TEN_A_DAY


def test_a_day_of_another_time_zone_is_neither_lost_nor_more_than_a_day(
    settings: Settings, snapshot: Path, tmp_path: Path
) -> None:
    """Days that begin at 07:00: the first has 7 hours and the last 17 in the window."""
    rows = [
        row
        | {
            "ChargePeriodStart": str(row["ChargePeriodStart"]).replace("T00", "T07"),
            "ChargePeriodEnd": str(row["ChargePeriodEnd"]).replace("T00", "T07"),
        }
        for row in map(dict, ten((10, 1), (11, 19)))
    ]
    paid = only(audit(snapshot, settings, store=write_bills(tmp_path / "bills", rows))).paid
    assert paid is not None
    assert (paid.effective.amount, paid.whole, paid.period) == (TEN_A_DAY, True, WINDOW)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (f"arn:aws:ec2:us-east-1:{ACCOUNT}:{'x' * 1100}/{VOLUME}", "its charges reach beyond the days"),
        (f"arn:aws:ec2:us-east-1:{ACCOUNT}:it's = \\ %/{VOLUME}", None),
    ],
)
def test_a_hostile_name_of_a_long_charge_is_asked_for_as_text_or_not_at_all(
    name: str, words: str | None, settings: Settings, snapshot: Path, tmp_path: Path
) -> None:
    rows = [*ten((10, 1), (10, 19), ResourceId=name), long_charge("31.00", (10, 1), (11, 1), ResourceId=name)]
    finding = only(audit(snapshot, settings, store=write_bills(tmp_path / "bills", rows)))
    if words is None:
        assert finding.paid is not None
        assert finding.paid.effective.amount == Decimal("334.58333333")
    else:
        assert finding.paid is None
        assert words in (finding.paid_note or "")


def test_more_long_charges_than_are_looked_at_leave_amounts_unknown(
    settings: Settings, snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("costopt.pipeline.paid.resource_costs._MOST_PRORATED", 0)
    rows = [*ten((10, 1), (10, 19)), long_charge("0.01", (10, 10), (11, 1))]
    finding = only(audit(snapshot, settings, store=write_bills(tmp_path / "bills", rows)))
    assert (finding.paid, finding.paid_note) == (None, BEYOND)


def test_a_refund_of_long_ago_does_not_hide_missing_days(settings: Settings, snapshot: Path, tmp_path: Path) -> None:
    """October to the 17th, November to the 16th: what is asked about begins in November."""
    refund = long_charge(
        "-3.00", (9, 1), (9, 2), ChargeClass="Correction", BillingPeriodStart="2026-11-01T00:00:00Z",
        BillingPeriodEnd="2026-12-01T00:00:00Z",
    )  # fmt: skip
    rows = [*ten((10, 1), (10, 17)), *ten((11, 1), (11, 16)), refund]
    paid = only(audit(snapshot, settings, store=write_bills(tmp_path / "bills", rows))).paid
    assert paid is not None
    assert (paid.effective.amount, paid.whole) == (TEN_A_DAY, True)
    assert (paid.period.start.date(), paid.period.end.date()) == (date(2026, 11, 1), date(2026, 11, 16))


@pytest.mark.parametrize(("begins", "whole"), [((11, 5), False), ((10, 17), False), ((10, 16), True), ((10, 15), True)])
def test_two_bills_of_one_account_count_by_the_days_that_each_covers(
    begins: tuple[int, int], whole: bool, settings: Settings, snapshot: Path, tmp_path: Path
) -> None:
    """Of another payer from a day on: the old bill's last good day, 15 October, is the first not asked for."""
    store = write_bills(tmp_path / "bills", ten((10, 1), (10, 15)), source="old")
    write_bills(store, ten(begins, (11, 10), BillingAccountId="555555555555"), source="new")
    paid = only(audit(snapshot, settings, store=store)).paid
    assert paid is not None
    assert (paid.effective.amount, paid.whole) == (TEN_A_DAY, whole)


def test_two_bills_that_name_a_resource_at_the_same_time_may_count_it_twice(
    settings: Settings, snapshot: Path, tmp_path: Path
) -> None:
    store = write_bills(tmp_path / "bills", ten((10, 1), (11, 19)), source="payer")
    write_bills(store, ten((10, 1), (11, 19), BillingAccountId="555555555555"), source="another")
    assert only(audit(snapshot, settings, store=store)).paid_note == TWICE


def month(period: str, first: str, good: str, *, charged: str | None = None) -> PeriodBill:
    """A billing period with usage from `first` to its good day; `charged` is the day of a refund before that."""
    start, charge = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (first, charged or first))
    used = start if good else None
    return PeriodBill(
        source="acme", kind=BillKind.FOCUS, billing_period=period, version=None, delivered=(period,), fingerprint="0",
        files=(), rows=1, extra_columns=(), billing_accounts=(), sub_accounts=(), first_charge=charge,
        last_charge=start, first_usage=used, last_usage=used, last_good_day=good, file_totals=(), accounts=(),
        ingested_at=COLLECTED,
    )  # fmt: skip


OCTOBER = month("2026-10", "2026-10-01", "2026-10-31")
WINDOWS = {
    "the 30 days before the last good day": ([OCTOBER, month("2026-11", "2026-11-01", "2026-11-19")], "10-20", "11-19"),
    "no day of the snapshot or after": ([OCTOBER, month("2026-11", "2026-11-01", "2026-11-29")], "10-21", "11-20"),
    "a month of which days are missing": (
        [month("2026-10", "2026-10-01", "2026-10-25"), month("2026-11", "2026-11-01", "2026-11-19")],
        "11-01",
        "11-19",
    ),
    "a month of which days are missing, and a refund of long ago": (
        [
            month("2026-10", "2026-10-01", "2026-10-17"),
            month("2026-11", "2026-11-01", "2026-11-16", charged="2026-09-01"),
        ],
        "11-01",
        "11-16",
    ),
    "a bill that begins in the window": ([month("2026-11", "2026-11-05", "2026-11-19")], "11-05", "11-19"),
    "a month that came whole": ([OCTOBER], "10-01", "10-31"),
    "a month without usage": ([OCTOBER, month("2026-11", "2026-11-01", "")], "10-01", "10-31"),
}


@pytest.mark.parametrize("case", WINDOWS)
def test_the_window(case: str) -> None:
    bills, start, end = WINDOWS[case]
    expected = [datetime.fromisoformat(f"2026-{day}").replace(tzinfo=UTC) for day in (start, end)]
    assert charge_window(bills, COLLECTED) == Period(start=expected[0], end=expected[1])


@pytest.mark.parametrize(
    ("bills", "why"),
    [
        ([month("2026-12", "2026-12-01", "2026-12-09")], "holds no usage from before the snapshot"),
        ([month("2026-10", "2026-10-01", "")], "holds no usage from before the snapshot"),
        ([month("2026-11", "2026-11-19", "2026-11-19")], "holds no whole day from before the snapshot"),
        ([month("2026-10", "2026-10-01", "2026-10-05")], "ends on 2026-10-05, more than 45 days before the snapshot"),
    ],
)
def test_a_bill_that_says_nothing_of_the_time(bills: list[PeriodBill], why: str) -> None:
    assert charge_window(bills, COLLECTED) == why
