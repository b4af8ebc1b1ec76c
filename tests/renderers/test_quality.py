"""Every figure that rests on an estimated price says so, in every format that people read."""

import csv
import io
import json
import re

import pytest

from costopt.model.finding import Finding
from costopt.model.price import Quality
from costopt.model.report import Report
from costopt.renderers.formats import money, worth
from costopt.renderers.registry import RENDERERS
from tests.oracles.reports import made_report, report_of

REPORT = made_report(60)
PRICED = [item for item in REPORT.findings if item.saving and item.silence is None and item.counted.amount]


def estimated(item: Finding) -> bool:
    assert item.saving is not None
    return any(term.price.quality is Quality.ESTIMATE for term in item.saving.terms)


def only(item: Finding) -> Report:
    return report_of([item])


def test_the_sample_has_both() -> None:
    assert {estimated(item) for item in PRICED} == {True, False}


@pytest.mark.parametrize("form", ["table", "markdown", "html"])
@pytest.mark.parametrize("wanted", [True, False], ids=["estimate", "not"])
def test_a_row_is_marked_exactly_where_one_of_its_prices_is_an_estimate(form: str, wanted: bool) -> None:
    item = next(item for item in PRICED if estimated(item) is wanted)
    text = RENDERERS[form].render(only(item))
    assert worth(item) in text
    assert (f"≈{money(item.counted)}" in text) is wanted


@pytest.mark.parametrize("form", ["table", "markdown", "html"])
def test_the_mark_is_explained_where_it_is_used(form: str) -> None:
    item = next(item for item in PRICED if estimated(item))
    text = re.sub(r"\s+", " ", RENDERERS[form].render(only(item)))
    assert "≈ marks a figure that rests on an estimated price" in text


def test_machines_read_the_quality_of_each_finding() -> None:
    expected = {item.id: item.saving.quality.value for item in REPORT.findings if item.saving}
    document = json.loads(RENDERERS["json"].render(REPORT))
    assert {item["id"]: item["saving"]["quality"] for item in document["findings"] if item["saving"]} == expected
    lines = [json.loads(line) for line in RENDERERS["jsonl"].render(REPORT).splitlines()]
    assert {item["id"]: item["saving"]["quality"] for item in lines if item.get("saving")} == expected
    rows = csv.DictReader(io.StringIO(RENDERERS["csv"].render(REPORT)))
    assert {row["id"]: row["price_quality"] for row in rows if row["price_quality"]} == expected
