"""Each form: what it says, that no name in it does anything, and that it keeps the limits of what takes it."""

import json
import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from costopt.model.alert import AlertKind, Rule
from costopt.model.budget import Budget, ScopeFilter
from costopt.model.budget_status import Mover, OpenFinding
from costopt.model.message import Message
from costopt.renderers.messages.markup import MAX_CHARACTERS
from costopt.renderers.messages.message import render_message, render_trial
from costopt.renderers.messages.teams import MAX_BYTES
from tests.oracles.alerts import HOSTILE_NAMES, NOW, alert, anomaly, known, status
from tests.oracles.html_page import VOID, Page

VOID.add("img")


def message(*names: str, top: int = 10, now: datetime = NOW) -> Message:
    alerts = [alert(name) for name in names or ("platform",)]
    return render_message(
        alerts, known(*(status(name) for name in names or ("platform",))), now=now, top=top, remind_days=7
    )


def hostile(name: str) -> Message:
    """The name wherever a stranger can put one."""
    made = status(
        budget=Budget(
            name="platform", amount=Decimal(1000), owner=name,
            scope=(ScopeFilter(column="tag:team", values=(name,)),),
        ),
        movers=(Mover(dimension="tag:" + name, value=name, current=Decimal(900), previous=Decimal(1)),),
        findings=(OpenFinding(id="F-0123456789ab", title=name, monthly_saving=None),),
    )  # fmt: skip
    return render_message([alert(summary=f"{name} is above")], known(made), now=NOW, top=10, remind_days=7)


def test_the_text_is_what_a_person_would_write() -> None:
    assert message().text == (
        "1 alert: 1 new.\n"
        "\n"
        "NEW: platform 2026-11: actual 105% of 1,000.00 USD, above 100%\n"
        "  So far     $1,050.00 of $1,000.00 (105%) spent, 18 of 30 days complete\n"
        "  Forecast   $1,612.35 (161%), 80% between $1,500.00 and $1,800.00; exceeded on 2026-11-18\n"
        "  Pace       170% of the usual $600.00 by now\n"
        "  Cause      Amazon EC2 +$400.00 ($300.00 before)\n"
        "  Savings    1 open finding would save $120.50 a month: costopt explain F-0123456789ab\n"
        "  Owner      ada\n"
        "  Next       costopt costs --where tag:team=ml --where 'tag:team=data'\"'\"'s' "
        "--where 'ServiceName=Amazon EC2' --by ResourceId,SkuId --from 2026-11-01\n"
        "  Id         A-706c6174666f726d\n"
        "\n"
        "Each is told once, again when it is worse or 7 days old, and when it is over. To silence one until a date: "
        "costopt budget mute ID --until DATE --reason WHY\n"
    )


def test_the_same_alerts_give_the_same_message_to_the_byte() -> None:
    assert message("a", "b") == message("a", "b")


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_control_and_no_mark_that_reorders_is_in_text_that_people_read(name: str) -> None:
    made = hostile(name)
    for text in (made.subject, made.text, made.html, made.markdown):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]", text)
    assert "\n" not in made.subject
    assert len(made.text.splitlines()) == len(hostile("tame").text.splitlines())


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_name_is_in_the_title_that_services_read_as_they_like(name: str) -> None:
    assert hostile(name).heading == hostile("tame").heading == "costopt: 1 alert: 1 new."


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_in_the_page_is_text_and_nothing_else(name: str) -> None:
    made, tame = Page(hostile(name).html), Page(hostile("tame").html)
    assert [one["tag"] for one in made.elements] == [one["tag"] for one in tame.elements]
    assert [one["attrs"] for one in made.elements] == [one["attrs"] for one in tame.elements]


def test_the_page_loads_nothing_from_elsewhere_and_has_its_pictures_with_it() -> None:
    made = message("a", "b")
    sources = [one["attrs"]["src"] for one in Page(made.html).all("img")]
    assert sources == [f"cid:{picture.id}" for picture in made.pictures] == [f"cid:budget-{n}.costopt" for n in (0, 1)]
    assert "http" not in made.html


