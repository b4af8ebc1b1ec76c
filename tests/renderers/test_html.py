import base64
import gzip
import json
import re
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

import pytest

from costopt.model.money import Money
from costopt.model.report import Slice
from costopt.renderers.html import HtmlRenderer
from tests.oracles.html_page import Page
from tests.oracles.reports import HOSTILE, empty_report, made_report


def page(report):
    return Page(HtmlRenderer().render(report))


@pytest.fixture(scope="module")
def report():
    return made_report(120)


@pytest.fixture(scope="module")
def parsed(report):
    return page(report)


def dollars(text):
    return Decimal(re.sub(r"[^\d.\N{MINUS SIGN}]", "", text).replace("\N{MINUS SIGN}", "-"))


def unpacked(parsed):
    data = json.loads(gzip.decompress(base64.b64decode(parsed.one("script", id="data")["text"])))
    strings = data["strings"]
    data["texts"] = {name: [None if at < 0 else strings[at] for at in column] for name, column in data["texts"].items()}
    return data


def test_kinds_that_no_check_looks_at_are_named_with_the_reason(report):
    html = HtmlRenderer().render(report)
    assert "<tr><td><code>launch_template</code></td><td>costs nothing itself</td>" in html
    assert "Of kinds without a check" not in HtmlRenderer().render(empty_report())


def test_every_element_is_closed_and_ids_are_unique(parsed):
    assert parsed.open == []
    ids = [e["attrs"]["id"] for e in parsed.elements if "id" in e["attrs"]]
    assert len(ids) == len(set(ids))
    labelled = [e["attrs"]["aria-labelledby"] for e in parsed.elements if "aria-labelledby" in e["attrs"]]
    assert set(labelled) <= set(ids)


def test_the_policy_comes_first_and_allows_only_the_scripts_and_styles_of_the_page(parsed):
    first = next(e for e in parsed.elements if e["in"] == ("html", "head"))
    assert first["attrs"]["http-equiv"] == "Content-Security-Policy"
    policy = dict(part.strip().split(" ", 1) for part in first["attrs"]["content"].split(";"))
    assert policy["default-src"] == "'none'"
    for directive, text in (
        ("script-src", next(e["text"] for e in parsed.all("script") if "type" not in e["attrs"])),
        ("style-src", parsed.one("style")["text"]),
    ):
        digest = base64.b64encode(sha256(text.encode()).digest()).decode()
        assert policy[directive] == f"'sha256-{digest}'"
    assert policy["base-uri"] == policy["form-action"] == "'none'"
    assert "unsafe" not in first["attrs"]["content"]


@pytest.mark.parametrize("hostile", [False, True])
def test_nothing_is_loaded_and_no_attribute_holds_style_or_script(hostile):
    parsed = page(made_report(60, hostile=hostile))
    for element in parsed.elements:
        for name, value in element["attrs"].items():
            assert not name.startswith("on")
            assert name not in {"style", "src", "srcset", "action", "data"}
            if name == "href":
                assert value == "data:," or value.startswith("#")
    assert {e["tag"] for e in parsed.elements}.isdisjoint({"iframe", "object", "embed", "img", "base"})
    assert "url(" not in parsed.one("style")["text"]
    assert "@import" not in parsed.one("style")["text"]


def test_hostile_names_are_text_and_nothing_else():
    tame, hostile = page(made_report(60)), page(made_report(60, hostile=True))
    assert {e["tag"] for e in hostile.elements} == {e["tag"] for e in tame.elements}
    assert len(hostile.all("script")) == 2
    shown = {e["text"] for e in hostile.all("bdi")}
    assert {"</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{ 7*7 }}{% raw %}"} <= shown
    names = unpacked(hostile)["texts"]["name"]
    assert "</script><script>alert(1)</script>" in names
    assert len(set(names)) == len(HOSTILE)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202e]", "".join(name for name in names))


def test_the_data_block_holds_no_character_of_markup():
    text = page(made_report(60, hostile=True)).one("script", id="data")["text"]
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", text)


def test_the_headline_is_the_saving_and_its_parts_add_up(report, parsed):
    hero = dollars(parsed.one("span", id="headline")["text"])
    assert hero == round(report.totals.saving.amount, 2)
    waste, optimisation = (dollars(e["text"]) for e in parsed.all("dd")[:2])
    assert waste + optimisation == hero


