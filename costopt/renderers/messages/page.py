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
    picture: str | None
    words: str


def render_page(found: Digest) -> tuple[str, tuple[Picture, ...]]:
    """The page, and the pictures that it names."""
    pictures: list[Picture] = []
    shown = [_shown(number, entry, pictures) for number, entry in enumerate(found.entries)]
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
    return page, tuple(pictures)


def _shown(number: int, entry: Entry, pictures: list[Picture]) -> _Shown:
    png = bullet(entry.status) if entry.status is not None else None
    if png is None or entry.status is None:
        return _Shown(entry=entry, picture=None, words="")
    name = f"budget-{number}.costopt"
    pictures.append(Picture(id=name, png=png))
    return _Shown(entry=entry, picture=name, words=bullet_words(entry.status))
