"""What changed most in a budget's scope since the same days of the period before."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from costopt.budgets.periods import Window, same_point, window_before
from costopt.model.budget import Basis, Budget
from costopt.model.budget_status import Mover
from costopt.model.period import Period
from costopt.pipeline.budgets.bill import BudgetBill
from costopt.pipeline.budgets.converted_movers import converted_movers
from costopt.pipeline.budgets.scoped import bounds

FINER = ("SkuId", "ResourceId")
"""Looked at beside the columns that the settings group by."""
MOST = 3
"""Of each dimension."""


def movers(
    bill: BudgetBill, budget: Budget, window: Window, complete_days: int, group_by: Sequence[str]
) -> tuple[Mover, ...]:
    """The largest changes of each dimension: the complete days of a period against as many of the one before.

    Args:
        bill: what to ask; amounts stand in its one currency.
        budget: whose scope and basis.
        window: the period that runs.
        complete_days: how many of its days are complete.
        group_by: columns or tags.

    Returns:
        Nothing on the first day, or where the bill does not reach back.

    Raises:
        CurrencyMismatch: the bill is converted, and a rate is missing.
    """
    before = next(same_point(budget, window, complete_days)) if complete_days else window_before(budget, window)
    if not complete_days or before.start < bill.first_day:
        return ()
    now = Window(start=window.start, end=window.start + timedelta(days=complete_days))
    return tuple(mover for by in dict.fromkeys((*group_by, *FINER)) for mover in _of(bill, budget, now, before, by))


def _of(bill: BudgetBill, budget: Budget, now: Window, before: Window, by: str) -> Iterator[Mover]:
    current, previous = bounds(bill, budget, now), bounds(bill, budget, before)
    if bill.is_converted:
        current = Period(start=current.start, end=min(current.end, bill.now))
        previous = Period(start=previous.start, end=min(previous.end, current.start))
        yield from converted_movers(bill, budget, by, current, previous, count=MOST)
        return
    table, (name,) = bill.ask(
        "movers",
        by=[by],
        where=budget.conditions,
        previous_start=previous.start,
        previous_end=min(previous.end, current.start),
        start=current.start,
        end=min(current.end, bill.now),
        billed=budget.basis is Basis.BILLED,
        count=MOST,
    )
    for row in table.to_pylist():
        if row["change"]:
            yield Mover(dimension=by, value=row[name], current=row["current_cost"], previous=row["previous_cost"])
