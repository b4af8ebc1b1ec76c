"""One budget held against the bill: spent, expected, how likely and when it is exceeded, and how that compares.

Only complete days are learned from. A day that is over but late, or today, counts with the greater of what is known of
it and what is expected of it, so that a bill that lags does not look like a saving.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, takewhile
from statistics import median
from zoneinfo import ZoneInfo

from costopt.budgets.forecast import LEAST_HISTORY, Forecaster, forecast_days
from costopt.budgets.periods import Window, amount_of, label_of, local_day, same_point, window_of
from costopt.budgets.prospect import Prospect, prospect_of
from costopt.budgets.scoped_costs import ScopedCosts
from costopt.errors import CurrencyMismatch
from costopt.model.budget import Budget, Measure, Threshold
from costopt.model.budget_status import BillFreshness, BudgetState, BudgetStatus, Mover, OpenFinding

EARLIER_PERIODS = 3
"""Whose median is the usual pace."""
LIKELY = 0.5
"""Probability of a breach from which a budget is at risk."""
NO_BILL = BillFreshness(charges=0, complete_until=None, late_days=0, estimated_days=0)


def evaluate(
    budget: Budget,
    costs: ScopedCosts | None,
    now: datetime,
    *,
    movers: Sequence[Mover] = (),
    findings: Sequence[OpenFinding] = (),
    forecast: Forecaster = forecast_days,
) -> BudgetStatus:
    """Where a budget stands in the period that `now` lies in.

    Args:
        budget: which.
        costs: of its scope; None where there is no bill at all.
        now: aware time.
        movers: changes against the period before, in any order.
        findings: open ones in its scope, in any order.
        forecast: what tells the days that are to come; of `forecasters`.

    Raises:
        CurrencyMismatch: the bill is in another currency than the budget.
        ConfigError: `now` has no zone, or adjustments leave nothing of the amount.
    """
    today = local_day(now, ZoneInfo(budget.time_zone))
    window = window_of(budget, today)
    amount = amount_of(budget, window)
    _check_currency(budget, costs)
    if costs is None:
        return _without_bill(budget, window, amount)
    if not costs.charges:
        unmatched = _without_bill(budget, window, amount)
        notes = _notes(budget, costs, window, today, None)[:1]
        return replace(unmatched, freshness=_freshness(costs, window, today), findings=tuple(findings), notes=notes)
    spent = sum(costs.of(window), Decimal(0))
    prospect = prospect_of(costs, window, forecast)
    usual, pace = _pace(budget, window, costs)
    expected = prospect.summary(spent) if prospect else None
    probability = prospect.probability_above(amount, spent) if prospect else None
    crossed = _crossed(
        budget,
        {
            Measure.ACTUAL: spent / amount,
            Measure.FORECAST: expected.expected / amount if expected else None,
            Measure.PACE: pace,
        },
    )
    return BudgetStatus(
        budget=budget,
        label=label_of(budget, window),
        start=window.start,
        end=window.end,
        amount=amount,
        state=_state(spent / amount, probability, crossed),
        spent=spent,
        forecast=expected,
        breach_probability=probability,
        breach_day=_breach_day(prospect, costs, window, amount),
        usual_by_now=usual,
        pace_fraction=pace,
        crossed=crossed,
        freshness=_freshness(costs, window, today),
        movers=tuple(sorted(movers, key=lambda one: (-abs(one.change), one.dimension, one.value or ""))),
        findings=tuple(sorted(findings, key=lambda one: (-(one.monthly_saving or Decimal(0)), one.id))),
        notes=_notes(budget, costs, window, today, prospect),
    )


def _check_currency(budget: Budget, costs: ScopedCosts | None) -> None:
    others = sorted(costs.currencies - {budget.currency}) if costs else []
    if others:
        raise CurrencyMismatch(
            f"budget {budget.name!r} is in {budget.currency}, charges of its scope in {' and '.join(others)}",
            hint=f'Set its currency, or [billing] currency = "{budget.currency}" with dated rates.',
        )


def _without_bill(budget: Budget, window: Window, amount: Decimal) -> BudgetStatus:
    return BudgetStatus(
        budget=budget,
        label=label_of(budget, window),
        start=window.start,
        end=window.end,
        amount=amount,
        state=BudgetState.UNKNOWN,
        spent=None,
        forecast=None,
        breach_probability=None,
        breach_day=None,
        usual_by_now=None,
        pace_fraction=None,
        crossed=(),
        freshness=NO_BILL,
        notes=("There is no bill: what is spent is not known. Take one in with `costopt collect`.",),
    )


def _crossed(budget: Budget, reached: Mapping[Measure, Decimal | None]) -> tuple[Threshold, ...]:
    return tuple(one for one in budget.thresholds if (reached[one.measure] or Decimal(0)) > one.fraction)


def _state(spent_fraction: Decimal, probability: float | None, crossed: Sequence[Threshold]) -> BudgetState:
    if spent_fraction > 1:
        return BudgetState.BREACHED
    likely = probability is not None and probability >= LIKELY
    foretold = any(one.measure is not Measure.ACTUAL for one in crossed)
    return BudgetState.AT_RISK if likely or foretold else BudgetState.FINE


def _breach_day(prospect: Prospect | None, costs: ScopedCosts, window: Window, amount: Decimal) -> date | None:
    """As foretold; of a period that nothing can be foretold of, as known."""
    known = prospect or Prospect.of_known(costs.of(window))
    return known.day_above(amount, window.start)


def _pace(budget: Budget, window: Window, costs: ScopedCosts) -> tuple[Decimal | None, Decimal | None]:
    """What earlier periods had spent on as many days, and the complete days of this one over that."""
    days = costs.complete_days(window)
    if not days:
        return None, None
    known = takewhile(lambda one: one.start >= costs.first_day, same_point(budget, window, days))
    earlier = [sum(costs.of(one), Decimal(0)) for one in islice(known, EARLIER_PERIODS)]
    if not earlier:
        return None, None
    usual = median(earlier)
    return usual, sum(costs.of(window)[:days], Decimal(0)) / usual if usual > 0 else None


def _freshness(costs: ScopedCosts, window: Window, today: date) -> BillFreshness:
    over = (min(today, window.end) - window.start).days
    complete = costs.complete_days(window)
    complete_end = min(costs.complete_until, window.end)
    estimated_from = complete_end if costs.estimated_from is None else max(costs.estimated_from, window.start)
    return BillFreshness(
        charges=costs.charges,
        complete_until=costs.complete_until,
        late_days=max(0, over - complete),
        estimated_days=max(0, (complete_end - estimated_from).days),
        missing_days=max(0, (min(costs.first_day, window.end) - window.start).days),
    )


def _notes(
    budget: Budget, costs: ScopedCosts, window: Window, today: date, prospect: Prospect | None
) -> tuple[str, ...]:
    scope = ", ".join(budget.conditions) or "the whole bill"
    history = prospect.outlook.history_days if prospect else 0
    fresh = _freshness(costs, window, today)
    said = [
        (not costs.charges, f"No charge of the bill matches {scope}: check names and values of the scope."),
        (prospect is None, "There is no forecast: no complete day of the past has any cost in this scope."),
        (
            fresh.missing_days > 0,
            f"The bill begins on {costs.first_day}: what was spent on {_days(fresh.missing_days)} of this period "
            "before that is not known.",
        ),
        (
            prospect is not None and history < LEAST_HISTORY and costs.complete_days(window) < window.days,
            f"The forecast rests on {history} days; its interval is a guess from other bills.",
        ),
        (
            not costs.complete_days(window),
            "No day of this period is complete yet: it is judged by what is known of it so far and by the forecast.",
        ),
        (
            fresh.late_days > 0,
            f"The bill lags by {_days(fresh.late_days)} of this period, which the forecast counts as expected.",
        ),
    ]
    return tuple(sentence for holds, sentence in said if holds)


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"
