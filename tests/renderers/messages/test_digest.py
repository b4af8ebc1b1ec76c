"""What a message tells: the amounts, the day, the cause and the next command, once and in order."""

import shlex

import pytest

from costopt.model.alert import Alert, AlertKind, Rule
from costopt.model.budget import Budget, ScopeFilter
from costopt.model.budget_status import BudgetState, BudgetStatus
from costopt.renderers.messages.digest import digest
from tests.oracles.alerts import D, alert, anomaly, known, status


def facts(one: Alert, *statuses: BudgetStatus) -> list[tuple[str, str]]:
    (entry,) = digest([one], known(*statuses), top=10, remind_days=7).entries
    return [(fact.label, fact.text) for fact in entry.facts]


def test_a_budget_is_told_with_amounts_forecast_day_cause_and_saving() -> None:
    assert facts(alert(), status()) == [
        ("So far", "$1,050.00 of $1,000.00 (105%) spent, 18 of 30 days complete"),
        ("Forecast", "$1,612.35 (161%), 80% between $1,500.00 and $1,800.00; exceeded on 2026-11-18"),
        ("Pace", "170% of the usual $600.00 by now"),
        ("Cause", "Amazon EC2 +$400.00 ($300.00 before)"),
        ("Savings", "1 open finding would save $120.50 a month: costopt explain F-0123456789ab"),
        ("Owner", "ada"),
    ]


def test_a_breach_that_is_to_come_is_told_with_its_chance_and_day() -> None:
    ahead = status(state=BudgetState.AT_RISK, spent=D(900), breach_probability=0.873)
    assert dict(facts(alert(rule=Rule.FORECAST), ahead))["Forecast"].endswith(
        "; 87% likely to be exceeded, on 2026-11-18"
    )


def test_amounts_are_in_the_currency_of_the_budget() -> None:
    swiss = status(budget=Budget(name="platform", amount=D(1000), currency="CHF"))
    assert dict(facts(alert(), swiss))["So far"].startswith("CHF 1,050.00 of CHF 1,000.00 (105%)")


def test_what_is_unknown_is_said_and_is_no_zero() -> None:
    unknown = status(spent=None, forecast=None, breach_day=None, pace_fraction=None, movers=(), findings=())
    assert facts(alert(), unknown) == [
        ("So far", "of $1,000.00: what is spent is not known"),
        ("Forecast", "no forecast: there is no cost to tell it from"),
        ("Owner", "ada"),
    ]
    assert facts(alert()) == []


def test_the_next_command_asks_for_the_cause_in_the_budgets_own_scope_and_survives_a_shell() -> None:
    (entry,) = digest([alert()], known(status()), top=10, remind_days=7).entries
    assert entry.command is not None
    assert shlex.split(entry.command) == [
        "costopt", "costs", "--where", "tag:team=ml", "--where", "tag:team=data's", "--where", "ServiceName=Amazon EC2",
        "--by", "ResourceId,SkuId", "--from", "2026-11-01",
    ]  # fmt: skip


def test_a_command_that_nobody_would_paste_is_not_cut_but_replaced() -> None:
    wide = Budget(name="platform", amount=D(1000), scope=(ScopeFilter(column="SkuId", values=("x" * 400,)),))
    (entry,) = digest([alert()], known(status(budget=wide)), top=10, remind_days=7).entries
    assert entry.command == "costopt budget status"


def test_figures_of_a_budget_are_told_once_in_a_message() -> None:
    forecast = alert(fingerprint="A-other", rule=Rule.FORECAST)
    first, second = digest([forecast, alert()], known(status()), top=10, remind_days=7).entries
    assert (first.alert.condition.rule, len(first.facts)) == (Rule.ACTUAL, 6)
    assert (second.facts, second.command, second.status) == ((), None, None)


