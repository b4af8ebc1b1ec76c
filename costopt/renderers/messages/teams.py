"""The message as an Adaptive Card for a webhook of Teams' Workflows.

Everything stands in text runs, which are literal: other text of a card is read as Markdown, and a name could link.

Source: https://adaptivecards.io/explorer/TextRun.html and
https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook.
"""

import json
from typing import Any

from costopt.renderers.messages.digest import Digest, Entry, left_words

MAX_BYTES = 24_000
"""Below the 28 KB that Teams takes of a message from a webhook."""
_COLOURS = {"New": "Attention", "Worse": "Attention", "Still so": "Warning", "Ended": "Default"}


def render_teams(found: Digest) -> str:
    """The JSON, with as many entries as fit."""
    head = [_block([_run(found.subject, weight="Bolder", size="Medium")]), _block([_run(found.opening)])]
    foot = _block([_run(found.closing, isSubtle=True)])
    room = MAX_BYTES - len(_card([*head, foot])) - len(json.dumps(_block([_run(left_words(10**6))])))
    shown: list[dict[str, Any]] = []
    for entry in found.entries:
        block = _entry(entry)
        room -= len(json.dumps(block)) + 2
        if room < 0:
            break
        shown.append(block)
    left = found.left + len(found.entries) - len(shown)
    rest = [_block([_run(left_words(left))])] if left else []
    return _card([*head, *shown, *rest, foot])


def _card(body: list[dict[str, Any]]) -> str:
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": content,
    }
    return json.dumps({"type": "message", "attachments": [attachment]})


def _entry(entry: Entry) -> dict[str, Any]:
    lines = [
        _block([_run(f"{entry.badge}: ", weight="Bolder", color=_COLOURS[entry.badge]), _run(entry.headline)]),
        *(_block([_run(f"{fact.label}: ", isSubtle=True), _run(fact.text)]) for fact in entry.facts),
    ]
    if entry.command is not None:
        lines.append(_block([_run("Next: ", isSubtle=True), _run(entry.command, fontType="Monospace")]))
    lines.append(_block([_run("Id: ", isSubtle=True), _run(entry.alert.condition.fingerprint, fontType="Monospace")]))
    return {"type": "Container", "separator": True, "spacing": "Medium", "items": lines}


def _block(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": runs, "spacing": "Small"}


def _run(text: str, **style: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **style}
