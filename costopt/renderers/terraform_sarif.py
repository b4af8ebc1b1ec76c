"""What a check found in the format that code review tools read.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import hashlib
import posixpath
from typing import Any
from urllib.parse import quote

from costopt.model.terraform import ConfigurationProblem
from costopt.model.terraform_check import CheckReport, CheckStep, Outcome
from costopt.renderers.clean import clean

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ABOUT = {
    "count-and-for-each": "Only one of count and for_each may be set.",
    "duplicate-address": "Two blocks declare the same thing.",
    "missing-argument": "An argument that is required is not set.",
    "not-formatted": "The file is not in terraform's format.",
    "reads-outside": "A file outside of the configuration's directories is read.",
    "syntax": "The file is not valid.",
    "terraform-plan": "terraform cannot make a plan.",
    "terraform-validate": "terraform does not accept the configuration.",
    "unknown-argument": "The schema has no such argument.",
    "unknown-block": "The schema has no such block.",
    "unknown-type": "The provider has no such type of resource.",
}


def sarif_document(report: CheckReport, version: str, prefix: str = "") -> dict[str, Any]:
    """One run of one tool, with a result for each problem.

    Args:
        report: what was found.
        version: of this program.
        prefix: directory of the root module from where files are looked for, which is the repository; "" where that
            is the directory itself.
    """
    rules = sorted({one.rule for one in report.problems})
    driver = {
        "name": "costopt",
        "semanticVersion": version,
        "informationUri": "https://pypi.org/project/cloud-costopt/",
        "rules": [{"id": rule, "shortDescription": {"text": ABOUT.get(rule, rule)}} for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [_notification(one) for one in report.steps if one.reason],
            }
        ],
        "results": [_result(one, rules.index(one.rule), prefix) for one in report.problems],
        "columnKind": "unicodeCodePoints",
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(one: ConfigurationProblem, rule_index: int, prefix: str) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(posixpath.normpath(posixpath.join(prefix, one.file)))},
            "region": {"startLine": max(one.line, 1)},
        }
    }
    if one.address:
        location["logicalLocations"] = [{"fullyQualifiedName": clean(one.address), "kind": "resource"}]
    about = f"{one.address}: " if one.address else ""
    return {
        "ruleId": one.rule,
        "ruleIndex": rule_index,
        "level": one.severity.value,
        "message": {"text": clean(f"{about}{one.message}")},
        "locations": [location],
        "partialFingerprints": {"problem/v1": _fingerprint(one)},
    }


def _uri(file: str) -> str:
    return quote(file.encode("utf-8", "replace"), safe="/._-~")


def _fingerprint(one: ConfigurationProblem) -> str:
    """The same as long as the problem is, wherever in the file it moves."""
    told = "\0".join((one.rule, one.file, one.address, one.message))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]


def _notification(step: CheckStep) -> dict[str, Any]:
    level = {Outcome.FAILED: "error", Outcome.SKIPPED: "warning", Outcome.PASSED: "note"}[step.outcome]
    return {"level": level, "message": {"text": clean(f"{step.name}: {step.reason}")}}
