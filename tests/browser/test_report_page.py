import csv
import re
from decimal import Decimal

import pytest

from costopt.renderers.html import HtmlRenderer
from tests.browser.conftest import CONTRAST
from tests.oracles.reports import HOSTILE, empty_report, made_report

ROWS = "#table > tbody > tr:not(.detail)"


@pytest.fixture(scope="session")
def large():
    return made_report(10_000)


@pytest.fixture(scope="session")
def large_file(large, tmp_path_factory):
    target = tmp_path_factory.mktemp("large") / "report.html"
    target.write_text(HtmlRenderer().render(large), encoding="utf-8")
    return target


def dollars(text):
    return Decimal(re.search(r"\$([\d,]+\.\d\d)", text).group(1).replace(",", ""))


def tab_to(page, selector, limit=80):
    """Presses Tab until the element has the focus, as someone without a mouse does."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with {limit} presses of Tab")


def shown(page, column):
    return page.locator(f"{ROWS} > td:nth-child({column})").all_inner_texts()


def assert_quiet(visited, requests=1):
    assert visited.console == []
    assert visited.dialogs == []
    assert visited.violations() == []
    assert len(visited.requests) == requests, visited.requests


def test_ten_thousand_findings_open_quietly_and_the_totals_agree(visit, large, large_file):
    visited = visit(large_file)
    page = visited.page
    whole = round(large.totals.saving.amount, 2)
    assert dollars(page.inner_text("#headline").replace("\n", "")) == whole
    status = page.inner_text("#status")
    assert status.startswith("10,000 of 10,000 findings")
    assert dollars(status) == whole
    assert page.get_attribute("#status", "role") == "status"
    assert page.inner_text("#window") == "1\N{EN DASH}25 of 10,000"
    assert_quiet(visited)
    assert visited.requests == [large_file.as_uri()]


def test_sorting_by_keyboard(visit, large, large_file):
    visited = visit(large_file)
    page = visited.page
    tab_to(page, '#table th[data-sort="counted"] button')
    page.keyboard.press("Enter")
    assert page.get_attribute('#table th[data-sort="counted"]', "aria-sort") == "descending"
    top = sorted((item.counted.amount for item in large.findings), reverse=True)[:25]
    assert [dollars(text) for text in shown(page, 6)] == [round(amount, 2) for amount in top]
    page.keyboard.press("Space")
    assert page.get_attribute('#table th[data-sort="counted"]', "aria-sort") == "ascending"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert page.locator("#table th[aria-sort]").count() == 1
    assert page.get_attribute('#table th[data-sort="confidence"]', "aria-sort") == "descending"
    assert {text.split()[-1] for text in shown(page, 5)} == {"high"}
    page.keyboard.press("Enter")
    assert {text.split()[-1] for text in shown(page, 5)} == {"low"}
    assert_quiet(visited)


def test_sorting_by_name_counts_numbers_as_numbers(visit, large_file):
    page = visit(large_file).page
    tab_to(page, '#table th[data-sort="name"] button')
    page.keyboard.press("Enter")
    names = [text.split("\n")[0] for text in shown(page, 2)]
    assert names == sorted(names)
    assert names[0].startswith("checkout-api-0")


def test_filtering_by_keyboard_moves_the_total(visit, large, large_file):
    visited = visit(large_file)
    page = visited.page
    tab_to(page, "#query")
    page.keyboard.type("EU-WEST-1 checkout")
    wanted = [
        i for i in large.findings if i.resource.region == "eu-west-1" and "checkout" in f"{i.owner} {i.resource_name}"
    ]
    status = page.inner_text("#status")
    assert status.startswith(f"{len(wanted):,} of 10,000 findings")
    assert dollars(status) == round(sum(i.counted.amount for i in wanted), 2)
    tab_to(page, 'select[data-column="lever"]')
    page.keyboard.type("Unused")
    tab_to(page, 'select[data-column="confidence"]')
    page.keyboard.type("high")
    fewer = [i for i in wanted if i.lever == "Unused storage" and i.confidence == "high"]
    assert 0 < len(fewer) < len(wanted)
    status = page.inner_text("#status")
    assert status.startswith(f"{len(fewer):,} of 10,000 findings")
    assert dollars(status) == round(sum(i.counted.amount for i in fewer), 2)
    tab_to(page, "#reset")
    page.keyboard.press("Enter")
    page.wait_for_selector("#status:has-text('10,000 of 10,000')")
    assert_quiet(visited)


def test_findings_without_an_owner_can_be_chosen(visit, large, large_file):
    page = visit(large_file).page
    page.select_option('select[data-column="owner"]', label="(no owner tag)")
    wanted = sum(1 for item in large.findings if item.owner is None)
    assert page.inner_text("#status").startswith(f"{wanted:,} of 10,000")
    assert set(shown(page, 4)) == {"\N{EN DASH}"}


def test_a_filter_that_matches_nothing_says_so(visit, large_file):
    page = visit(large_file).page
    page.fill("#query", "no such thing")
    assert page.inner_text("#status") == "0 of 10,000 findings · $0.00 a month"
    assert "No finding matches" in page.inner_text("#table tbody")
    assert page.is_disabled("#next")


def test_a_row_opens_to_its_evidence_and_arithmetic(visit, large, large_file):
    visited = visit(large_file)
    page = visited.page
    tab_to(page, ".open")
    page.keyboard.press("Enter")
    first = large.findings[0]
    assert page.get_attribute(".open >> nth=0", "aria-expanded") == "true"
    detail = page.inner_text(".detail")
    for words in (first.evidence[0].statement, first.action.summary, first.resource.id, f"costopt explain {first.id}"):
        assert words in detail
    lines = [dollars(text) for text in page.locator(".detail table tbody td.number").all_inner_texts()]
    alone, counted = (dollars(text) for text in page.locator(".detail tfoot td").all_inner_texts())
    assert sum(lines) == alone == round(first.saving.monthly.amount, 2)
    assert counted == round(first.counted.amount, 2)
    page.keyboard.press("Enter")
    assert page.locator(".detail").count() == 0
    assert_quiet(visited)


def test_why_less_is_counted_is_in_the_row(visit, large, large_file):
    page = visit(large_file).page
    overlapping = next(item for item in large.findings if item.overlap)
    page.fill("#query", overlapping.id)
    page.click(".open")
    assert f"Less is counted: {overlapping.overlap}" in page.inner_text(".detail")
    silenced = next(item for item in large.findings if item.silence)
    page.fill("#query", silenced.id)
    page.click(".open")
    assert "silenced by mute until 2027-01-31" in page.inner_text(".detail")
    unpriced = next(item for item in large.findings if item.price_gap and not item.silence)
    page.fill("#query", unpriced.id)
    assert shown(page, 6) == ["no price"]


def test_all_rows_can_be_paged_through_by_keyboard(visit, large, large_file):
    page = visit(large_file).page
    tab_to(page, "#next")
    page.keyboard.press("Enter")
    assert page.inner_text("#window") == "26\N{EN DASH}50 of 10,000"
    assert dollars(shown(page, 6)[0]) == round(large.findings[25].counted.amount, 2)
    tab_to(page, "#last")
    page.keyboard.press("Enter")
    assert page.inner_text("#window") == "9,976\N{EN DASH}10,000 of 10,000"
    assert page.is_disabled("#next")
    assert page.evaluate("document.activeElement.id") == "previous"
    page.click("#first")
    assert page.inner_text("#window").startswith("1\N{EN DASH}25")


def test_the_exported_rows_are_those_of_the_filter_and_no_cell_is_a_formula(visit, tmp_path):
    report = made_report(240, hostile=True)
    visited = visit(report, accept_downloads=True)
    page = visited.page
    page.select_option('select[data-column="lever"]', label="Right-sizing")
    with page.expect_download() as download:
        page.click("#export")
    target = tmp_path / "findings.csv"
    download.value.save_as(target)
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = [item for item in report.findings if item.lever == "Right-sizing"]
    assert [row["id"] for row in rows] == [item.id for item in wanted]
    assert sum(Decimal(row["counted_month"]) for row in rows) == sum(item.counted.amount for item in wanted)
    cells = [cell for row in rows for name, cell in row.items() if not name.endswith("_month")]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))] == []
    assert "'=cmd|'/c calc'!A1" in cells
    assert visited.console == visited.violations() == []


def test_hostile_names_are_shown_and_never_run(visit):
    report = made_report(120, hostile=True)
    visited = visit(report)
    page = visited.page
    tags = set(page.evaluate("[...document.querySelectorAll('*')].map(e => e.localName)"))
    assert tags.isdisjoint({"img", "iframe", "object"})
    assert page.locator("script").count() == 2
    for _ in range(5):
        for button in page.locator(".open").all():
            button.click()
        assert page.locator(".detail img, .detail script, .detail a").count() == 0
        if page.is_disabled("#next"):
            break
        page.click("#next")
    options = page.locator('select[data-column="owner"] option').all_text_contents()
    assert len(options) == len(HOSTILE) + 1
    page.select_option('select[data-column="owner"]', label="</script><script>alert(1)</script>")
    assert "</script><script>alert(1)</script>" in shown(page, 4)
    assert_quiet(visited)


def test_the_listener_would_notice_a_violation(visit):
    visited = visit(made_report(5))
    visited.page.evaluate("document.body.setAttribute('style', 'color: red')")
    visited.page.evaluate(
        "document.body.append(Object.assign(document.createElement('img'), {src: 'https://evil.example'}))"
    )
    visited.page.wait_for_timeout(50)
    assert {"style-src-attr", "img-src"} <= set(visited.violations())
    assert visited.console


def test_an_empty_report_opens_quietly(visit):
    visited = visit(empty_report(), ready="empty")
    assert "Nothing was flagged." in visited.page.inner_text("#findings")
    assert_quiet(visited)


def test_without_scripts_the_dearest_forty_are_there(visit, large, large_file):
    page = visit(large_file, scripts=False).page
    assert page.locator("noscript table tbody tr").count() == 40
    assert large.findings[0].resource_name in page.inner_text("noscript table")
    assert not page.is_visible("#live")


def test_a_browser_that_cannot_unpack_says_what_to_do(visit):
    visited = visit(made_report(5), ready="failed", before="delete window.DecompressionStream;")
    assert "costopt audit --snapshot SNAPSHOT -f csv" in visited.page.inner_text("#failure")
    assert visited.page.is_visible("#failure")


@pytest.mark.parametrize("width", [400, 800, 1400])
def test_the_page_never_scrolls_sideways(visit, width):
    page = visit(made_report(60, hostile=True), viewport={"width": width, "height": 800}).page
    for button in page.locator(".open").all()[:3]:
        button.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.evaluate("[...document.querySelectorAll('.scroll')].map(e => e.scrollWidth - e.clientWidth)")
    assert max(boxes[:1]) <= 0, "the findings themselves fit"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(visit, scheme):
    page = visit(made_report(60), color_scheme=scheme).page
    page.click(".open >> nth=0")
    for selector in (
        "body",
        ".hero",
        ".origin",
        ".caution",
        ".made",
        ".eyebrow",
        "h2",
        ".bars .quiet",
        ".status",
        ".findings thead button",
        ".sure",
        ".tag",
        ".detail .quiet",
        ".bad",
        "a[href]",
        "footer p",
    ):
        assert page.evaluate(CONTRAST, selector) >= 4.5, selector  # WCAG 2.2, 1.4.3


def test_the_dark_page_is_dark(visit):
    def color(scheme):
        page = visit(made_report(5), color_scheme=scheme).page
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert color("dark") == "rgb(18, 20, 26)"
    assert color("light") == "rgb(248, 247, 243)"


def test_on_paper_there_are_no_controls_and_dark_text(visit):
    page = visit(made_report(60), color_scheme="dark").page
    page.emulate_media(media="print")
    for selector in ("body", ".hero", "h2", ".origin"):
        assert page.evaluate(CONTRAST, selector) >= 4.5, selector
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.is_visible("#filters")
    assert page.locator(".pager button:visible").count() == 0
    assert page.is_visible("#status")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.inner_text("#window") == "1\N{EN DASH}40 of 60"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.inner_text("#window") == "1\N{EN DASH}25 of 60"
    assert page.pdf()[:5] == b"%PDF-"
