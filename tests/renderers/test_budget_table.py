"""A check of budgets on a terminal."""

from dataclasses import replace
from decimal import Decimal

import pytest

from costopt.model.budget_check import BudgetCheck
from costopt.renderers.budget_table import BudgetTableRenderer, bar
from tests.oracles.budget_checks import check, status

ESCAPE = "evil\x1b[2J\u202e\nsecond line [red]bold[/red]"


def shown(found: BudgetCheck, **look: object) -> str:
    return BudgetTableRenderer(**look).render(found)  # type: ignore[arg-type]


def test_the_verdict_comes_first_and_the_worst_budget_next() -> None:
    lines = shown(check(), width=100).splitlines()
    assert lines[0] == "4 budgets: 1 breached, 1 at risk, 1 unknown, 1 fine · 2 anomalies · 1 commitment issue"
    assert lines[1] == "bill complete through 2026-11-19 UTC, checked 2026-11-20 12:00 UTC"
    assert [line.split()[0] for line in lines if line[:1].isupper() and " · 2026-11" in line] == [
        "BREACHED", "AT", "UNKNOWN", "FINE",
    ]  # fmt: skip


def test_a_breached_budget_says_how_far_when_why_and_what_next() -> None:
    text = " ".join(shown(check(), width=120).split())
    assert "$190.00 of $180.00 (106%) spent, 19 of 30 days complete" in text
    assert "forecast $300.00 (167%)" in text
    assert "exceeded on 2026-11-19" in text
    assert "more than before: resource web/i-1 +$140.00 ($0.00 before), Amazon EC2 +$120.00 ($30.00 before)" in text
    assert "pace: 100% of the usual $190.00 by now" in text
    assert "1 open finding would save $12.50 a month" in text
    assert "next: costopt costs --where tag:team=web --by ResourceId,SkuId --from 2026-11-01" in text


def test_a_fine_budget_takes_three_lines_and_an_unknown_one_says_why() -> None:
    blocks = shown(check(), width=120).split("\n\n")
    (fine,) = (block for block in blocks if block.startswith("FINE"))
    (unknown,) = (block for block in blocks if block.startswith("UNKNOWN"))
    assert len(fine.splitlines()) == 3
    assert "No charge of the bill matches tag:team=nobody" in unknown
    assert shown(check()).count("No charge") == 1


def test_a_sum_that_lacks_days_is_at_least_that() -> None:
    partly = status("year", "4000")
    partly = replace(partly, freshness=replace(partly.freshness, missing_days=5))
    text = shown(replace(check(), budgets=(partly,)), width=120)
    assert "at least $190.00 of $4,000.00 (5%) spent, 14 of 30 days complete" in text


def test_what_has_to_be_known_of_a_budget_stands_below_it() -> None:
    late = status("late", "400", notes=("4 days of this period are over and not complete in the bill.",))
    assert "! 4 days of this period" in shown(replace(check(), budgets=(late,)))


def test_anomalies_stand_with_their_cause() -> None:
    text = " ".join(shown(check(), width=120).split())
    assert (
        "team web: $180.00 a day, not $100.00, since 2026-11-16 because of 98% resource web/i-1, $80.00 a day" in text
    )
    assert "team fresh: $180.00 a day, new, since 2026-11-16" in text


@pytest.mark.parametrize(
    ("amount", "drawn"),
    [("400", "█████████▒▒▒▒▒▒·····"), ("300", "████████████▒▒▒▒▒▒▒▒"), ("100", "████████████████████")],
)
def test_a_bar_is_the_amount_with_what_is_spent_and_foretold(amount: str, drawn: str) -> None:
    assert bar(status("web", amount)) == drawn


def test_credits_and_an_unknown_spend_have_a_bar_too() -> None:
    assert bar(status("web", "100", spent=Decimal(-5), forecast=None)) == "·" * 20
    assert bar(status("web", "100", spent=None, forecast=None)) == "?" * 20


@pytest.mark.parametrize("width", [60, 80, 100])
def test_lines_fit_except_the_command_that_is_to_be_copied(width: int) -> None:
    lines = shown(check("x" * 70), width=width).splitlines()
    assert all(len(line) <= width for line in lines if "next: " not in line)


def test_names_of_strangers_do_nothing_to_the_terminal() -> None:
    text = shown(check(ESCAPE), width=100)
    assert not {"\x1b", "\u202e"} & set(text)
    assert "[red]bold[/red]" in text
    assert not any(line.startswith("second line") for line in text.splitlines())


def test_colour_is_written_only_where_it_is_wanted() -> None:
    assert "\x1b[" in shown(check(), color=True)
    assert "\x1b[" not in shown(check())


def test_without_a_bill_the_verdict_says_so() -> None:
    assert shown(replace(check(), sources=())).startswith("There is no current bill: no budget could be judged")
