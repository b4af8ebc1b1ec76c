"""Waits before a service that is busy is asked again."""

import pytest

from costopt.model.patience import Patience


def test_waits_double_up_to_half_a_minute_and_sum_to_a_minute() -> None:
    waits = [Patience().wait(attempt) for attempt in range(7)]
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, None]
    assert Patience(attempts=9).wait(7) == 32.0


@pytest.mark.parametrize(("asked", "wait"), [(0.5, 4.0), (60.0, 60.0), (90.0, 90.0), (90.1, None)])
def test_a_service_that_names_a_wait_gets_it_within_bounds(asked: float, wait: float | None) -> None:
    assert Patience().wait(2, asked) == wait
