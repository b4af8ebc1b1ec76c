"""The message as Markdown, for whatever Apprise reaches."""

from collections.abc import Iterator

from costopt.renderers.markdown import code, command, escape
from costopt.renderers.messages.digest import MOST_COMMAND, STATUS, Digest, Entry, left_words

MAX_CHARACTERS = 1_900
"""Below the 2,000 that Discord takes, the least of the services that many use.
Source: https://discord.com/developers/docs/resources/webhook#execute-webhook."""
_ROOM_FOR_REST = 100


def render_markdown(found: Digest) -> str:
    """As many entries as fit; the first is cut rather than left out."""
    head = f"{found.opening}\n"
    room = MAX_CHARACTERS - len(head) - _ROOM_FOR_REST
    shown: list[str] = []
    for entry in found.entries:
        text = "\n".join(_entry(entry))
        if len(text) + 2 > room and not shown:
            text = _title(entry)
        if len(text) + 2 > room:
            break
        room -= len(text) + 2
        shown.append(text)
    left = found.left + len(found.entries) - len(shown)
    rest = [left_words(left)] if left else []
    return "\n\n".join([head.rstrip(), *shown, *rest]) + "\n"


def _title(entry: Entry) -> str:
    return f"**{entry.badge}: {escape(entry.headline)}**"


def _entry(entry: Entry) -> Iterator[str]:
    yield _title(entry)
    yield ""
    yield from (f"- {fact.label}: {escape(fact.text)}" for fact in entry.facts)
    if entry.command is not None:
        yield f"- Next: {command(entry.command, MOST_COMMAND, otherwise=STATUS)}"
    yield f"- Id: {code(entry.alert.condition.fingerprint)}"
