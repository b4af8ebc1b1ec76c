"""The plain text of a message: for mail, SNS and a terminal."""

from collections.abc import Iterator

from costopt.renderers.messages.digest import Digest, Entry, left_words

_LABEL = 10


def render_text(found: Digest) -> str:
    """The text; its lines end in a newline each."""
    lines = [found.opening, ""]
    for entry in found.entries:
        lines += [*_entry(entry), ""]
    if found.left:
        lines += [left_words(found.left), ""]
    return "\n".join([*lines, found.closing]) + "\n"


def _entry(entry: Entry) -> Iterator[str]:
    yield f"{entry.badge.upper()}: {entry.headline}"
    yield from (f"  {fact.label:<{_LABEL}} {fact.text}" for fact in entry.facts)
    if entry.command is not None:
        yield f"  {'Next':<{_LABEL}} {entry.command}"
    yield f"  {'Id':<{_LABEL}} {entry.alert.condition.fingerprint}"
