"""Checks of budgets written by hand, for renderers: one breached, one at risk, one fine, one unknown."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from costopt.budgets.conditions import anomaly_conditions, budget_conditions, unjudged_condition
from costopt.budgets.evaluate import evaluate
from costopt.budgets.scoped_costs import ScopedCosts
from costopt.model.budget import Budget, ScopeFilter
from costopt.model.budget_check import BUDGET_SCHEMA_VERSION, BillSource, BudgetCheck
from costopt.model.budget_status import (
    Anomaly,
    AnomalyKind,
    BudgetStatus,
    Contribution,
    HealthIssue,
    HealthIssueKind,
    Mover,
    OpenFinding,
)

D = Decimal
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
START = datetime(2026, 11, 16, tzinfo=UTC)


def status(name: str, amount: str, *, charges: int = 80, **more: object) -> BudgetStatus:
    """A budget of a scope that has cost 10.00 on each of 80 days to 19 November."""
    costs = ScopedCosts(
        first_day=date(2026, 9, 1), costs=(D(10),) * 80 if charges else (), charges=charges,
        currencies=frozenset({"USD"}) if charges else frozenset(), complete_until=date(2026, 11, 20),
    )  # fmt: skip
    scope = (ScopeFilter(column="tag:team", values=(name,)),)
    budget = Budget(name=name, amount=D(amount), scope=scope, owner=f"owner of {name}", labels={"centre": "42"})
    return replace(evaluate(budget, costs, NOW), **more)  # type: ignore[arg-type]


def check(name: str = "web") -> BudgetCheck:
    """A check in which `name` stands wherever strangers write.

    Args:
        name: of the breached budget, its team, a mover, an anomaly, a cause, a commitment and the bill's source.
    """
    movers = (
        Mover(dimension="ServiceName", value="Amazon EC2", current=D(150), previous=D(30)),
        Mover(dimension="ResourceId", value=f"{name}/i-1", current=D(140), previous=D(0)),
        Mover(dimension="SkuId", value=None, current=D(0), previous=D(90)),
    )
    finding = OpenFinding(id="F-0123456789ab", title="Idle instance", monthly_saving=D("12.5"))
    breached = status(name, "180", movers=movers, findings=(finding,))
    unknown = status("nobody", "100", charges=0)
    statuses = (status("calm", "400"), breached, status("soon", "295"), unknown)
    cause = Contribution(dimension="ResourceId", value=f"{name}/i-1", excess=D(80), share=0.98)
    anomaly = Anomaly(
        dimension="tag:team", value=name, kind=AnomalyKind.RISE, start=START, end=START + timedelta(days=4),
        actual=D(180), expected=D(100), score=9.0, ongoing=True, causes=(cause,),
    )  # fmt: skip
    fresh = replace(anomaly, kind=AnomalyKind.NEW, value="fresh", expected=D(0), score=None, causes=())
    issue = HealthIssue(
        kind=HealthIssueKind.UTILISATION, subject=name, observed=0.6, threshold=0.9, urgency=1, daily_cost=D(20),
        statement=f"{name} is used to 60% (limit 90%): 20.00 a day for nothing",
    )  # fmt: skip
    conditions = [*(one for part in statuses for one in budget_conditions(part)), unjudged_condition(unknown)]
    return BudgetCheck(
        schema_version=BUDGET_SCHEMA_VERSION,
        now=NOW,
        tool_version="1.2.3",
        sources=(BillSource(name=name, complete_until=date(2026, 11, 20), hourly=False, ended=False),),
        currency="USD",
        budgets=statuses,
        closed=(),
        anomalies=(anomaly, fresh),
        commitments=(issue,),
        conditions=(*conditions, *anomaly_conditions((anomaly,), NOW)),
        gaps=(f"nobody: {unknown.notes[0]}",),
        notes=(f"{name!r} and 'calm' overlap",),
    )