@pytest.mark.parametrize("amounts", [("0.005", "0.005", "0.005"), ("100.015", "33.335", "0.005")])
def test_the_three_steps_from_sum_to_total_agree_to_the_cent(report, amounts):
    alone, saving, waste = (Money(amount=Decimal(amount)) for amount in amounts)
    totals = replace(report.totals, saving=saving, sum_of_findings=alone, overlaps=alone - saving, waste=waste)
    text = " ".join(HtmlRenderer().render(replace(report, totals=totals)).split())
    bridge = text[text.index('id="bridge"') :]
    figures = [dollars(figure) for figure in re.findall(r'<td class="number">([^<]+)</td>', bridge)[:3]]
    assert figures[0] + figures[1] == figures[2]


def test_every_figure_is_a_table_that_adds_up(report, parsed):
    for name, slices in (("levers", report.by_lever), ("owners", report.by_owner), ("accounts", report.by_account)):
        start = parsed.elements.index(parsed.one("h2", id=name))
        cells = [e["text"] for e in parsed.elements[start + 1 : start + 400] if e["tag"] == "td" and "$" in e["text"]]
        figures = [dollars(cell) for cell in cells[: len(slices) + 1]]
        assert figures[:-1] == [round(part.saving.amount, 2) for part in slices]
        assert abs(sum(figures[:-1]) - figures[-1]) <= Decimal("0.01") * len(slices)
        assert figures[-1] == round(report.totals.saving.amount, 2)


def test_headings_are_conclusions_from_the_data(report, parsed):
    headings = [e["text"] for e in parsed.all("h2")]
    lever = report.by_lever[0]
    share = round(lever.saving.amount / report.totals.saving.amount * 100)
    assert headings[0] == f"{lever.name} is {share}% of the saving"


def test_a_long_list_of_owners_is_cut_and_still_adds_up(report):
    slices = tuple(Slice(name=f"team {n}", findings=1, saving=Money(amount=Decimal(100 - n))) for n in range(50))
    whole = sum((part.saving.amount for part in slices), Decimal(0))
    changed = replace(report, by_owner=slices, totals=replace(report.totals, saving=Money(amount=whole)))
    text = HtmlRenderer().render(changed)
    assert "38 others" in text
    assert "team 12<" not in text


def test_the_packed_findings_are_those_of_the_report(report, parsed):
    data = unpacked(parsed)
    assert data["texts"]["id"] == [item.id for item in report.findings]
    assert data["texts"]["owner"] == [item.owner for item in report.findings]
    assert sum(map(Decimal, map(str, data["counted"]))) == report.totals.saving.amount
    assert [worth is None for worth in data["alone"]] == [item.saving is None for item in report.findings]
    for item, terms in zip(report.findings, data["terms"], strict=True):
        amounts = [dollars(data["strings"][term[2]]) for term in terms]
        assert amounts == [round(term.amount, 2) for term in (item.saving.terms if item.saving else ())]


def test_readers_without_scripts_get_the_forty_dearest_findings(report, parsed):
    inside = [e for e in parsed.elements if "noscript" in e["in"] and e["tag"] == "tr"]
    assert len(inside) == 41
    assert report.findings[0].resource_name in inside[1]["text"]


def test_what_was_not_checked_is_listed_with_its_reason(parsed):
    section = parsed.one("section", id="gaps")["text"]
    for words in ("5 scopes of 24 not read", "ec2:DescribeVolumes", "another run may succeed",
                  "metric missing: memory_used_percent", "no price of"):  # fmt: skip
        assert words in section


def test_provenance_says_what_the_page_was_made_from(parsed):
    text = parsed.all("section")[-1]["text"]
    for words in ("sha256:4f0c9e21b7aa", "2026-11-20 05:20 UTC", "30 days to 2026-11-20", "2026.11.18", "$1.12",
                  "costopt 0.1.0", "--now 2026-11-20T06:00:00Z", "eu-central-1"):  # fmt: skip
        assert words in text


def test_an_empty_report_says_so_and_needs_no_table():
    parsed = page(empty_report())
    assert "Nothing was flagged." in parsed.one("section", id="findings")["text"]
    assert parsed.all("table", id="table") == []


def test_ten_thousand_findings_stay_below_the_size_of_a_photo():
    assert len(HtmlRenderer().render(made_report(10_000)).encode()) <= 1_400_000


def test_a_long_list_of_missing_prices_is_cut_and_still_adds_up(report):
    findings = tuple(replace(item, saving=None, price_gap=f"no price {n}") for n, item in enumerate(report.findings))
    text = page(replace(report, findings=findings)).one("section", id="gaps")["text"]
    assert f"and {len(findings) - 25} more prices{len(findings) - 25}" in "".join(text.split("\n"))
