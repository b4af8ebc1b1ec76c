"""What a check found, in every format, with names that want to be more than names."""

import json
import re

import pytest

from costopt.model.terraform import ConfigurationProblem, Severity
from costopt.model.terraform_check import CheckReport, CheckStep, Outcome
from costopt.renderers.terraform_check import FORMATS, headline, render_check

HOSTILE = 'aws_x.y["](http://evil) @everyone | <script>\u202e`\x1b[31m\n"]'


def report(count: int = 1, message: str = "there is no argument sise", address: str = "aws_x.y") -> CheckReport:
    """Some problems of one kind."""
    problems = tuple(
        ConfigurationProblem(
            rule="unknown-argument",
            severity=Severity.ERROR,
            message=message,
            address=address,
            file="a b/m.tf",
            line=line,
        )
        for line in range(1, count + 1)
    )
    steps = (
        CheckStep(name="schema", outcome=Outcome.FAILED),
        CheckStep(name="plan", outcome=Outcome.SKIPPED, reason="no terraform"),
    )
    return CheckReport(problems=problems, steps=steps)


def test_sarif_says_where_with_a_uri_from_the_repository_and_a_line() -> None:
    document = json.loads(render_check(report(), "sarif", version="1.2.3", prefix="infra/live"))
    run = document["runs"][0]
    result = run["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert document["version"] == "2.1.0"
    assert place == {"artifactLocation": {"uri": "infra/live/a%20b/m.tf"}, "region": {"startLine": 1}}
    assert result["level"] == "error"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "unknown-argument"
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "plan: no terraform"


def test_a_fingerprint_stays_when_a_problem_moves() -> None:
    results = json.loads(render_check(report(2), "sarif", version="1"))["runs"][0]["results"]
    assert len({one["partialFingerprints"]["problem/v1"] for one in results}) == 1


def test_a_comment_is_never_longer_than_60_000_characters_and_counts_what_it_leaves_out() -> None:
    text = render_check(report(5_000, message="x" * 190), "github", version="1")
    assert len(text) <= 60_000
    shown = text.count(":x:")
    assert f"And {5_000 - shown:,} more, not shown." in text


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_names_stay_names(form: str) -> None:
    text = render_check(report(message=HOSTILE, address=HOSTILE), form, version="1")
    assert "\x1b" not in text
    if form == "json":
        assert json.loads(text)["problems"][0]["address"] == HOSTILE
        return
    assert "\u202e" not in text
    if form == "github":
        outside = re.sub(r"`[^`]*`", "", text)
        assert "@everyone" not in outside
        assert "<script>" not in outside.replace("\\<script\\>", "")
        row = next(line for line in text.splitlines() if line.startswith("| :x:"))
        assert row.count("|") - row.count("\\|") == 4


def test_the_headline_counts_and_says_what_was_not_checked() -> None:
    assert headline(report(2)) == "2 errors, 0 warnings; not checked: plan"


def test_json_holds_every_step_and_problem() -> None:
    document = json.loads(render_check(report(3), "json", version="1"))
    assert (document["errors"], document["warnings"], document["complete"]) == (3, 0, False)
    assert [one["line"] for one in document["problems"]] == [1, 2, 3]
    assert document["steps"][1] == {"name": "plan", "outcome": "skipped", "reason": "no terraform"}
