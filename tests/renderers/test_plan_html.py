import base64
import re
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

import pytest

from costopt.renderers.plan_html import PlanHtmlRenderer
from tests.oracles.html_page import Page
from tests.oracles.made_plan import (
    large_plan,
    made_plan,
    plan_of_workloads,
    plan_that_changes_nothing,
    plan_without_bound,
)


def page(plan):
    return Page(PlanHtmlRenderer().render(plan))


PLANS = {
    "made": made_plan(),
    "hostile": made_plan(hostile=True),
    "nothing": plan_that_changes_nothing(),
    "no bound": plan_without_bound(),
    "workloads": plan_of_workloads(),
}


@pytest.fixture(scope="module")
def parsed():
    return page(made_plan())


def dollars(text):
    return Decimal(re.sub(r"[^\d.\N{MINUS SIGN}]", "", text).replace("\N{MINUS SIGN}", "-"))


def words(element):
    return " ".join(element["text"].split())


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_every_element_is_closed_and_ids_are_unique(plan):
    parsed = page(plan)
    assert parsed.open == []
    ids = [e["attrs"]["id"] for e in parsed.elements if "id" in e["attrs"]]
    assert len(ids) == len(set(ids))
    labelled = [e["attrs"]["aria-labelledby"] for e in parsed.elements if "aria-labelledby" in e["attrs"]]
    assert set(labelled) <= set(ids)
    links = {e["attrs"]["href"][1:] for e in parsed.all("a")}
    assert links <= set(ids)


def test_the_policy_comes_first_and_allows_the_style_of_the_page_and_no_script(parsed):
    first = next(e for e in parsed.elements if e["in"] == ("html", "head"))
    policy = dict(part.strip().split(" ", 1) for part in first["attrs"]["content"].split(";"))
    assert policy["default-src"] == policy["script-src"] == "'none'"
    digest = base64.b64encode(sha256(parsed.one("style")["text"].encode()).digest()).decode()
    assert policy["style-src"] == f"'sha256-{digest}'"
    assert parsed.all("script") == []


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_nothing_is_loaded_and_no_attribute_holds_style_or_script(plan):
    parsed = page(plan)
    for element in parsed.elements:
        for name, value in element["attrs"].items():
            assert not name.startswith("on")
            assert name not in {"style", "src", "srcset", "action", "data"}
            if name == "href":
                assert value == "data:," or value.startswith("#")
    assert {e["tag"] for e in parsed.elements}.isdisjoint({"script", "iframe", "object", "embed", "img", "base"})


def test_hostile_names_are_text_and_nothing_else(parsed):
    hostile = page(made_plan(hostile=True))
    assert {e["tag"] for e in hostile.elements} == {e["tag"] for e in parsed.elements}
    shown = {e["text"] for e in hostile.all("bdi")}
    assert {"</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>"} <= shown
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", PlanHtmlRenderer().render(made_plan(hostile=True)))


def test_the_headline_is_the_saving_and_the_tiles_differ_by_it(parsed):
    assert dollars(parsed.one("span", id="headline")["text"]) == Decimal("31180.65")
    before, after, upfront, worst = (dollars(e["text"]) for e in parsed.all("dd")[:4])
    assert before - after == Decimal("31180.65")
    assert (upfront, worst) == (Decimal("15660.00"), Decimal("69015.02"))


def test_every_chart_has_a_title_and_a_table_behind_it(parsed):
    charts = parsed.all("svg", role="img")
    assert len(charts) == 4 + 2 + 1
    titles = [words(e) for e in parsed.all("title") if "svg" in e["in"]]
    assert len(titles) == len(charts)
    assert titles[0] == (
        "As it is: $84,310.28 a month, of which $12,400.00 commitments, $68,211.03 on demand, $3,699.25 spot; worst "
        "case $98,204.33"
    )
    assert all(e["attrs"].get("aria-hidden") == "true" for e in parsed.all("svg", class_="bar"))


def test_columns_of_purchases_add_up(parsed):
    best = made_plan().variant("recommended")
    sums = [dollars(e["text"]) for e in parsed.all("td") if "tfoot" in e["in"] and e["text"]]
    assert sums == [
        sum(one.monthly_cost.amount for one in best.purchases),
        sum(one.upfront.amount for one in best.purchases),
    ]
    text = words(parsed.one("section", id="purchases"))
    assert "do not add up to the saving of the plan" in text
    assert "≈ marks a figure that rests on an estimated price." in text


def test_a_scenario_that_loses_is_marked_by_more_than_colour(parsed):
    losing = [e for e in parsed.all("td") if "loss" in e["attrs"].get("class", "")]
    assert losing
    assert all(e["text"].startswith("\N{MINUS SIGN}") for e in losing)


def test_it_says_what_binds_what_is_assumed_and_what_was_left(parsed):
    for id_, said in (
        ("limits", "saves $412.08 a month with $1,000 more upfront"),
        ("certainty", "No plan under the same requirements costs less than $53,060.56 a month"),
        ("certainty", "Owned commitments are not renewed when they end."),
        ("unplanned", "no price of db.m1.large in eu-west-1"),
        ("frontier", "three years, all of the load"),
        ("loads", "Commitments cover 80% of the load; 89% of them is used."),
    ):
        assert said in words(parsed.one("section", id=id_))


def test_where_nothing_is_to_be_done_the_page_says_so_and_leaves_out_what_it_has_not():
    parsed = page(plan_that_changes_nothing())
    assert "Nothing to buy" in parsed.one("section", id="purchases")["text"]
    assert "Nothing to resize" in parsed.one("section", id="changes")["text"]
    sections = {e["attrs"].get("id") for e in parsed.all("section")}
    assert sections.isdisjoint({"frontier", "limits", "loads", "unplanned", "certainty"})


def test_a_plan_without_a_bound_says_so():
    certainty = words(page(plan_without_bound()).one("section", id="certainty"))
    assert "How near this is to the best possible is not known" in certainty
    assert "unknown" in certainty


def test_a_large_plan_is_cut_and_says_how_much_is_left_out():
    text = PlanHtmlRenderer().render(large_plan(2_000))
    assert text.count("and 1,500 more") == 4
    assert len(text.encode()) < 3_000_000


def test_the_same_plan_gives_the_same_page():
    assert PlanHtmlRenderer().render(made_plan()) == PlanHtmlRenderer().render(replace(made_plan()))
