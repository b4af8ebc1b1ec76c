import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.renderers.markdown import MAX_CHARACTERS, MarkdownRenderer, code, escape
from tests.oracles.reports import empty_report, made_report


def test_the_heading_is_the_money():
    assert MarkdownRenderer().render(made_report(60)).startswith("## Possible saving: at least $28,067.12/mo\n")


@pytest.mark.parametrize("hostile", [False, True])
def test_a_large_report_fits_a_comment_and_says_what_is_left_out(hostile):
    text = MarkdownRenderer().render(made_report(3000, hostile=hostile))
    assert len(text) <= MAX_CHARACTERS
    shown = len(re.findall(r"`F-[0-9a-f]{12}` \|", text))
    assert 100 < shown < 3000
    assert f"**{shown} findings of 3,000 shown;**" in text
    assert text.rstrip().splitlines()[-1].startswith("Snapshot")


def test_a_small_report_shows_every_finding_that_counts():
    report = made_report(15)
    text = MarkdownRenderer().render(report)
    assert all(finding.id in text for finding in report.findings)
    assert "shown;" not in text


def test_kinds_that_no_check_looks_at_are_named_with_the_reason():
    text = MarkdownRenderer().render(made_report(15))
    assert "- 12 of `launch_template` without a check: costs nothing itself" in text
    assert "without a check" not in MarkdownRenderer().render(empty_report())


def test_every_row_of_a_table_has_as_many_cells_as_its_header():
    cells = None
    for line in MarkdownRenderer().render(made_report(120, hostile=True)).splitlines():
        if not line.startswith("|"):
            cells = None
            continue
        found = len(re.findall(r"(?<!\\)\|", line))
        cells = cells or found
        assert found == cells, line


@given(st.text())
def test_a_name_cannot_leave_its_code_span_or_cell(name):
    text = code(name)
    if text != "\N{EN DASH}":
        assert text[0] == text[-1] == "`"
        assert "`" not in text[1:-1]
        assert "|" not in text
        assert "\n" not in text


def test_markup_in_a_sentence_is_escaped():
    assert escape("<img onerror=x> [a](b) *b* `c` | @all") == (
        "\\<img onerror=x\\> \\[a\\](b) \\*b\\* \\`c\\` \\| @\u2060all"
    )
    assert escape("https://evil.example www.evil.example") == "https\\://evil.example www\\.evil.example"


def test_an_empty_name_is_no_empty_code_span():
    assert code(" ") == "\N{EN DASH}"


def test_nothing_found_is_said():
    assert "No finding counts." in MarkdownRenderer().render(empty_report())
