"""What alerts can be about: a silence of something that nothing is called would silence nobody."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from costopt.config.settings import Settings
from costopt.errors import AlertBookError, ConfigError, UsageError
from costopt.pipeline.budgets.channels import open_state
from costopt.pipeline.budgets.check import CheckRequest, check_budgets
from costopt.store.alert_book.document import decode

_FINGERPRINT = re.compile(r"A-[0-9a-f]{16}")
_MOST_SHOWN = 3


def require_target(target: str, settings: Settings, *, now: datetime, folder: Path, environ: Mapping[str, str]) -> None:
    """Refuse the name of nothing: no budget, nothing that people were told of, nothing that the bill holds.

    Whole ids are taken as they are: messages end with them, and what they are about may be over.

    Args:
        target: name or id.
        settings: the user's.
        now: aware time.
        folder: what relative paths of the settings are relative to.
        environ: the environment.

    Raises:
        UsageError: with what it may have meant.
        StoreError: a store that is damaged.
    """
    if _FINGERPRINT.fullmatch(target):
        return
    known: set[str] = set()
    for names in (_budgets(settings), _told(settings, folder, environ), _judged(settings, now)):
        known |= set(names)
        if target in known:
            return
    near = get_close_matches(target, sorted(known), n=_MOST_SHOWN)
    meant = f"Did you mean {' or '.join(map(repr, near))}? " if near else ""
    raise UsageError(
        f"no budget, no alert and nothing in the bill is called {target!r}",
        hint=f"{meant}Messages end with the id to use; --anyway silences what is not there yet.",
    )


def _budgets(settings: Settings) -> Iterator[str]:
    yield from (one.name for one in settings.budgets)


def _told(settings: Settings, folder: Path, environ: Mapping[str, str]) -> Iterator[str]:
    """Subjects that the state remembers. One that cannot be read is told by whatever needs it."""
    if not settings.notify.channels:
        return
    with suppress(AlertBookError, ConfigError):
        shelf = open_state(settings.notify, folder=folder, environ=environ)
        kept = shelf.read()
        books = decode(kept.content, shelf.place).channels if kept else {}
        yield from (one.condition.subject for book in books.values() for one in book.remembered.values())


def _judged(settings: Settings, now: datetime) -> Iterator[str]:
    """What a check of the store on this machine could tell of; an engine that costs money is not asked for a name."""
    if settings.engine.kind != "duckdb":
        return
    run = check_budgets(settings, CheckRequest(now=now))
    yield from run.judged
    yield from (one.subject for one in run.check.conditions)
