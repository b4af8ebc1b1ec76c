"""The message as JSON for an incoming webhook of Slack.

Everything stands in rich text, whose elements are literal: no name in them can format, link or mention. The line for
notifications is plain by `mrkdwn: false`, and its angle brackets are replaced, by which Slack marks mentions and links.

Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block and
https://docs.slack.dev/messaging/formatting-message-text.
"""

import json
from typing import Any

from costopt.renderers.messages.digest import Digest, Entry, left_words

_MOST_ENTRIES = 20
"""Each is two blocks, of the fifty that a message may have."""
_MOST_CHARACTERS = 12_000
"""Of all blocks together. Slack publishes no limit of it, and refuses some messages far above."""
_HEADER = 150
_BRACKETS = str.maketrans("<>", "\u2039\u203a")
"""Single angle quotation marks, which look alike and mark nothing."""


def render_slack(found: Digest) -> str:
    """The JSON."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": _literal(found.subject)[:_HEADER], "emoji": False}},
        _rich([_text(found.opening)]),
    ]
    room, shown = _MOST_CHARACTERS, 0
    for entry in found.entries[:_MOST_ENTRIES]:
        block = _entry(entry)
        room -= len(json.dumps(block))
        if room < 0 and shown:
            break
        blocks.append(block)
        shown += 1
    left = found.left + len(found.entries) - shown
    rest = [left_words(left)] if left else []
    blocks.append(_rich([_text("\n".join([*rest, found.closing]))]))
    message = {
        "text": _literal(found.subject),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": blocks,
    }
    return json.dumps(message)


def _entry(entry: Entry) -> dict[str, Any]:
    lines: list[dict[str, Any]] = [_text(f"{entry.badge}: {entry.headline}", bold=True)]
    for fact in entry.facts:
        lines += [_text(f"\n{fact.label}: "), _text(fact.text)]
    if entry.command is not None:
        lines += [_text("\nNext: "), _text(entry.command, code=True)]
    lines += [_text("\nId: "), _text(entry.alert.condition.fingerprint, code=True)]
    return _rich(lines)


def _rich(elements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def _text(text: str, **style: bool) -> dict[str, Any]:
    plain: dict[str, Any] = {"type": "text", "text": _literal(text)}
    return {**plain, "style": style} if style else plain


def _literal(text: str) -> str:
    return text.translate(_BRACKETS)
