"""The steps of a bill that anomalies are looked for in, and the series of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from costopt.budgets.periods import midnight
from costopt.budgets.series import CostSeries, Step
from costopt.pipeline.budgets.bill import BudgetBill

HISTORY_DAYS = {Step.DAY: 180, Step.HOUR: 56}
"""Days that are learned from: of days the month that is judged and twice six weeks before it; of hours eight weeks."""
JUDGED_HOURS_DAYS = 2
"""Days whose hours are judged: the last complete one, and today as far as it is there."""
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Consecutive steps, UTC."""

    step: Step
    """Days or hours."""
    start: datetime
    """First moment."""
    steps: int
    """How many."""

    @classmethod
    def of_days(cls, bill: BudgetBill) -> Self:
        """The complete days."""
        return cls._until(Step.DAY, bill, midnight(bill.complete_until, _UTC))

    @classmethod
    def of_hours(cls, bill: BudgetBill) -> Self | None:
        """All hours that are there; None of a bill without any. The last ones may still be filling."""
        return None if bill.hours_until is None else cls._until(Step.HOUR, bill, bill.hours_until)

    @classmethod
    def _until(cls, step: Step, bill: BudgetBill, end: datetime) -> Self:
        earliest = (end - timedelta(days=HISTORY_DAYS[step])).replace(hour=0)
        start = max(midnight(bill.first_day, _UTC), earliest)
        return cls(step=step, start=start, steps=max(0, (end - start) // timedelta(days=1 / step.value)))

    @property
    def end(self) -> datetime:
        """The moment after the last step."""
        return self.start + timedelta(days=1) / self.step.value * self.steps


def series_of(bill: BudgetBill, span: Span, by: str, where: Sequence[str] = ()) -> list[CostSeries]:
    """EffectiveCost of usage of every value of a dimension by step; none where no charge has any value."""
    if not span.steps:
        return []
    by_day = span.step is Step.DAY
    table, value, moment = (bill.daily if by_day else bill.by_hour)(by, where, span.start, span.end)
    coded = pc.dictionary_encode(table.column(value).cast(pa.string()).combine_chunks(), null_encoding="encode")
    values = coded.dictionary.to_pylist()
    if not any(values):
        return []
    seconds = np.asarray(table.column(moment).cast(pa.timestamp("s")).cast(pa.int64()))
    numbers = (seconds - int(span.start.timestamp())) // (86_400 // span.step.value)
    costs = np.zeros((len(values), span.steps))
    np.add.at(
        costs, (np.asarray(coded.indices), numbers), np.asarray(table.column("effective_cost").cast(pa.float64()))
    )
    return [
        CostSeries(dimension=by, value=one, start=span.start, step=span.step, costs=cost)
        for one, cost in zip(values, costs, strict=True)
    ]
