"""Small jobs, their capacities and availabilities, for the tests of this folder."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from costopt.optimizer.training.availability import AvailabilityModel, Trace
from costopt.optimizer.training.job import Capacity, CapacityKind, TrainingJob
from costopt.optimizer.training.timetable import Timetable, lay_out

START = datetime(2026, 3, 2, tzinfo=UTC)

MakeTable = Callable[..., Timetable]
MakeModel = Callable[[float, float], AvailabilityModel]
MakeTrace = Callable[..., Trace]


@pytest.fixture
def spot() -> Capacity:
    return Capacity(name="spot", kind=CapacityKind.SPOT, price_per_hour=Decimal("0.3"))


@pytest.fixture
def on_demand() -> Capacity:
    return Capacity(name="on demand", kind=CapacityKind.ON_DEMAND, price_per_hour=Decimal(1))


@pytest.fixture
def make_job() -> Callable[..., TrainingJob]:
    """A job of hours that begins on a Monday at midnight."""

    def make(work: float, hours: float, **more: float) -> TrainingJob:
        return TrainingJob(
            name="llm",
            work_hours=work,
            start=START,
            deadline=START + timedelta(hours=hours),
            **more,  # type: ignore[arg-type]
        )

    return make


@pytest.fixture
def make_table(make_job: Callable[..., TrainingJob], spot: Capacity, on_demand: Capacity) -> MakeTable:
    """A job on spot (place 0) and on demand (place 1), in ticks of an hour."""

    def make(work: float, hours: float, *others: Capacity, **more: float) -> Timetable:
        return lay_out(make_job(work, hours, **more), [spot, on_demand, *others], tick_hours=1.0)

    return make


@pytest.fixture
def make_model() -> MakeModel:
    """A plain model from the chances of loss and of return in a tick of an hour."""

    def make(loss: float, back: float) -> AvailabilityModel:
        return AvailabilityModel(
            tick_hours=1.0,
            age_classes=(1,),
            chance_of_loss=np.array([[loss]]),
            chance_of_return=np.array([[back]]),
        )

    return make


@pytest.fixture
def make_trace() -> MakeTrace:
    """A history from a string of 1 and 0 or from booleans, in ticks of an hour, that ends where the jobs begin."""

    def make(there: str | np.ndarray, tick_hours: float = 1.0) -> Trace:
        available = np.array([one == "1" for one in there]) if isinstance(there, str) else there
        start = START - timedelta(hours=len(available) * tick_hours)
        return Trace(start=start, tick_hours=tick_hours, available=available)

    return make
