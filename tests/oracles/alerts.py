"""Alerts and the standing of budgets, made by hand, tame and hostile."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from costopt.model.alert import Alert, AlertKind, Condition, Rule
from costopt.model.budget import Budget, Measure, ScopeFilter, Threshold
from costopt.model.budget_status import (
    Anomaly,
    AnomalyKind,
    BillFreshness,
    BudgetState,
    BudgetStatus,
    Contribution,
    Mover,
    OpenFinding,
    SpendForecast,
)
from costopt.renderers.messages.digest import Known

D = Decimal
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FULL = Threshold(measure=Measure.ACTUAL, fraction=D(1))


def condition(name: str = "platform", **more: Any) -> Condition:
    """A budget that is above its amount."""
    plain = Condition(
        fingerprint=f"A-{name.encode().hex()[:16]:0>16}", rule=Rule.ACTUAL, subject=name, rank=2, measure=D("1.05"),
        grows=False, summary=f"{name} 2026-11: actual 105% of 1,000.00 USD, above 100%",
    )  # fmt: skip
    return replace(plain, **more)


def alert(name: str = "platform", kind: AlertKind = AlertKind.NEW, **more: Any) -> Alert:
    """Somebody is to be told of it."""
    made = condition(name, **more)
    return Alert(kind=kind, condition=made, dedupe_key=f"{made.fingerprint}-1-1", since=NOW)


def status(name: str = "platform", **more: Any) -> BudgetStatus:
    """The budget: $1,050 of $1,000, $1,612 at the end, by EC2."""
    budget = Budget(
        name=name, amount=D(1000), owner="ada", scope=(ScopeFilter(column="tag:team", values=("ml", "data's")),)
    )  # fmt: skip
    plain = BudgetStatus(
        budget=budget, label="2026-11", start=date(2026, 11, 1), end=date(2026, 12, 1), amount=D(1000),
        state=BudgetState.BREACHED, spent=D(1050),
        forecast=SpendForecast(
            expected=D("1612.345"), low=D(1500), high=D(1800), history_days=90, trials=60,
        ),
        breach_probability=1.0, breach_day=date(2026, 11, 18), usual_by_now=D(600), pace_fraction=D("1.7"),
        crossed=(FULL,),
        freshness=BillFreshness(charges=900, complete_until=date(2026, 11, 19), late_days=1, estimated_days=3),
        movers=(
            Mover(dimension="ServiceName", value="Amazon EC2", current=D(700), previous=D(300)),
            Mover(dimension="ServiceName", value="Amazon S3", current=D(50), previous=D(90)),
        ),
        findings=(OpenFinding(id="F-0123456789ab", title="Idle instance", monthly_saving=D("120.5")),),
    )  # fmt: skip
    return replace(plain, **more)


def known(*statuses: BudgetStatus, **more: Any) -> Known:
    """What a message's figures come from."""
    return Known(statuses={one.budget.name: one for one in statuses}, **more)


def anomaly() -> Anomaly:
    """EC2 costs $310 a day and not $120, by one gateway."""
    return Anomaly(
        dimension="ServiceName", value="Amazon EC2", kind=AnomalyKind.RISE, start=datetime(2026, 11, 17, tzinfo=UTC),
        end=NOW, actual=D(310), expected=D(120), score=9.0, ongoing=True,
        causes=(Contribution(dimension="ResourceId", value="nat-1", excess=D("186.2"), share=0.98),),
    )  # fmt: skip


HOSTILE_NAMES = (
    "<script>alert(1)</script>", "<!channel> <@U1> <https://evil.example|click>", "@everyone @here <at>all</at>",
    "[click](https://evil.example) ![x](https://evil.example/p.png)", "*bold* _it_ ~no~ `code` > quote # head",
    "\x1b[31mred\x07", "\u202egnp.exe", "\ud800lone", "line\nbreak\r\nBcc: eve@evil.example", "{{ 7 * 7 }} ${x} %s",
    "'; rm -rf / #", "$(reboot) `reboot`", "\u0000zero", "x" * 5_000, '"quoted" &amp; \\u003c', "\u200b",
)  # fmt: skip
"""What a stranger may call a tag, a service or a budget."""
