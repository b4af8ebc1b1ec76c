import csv
import json
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.errors import UsageError
from costopt.model.finding import Evidence
from costopt.renderers.registry import RENDERERS, find_renderer
from tests.oracles.reports import empty_report, made_report


def test_the_formats_are_named_as_on_the_command_line():
    assert list(RENDERERS) == ["table", "json", "jsonl", "csv", "markdown", "html"]
    assert all(renderer.id == name for name, renderer in RENDERERS.items())
    assert len({renderer.suffix for renderer in RENDERERS.values()}) == len(RENDERERS)


def test_an_unknown_format_names_the_known_ones():
    with pytest.raises(UsageError, match="pdf") as caught:
        find_renderer("pdf")
    assert "markdown" in caught.value.hint


@pytest.mark.parametrize("name", RENDERERS)
def test_the_same_report_gives_the_same_bytes(name):
    assert find_renderer(name).render(made_report(80)) == find_renderer(name).render(made_report(80))


@pytest.mark.parametrize("name", RENDERERS)
def test_every_format_writes_hostile_names_as_utf_8_without_control_characters(name):
    text = find_renderer(name).render(made_report(60, hostile=True))
    assert text.encode("utf-8")
    assert not {c for c in text if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160}


@pytest.mark.parametrize("name", sorted(set(RENDERERS) - {"json", "jsonl"}))
def test_no_format_for_people_lets_a_name_reorder_the_text(name):
    text = find_renderer(name).render(made_report(60, hostile=True))
    assert "\u202e" not in text


@pytest.mark.parametrize("name", RENDERERS)
def test_a_report_without_findings_can_be_shown(name):
    text = find_renderer(name).render(empty_report())
    assert text.endswith("\n") or not text


@pytest.mark.parametrize("name", ["table", "markdown", "html"])
def test_a_lower_bound_is_said_to_be_one_and_a_full_figure_is_not(name):
    report = made_report(60)
    assert "at least" in find_renderer(name).render(report)
    exact = replace(report, totals=replace(report.totals, at_least=False))
    assert "at least" not in find_renderer(name).render(exact).lower()


@pytest.mark.parametrize("name", ["table", "markdown", "html"])
def test_a_made_example_says_that_it_is_nobodys_account(name):
    assert "made example" in find_renderer(name).render(made_report(5)).lower()
    assert "made example" not in find_renderer(name).render(made_report(5, made=False)).lower()


def named(text):
    """A report of one finding that says `text` wherever a stranger may have written."""
    report = made_report(1)
    finding = replace(
        report.findings[0], resource_name=text or None, owner=text or None, evidence=(Evidence(statement=text),),
        overlap=text, resource=report.findings[0].resource._replace(id=text),
    )  # fmt: skip
    slices = (replace(report.by_owner[0], name=text),)
    return replace(report, findings=(finding,), by_owner=slices, by_account=slices)


HOSTILE_TEXT = st.text(max_size=40) | st.text(alphabet="<>&\"'`|\\=/@-{}%#\n a\u202e\x1b", max_size=40)


@cache
def tame(name):
    return RENDERERS[name].render(named("x"))


def skeleton(page):
    parser, seen = HTMLParser(), []
    parser.handle_starttag = lambda tag, attrs: seen.append((tag, tuple(sorted(name for name, _ in attrs))))
    parser.feed(page)
    return seen


@cache
def tame_skeleton():
    return skeleton(tame("html"))


@given(HOSTILE_TEXT)
@settings(max_examples=60, deadline=None)
def test_no_name_adds_an_element_or_an_attribute_to_the_page(text):
    assert skeleton(RENDERERS["html"].render(named(text))) == tame_skeleton()


@given(HOSTILE_TEXT)
@settings(max_examples=60, deadline=None)
def test_no_name_adds_a_line_to_a_table_a_cell_to_a_row_or_a_finding_to_a_document(text):
    report = named(text)
    assert len(RENDERERS["table"].render(report).splitlines()) == len(tame("table").splitlines())
    (row,) = csv.DictReader(StringIO(RENDERERS["csv"].render(report)))
    assert row["id"] == report.findings[0].id
    assert len(RENDERERS["jsonl"].render(report).splitlines()) == 1
    assert json.loads(RENDERERS["json"].render(report))["findings"][0]["resource"]["id"] == text
    pages = (RENDERERS["markdown"].render(report), tame("markdown"))
    bars, tame_bars = ([len(re.findall(r"(?<!\\)\|", line)) for line in page.splitlines()] for page in pages)
    assert bars == tame_bars