def test_an_anomaly_is_told_with_money_cause_and_the_days_to_look_at() -> None:
    odd = alert("Amazon EC2", rule=Rule.ANOMALY)
    beside = known(anomalies={odd.condition.fingerprint: anomaly()}, currency="EUR")
    (entry,) = digest([odd], beside, top=10, remind_days=7).entries
    assert entry.headline == "Amazon EC2: \u20ac310.00 a day, not \u20ac120.00, since 2026-11-17"
    assert [fact.text for fact in entry.facts] == ["98% resource nat-1, \u20ac186.20 a day"]
    assert entry.command == (
        "costopt costs --where 'ServiceName=Amazon EC2' --by day,ResourceId,SkuId --from 2026-11-17"
    )


@pytest.mark.parametrize(
    ("rule", "command"), [(Rule.COMMITMENT, "costopt costs --show"), (Rule.DATA, "costopt budget status")]
)
def test_everything_else_has_a_next_command_too(rule: Rule, command: str) -> None:
    (entry,) = digest([alert(rule=rule)], known(), top=10, remind_days=7).entries
    assert entry.command is not None
    assert entry.command.startswith(command)


def test_a_command_that_would_ask_for_another_name_is_left_out() -> None:
    """A name with a character that is not shown cannot be pasted: what is shown in its place matches nothing."""
    scope = (ScopeFilter(column="tag:team", values=("ml\u202e",)),)
    strange = status(budget=Budget(name="platform", amount=D(1000), scope=scope))
    (entry,) = digest([alert()], known(strange), top=10, remind_days=7).entries
    assert entry.command == "costopt budget status"


def test_an_owner_of_blanks_is_no_fact_since_slack_refuses_empty_text() -> None:
    assert "Owner" not in dict(facts(alert(), status(budget=Budget(name="platform", amount=D(1000), owner=" "))))


def test_new_ones_come_first_and_budgets_before_anomalies() -> None:
    alerts = [
        alert("odd", rule=Rule.ANOMALY), alert("late", AlertKind.WORSENED), alert("web", rule=Rule.FORECAST),
        alert("db"),
    ]  # fmt: skip
    found = digest(alerts, known(), top=3, remind_days=7)
    assert [one.alert.condition.subject for one in found.entries] == ["db", "web", "odd"]


def test_what_has_ended_says_so_and_asks_for_nothing() -> None:
    (entry,) = digest([alert(kind=AlertKind.RESOLVED)], known(status()), top=10, remind_days=7).entries
    assert entry.badge == "Ended"
    assert [fact.text for fact in entry.facts] == [
        "2026-11-20; as it was last seen: it is gone, or its period has ended"
    ]
    assert entry.command is None


def test_the_subject_is_the_first_alert_and_how_many_there_are_beside_it() -> None:
    alerts = [alert(), alert("web", AlertKind.WORSENED), alert("db", AlertKind.WORSENED)]
    found = digest(alerts, known(), top=1, remind_days=7)
    assert found.subject == "New: platform 2026-11: actual 105% of 1,000.00 USD, above 100% (and 2 more)"
    assert found.opening == "3 alerts: 1 new, 2 worse."
    assert (len(found.entries), found.left) == (1, 2)


def test_a_subject_is_never_longer_than_120_characters() -> None:
    alerts = [alert("x" * 500), alert("web")]
    found = digest(alerts, known(), top=1, remind_days=7)
    assert len(found.subject) == 120
    assert found.subject.endswith("… (and 1 more)")


def test_the_id_is_made_of_the_keys_and_of_nothing_else() -> None:
    first = digest([alert(), alert("web")], known(status()), top=10, remind_days=7)
    again = digest([alert("web"), alert(measure=D(9))], known(), top=1, remind_days=1)
    assert first.id == again.id
    assert first.id != digest([alert()], known(), top=10, remind_days=7).id


def test_the_closing_says_when_it_is_told_again() -> None:
    assert "worse or 1 day old" in digest([alert()], known(), top=1, remind_days=1).closing
