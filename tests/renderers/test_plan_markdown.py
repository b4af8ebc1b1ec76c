import re

import pytest

from costopt.renderers.markdown import MAX_CHARACTERS
from costopt.renderers.plan_markdown import PlanMarkdownRenderer
from tests.oracles.made_plan import large_plan, made_plan, plan_that_changes_nothing


def written(plan, **options):
    return PlanMarkdownRenderer(**options).render(plan)


def test_the_heading_is_the_sentence():
    first = written(made_plan()).splitlines()[0]
    assert first.startswith("## Buying these 4 commitments, resizing 5 workloads and removing")
    assert first.endswith("saves \\$31,180.65 a month (37%), proven within 0.13% of the best possible.")


@pytest.mark.parametrize("plan", [made_plan(), made_plan(hostile=True), large_plan(200)])
def test_every_row_of_a_table_has_as_many_cells_as_its_header(plan):
    cells = None
    for line in written(plan).splitlines():
        if not line.startswith("|"):
            cells = None
            continue
        found = len(re.findall(r"(?<!\\)\|", line))
        cells = cells or found
        assert found == cells, line


def test_a_name_can_neither_format_link_nor_mention():
    text = written(made_plan(hostile=True))
    outside = re.sub(r"`[^`\n]*`", "", text)
    assert not re.search(r"(?<!\\)<(?!\w+\\>)", outside)
    assert "](http" not in outside
    assert "@everyone" not in outside
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)


@pytest.mark.parametrize("most", [MAX_CHARACTERS, 20_000])
def test_a_large_plan_fits_a_comment_and_says_what_is_left_out(most):
    text = written(large_plan(3_000), max_characters=most)
    assert len(text) <= most
    left = [int(number.replace(",", "")) for number in re.findall(r"and ([\d,]+) more (?:purchase|change)", text)]
    shown = len(re.findall(r"^\| 20\d\d-", text, re.MULTILINE))
    assert left[0] == 3_000 - shown
    assert text.rstrip().splitlines()[-1].startswith("Catalog")


def test_the_totals_of_purchases_are_of_all_of_them_even_where_rows_are_cut():
    plan = large_plan(3_000)
    cost = sum(one.monthly_cost.amount for one in plan.variant("recommended").purchases)
    assert f"| **Total, once all are bought** | | | | \\${cost:,.2f} |" in written(plan)


def test_where_nothing_is_to_be_done_it_says_so():
    text = written(plan_that_changes_nothing())
    assert text.count("\nNothing.\n") == 2
    assert "What holds the plan back" not in text
