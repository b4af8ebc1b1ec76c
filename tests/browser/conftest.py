"""A real browser on pages from files, with everything it complains about written down."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from costopt.renderers.html import HtmlRenderer

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""

CONTRAST = """
(selector) => {
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => numbers(color).slice(0, 3).map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const element = document.querySelector(selector);
  let behind = element;
  while (numbers(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const [a, b] = [light(getComputedStyle(element).color), light(getComputedStyle(behind).backgroundColor)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
"""
"""Contrast of an element's text with what is behind it, 1 to 21."""


@dataclass
class Visit:
    """One page, and all that happened in it."""

    page: object
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def violations(self):
        return self.page.evaluate("window.violations")


@pytest.fixture(scope="session")
def browser():
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Opens a report (or a file) and returns what happened; `ready` is the state that the script must reach, None
    where the page has no script."""
    contexts = []

    def open_page(report, *, ready="yes", scripts=True, before="", **options):
        target = report if isinstance(report, Path) else tmp_path / "report.html"
        if target is not report:
            target.write_text(HtmlRenderer().render(report), encoding="utf-8")
        context = browser.new_context(
            java_script_enabled=scripts, **{"viewport": {"width": 1400, "height": 900}, **options}
        )
        contexts.append(context)
        page = context.new_page()
        visited = Visit(page)
        page.on("console", lambda message: visited.console.append(message.text))
        page.on("pageerror", lambda error: visited.console.append(str(error)))
        page.on("request", lambda request: visited.requests.append(request.url))
        page.on("dialog", lambda dialog: (visited.dialogs.append(dialog.message), dialog.dismiss()))
        page.add_init_script(LISTEN + before)
        page.goto(target.as_uri())
        if scripts and ready:
            page.wait_for_selector(f'html[data-ready="{ready}"]', state="attached")
        return visited

    yield open_page
    for context in contexts:
        context.close()
