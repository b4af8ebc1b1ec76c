import re

import pytest

from costopt.renderers.plan_table import PlanTableRenderer
from tests.oracles.made_plan import (
    large_plan,
    made_plan,
    plan_of_workloads,
    plan_that_changes_nothing,
    plan_without_bound,
)


def shown(plan, **options):
    return PlanTableRenderer(**options).render(plan)


def words(text):
    return " ".join(text.split())


@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("plan", [made_plan(), made_plan(hostile=True), large_plan(30), plan_of_workloads()])
def test_no_line_is_wider_than_the_terminal(plan, width):
    assert max(map(len, shown(plan, width=width).splitlines())) <= width


def test_the_four_variants_stand_side_by_side():
    lines = shown(made_plan()).splitlines()
    (head,) = (line for line in lines if "Recommended" in line and "Cheapest" in line)
    assert head.split("  ")[-1].strip() == "Cheapest"
    (total,) = (line for line in lines if line.strip().startswith("Total a month"))
    assert re.findall(r"\$[\d,.]+", total) == ["$84,310.28", "$61,307.07", "$53,129.63", "$50,468.56"]


def test_it_says_what_to_buy_what_to_resize_what_binds_and_how_sure_it_is():
    text = words(shown(made_plan(), width=160))
    for said in (
        "2026-12-01 P2 EC2 Instance Savings Plan",
        "1.25 USD per hour, 3 years, partial upfront",
        "4 \N{MULTIPLICATION SIGN} c5.9xlarge",
        "5 \N{MULTIPLICATION SIGN} c7i.4xlarge spot eu-west-1a",
        "upfront budget of $20,000; saves $412.08 a month with $1,000 more upfront",
        "No plan under the same requirements costs less than $53,060.56 a month",
        "Assumed: Demand grows by 20 % a year.",
        "! i-0f3a9c1d2e4b5a678: no metrics of the last 14 days",
    ):
        assert said in text


def test_no_name_speaks_to_the_terminal():
    text = shown(made_plan(hostile=True))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066-\u2069]", text)
    assert "\N{REPLACEMENT CHARACTER}gnp.exe" in text


def test_colour_codes_are_only_our_own():
    text = shown(made_plan(hostile=True), color=True)
    bare = re.sub(r"\x1b\[[\d;]*m", "", text)
    assert "\x1b" not in bare
    assert words(bare) == words(shown(made_plan(hostile=True)))


def test_a_long_plan_says_how_much_is_not_shown():
    text = words(shown(large_plan(100), width=120))
    assert "and 88 more, in the total" in text
    assert "88 more changes not shown." in text
    assert text.count("and 88 more") == 3


def test_where_nothing_is_to_be_done_it_says_so():
    text = shown(plan_that_changes_nothing())
    assert "What to buy: nothing." in text
    assert "What to resize: nothing." in text
    assert "Saving a month" not in text


def test_a_plan_without_a_bound_says_so():
    assert "The solver gave no bound" in words(shown(plan_without_bound()))
