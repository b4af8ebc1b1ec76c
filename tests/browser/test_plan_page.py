import pytest

from costopt.renderers.plan_html import PlanHtmlRenderer
from tests.browser.conftest import CONTRAST
from tests.oracles.made_plan import made_plan, plan_of_workloads, plan_that_changes_nothing

OVERFLOWING = """
(selector) => [...document.querySelectorAll(selector)].filter((e) => e.scrollWidth > e.clientWidth + 1)
  .map((e) => e.textContent.trim())
"""
OVERLAPPING = """
() => [...document.querySelectorAll(".sides tr")].flatMap((row) => {
  const edges = [...row.querySelectorAll("td")].map((cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return range.getBoundingClientRect();
  });
  return edges.slice(1).filter((edge, at) => edge.left < edges[at].right).map(() => row.textContent);
})
"""


@pytest.fixture
def open_plan(visit, tmp_path):
    def open_page(plan, **options):
        target = tmp_path / "plan.html"
        target.write_text(PlanHtmlRenderer().render(plan), encoding="utf-8")
        return visit(target, ready=None, **options)

    return open_page


def assert_quiet(visited):
    assert visited.console == []
    assert visited.dialogs == []
    assert visited.violations() == []
    assert len(visited.requests) == 1, visited.requests


def test_the_page_opens_quietly_and_asks_for_nothing(open_plan):
    visited = open_plan(made_plan())
    assert visited.page.inner_text("#headline").replace("\n", "") == "$31,180.65"
    assert visited.page.title() == "costopt plan of 2026-11-20"
    assert_quiet(visited)


def test_hostile_names_are_shown_and_never_run(open_plan):
    visited = open_plan(made_plan(hostile=True))
    page = visited.page
    assert page.locator("script, img, iframe, object").count() == 0
    assert "</script><script>alert(1)</script>" in page.inner_text("#changes")
    for summary in page.locator("summary").all():
        summary.click()
    assert_quiet(visited)


def test_everything_can_be_read_without_scripts(open_plan):
    page = open_plan(made_plan(), scripts=False).page
    for section in ("variants", "purchases", "loads", "changes", "frontier", "limits", "certainty", "unplanned"):
        assert page.is_visible(f"#{section}")


@pytest.mark.parametrize("plan", [made_plan(hostile=True), plan_of_workloads(), plan_that_changes_nothing()])
@pytest.mark.parametrize("width", [390, 800, 1400])
def test_the_page_never_scrolls_sideways(open_plan, plan, width):
    page = open_plan(plan, viewport={"width": width, "height": 800}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 721, 1400])
def test_the_four_variants_are_readable_side_by_side(open_plan, width):
    page = open_plan(made_plan(), viewport={"width": width, "height": 800}).page
    assert page.evaluate(OVERLAPPING) == []
    assert page.evaluate(OVERFLOWING, ".sides td, .sides th[scope=col]") == []
    heads = page.locator(".sides thead th").all_inner_texts()
    assert [text.strip() for text in heads][-4:] == ["As it is", "Safe", "Recommended", "Cheapest"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(open_plan, scheme):
    page = open_plan(made_plan(), color_scheme=scheme).page
    for selector in (
        "body",
        ".hero",
        ".tail",
        ".origin",
        ".caution",
        ".made",
        ".eyebrow",
        "h2",
        ".sides .part td.best",
        ".key li",
        ".deal summary",
        ".loss",
        ".plot span",
        ".reasons li",
        "footer p",
    ):
        assert page.evaluate(CONTRAST, selector) >= 4.5, selector  # WCAG 2.2, 1.4.3


def test_the_dark_page_is_dark(open_plan):
    page = open_plan(made_plan(), color_scheme="dark").page
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 20, 26)"


def test_on_paper_text_is_dark_and_charts_keep_their_colours(open_plan):
    page = open_plan(made_plan(), color_scheme="dark").page
    page.emulate_media(media="print")
    for selector in ("body", ".hero", "h2", ".sides .part td.best"):
        assert page.evaluate(CONTRAST, selector) >= 4.5, selector
    assert page.evaluate("getComputedStyle(document.querySelector('.stack')).printColorAdjust") == "exact"
    assert page.pdf()[:5] == b"%PDF-"


def test_the_page_can_be_walked_by_keyboard(open_plan):
    page = open_plan(made_plan()).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#unplanned"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.localName") == "summary"
    page.keyboard.press("Enter")
    assert page.locator(".deal >> nth=0").get_attribute("open") is None
