"""A check of budgets for programs and for pages: JSON, Markdown, JUnit and OpenMetrics, and masked."""

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from costopt.errors import UsageError
from costopt.model.budget_check import Gate
from costopt.renderers.budget_redact import redact_check
from costopt.renderers.budget_registry import budget_renderer
from tests.oracles.budget_checks import check

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "reports/schema/budget.schema.json").read_text())
HOSTILE = (
    'a"b\\c',
    "</failure><script>alert(1)</script>",
    "]]>&amp;",
    "line\nbreak\ttab",
    "nul\0\x1b[31m\ufffe",
    "\ud800 half",
    "[link](http://x) **bold** @everyone | pipe `code`",
    "$(touch x); 'quoted'",
    "\u202eoverride",
)
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
SAMPLE = re.compile(rf"([a-z_]+)(?:\{{({LABEL}(?:,{LABEL})*)\}})? (-?[0-9.]+(?:e[+-]?[0-9]+)?)")


def text(form: str, name: str = "web", **look: Gate) -> str:
    return budget_renderer(form, **look).render(check(name))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", HOSTILE)
def test_json_is_as_its_schema_says_whatever_the_names(name: str) -> None:
    document = json.loads(text("json", name))
    jsonschema.validate(document, SCHEMA)
    assert document["budgets"][1]["spent"] == "190"
    assert document["anomalies"][0]["severity"] == "80"
    assert document["anomalies"][1]["score"] is None


@pytest.mark.parametrize("name", HOSTILE)
def test_junit_is_xml_with_a_case_for_each_budget_anomaly_and_source(name: str) -> None:
    root = ET.fromstring(text("junit", name))
    assert [(one.get("name"), one.get("tests"), one.get("failures"), one.get("skipped")) for one in root] == [
        ("budgets", "4", "1", "1"), ("anomalies", "2", "0", "0"), ("bill", "1", "0", "0"),
    ]  # fmt: skip
    assert (root.get("tests"), root.get("failures")) == ("7", "1")
    assert len(root.findall(".//failure")) == 1
    assert root.find(".//script") is None


@pytest.mark.parametrize(("gate", "failures"), [(Gate.NEVER, 0), (Gate.BREACH, 1), (Gate.RISK, 2), (Gate.ANOMALY, 3)])
def test_in_junit_fails_what_meets_the_gate(gate: Gate, failures: int) -> None:
    root = ET.fromstring(text("junit", gate=gate))
    assert (root.get("failures"), len(root.findall(".//failure"))) == (str(failures), failures)


def samples(exposition: str) -> dict[str, list[tuple[dict[str, str], float]]]:
    """OpenMetrics text read strictly: types before samples, every family once, no series twice, the end marked."""
    *lines, last = exposition.splitlines()
    assert (last, exposition[-1]) == ("# EOF", "\n")
    types: dict[str, str] = {}
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for line in lines:
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types
            types[name] = kind
        elif not line.startswith("# HELP "):
            parsed = SAMPLE.fullmatch(line)
            assert parsed, line
            assert parsed[1] == list(types)[-1]
            pairs = (pair.split("=", 1) for pair in re.findall(LABEL, parsed[2] or ""))
            labels = {key: re.sub(r"\\(.)", r"\1", value[1:-1]) for key, value in pairs}
            assert labels not in [known for known, _ in found.get(parsed[1], [])]
            found.setdefault(parsed[1], []).append((labels, float(parsed[3])))
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_openmetrics_is_read_by_a_strict_parser_whatever_the_names(name: str) -> None:
    found = samples(text("openmetrics", name))
    assert [value for _, value in found["costopt_budget_amount"]] == [400, 180, 295, 100]
    assert found["costopt_anomaly_daily_excess"][0][1] == 80


def test_openmetrics_has_no_sample_of_what_is_not_known() -> None:
    found = samples(text("openmetrics"))
    assert {labels["budget"] for labels, _ in found["costopt_budget_forecast"]} == {"calm", "web", "soon"}
    states = {labels["budget"]: labels["costopt_budget_state"] for labels, on in found["costopt_budget_state"] if on}
    assert states == {"calm": "fine", "web": "breached", "soon": "at_risk", "nobody": "unknown"}
    assert found["costopt_bill_complete_until_timestamp_seconds"][0][1] == 1_795_132_800  # 2026-11-20T00:00Z


def test_two_names_that_look_alike_once_clean_are_one_series() -> None:
    whole = check()
    first, second = (replace(whole.anomalies[0], value=value) for value in ("a\x01", "a\x02"))
    exposition = budget_renderer("openmetrics").render(replace(whole, anomalies=(first, second)))
    assert len(samples(exposition)["costopt_anomaly_daily_excess"]) == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_markdown_shows_names_and_obeys_none(name: str) -> None:
    page = text("markdown", name)
    outside = re.sub(r"`[^`]*`|\\.", "", page)  # without code, and without what is escaped
    assert not [markup for markup in ("](http", "<script>", "**bold**", "@everyone") if markup in outside]
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert len(rows) == 6
    assert all(re.sub(r"`[^`]*`", "", row).count("|") == 8 for row in rows)


def test_markdown_has_verdict_reasons_and_the_next_command() -> None:
    page = text("markdown")
    assert page.startswith("## 4 budgets: 1 breached, 1 at risk")
    assert "`costopt costs --where tag:team=web --by ResourceId,SkuId --from 2026-11-01`" in page
    assert "### Not known" in page


def test_a_command_of_markdown_runs_nothing_of_a_name_where_it_is_pasted() -> None:
    """In a code span a backtick cannot stand; a quotation mark in its place would end the shell's own."""
    page = text("markdown", "a`; touch x #")
    (line,) = (one for one in page.splitlines() if one.startswith("- next: ") and "--where" not in one)
    assert line == "- next: `costopt budget status`"
    assert "touch x" not in "".join(one for one in page.splitlines() if one.startswith("- next: "))


def test_markdown_of_many_budgets_fits_into_a_comment() -> None:
    whole = check()
    many = tuple(replace(one, notes=("x" * 300,)) for one in whole.budgets) * 300
    page = budget_renderer("markdown").render(replace(whole, budgets=many, notes=("y" * 390,) * 400))
    assert len(page.encode()) < 65_536
    assert page.endswith("More does not fit; `-f json` has all.\n")


@pytest.mark.parametrize("form", ["table", "json", "markdown", "junit", "openmetrics"])
def test_masked_no_name_is_left_and_all_money_is(form: str) -> None:
    masked = budget_renderer(form).render(redact_check(check("zebra-corp")))
    assert "zebra" not in masked
    assert "calm" not in masked
    assert "owner of" not in masked
    assert "190" in masked


def test_the_same_thing_has_the_same_pseudonym_and_services_keep_their_names() -> None:
    masked = redact_check(check("zebra-corp"))
    value = masked.anomalies[0].value
    assert value is not None
    assert masked.budgets[1].budget.scope[0].values == (value,)
    assert masked.budgets[1].movers[0].value == "Amazon EC2"
    assert masked.budgets[1].movers[1].value == masked.anomalies[0].causes[0].value
    assert masked.budgets[1].budget.labels == {}


def test_an_unknown_format_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="html is no format") as raised:
        budget_renderer("html")
    assert "openmetrics" in raised.value.hint
