"""Charges that reach beyond a window: the part inside counts, no more and no less."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.economics.paid.charges import ResourceCharge, prorated
from costopt.model.period import Period

ACCOUNT = "111122223333"
START = datetime(2026, 10, 1, tzinfo=UTC)
A_DAY = Period(start=START, end=START + timedelta(days=1))
VOLUME = "vol-0123456789abcdef0"


def charge(start: int, end: int, billed: str = "24", **more: object) -> ResourceCharge:
    """A charge from one hour of 1 October to another."""
    fields: dict[str, object] = {
        "account": ACCOUNT,
        "resource_id": VOLUME,
        "currency": "USD",
        "billed": Decimal(billed),
        "effective": Decimal(billed) / 2,
        "contracted": None,
        "start": START + timedelta(hours=start),
        "end": START + timedelta(hours=end),
    }
    return ResourceCharge(**{**fields, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "end", "part"),
    [(0, 24, 24), (-24, 24, 12), (12, 36, 12), (-12, 36, 12), (23, 31, 3), (-24, 0, None), (24, 48, None)],
)
def test_a_charge_counts_by_its_hours_in_the_window(start: int, end: int, part: int | None) -> None:
    costs = prorated([charge(start, end)], A_DAY, "acme")
    assert [one.billed for one in costs] == ([] if part is None else [part])
    for one in costs:
        assert (one.effective, one.contracted, one.source, one.window) == (Decimal(part or 0) / 2, None, "acme", A_DAY)
        assert not one.reaches_beyond
        assert one.first_charge == START + timedelta(hours=max(start, 0))
        assert one.last_charge == START + timedelta(hours=min(end, 24))


@pytest.mark.parametrize(("hour", "counts"), [(-1, False), (0, True), (23, True), (24, False)])
def test_a_charge_without_length_counts_where_it_is(hour: int, counts: bool) -> None:
    costs = prorated([charge(hour, hour)], A_DAY, "acme")
    assert [one.billed for one in costs] == ([24] if counts else [])


def test_names_accounts_and_currencies_are_prorated_apart() -> None:
    charges = [
        charge(0, 12, "1", contracted=Decimal(2)),
        charge(12, 24, "2"),
        charge(0, 24, "4", currency="EUR"),
        charge(0, 24, "8", account="999999999999"),
        charge(0, 24, "16", resource_id="other"),
    ]
    costs = prorated(charges, A_DAY, "acme")
    assert [(one.account, one.resource_id, one.currency, one.billed, one.contracted) for one in costs] == [
        (ACCOUNT, VOLUME, "USD", 3, 2),
        (ACCOUNT, VOLUME, "EUR", 4, None),
        ("999999999999", VOLUME, "USD", 8, None),
        (ACCOUNT, "other", "USD", 16, None),
    ]


CENTS = st.decimals(0, 1000, places=2)
HOURS = st.tuples(st.integers(0, 71), st.integers(1, 72)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(st.tuples(HOURS, CENTS), max_size=6), st.integers(0, 140), st.integers(1, 72))
def test_parts_of_neighbouring_windows_sum_to_the_part_of_both(
    charged: list[tuple[tuple[int, int], Decimal]], first: int, length: int
) -> None:
    charges = [charge(*hours, str(billed)) for hours, billed in charged]
    cuts = [START + timedelta(hours=hour) for hour in (first, first + length, first + 3 * length)]
    sums = [
        sum((one.billed for one in prorated(charges, Period(start=start, end=end), "acme")), Decimal(0))
        for start, end in ((cuts[0], cuts[1]), (cuts[1], cuts[2]), (cuts[0], cuts[2]))
    ]
    assert abs(sums[0] + sums[1] - sums[2]) < Decimal("1e-20")
    assert sums[2] <= sum(billed for _, billed in charged)
