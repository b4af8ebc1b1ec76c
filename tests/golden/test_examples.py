"""The committed example and README's real output are what the program says today; `make examples` renews them."""

import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from costopt.analyzer.registry import all_checks
from costopt.config.layers import load
from costopt.config.settings import PriceSettings, Settings
from costopt.model.report import Report
from costopt.pipeline.audit import audit
from costopt.pipeline.demo import take_bill_in, write_made_bill
from costopt.pipeline.present import render

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/harbourline"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings without anybody's refreshed prices."""
    return Settings(prices=PriceSettings(directory=str(tmp_path_factory.mktemp("prices"))))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's bill, taken in."""
    path = tmp_path_factory.mktemp("store") / "bills"
    take_bill_in(sorted((EXAMPLE / "bill").glob("*.parquet")), path)
    return path


@pytest.fixture(scope="module")
def report(plain: Settings, store: Path) -> Report:
    return audit(EXAMPLE / "snapshot", plain, store=store)


def test_the_report_of_the_example_is_the_committed_one(report: Report) -> None:
    assert json.loads(render(report, "json")) == json.loads((EXAMPLE / "report.json").read_text(encoding="utf-8"))


def test_its_markdown_is_the_committed_one(report: Report) -> None:
    assert render(report, "markdown") == (EXAMPLE / "report.md").read_text(encoding="utf-8")


def test_readme_shows_real_output(report: Report) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.partition("<!-- output: demo -->\n```text\n")[2].partition("\n...\n```")[0]
    assert block.count("\n") > 20
    assert render(report, "table", width=100).startswith(f"{block}\n")


def test_the_bill_of_the_example_is_the_committed_one(plain: Settings, tmp_path: Path) -> None:
    made = write_made_bill(EXAMPLE / "snapshot", tmp_path, plain.prices)
    committed = sorted((EXAMPLE / "bill").iterdir())
    assert [file.name for file in made] == [file.name for file in committed]
    for file, other in zip(made, committed, strict=True):
        assert pq.read_table(file).equals(pq.read_table(other))


def test_the_settings_of_the_example_are_valid_and_lower_the_saving(report: Report, store: Path) -> None:
    settings = load(file=EXAMPLE / "costopt.toml", environ={}).settings
    assert audit(EXAMPLE / "snapshot", settings, store=store).totals.saving < report.totals.saving


def test_the_table_of_checks_is_current() -> None:
    listed = re.findall(r"^\| `(\w+)` \| (.+?) \|", (ROOT / "docs/checks.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == [(check.id, check.title) for check in all_checks()]


def test_the_answer_key_is_what_the_report_flags() -> None:
    answers = json.loads((EXAMPLE / "answers.json").read_text(encoding="utf-8"))
    findings = json.loads((EXAMPLE / "report.json").read_text(encoding="utf-8"))["findings"]
    flagged = {(finding["check_id"], finding["resource"]["id"]) for finding in findings}
    assert flagged == {(check_id, id_) for check_id, ids in answers.items() for id_ in ids}
