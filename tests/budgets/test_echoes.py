"""One event that several dimensions show is told once; two events are told twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from costopt.budgets.echoes import is_echo
from costopt.model.budget_status import Anomaly, AnomalyKind, Contribution

D = Decimal
START = datetime(2026, 11, 17, tzinfo=UTC)
SERVICE = Anomaly(
    dimension="ServiceName", value="EC2", kind=AnomalyKind.RISE, start=START, end=START + timedelta(days=3),
    actual=D(180), expected=D(100), score=9.0, ongoing=True,
    causes=(Contribution(dimension="SubAccountId", value="1", excess=D(80), share=1.0),),
)  # fmt: skip
ACCOUNT = replace(SERVICE, dimension="SubAccountId", value="1", actual=D(585), expected=D(500), causes=())


def test_the_account_that_an_event_comes_from_is_its_echo() -> None:
    assert is_echo(ACCOUNT, SERVICE)
    assert is_echo(replace(ACCOUNT, kind=AnomalyKind.NEW), SERVICE)


@pytest.mark.parametrize(
    "other",
    [
        replace(ACCOUNT, value="2"),
        replace(ACCOUNT, actual=D(700)),  # 200 more, of which the event explains 80
        replace(ACCOUNT, kind=AnomalyKind.DROP),
        replace(ACCOUNT, start=START - timedelta(days=9), end=START),
        replace(ACCOUNT, dimension="ServiceName"),
        replace(ACCOUNT, actual=D(500)),
    ],
    ids=["another account", "mostly something else", "other side", "before", "same dimension", "nothing"],
)
def test_all_else_is_an_event_of_its_own(other: Anomaly) -> None:
    assert not is_echo(other, SERVICE)