def texts(found: Any) -> list[tuple[str, str]]:
    """Type and text of every element of a message as JSON."""
    if isinstance(found, dict):
        here = [(str(found.get("type")), found["text"])] if isinstance(found.get("text"), str) else []
        return here + [one for value in found.values() for one in texts(value)]
    return [one for value in found for one in texts(value)] if isinstance(found, list) else []


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_slack_reads_no_markup_in_a_name(name: str) -> None:
    found = json.loads(hostile(name).slack)
    assert found.pop("mrkdwn") is False
    for kind, text in texts(found["blocks"]):
        assert kind in {"text", "plain_text"}
        assert not re.search("[<>]", text)
    assert not re.search("[<>]", found["text"])


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_teams_reads_no_markup_in_a_name(name: str) -> None:
    found = json.loads(hostile(name).teams)
    (attachment,) = found["attachments"]
    assert {kind for kind, _ in texts(attachment)} == {"TextRun"}
    assert "entities" not in attachment["content"]["msteams"]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_markdown_links_mentions_and_embeds_nothing(name: str) -> None:
    text = hostile(name).markdown
    assert not re.search(r"(?<!\\)\]\(|(?<!\\)<|!\[(?!\\)|@(?!\u2060)\w|https?://", re.sub("`[^`\n]*`", "", text))


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_the_event_has_the_name_as_it_is_and_is_json_that_everybody_reads(name: str) -> None:
    event = hostile(name).event
    assert event.isascii()
    found = json.loads(event)
    assert found["data"]["alerts"][0]["summary"] == f"{name} is above".replace("\ud800", "?")
    json.dumps(found, ensure_ascii=False).encode()


def test_a_command_of_markdown_runs_nothing_of_a_name_where_it_is_pasted() -> None:
    mover = Mover(dimension="ServiceName", value="a`; touch x #", current=Decimal(900), previous=Decimal(1))
    made = render_message([alert()], known(status(movers=(mover,))), now=NOW, top=1, remind_days=7)
    (line,) = (one for one in made.markdown.splitlines() if one.startswith("- Next"))
    assert line == "- Next: `costopt budget status`"
    assert "--where 'ServiceName=a`; touch x #'" in made.text


def test_the_event_has_every_alert_with_exact_amounts_and_stable_keys() -> None:
    event = json.loads(message("platform", "web", top=1).event)
    assert (event["type"], event["timestamp"]) == ("costopt.alerts", "2026-11-20T12:00:00Z")
    first, second = event["data"]["alerts"]
    assert first["fingerprint"] == "A-706c6174666f726d"
    assert first["dedupe_key"] == "A-706c6174666f726d-1-1"
    assert first["measure"] == "1.05"
    assert first["budget"]["spent"] == "1050"
    assert first["budget"]["forecast"] == {"expected": "1612.345", "low": "1500", "high": "1800"}
    assert second["subject"] == "web"


def test_the_event_has_the_figures_of_an_anomaly() -> None:
    odd = alert("Amazon EC2", rule=Rule.ANOMALY)
    beside = known(anomalies={odd.condition.fingerprint: anomaly()}, currency="EUR")
    found = json.loads(render_message([odd], beside, now=NOW, top=1, remind_days=7).event)["data"]["alerts"][0]
    assert found["budget"] is None
    assert found["anomaly"] == {
        "dimension": "ServiceName", "value": "Amazon EC2", "kind": "rise", "currency": "EUR", "actual_per_day": "310",
        "expected_per_day": "120", "start": "2026-11-17T00:00:00Z", "end": "2026-11-20T12:00:00Z", "ongoing": True,
    }  # fmt: skip


def test_a_trial_says_in_every_form_that_nothing_is_wrong() -> None:
    made = render_trial(NOW)
    for text in (made.text, made.html, made.markdown, made.slack, made.teams):
        assert "Nothing is wrong" in text
    assert json.loads(made.event)["type"] == "costopt.test"


def test_every_form_keeps_its_limit_and_counts_what_it_leaves_out() -> None:
    made = message(*(f"budget-{number:03}-{'x' * 400}" for number in range(100)), top=100)
    assert len(made.markdown) <= MAX_CHARACTERS
    assert len(made.teams) <= MAX_BYTES
    blocks = json.loads(made.slack)["blocks"]
    assert len(blocks) <= 50
    assert len(blocks[0]["text"]["text"]) <= 150
    for text, mark in ((made.markdown, "Id: `A-"), (made.teams, '"A-'), (made.slack, '"A-')):
        shown = text.count(mark)
        assert 0 < shown < 100
        assert f"And {100 - shown} more alerts, not spelt out here" in text


def test_one_entry_that_is_too_long_for_markdown_keeps_its_headline() -> None:
    movers = tuple(
        Mover(dimension=f"d{which}" * 200, value="v" * 400, current=Decimal(900), previous=Decimal(1))
        for which in "abc"
    )
    found = render_message([alert()], known(status(movers=movers)), now=NOW, top=1, remind_days=7)
    assert len(found.markdown) <= MAX_CHARACTERS
    assert "**New: platform 2026\\-11" in found.markdown or "**New: platform 2026-11" in found.markdown


@pytest.mark.parametrize("kind", AlertKind)
def test_every_kind_has_its_word_in_every_form(kind: AlertKind) -> None:
    made = render_message([alert(kind=kind)], known(), now=NOW, top=1, remind_days=7)
    word = {"new": "New", "worsened": "Worse", "reminder": "Still so", "resolved": "Ended"}[kind.value]
    assert all(word in text for text in (made.subject, made.html, made.markdown, made.slack, made.teams))
    assert word.upper() in made.text
