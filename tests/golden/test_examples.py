"""The committed example and README's real output are what the program says today; `make examples` renews them."""

import json
import re
from pathlib import Path

import pytest

from costopt.analyzer.registry import all_checks
from costopt.config.layers import load
from costopt.config.settings import PriceSettings, Settings
from costopt.model.report import Report
from costopt.pipeline.audit import audit
from costopt.pipeline.present import render

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/harbourline"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    no_refresh = str(tmp_path_factory.mktemp("prices"))
    return audit(EXAMPLE / "snapshot", Settings(prices=PriceSettings(directory=no_refresh)))


def test_the_report_of_the_example_is_the_committed_one(report: Report) -> None:
    assert json.loads(render(report, "json")) == json.loads((EXAMPLE / "report.json").read_text(encoding="utf-8"))


def test_its_markdown_is_the_committed_one(report: Report) -> None:
    assert render(report, "markdown") == (EXAMPLE / "report.md").read_text(encoding="utf-8")


def test_readme_shows_real_output(report: Report) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.partition("<!-- output: demo -->\n```text\n")[2].partition("\n...\n```")[0]
    assert block.count("\n") > 20
    assert render(report, "table", width=100).startswith(f"{block}\n")


def test_the_settings_of_the_example_are_valid_and_lower_the_saving(report: Report) -> None:
    settings = load(file=EXAMPLE / "costopt.toml", environ={}).settings
    assert audit(EXAMPLE / "snapshot", settings).totals.saving < report.totals.saving


def test_the_table_of_checks_is_current() -> None:
    listed = re.findall(r"^\| `(\w+)` \| (.+?) \|", (ROOT / "docs/checks.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == [(check.id, check.title) for check in all_checks()]


def test_the_answer_key_is_what_the_report_flags() -> None:
    answers = json.loads((EXAMPLE / "answers.json").read_text(encoding="utf-8"))
    findings = json.loads((EXAMPLE / "report.json").read_text(encoding="utf-8"))["findings"]
    flagged = {(finding["check_id"], finding["resource"]["id"]) for finding in findings}
    assert flagged == {(check_id, id_) for check_id, ids in answers.items() for id_ in ids}
