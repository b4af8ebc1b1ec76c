"""Each budget in the period that runs, and in those that have just ended and are breached."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from costopt.budgets.evaluate import evaluate
from costopt.budgets.forecast import Forecaster
from costopt.budgets.periods import local_day, midnight, window_before, window_of
from costopt.budgets.scoped_costs import ScopedCosts
from costopt.errors import CurrencyMismatch
from costopt.model.budget import Budget, BudgetPeriod
from costopt.model.budget_check import LIVE_DAYS
from costopt.model.budget_status import BudgetState, BudgetStatus
from costopt.pipeline.budgets.bill import BudgetBill
from costopt.pipeline.budgets.findings import PlacedFinding, in_scope
from costopt.pipeline.budgets.movers import movers
from costopt.pipeline.budgets.scoped import scoped_costs

ALMOST = timedelta(microseconds=1)
CLOSED_DAYS = 2
"""Days for which a period that is over is still looked at: its last day is in the bill only then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What budgets are judged with."""

    bill: BudgetBill | None
    """None where there is none."""
    group_by: Sequence[str]
    """Columns or tags of movers."""
    forecast: Forecaster
    """What tells the days that are to come."""
    findings: Sequence[PlacedFinding]
    """Open ones, of every scope."""
    now: datetime
    """The moment, aware."""

    def judge(self, budget: Budget) -> tuple[BudgetStatus, tuple[BudgetStatus, ...]]:
        """The period that runs, and breached ones that have just ended.

        Raises:
            ConfigError: the scope names a column that the bill does not have.
        """
        findings = in_scope(self.findings, budget, self.bill)
        if self.bill is None:
            return evaluate(budget, None, self.now, findings=findings), ()
        try:
            costs = scoped_costs(self.bill, budget)
            if (lag := (self.bill.now.date() - costs.complete_until).days) > LIVE_DAYS:
                unknown = evaluate(budget, None, self.now, findings=findings)
                return replace(unknown, notes=(f"The bill ends {lag} days ago: it says nothing of today.",)), ()
            status = evaluate(budget, costs, self.now, findings=findings, forecast=self.forecast)
        except CurrencyMismatch as error:
            unknown = evaluate(budget, None, self.now, findings=findings)
            return replace(unknown, notes=(f"{error}. {error.hint}",)), ()
        window = window_of(budget, local_day(self.now, ZoneInfo(budget.time_zone)))
        moved = movers(self.bill, budget, window, costs.complete_days(window), self.group_by)
        ordered = sorted(moved, key=lambda one: (-abs(one.change), one.dimension, one.value or ""))
        return replace(status, movers=tuple(ordered)), tuple(self._closed(budget, costs))

    def _closed(self, budget: Budget, costs: ScopedCosts) -> Iterator[BudgetStatus]:
        """Without this, what the last day of a period brings would be seen by nobody, since it comes a day late."""
        zone = ZoneInfo(budget.time_zone)
        today = local_day(self.now, zone)
        window = window_before(budget, window_of(budget, today))
        while budget.period is not BudgetPeriod.ROLLING and (today - window.end).days < CLOSED_DAYS:
            last_moment = midnight(window.end, zone) - ALMOST
            status = evaluate(budget, costs, last_moment, forecast=self.forecast)
            if status.state is BudgetState.BREACHED:
                yield status
            window = window_before(budget, window)
