"""When commitments are active, and which cannot be settled at all."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pytest

from costopt.economics.instruments import Holding
from costopt.economics.instruments import InstrumentKind as Kind
from costopt.economics.simulator.settlement import settle
from costopt.economics.simulator.windows import window
from costopt.errors import DemandError
from tests.oracles.hourly_estate import START, demand, holding, item

M5 = item("m5")
DAY = demand({M5: [1.0] * 24})
PLAN = holding(Kind.COMPUTE_SP, 1, {M5: 0.7}, DAY, name="plan")


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [
        (timedelta(0), timedelta(hours=24), (0, 24)),
        (timedelta(minutes=1), timedelta(hours=1, minutes=1), (1, 2)),
        (timedelta(days=-9), timedelta(hours=5), (0, 5)),
        (timedelta(hours=20), timedelta(days=9), (20, 24)),
        (timedelta(days=2), timedelta(days=3), (24, 24)),
        (timedelta(minutes=10), timedelta(minutes=50), (1, 1)),
    ],
)
def test_a_window_is_the_hours_that_begin_within_the_term(
    first: timedelta, last: timedelta, hours: tuple[int, int]
) -> None:
    found = window(DAY, replace(PLAN, start=START + first, end=START + last))
    assert (found.start, found.stop) == hours


def with_take(*take: float) -> Holding:
    return replace(PLAN, instrument=replace(PLAN.instrument, take=np.array(take)))


@pytest.mark.parametrize(
    ("faulty", "message"),
    [
        (replace(PLAN, end=START), "its term ends at"),
        (replace(PLAN, start=datetime(2026, 1, 1)), "is not in UTC"),  # noqa: DTZ001
        (replace(PLAN, end=datetime(2027, 1, 1, tzinfo=timezone(timedelta(hours=1)))), "is not in UTC"),
        (replace(PLAN, quantity=Decimal(-1)), "its quantity is -1"),
        (replace(PLAN, quantity=Decimal("NaN")), "its quantity is NaN"),
        (replace(PLAN, instrument=replace(PLAN.instrument, hourly_cost=Decimal(-1))), "its cost of a unit is -1"),
        (with_take(0.7, 0.7), "rates for 2 items of usage, the demand has 1"),
        (with_take(0.0), "a dollar of m5 linux us-east-1 takes 0.0 units"),
        (with_take(np.nan), "takes nan units"),
    ],
)
def test_a_commitment_that_cannot_be_is_refused_by_name(faulty: Holding, message: str) -> None:
    with pytest.raises(DemandError, match=f"commitment plan cannot be settled: .*{message}"):
        settle(DAY, [faulty])


def test_a_commitment_that_pays_for_nothing_here_is_settled_as_unused() -> None:
    settled = settle(DAY, [with_take(np.inf)])
    assert settled.bill.unused_cost == settled.bill.commitment_cost == 24
    assert settled.coverage == (None,)
