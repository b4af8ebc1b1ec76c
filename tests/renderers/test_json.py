import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from costopt.renderers.document import to_document
from costopt.renderers.json import JsonRenderer
from costopt.renderers.jsonl import JsonLinesRenderer
from tests.oracles.reports import empty_report, made_report

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "reports/schema/report.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def document():
    return json.loads(JsonRenderer().render(made_report(120)))


@pytest.mark.parametrize("report", [made_report(120), made_report(60, hostile=True), empty_report()])
def test_the_document_is_valid_by_the_published_schema(report):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(JsonRenderer().render(report)), SCHEMA)


@pytest.mark.parametrize("broken", [{"schema_version": 2}, {"totals": None}, {"surprise": 1}, {"now": "yesterday"}])
def test_the_schema_refuses_another_document(document, broken):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**document, **broken}, SCHEMA)


def test_the_committed_schema_is_current():
    command = [sys.executable, str(ROOT / "tools/build_schema.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_schema_explains_every_field():
    objects = [kind for kind in SCHEMA["$defs"].values() if kind.get("type") == "object"]
    unexplained = [
        name for kind in objects if "kind" not in kind["properties"] or "id" not in kind["properties"]
        for name, field in kind["properties"].items() if "description" not in field and "const" not in field
    ]  # fmt: skip
    assert unexplained == []


def test_a_resource_key_is_an_object_with_named_fields(document):
    key = document["findings"][0]["resource"]
    assert list(key) == ["provider", "account", "region", "kind", "id"]


def test_sums_in_the_document_are_exact(document):
    counted = sum(Decimal(finding["counted"]["amount"]) for finding in document["findings"])
    assert counted == Decimal(document["totals"]["saving"]["amount"])
    for finding in document["findings"]:
        if finding["saving"]:
            terms = finding["saving"]["terms"]
            assert sum(Decimal(t["quantity"]) * Decimal(t["price"]["amount"]) for t in terms) == Decimal(
                finding["saving"]["monthly"]["amount"]
            )
    for slices in ("by_lever", "by_owner", "by_account"):
        assert sum(Decimal(part["saving"]["amount"]) for part in document[slices]) == counted


def test_times_are_utc_and_unknown_is_null(document):
    assert document["now"] == "2026-11-20T06:00:00Z"
    assert any(finding["owner"] is None for finding in document["findings"])


def test_json_lines_are_the_findings_of_the_document(document):
    lines = JsonLinesRenderer().render(made_report(120)).splitlines()
    assert [json.loads(line) for line in lines] == document["findings"]


def test_machine_formats_keep_names_as_they_are():
    names = [
        json.loads(line)["resource_name"]
        for line in JsonLinesRenderer().render(made_report(12, hostile=True)).splitlines()
    ]
    assert "\u202egnp.exe" in names
    assert "a|b`c`\n# heading [x](https://evil.example)" in names


def test_a_lone_surrogate_does_not_break_the_document():
    report = made_report(1)
    finding = replace(report.findings[0], resource_name="a\ud800b")
    assert (
        json.loads(JsonRenderer().render(replace(report, findings=(finding,))))["findings"][0]["resource_name"] == "a?b"
    )


def test_what_has_no_place_in_a_report_is_refused():
    with pytest.raises(TypeError, match="set"):
        to_document({1, 2})


@pytest.mark.parametrize("hidden", ["\x85", "\x9b31m", "\u2028", "\u202e", "\x7f"])
def test_what_a_terminal_obeys_or_a_reader_splits_at_is_escaped(hidden):
    report = made_report(1)
    report = replace(report, findings=(replace(report.findings[0], owner=f"a{hidden}b"),))
    for text in (JsonRenderer().render(report), JsonLinesRenderer().render(report)):
        assert hidden[0] not in text
    (line,) = JsonLinesRenderer().render(report).splitlines()
    assert json.loads(line)["owner"] == f"a{hidden}b"
