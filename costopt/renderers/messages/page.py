"""The message as a page for mail: every name escaped, nothing loaded from elsewhere."""

from dataclasses import dataclass

from costopt.model.message import Picture
from costopt.renderers.environment import html_environment
from costopt.renderers.messages.bullet import HEIGHT, WIDTH, bullet, bullet_words
from costopt.renderers.messages.digest import Digest, Entry, left_words

TEMPLATE = "budget_message.html.j2"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    entry: Entry
    picture: Picture | None
    words: str


def render_page(found: Digest) -> tuple[str, tuple[Picture, ...]]:
    """The page, and the pictures that it names."""
    shown = [_shown(number, entry) for number, entry in enumerate(found.entries)]
    page = (
        html_environment()
        .get_template(TEMPLATE)
        .render(
            digest=found,
            shown=shown,
            left=left_words(found.left) if found.left else None,
            width=WIDTH // 2,
            height=HEIGHT // 2,
        )
    )
    return page, tuple(one.picture for one in shown if one.picture is not None)


def _shown(number: int, entry: Entry) -> _Shown:
    png = None if entry.status is None else bullet(entry.status)
    if png is None or entry.status is None:
        return _Shown(entry=entry, picture=None, words="")
    return _Shown(
        entry=entry, picture=Picture(id=f"budget-{number}.costopt", png=png), words=bullet_words(entry.status)
    )
